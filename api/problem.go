package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
)

// ProblemDetails is the body of every error (RFC 9457). Type is a stable word.
type ProblemDetails struct {
	Type      string `json:"type" doc:"a stable word, e.g. unknown_building"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty" doc:"what is wrong and what would be right"`
	RequestID string `json:"request_id,omitempty"`

	retryAfter int
}

// Error returns the detail.
func (p *ProblemDetails) Error() string { return p.Detail }

// GetStatus returns the HTTP status; huma asks for it.
func (p *ProblemDetails) GetStatus() int { return p.Status }

// GetHeaders returns Retry-After where waiting helps; huma asks for them.
func (p *ProblemDetails) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	return h
}

// ContentType says that the body is a problem; huma asks for it.
func (p *ProblemDetails) ContentType(string) string { return "application/problem+json" }

// statusOf is the one table from kinds to HTTP.
func statusOf(k eaio.Kind) int {
	switch k {
	case eaio.KindInvalid, eaio.KindMalformed:
		return http.StatusBadRequest
	case eaio.KindUnauthorized:
		return http.StatusUnauthorized
	case eaio.KindForbidden:
		return http.StatusForbidden
	case eaio.KindNotFound:
		return http.StatusNotFound
	case eaio.KindConflict:
		return http.StatusConflict
	case eaio.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case eaio.KindRateLimited:
		return http.StatusTooManyRequests
	case eaio.KindBudget:
		return http.StatusPaymentRequired
	case eaio.KindUnavailable, eaio.KindDeadline, eaio.KindCancelled:
		return http.StatusServiceUnavailable
	case eaio.KindUnverified, eaio.KindRefused, eaio.KindInternal:
	}
	return http.StatusInternalServerError
}

// fail turns an error into the problem that the caller sees. What only we can
// mend is logged and not spelled out.
func (s *server) fail(ctx context.Context, err error) error {
	kind, status := eaio.KindOf(err), statusOf(eaio.KindOf(err))
	p := &ProblemDetails{Type: eaio.CodeOf(err), Title: http.StatusText(status), Status: status, Detail: err.Error(), RequestID: requestID(ctx)}
	if status == http.StatusServiceUnavailable {
		s.Log.WarnContext(ctx, "a dependency failed", "error", err, "request_id", p.RequestID)
		p.Type, p.Detail, p.retryAfter = "unavailable", "A part that this request needs does not answer; /readyz says which. Try again in a moment.", 1
	}
	if kind == eaio.KindInternal {
		s.Log.ErrorContext(ctx, "internal error", "error", err, "request_id", p.RequestID)
		p.Type, p.Detail = "internal", "This is a fault of ours; the log has more under this request id."
	}
	return p
}

var once sync.Once

// useProblems makes the library's own errors (bad JSON, a missing field) take
// our form. The library keeps this in a package variable.
func useProblems() {
	once.Do(func() {
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return newProblem(context.Background(), status, msg, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return newProblem(ctx.Context(), status, msg, errs)
		}
	})
}

func newProblem(ctx context.Context, status int, msg string, errs []error) *ProblemDetails {
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	p := &ProblemDetails{Type: wordOf(status), Title: http.StatusText(status), Status: status, RequestID: requestID(ctx)}
	details := []string{}
	for _, err := range errs {
		var own *ProblemDetails
		if errors.As(err, &own) {
			return own
		}
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			details = append(details, strings.TrimPrefix(d.Location+": "+d.Message, ": "))
		} else if err != nil {
			details = append(details, err.Error())
		}
	}
	p.Detail = strings.Join(details, "; ")
	if p.Detail == "" {
		p.Detail = msg
	}
	return p
}

func wordOf(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return "invalid"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusRequestTimeout:
		return "unavailable"
	}
	if status < 500 {
		return "invalid"
	}
	return "internal"
}

func writeProblem(w http.ResponseWriter, r *http.Request, status int, word, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(ProblemDetails{Type: word, Title: http.StatusText(status), Status: status, Detail: detail, RequestID: requestID(r.Context())})
}
