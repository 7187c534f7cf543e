package eaio

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what a failure means to the caller: whether trying again can help,
// and what the workflow or the HTTP gateway does about it.
type Kind string

// The kinds. Unavailable and RateLimited may be tried again; the others mean
// that the same call would fail the same way.
const (
	KindUnavailable  Kind = "unavailable"  // refused, 5xx, a dependency that is starting
	KindRateLimited  Kind = "rate_limited" // 429, 529; RetryAfter may be set
	KindDeadline     Kind = "deadline"
	KindCancelled    Kind = "cancelled"
	KindInvalid      Kind = "invalid"
	KindUnauthorized Kind = "unauthorized"
	KindForbidden    Kind = "forbidden"
	KindNotFound     Kind = "not_found"
	KindTooLarge     Kind = "too_large"  // request or context length
	KindMalformed    Kind = "malformed"  // a reply that does not parse
	KindUnverified   Kind = "unverified" // a reply with a number no fact supports
	KindRefused      Kind = "refused"    // content filter
	KindConflict     Kind = "conflict"
	KindBudget       Kind = "budget"
	KindInternal     Kind = "internal"
)

// Retryable reports whether the same call may succeed later.
func (k Kind) Retryable() bool {
	return k == KindUnavailable || k == KindRateLimited || k == KindDeadline || k == KindInternal
}

// Error is the one error type that crosses package borders.
type Error struct {
	Kind       Kind
	Code       string        // stable word for the API's problem type; empty: the kind itself
	Op         string        // what was being done, e.g. "ollama chat"
	RetryAfter time.Duration // the other side's own hint; 0: none
	Err        error         // cause or message; never nil
}

// Errorf makes an Error; format may hold %w.
func Errorf(kind Kind, op, format string, args ...any) *Error {
	return &Error{Kind: kind, Op: op, Err: fmt.Errorf(format, args...)}
}

// WithCode returns e with its API problem word set.
func (e *Error) WithCode(code string) *Error { e.Code = code; return e }

func (e *Error) Error() string {
	if e.Op == "" {
		return e.Err.Error()
	}
	return e.Op + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err: that of the first Error in its chain, else
// deadline or cancelled for context errors, else internal. A nil error has no
// kind ("").
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.DeadlineExceeded):
		return KindDeadline
	case errors.Is(err, context.Canceled):
		return KindCancelled
	}
	return KindInternal
}

// CodeOf returns the stable problem word of err: its Code, else its kind.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return e.Code
	}
	return string(KindOf(err))
}

// RetryAfterOf returns the hint carried by err, or 0.
func RetryAfterOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
