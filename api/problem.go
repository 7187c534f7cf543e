package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
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
	case eaio.KindInvalid:
		return http.StatusBadRequest
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
	case eaio.KindUnauthorized: // callers show no credentials, so it was ours that a dependency refused
		return http.StatusServiceUnavailable
	case eaio.KindMalformed, eaio.KindUnverified, eaio.KindRefused, eaio.KindInternal:
	}
	return http.StatusInternalServerError
}

// fail turns an error into the problem that the caller sees. What only we can
// mend is logged and not spelled out.
func (s *server) fail(ctx context.Context, err error) error {
	status := statusOf(eaio.KindOf(err))
	p := &ProblemDetails{Type: eaio.CodeOf(err), Title: http.StatusText(status), Status: status, Detail: message(err), RequestID: requestID(ctx)}
	p.retryAfter = int(math.Ceil(eaio.RetryAfterOf(err).Seconds()))
	switch {
	case p.Type == codeOverloaded:
	case status == http.StatusServiceUnavailable:
		s.Log.WarnContext(ctx, "a dependency failed", "error", err, "request_id", p.RequestID)
		p.Type, p.Detail, p.retryAfter = "unavailable", "A part that this request needs does not answer; /readyz says which. Try again in a moment.", max(p.retryAfter, 1)
	case status >= 500:
		s.Log.ErrorContext(ctx, "internal error", "error", err, "request_id", p.RequestID)
		p.Type, p.Detail = "internal", oursToMend
	case p.Type == string(eaio.KindNotFound):
		p.Detail += ": GET /v1/tasks lists the tasks there are"
	}
	return p
}

// codeOverloaded is the word of a task that was not admitted.
const codeOverloaded = "overloaded"

const oursToMend = "This is a fault of ours; the log has more under this request id."

// message is what an error says to the caller: not what we were doing then.
func message(err error) string {
	var own *eaio.Error
	if errors.As(err, &own) {
		err = own.Err
	}
	return clip(err.Error(), maxDetail)
}

var once sync.Once

// useProblems makes the library's own errors (bad JSON, a missing field) take
// our form. The library keeps this in package variables.
func useProblems() {
	once.Do(func() {
		validation.MsgUnexpectedProperty = "there is no such field; /docs lists those there are"
		validation.MsgExpectedRFC3339DateTime = "expected an instant with its offset, such as 2017-11-21T00:00:00Z"
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return newProblem(context.Background(), status, msg, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return newProblem(ctx.Context(), status, msg, errs)
		}
	})
}

// A detail names so many faults, and is no longer than so many characters.
const (
	maxFaults = 5
	maxDetail = 600
)

// newProblem makes a problem of the library's errors.
func newProblem(ctx context.Context, status int, msg string, errs []error) *ProblemDetails {
	for _, err := range errs {
		var own *ProblemDetails
		if errors.As(err, &own) {
			return own
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			status = http.StatusBadRequest // the caller's connection broke
		}
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	detail := clip(cmp.Or(faults(errs), msg), maxDetail)
	if strings.Contains(detail, "unknown query parameter") {
		detail += "; /docs lists those there are"
	}
	switch {
	case status == http.StatusUnsupportedMediaType:
		detail += ": send application/json"
	case status == http.StatusRequestEntityTooLarge:
		detail = "the body is larger than the " + strconv.Itoa(maxBody>>10) + " KiB that this takes"
	case status == http.StatusRequestTimeout:
		detail = "the body came too slowly: send it within five seconds"
	case status >= 500:
		detail = oursToMend
	}
	return &ProblemDetails{Type: wordOf(status), Title: http.StatusText(status), Status: status, Detail: detail, RequestID: requestID(ctx)}
}

// faults lists what is wrong with a request, each with its place.
func faults(errs []error) string {
	var list []string
	for i, err := range errs {
		if i == maxFaults {
			list = append(list, fmt.Sprintf("and %d more", len(errs)-i))
			break
		}
		text := err.Error()
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			text = strings.TrimPrefix(clip(d.Location, 60)+": "+d.Message, ": ")
		}
		list = append(list, clip(text, maxDetail/maxFaults))
	}
	return strings.Join(list, "; ")
}

func wordOf(status int) string {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return "too_large"
	case status == http.StatusRequestTimeout:
		return "unavailable"
	case status < 500:
		return "invalid"
	}
	return "internal"
}

func writeProblem(w http.ResponseWriter, r *http.Request, status int, word, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(ProblemDetails{Type: word, Title: http.StatusText(status), Status: status, Detail: detail, RequestID: requestID(r.Context())})
}
