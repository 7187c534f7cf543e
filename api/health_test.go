package api_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/api"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local"
)

// state is what /readyz says.
type state struct {
	Ready  bool `json:"ready"`
	Checks []struct {
		Name  string `json:"name"`
		OK    bool   `json:"ok"`
		State string `json:"state"`
	} `json:"checks"`
}

// Each dependency is named with its state; one that hangs holds nobody up.
func TestReadiness(t *testing.T) {
	good := api.Check{Name: "good", Check: func(context.Context) (string, error) { return "answers", nil }}
	bad := api.Check{Name: "bad", Check: func(context.Context) (string, error) { return "", errors.New("connection refused") }}
	hanging := api.Check{Name: "hanging", Check: func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() }}
	for _, c := range []struct {
		name   string
		checks []api.Check
		status int
		want   string
	}{
		{"all well", []api.Check{good, good}, 200, "answers answers"},
		{"one refuses", []api.Check{bad, good}, 503, "connection refused answers"},
		{"one hangs", []api.Check{good, hanging}, 503, "answers context deadline exceeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(cfg *api.Config) { cfg.Checks = c.checks })
			started := time.Now()
			got := ok[state](t, w.get("/readyz"), c.status)
			var states []string
			for _, check := range got.Checks {
				states = append(states, check.State)
				if check.OK != (check.State == "answers") {
					t.Errorf("%s is ok: %t", check.Name, check.OK)
				}
			}
			if strings.Join(states, " ") != c.want || got.Ready != (c.status == 200) {
				t.Errorf("ready %t: %v", got.Ready, states)
			}
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// server is a PostgreSQL of a test's own, over TCP with a password, that the test may stop.
func server(t *testing.T) *local.Server {
	t.Helper()
	apptest.New(t) // skips where no PostgreSQL can be had
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	dir, err := os.MkdirTemp("", "eaio-api-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // as root, the server's user must get in
		t.Fatal(err)
	}
	s, err := local.Start(t.Context(), local.Config{Dir: dir, Port: l.Addr().(*net.TCPAddr).Port})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

// over makes a gateway stand on the database at url.
func over(t *testing.T, url string) func(*api.Config) {
	t.Helper()
	store, err := postgres.Open(t.Context(), url, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return func(c *api.Config) {
		c.Tasks, c.Feedback, c.Buildings, c.Meters = store, store, store, store
		c.Checks = []api.Check{{Name: "postgresql", Check: store.ServerVersion}}
	}
}

// A database that lets us not in, and one that is gone, are our trouble and not
// the caller's, who learns neither who we are there nor where it stands.
func TestTheDatabaseIsAway(t *testing.T) {
	s := server(t)
	wrong, err := url.Parse(s.TCPURL())
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := wrong.User.Password()
	wrong.User = url.UserPassword(wrong.User.Username(), "wrong")
	right := start(t, over(t, s.TCPURL()))
	if got := ok[state](t, right.get("/readyz"), http.StatusOK); !got.Ready {
		t.Fatalf("%+v", got)
	}
	away(t, start(t, over(t, wrong.String())), secret, "password")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	away(t, right, secret, "connect")
}

// away checks a gateway without its database; /readyz and the log say why.
func away(t *testing.T, w *world, secret, why string) {
	t.Helper()
	got := ok[state](t, w.get("/readyz"), http.StatusServiceUnavailable)
	if got.Ready || len(got.Checks) != 1 || got.Checks[0].OK || !strings.Contains(got.Checks[0].State, why) {
		t.Errorf("ready: %+v", got)
	}
	if w.log.has(secret) || strings.Contains(got.Checks[0].State, secret) {
		t.Error("the password is shown")
	}
	if got := w.get("/healthz"); got.status != http.StatusOK {
		t.Errorf("alive: %d", got.status)
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/v1/tasks", ""},
		{"GET", "/v1/tasks?cursor=x", ""},
		{"GET", "/v1/tasks/x", ""},
		{"GET", "/v1/tasks/x/events", ""},
		{"GET", "/v1/buildings", ""},
		{"GET", "/v1/buildings/x", ""},
		{"GET", "/v1/buildings/x/meters", ""},
		{"POST", "/v1/tasks", question},
		{"POST", "/v1/tasks/x/feedback", `{"useful": true}`},
		{"POST", "/v1/buildings", `{"id": "x", "timezone": "UTC"}`},
		{"PATCH", "/v1/buildings/x", `{}`},
		{"POST", "/v1/buildings/x/readings", rows(3, nil)},
		{"POST", "/v1/weather/x", strings.Replace(rows(3, nil), "value", "temp_c", 1)},
	} {
		r := w.send(c.method, c.path, strings.NewReader(c.body), "Content-Type", "application/json")
		p := problem(t, r, http.StatusServiceUnavailable, "unavailable")
		if !strings.Contains(p.Detail, "/readyz") || strings.Contains(p.Detail, why) || r.header.Get("Retry-After") == "" {
			t.Errorf("%s %s: %s, Retry-After %q", c.method, c.path, p.Detail, r.header.Get("Retry-After"))
		}
	}
	if !w.log.has(why) {
		t.Error("the log does not say why")
	}
}

// broken fails in ways that no dependency should.
type broken struct {
	buildings
	fail func() error
}

func (b broken) Building(context.Context, eaio.TenantID, string) (eaio.Building, error) {
	return eaio.Building{}, b.fail()
}

// What only we can mend is a fault of ours, with an id to find it by.
func TestFaultsOfOurs(t *testing.T) {
	for name, fail := range map[string]func() error{
		"a panic":  func() error { panic("secret: nil map") },
		"an error": func() error { return errors.New("secret: no such column") },
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, func(c *api.Config) { c.Buildings = broken{c.Buildings, fail} })
			p := problem(t, w.get("/v1/buildings/x"), http.StatusInternalServerError, "internal")
			if strings.Contains(p.Detail, "secret") || !w.log.has("secret") || !w.log.has(p.RequestID) {
				t.Errorf("detail: %s", p.Detail)
			}
		})
	}
}

// The kinds that a dependency may hand on have their own status each.
func TestKinds(t *testing.T) {
	for kind, want := range map[eaio.Kind]struct {
		status int
		word   string
	}{
		eaio.KindInvalid:      {400, "invalid"},
		eaio.KindForbidden:    {403, "forbidden"},
		eaio.KindNotFound:     {404, "not_found"},
		eaio.KindConflict:     {409, "conflict"},
		eaio.KindTooLarge:     {413, "too_large"},
		eaio.KindRateLimited:  {429, "rate_limited"},
		eaio.KindBudget:       {402, "budget"},
		eaio.KindUnavailable:  {503, "unavailable"},
		eaio.KindDeadline:     {503, "unavailable"},
		eaio.KindCancelled:    {503, "unavailable"},
		eaio.KindUnauthorized: {503, "unavailable"},
		eaio.KindUnverified:   {500, "internal"},
		eaio.KindMalformed:    {500, "internal"},
		eaio.KindRefused:      {500, "internal"},
		eaio.KindInternal:     {500, "internal"},
	} {
		err := eaio.Errorf(kind, "op", "words for the caller")
		err.RetryAfter = 90 * time.Second
		w := start(t, func(c *api.Config) { c.Buildings = broken{c.Buildings, func() error { return err }} })
		r := w.get("/v1/buildings/x")
		p := problem(t, r, want.status, want.word)
		if told := strings.HasPrefix(p.Detail, "words for the caller"); told != (want.status < 500) {
			t.Errorf("%s: %s", kind, p.Detail)
		}
		if after := r.header.Get("Retry-After"); kind == eaio.KindRateLimited && after != "90" {
			t.Errorf("%s: Retry-After %q, want 90", kind, after)
		}
	}
}
