// Package api is the HTTP gateway: JSON in and out, problems in one form, events
// as a stream. The OpenAPI document is made from this code.
package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// Starter starts and cancels the workflow behind a task.
type Starter interface {
	Ask(ctx context.Context, tenant eaio.TenantID, r eaio.Request, bodyHash string) (t eaio.Task, created bool, err error)
	Cancel(ctx context.Context, tenant eaio.TenantID, task string) error
	RaiseBudget(ctx context.Context, tenant eaio.TenantID, task, capUSD string) error
}

// Tasks reads what has become of tasks.
type Tasks interface {
	Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error)
	Tasks(ctx context.Context, tenant eaio.TenantID, f eaio.TaskFilter) ([]eaio.Task, error)
	Events(ctx context.Context, tenant eaio.TenantID, task string, after int64, limit int) ([]eaio.Event, error)
}

// Feedback keeps what readers thought of an answer.
type Feedback interface {
	Feedback(ctx context.Context, tenant eaio.TenantID, task string, useful bool, comment string) error
}

// Budgets holds what calls of models may cost.
type Budgets interface {
	Budgets(ctx context.Context, tenant eaio.TenantID, task string) ([]eaio.BudgetState, error)
	SetBudget(ctx context.Context, tenant eaio.TenantID, b eaio.Budget) error
}

// News tells when a task's journal has grown; see postgres.News.
type News interface {
	Subscribe(tenant eaio.TenantID, task string) (<-chan struct{}, func())
}

// Guard writes the narrator's answer from this process, so that the promise of a
// deadline does not hang on a live worker.
type Guard interface {
	AnswerNow(ctx context.Context, ref eaio.TaskRef) error
}

// Buildings holds buildings and their meters.
type Buildings interface {
	Building(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Building, error)
	Buildings(ctx context.Context, tenant eaio.TenantID, after string, limit int) ([]eaio.Building, error)
	AddBuilding(ctx context.Context, tenant eaio.TenantID, b eaio.Building) error
	PutBuilding(ctx context.Context, tenant eaio.TenantID, b eaio.Building) error
}

// Meters holds meters and takes readings and weather in.
type Meters interface {
	Meters(ctx context.Context, tenant eaio.TenantID, building string) ([]eaio.Meter, error)
	ImportReadings(ctx context.Context, tenant eaio.TenantID, m eaio.Meter, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error)
	ImportWeather(ctx context.Context, tenant eaio.TenantID, station string, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error)
}

// Finder finds passages.
type Finder interface {
	Find(ctx context.Context, tenant eaio.TenantID, q retrieval.Query) (retrieval.Found, error)
}

// Check is one dependency of /readyz: its state in words, or what is wrong.
type Check struct {
	Name  string
	Check func(ctx context.Context) (state string, err error)
}

// Config is what the gateway needs. Guard and Backlog may be nil: nobody stands
// guard, every task is admitted.
type Config struct {
	Starter   Starter
	Tasks     Tasks
	Feedback  Feedback
	Budgets   Budgets
	News      News
	Guard     Guard
	Backlog   Backlog
	Buildings Buildings
	Meters    Meters
	Passages  Finder

	Talker        Talker
	Conversations Conversations

	Checks    []Check
	Version   string
	UIURL     string        // Temporal Web UI, for links; empty: none
	Namespace string        // Temporal's
	Deadline  time.Duration // default of an interactive task
	Uploads   UploadLimits
	Log       *slog.Logger
}

type server struct {
	Config
	admission *admission
	guardTook atomic.Int64 // nanoseconds
}

// tenant is the caller's; until credentials name others there is one.
func (s *server) tenant(context.Context) eaio.TenantID { return eaio.DefaultTenant }

// New returns the handler of the whole API.
func New(cfg Config) http.Handler {
	useProblems()
	mux := http.NewServeMux()
	c := huma.DefaultConfig("EAIO", cfg.Version)
	c.Info.Description = "Questions about how buildings use energy, answered durably: every number in an answer is computed from meter data and has an id."
	c.Components.Schemas = schemas()
	c.DocsPath = "" // ours is below: it needs no outside address
	c.CreateHooks = nil
	c.SchemasPath = ""
	c.RejectUnknownQueryParameters = true
	c.Formats = formats()
	a := humago.New(mux, c)
	cfg.Uploads = cfg.Uploads.withDefaults()
	s := &server{Config: cfg}
	if cfg.Backlog != nil {
		s.admission = newAdmission(cfg.Backlog)
	}
	s.registerTasks(a)
	s.registerEvents(a)
	s.registerBudgets(a)
	s.registerConversations(a)
	s.registerBuildings(a)
	s.registerImports(a)
	s.registerSearch(a)
	s.registerHealth(a)
	mux.Handle("GET /metrics", promhttp.Handler())
	mux.Handle("GET /docs/", inHouse(v5emb.NewWithConfig(swgui.Config{SettingsUI: map[string]string{"validatorUrl": "null"}})("EAIO", "/openapi.json", "/docs/")))
	mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusFound))
	mux.Handle("GET /{$}", http.RedirectHandler("/docs/", http.StatusFound))
	mux.HandleFunc("/", notFound(mux))
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(otherSite))
	return withRequestID(s.logged(storableRequest(sameSite.Handler(mux))))
}

// inHouse lets a page load and call nothing but what we serve.
func inHouse(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self' 'unsafe-inline' 'unsafe-eval' data:")
		page.ServeHTTP(w, r)
	})
}

// maxBody bounds a JSON body: twelve bytes for each of 4,000 characters, and the rest.
const maxBody = 64 << 10

type requestIDKey struct{}

// withRequestID gives each request an id, the caller's own where it sends one.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if id == "" || len(id) > 100 || strings.ContainsFunc(id, func(c rune) bool { return c < '!' || c > '~' }) {
			id = rand.Text()
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// logged writes one line per request that went wrong, and turns a panic into a
// problem.
func (s *server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		rec := &statusRecorder{ResponseWriter: w}
		ctx := r.Context()
		defer func() {
			if p := recover(); p != nil {
				s.Log.ErrorContext(ctx, "a handler panicked", "path", r.URL.Path, "panic", p, "request_id", requestID(ctx))
				if rec.status == 0 {
					writeProblem(rec, r, http.StatusInternalServerError, "internal", oursToMend)
				}
			}
			if rec.status >= 500 {
				s.Log.ErrorContext(ctx, "request failed", "method", r.Method, "path", r.URL.Path, "status", rec.status, "took", time.Since(started), "request_id", requestID(ctx))
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// methods are those that a route may have.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch}

// notFound answers for every address that mux has no route for, and for those
// that it has under another method.
func notFound(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range methods {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/" {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			writeProblem(w, r, http.StatusMethodNotAllowed, "invalid", clip(r.URL.Path, 200)+" takes "+strings.Join(allowed, ", "))
			return
		}
		writeProblem(w, r, http.StatusNotFound, "not_found", "There is nothing at "+clip(r.URL.Path, 200)+"; /docs shows what there is.")
	}
}

func otherSite(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, r, http.StatusForbidden, "forbidden", "A page of another site may not send this: call from this site, or from a program.")
}
