package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/api"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/starter"
)

const building = apptest.PublicBuilding

// world is the real gateway on a real port, over a database of its own. Store,
// starter and activities are the real ones; only Temporal is played, by engine.
type world struct {
	*apptest.Fixture
	tb     testing.TB
	engine *engine
	guard  *activities.Guard
	log    *logBook

	handler http.Handler
	url     string
}

// start serves a gateway until tb ends. Each change edits its configuration.
func start(tb testing.TB, changes ...func(*api.Config)) *world {
	tb.Helper()
	f := apptest.New(tb)
	acts := f.Activities(tb)
	w := &world{Fixture: f, tb: tb, log: &logBook{}, guard: activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)}
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	w.engine = &engine{ctx: ctx, store: f.Store.Store, answer: w.guard.AnswerNow}
	store, log := f.Store.Store, slog.New(slog.NewTextHandler(w.log, nil))
	cfg := api.Config{
		Starter: &starter.Starter{Temporal: w.engine, Tasks: store, Ends: store, Talks: store, Log: log},
		Tasks:   store, Feedback: store, Budgets: store, Buildings: store, Meters: store, Guard: w.guard, Passages: acts.Librarian.Retriever, News: store.Listen(ctx, log),
		Version: "v1.2.3", UIURL: "http://temporal.test", Namespace: "default", Deadline: 30 * time.Second, Log: log,
	}
	cfg.Talker, cfg.Conversations = cfg.Starter.(api.Talker), store
	for _, change := range changes {
		change(&cfg)
	}
	w.handler = api.New(cfg)
	server := httptest.NewServer(w.handler)
	w.url = server.URL
	tb.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		cancel()
		w.engine.working.Wait()
	})
	return w
}

// logBook keeps the log for tests to look at.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) has(word string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), word)
}

// reply is what the gateway answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send sends one request; header holds pairs of name and value.
func (w *world) send(method, path string, body io.Reader, header ...string) reply {
	w.tb.Helper()
	r, err := http.NewRequestWithContext(w.tb.Context(), method, w.url+path, body)
	if err != nil {
		w.tb.Fatal(err)
	}
	for pair := range slices.Chunk(header, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		w.tb.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.tb.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{resp.StatusCode, resp.Header, b}
}

func (w *world) get(path string) reply {
	w.tb.Helper()
	return w.send(http.MethodGet, path, nil)
}

// post sends JSON.
func (w *world) post(path, body string, header ...string) reply {
	w.tb.Helper()
	return w.send(http.MethodPost, path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, header...)...)
}

// ok decodes a reply of that status into a T.
func ok[T any](tb testing.TB, r reply, status int) (out T) {
	tb.Helper()
	if r.status != status {
		tb.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	if got := r.header.Get("Content-Type"); got != "application/json" {
		tb.Errorf("Content-Type %q, want application/json", got)
	}
	if err := json.Unmarshal(r.body, &out); err != nil {
		tb.Fatalf("%v in %s", err, r.body)
	}
	return out
}

// problemTypes are the stable words that a problem may have.
var problemTypes = strings.Fields("invalid unknown_building unknown_conversation unauthorized forbidden not_found conflict idempotency_mismatch too_large rate_limited overloaded budget unavailable internal")

// innards are words that belong in a log, not in a problem.
var innards = strings.Fields("SQLSTATE ERROR: pgx huma eaio. goroutine json: user= limit= strconv")

// problem decodes a reply that must be a problem of that status and type, and
// checks what holds for every one.
func problem(tb testing.TB, r reply, status int, word string) api.ProblemDetails {
	tb.Helper()
	var p api.ProblemDetails
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		tb.Fatalf("status %d, not a problem: %v: %.300s", r.status, err, r.body)
	}
	switch {
	case r.status != status || p.Type != word:
		tb.Errorf("%d %s, want %d %s: %.300s", r.status, p.Type, status, word, p.Detail)
	case r.header.Get("Content-Type") != "application/problem+json":
		tb.Errorf("Content-Type %q, want application/problem+json", r.header.Get("Content-Type"))
	case p.Status != status || p.Title != http.StatusText(status):
		tb.Errorf("status %d, title %q in the body of a %d", p.Status, p.Title, status)
	case p.RequestID == "" || p.RequestID != r.header.Get("X-Request-Id"):
		tb.Errorf("request id %q, its header %q", p.RequestID, r.header.Get("X-Request-Id"))
	case !slices.Contains(problemTypes, p.Type):
		tb.Errorf("type %q is none of the stable words", p.Type)
	case len(p.Detail) > 1000:
		tb.Errorf("a detail of %d bytes", len(p.Detail))
	}
	for _, word := range innards {
		if strings.Contains(p.Detail, word) {
			tb.Errorf("the detail shows our innards (%s): %s", word, p.Detail)
		}
	}
	return p
}

// task is a task as callers see it.
type task struct {
	eaio.Task
	Question string            `json:"question"`
	Building string            `json:"building"`
	Links    map[string]string `json:"links"`
}

// ask asks the sample's question and returns the task, which must be new.
func (w *world) ask(header ...string) task {
	w.tb.Helper()
	return ok[task](w.tb, w.post("/v1/tasks", question, header...), http.StatusAccepted)
}

// answered asks the sample's question and returns the finished task.
func (w *world) answered() task {
	w.tb.Helper()
	t := ok[task](w.tb, w.post("/v1/tasks?wait=30s", question), http.StatusOK)
	if t.Status != eaio.TaskCompleted || t.Answer == nil {
		w.tb.Fatalf("the task is %s", t.Status)
	}
	return t
}

const question = `{"question": "What was left on last night?", "building": "` + building + `", "as_of": "2017-11-21T00:00:00Z"}`
