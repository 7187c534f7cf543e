package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/api"
)

// FuzzQuestion sends anything as the body of a question: it is taken as JSON or
// refused in our words, and never our fault.
func FuzzQuestion(f *testing.F) {
	for _, body := range []string{
		question, "", "null", "[]", `{"question": "\u0000"}`, `{"question": "q", "as_of": "2017-11-21"}`, `{"question": "q", "deadline_ms": 1e3}`,
		`{"question": "q", "building": "\ud800"}`, "{\"question\": \"\xff\"}", `{"question": "q", "question": 1}`, strings.Repeat("[", 20000),
	} {
		f.Add([]byte(body))
	}
	w := start(f)
	w.engine.set(true, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := w.serve(t, http.MethodPost, &url.URL{Path: "/v1/tasks"}, string(body))
		if r.status == http.StatusAccepted {
			got := ok[task](t, r, http.StatusAccepted)
			if kept := w.Task(t, got.ID); kept.Request.Question != got.Question || got.Question == "" {
				t.Errorf("kept %q of %q", kept.Request.Question, got.Question)
			}
			return
		}
		wellRefused(t, r)
	})
}

// FuzzAddress asks for any path and query.
func FuzzAddress(f *testing.F) {
	for _, address := range [][2]string{
		{"v1/tasks", "limit=1&cursor=x"},
		{"v1/tasks/\x00", ""},
		{"v1/tasks/\xff/events", "a;b"},
		{"v1/buildings", "cursor=%ff&limit=99999999999999999999"},
		{"v1/../v1/buildings/a/meters", "%"},
		{"docs/../../etc/passwd", "?"},
	} {
		f.Add(address[0], address[1])
	}
	w := start(f)
	f.Fuzz(func(t *testing.T, path, query string) {
		r := w.serve(t, http.MethodGet, &url.URL{Path: "/" + path, RawQuery: query}, "")
		if r.status >= 400 {
			wellRefused(t, r)
		}
	})
}

// serve hands a request to the gateway without a connection.
func (w *world) serve(t *testing.T, method string, address *url.URL, body string) reply {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
	r.URL = address
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return reply{rec.Code, rec.Header(), rec.Body.Bytes()}
}

// wellRefused checks a refusal of anything: a problem, and the caller's.
func wellRefused(t *testing.T, r reply) {
	t.Helper()
	var p api.ProblemDetails
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatalf("status %d, not a problem: %v: %.300s", r.status, err, r.body)
	}
	if p.Detail == "" {
		t.Error("a problem without a detail")
	}
	if r.status >= 500 {
		t.Errorf("%d: %s", r.status, p.Detail)
	}
	problem(t, r, r.status, p.Type)
}

// FuzzWait reads any text as a time to wait.
func FuzzWait(f *testing.F) {
	for _, text := range []string{"", "5s", "0", "60s", "1m", "61s", "-1ns", "1e9h", "5", "٥s", "9999999999999h", ".5s", "+1s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		switch d, err := api.ParseWait(text); {
		case err != nil && len(err.Error()) > 300:
			t.Errorf("an error of %d bytes", len(err.Error()))
		case err == nil && (d < 0 || d > time.Minute):
			t.Errorf("%q is %s", text, d)
		}
	})
}
