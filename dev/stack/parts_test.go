package stack

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eaio/eaio/dev/temporal"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/cli"
	"github.com/eaio/eaio/internal/stubmodel"
	"github.com/eaio/eaio/postgres/local"
)

// parts is a stack in separate processes, each of which can be taken away:
// PostgreSQL, Temporal, API and worker, the last two as `eaio api` and `eaio
// worker`. Database and Temporal know the schema; API and worker do not run yet.
type parts struct {
	dir      string
	cfg      app.Config
	model    *stubmodel.Server
	postgres *local.Server
	temporal *process
}

func apart(t *testing.T, latency time.Duration) *parts {
	t.Helper()
	p := &parts{dir: reachableDir(t), model: honestModel(t, latency), cfg: app.FromEnvironment()}
	p.cfg.OllamaHost, p.cfg.MilvusAddress = "", ""
	p.cfg.TemporalAddress = freeAddress(t)
	p.startPostgres(t)
	p.cfg.DatabaseURL = p.postgres.URL()
	p.startTemporal(t)
	log := slog.New(slog.DiscardHandler)
	if _, err := app.Migrate(t.Context(), p.cfg, log); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), p.cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := loadSample(t.Context(), a, func(string) {}); err != nil {
		t.Fatal(err)
	}
	return p
}

// reachableDir is a folder that PostgreSQL's user can reach, also when root runs
// the tests.
func reachableDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "eaio-stack-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// honestModel counts what is paid, and says what verifies.
func honestModel(t *testing.T, latency time.Duration) *stubmodel.Server {
	t.Helper()
	model, err := stubmodel.Start(stubmodel.Config{Latency: latency, Text: func(stubmodel.Request) string { return "The night was above its usual level [F1]." }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(model.Close)
	return model
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := cli.Listen(t.Context(), "127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).String()
}

func (p *parts) startPostgres(t *testing.T) {
	t.Helper()
	s, err := local.Start(context.WithoutCancel(t.Context()), local.Config{Dir: p.dir, LockWait: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	p.postgres = s
	t.Cleanup(func() { _ = s.Stop() }) // a test may have ended it
}

// startTemporal starts Temporal where it was before, with what it knew.
func (p *parts) startTemporal(t *testing.T) {
	t.Helper()
	dir := filepath.Join(p.dir, "temporal")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p.temporal = start(t, "temporal", temporal.Config{Dir: dir, FrontendAddr: p.cfg.TemporalAddress}, nil, nil)
	p.temporal.said.await(t, "temporal is up", 30*time.Second)
}

func (p *parts) startAPI(t *testing.T) *process {
	t.Helper()
	address := freeAddress(t)
	api := p.eaio(t, "api", "--listen", address)
	api.url = "http://" + address
	eventually(t, 20*time.Second, func() error {
		_, _, _, err := send(t, api, "GET", "/healthz", "", "")
		return err
	})
	return api
}

func (p *parts) startWorker(t *testing.T) *process {
	t.Helper()
	return p.eaio(t, "worker")
}

func (p *parts) eaio(t *testing.T, command string, args ...string) *process {
	t.Helper()
	env := []string{
		"DATABASE_URL=" + p.cfg.DatabaseURL, "TEMPORAL_ADDRESS=" + p.cfg.TemporalAddress,
		"OPENAI_API_KEY=test", "OPENAI_BASE_URL=" + p.model.BaseURL(), "EAIO_OPENAI_MODEL=stub",
		"OLLAMA_HOST=", "MILVUS_ADDRESS=",
	}
	return start(t, "eaio", nil, env, append([]string{command}, args...))
}

// ready asks an API what its dependencies say.
func ready(t *testing.T, s server) (checks map[string]string, err error) {
	t.Helper()
	var state struct {
		Ready  bool
		Checks []struct {
			Name, State string
			OK          bool
		}
	}
	status := call(t, s, "GET", "/readyz", "", "", &state)
	checks = map[string]string{}
	for _, c := range state.Checks {
		if checks[c.Name] = "ok"; !c.OK {
			checks[c.Name] = c.State
		}
	}
	if !state.Ready || status != 200 {
		err = fmt.Errorf("not ready (%d): %v", status, checks)
	}
	return checks, err
}
