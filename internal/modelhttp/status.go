package modelhttp

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/eaio/eaio"
)

// statusOverloaded is what some providers answer when all of them are busy.
const statusOverloaded = 529

// KindOf is the one table from a reply's status to the kind of failure:
// unavailable and rate limited may be tried again, the others may not. It is for
// statuses of 400 and above; code is the provider's own word for the failure
// and message its sentence, which tell apart what one status lumps together.
func KindOf(status int, code, message string) eaio.Kind {
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return kindOfRequest(status, code, message)
	case http.StatusUnauthorized:
		return eaio.KindUnauthorized
	case http.StatusForbidden:
		if refused(code, message) {
			return eaio.KindRefused
		}
		return eaio.KindForbidden
	case http.StatusNotFound:
		return eaio.KindNotFound
	case http.StatusTooManyRequests, statusOverloaded:
		return eaio.KindRateLimited
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly:
		return eaio.KindUnavailable
	}
	if status >= http.StatusInternalServerError {
		if tooLong(code, message) {
			return eaio.KindTooLarge // some servers fail so on a long prompt
		}
		return eaio.KindUnavailable
	}
	return eaio.KindInvalid
}

func kindOfRequest(status int, code, message string) eaio.Kind {
	switch {
	case status == http.StatusRequestEntityTooLarge, tooLong(code, message):
		return eaio.KindTooLarge
	case refused(code, message):
		return eaio.KindRefused
	}
	return eaio.KindInvalid
}

// tooLong reports whether a failure means that prompt and reply do not fit into
// the model's context: the codes and sentences of OpenAI, vLLM, llama.cpp,
// Ollama and Anthropic.
func tooLong(code, message string) bool {
	return anyIn(code, "context_length_exceeded", "string_above_max_length", "exceed_context_size") ||
		anyIn(message, "context length", "context_length", "context window", "context size", "prompt is too long", "maximum model length", "max_model_len")
}

func refused(code, message string) bool {
	return anyIn(code, "content_filter", "content_policy", "responsibleaipolicyviolation", "moderation") ||
		anyIn(message, "content management policy", "content policy", "content filter")
}

func anyIn(s string, words ...string) bool {
	s = strings.ToLower(s)
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// quotaWait is asked for when a provider's account is used up: it answers 429 as
// for a burst, and asking again within the task cannot help.
const quotaWait = time.Minute

// Refusal makes the error of a reply of status 400 or above from what the
// provider said and the headers of the reply.
func Refusal(op string, status int, h http.Header, code, message string) *eaio.Error {
	e := &eaio.Error{Kind: KindOf(status, code, message), Op: op, Err: errors.New(sentence(status, h, message))}
	if !e.Kind.Retryable() {
		return e
	}
	e.RetryAfter = RetryAfter(h, time.Now())
	if e.Kind == eaio.KindRateLimited && e.RetryAfter == 0 {
		e.RetryAfter = limitFloor
		if anyIn(code, "insufficient_quota", "billing") {
			e.RetryAfter = quotaWait
		}
	}
	return e
}

func sentence(status int, h http.Header, message string) string {
	s := fmt.Sprintf("the endpoint answered %d", status)
	if name := http.StatusText(status); name != "" {
		s += " " + name
	}
	if message = Clip(message); message != "" {
		s += ": " + message
	}
	for _, name := range []string{"X-Request-Id", "Request-Id"} {
		if id := Clip(h.Get(name)); id != "" {
			return s + " (request " + id + ")"
		}
	}
	return s
}

// longestMessage bounds, in bytes, what an error repeats of an endpoint's words.
const longestMessage = 300

// Clip makes an endpoint's words fit for an error: one line of valid UTF-8
// without control characters, cut where it is long.
func Clip(s string) string {
	cut := len(s) > longestMessage
	if cut {
		s = s[:longestMessage]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		s = s[:max(len(s)-1, 0)] // the rune that the cut may have split
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if cut {
		s += "…"
	}
	return s
}
