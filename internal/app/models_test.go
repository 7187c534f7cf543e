package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
)

const example = "../../docs/examples/pools.yaml"

func build(t *testing.T, cfg Config) *App {
	t.Helper()
	cfg.DatabaseURL, cfg.TemporalAddress, cfg.TemporalNamespace = "postgres://nobody@127.0.0.1:1/none", "127.0.0.1:1", "default"
	a, err := New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

func routed(a *App) (names []string) {
	for _, p := range a.Acts.Router.Pools {
		names = append(names, p.Name)
	}
	return names
}

// Every process routes to all pools; it polls those whose node and keys it has.
func TestAProcessServesWhatItCan(t *testing.T) {
	all := []string{"local", "datacentre", "cloud", "cloud-large"}
	for _, c := range []struct {
		name    string
		cfg     Config
		gateway string // GATEWAY_API_KEY
		routes  []string
		queues  []string
	}{
		{"nothing", Config{}, "", nil, []string{"agent"}},
		{"Ollama", Config{OllamaHost: "127.0.0.1:1", OllamaModel: "m"}, "", []string{"local"}, []string{"agent", "local"}},
		{"both", Config{OllamaHost: "127.0.0.1:1", OllamaModel: "m", OpenAIKey: "k", OpenAIBaseURL: "http://127.0.0.1:1/v1"}, "", []string{"local", "cloud"}, []string{"agent", "local", "cloud"}},
		{"a file", Config{PoolsFile: example}, "", all, []string{"agent", "datacentre"}},
		{"a file on an AI node", Config{PoolsFile: example, OllamaHost: "127.0.0.1:1"}, "", all, []string{"agent", "local", "datacentre"}},
		{"a file and one key", Config{PoolsFile: example, OpenAIKey: "k"}, "", all, []string{"agent", "datacentre", "cloud-large"}},
		{"a file and all keys", Config{PoolsFile: example, OpenAIKey: "k"}, "g", all, []string{"agent", "datacentre", "cloud", "cloud-large"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("GATEWAY_API_KEY", c.gateway)
			a := build(t, c.cfg)
			if got := routed(a); !slices.Equal(got, c.routes) {
				t.Errorf("routes to %v, want %v", got, c.routes)
			}
			if got := a.Queues(); !slices.Equal(got, c.queues) {
				t.Errorf("polls %v, want %v", got, c.queues)
			}
			for _, q := range c.queues[1:] {
				g := a.Acts.Generators[q]
				if b := g.Model.(*routing.Balancer); b.Pool.Name != q || len(b.Clients) == 0 || b.Gate == nil || b.Health == nil || g.Pool.Name != q {
					t.Errorf("the client of %s: %+v", q, b)
				}
			}
		})
	}
}

func TestAQueueThatCannotBeServedIsRefused(t *testing.T) {
	a := build(t, Config{PoolsFile: example})
	for queue, word := range map[string]string{"cloud": "not set: GATEWAY_API_KEY, OPENAI_API_KEY", "local": "OLLAMA_HOST", "mars": "there are agent, batch"} {
		err := a.RunWorker(t.Context(), []string{"agent", queue})
		if eaio.KindOf(err) != eaio.KindInvalid || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", queue, err)
		}
	}
}

func TestPoolsFileFaults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pools.yaml")
	if _, err := models(t.Context(), Config{PoolsFile: file}, slog.Default()); eaio.KindOf(err) != eaio.KindInvalid || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(file, []byte("pools:\n  - name: a\n    colour: red\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := models(t.Context(), Config{PoolsFile: file}, slog.Default()); eaio.KindOf(err) != eaio.KindInvalid || !strings.Contains(err.Error(), "pools.yaml:3: ") {
		t.Errorf("%v", err)
	}
}

// Only local pools have nodes, and a pool's endpoints are probed together.
func TestNodes(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	file := filepath.Join(t.TempDir(), "pools.yaml")
	text := strings.NewReplacer("http://10.0.0.21:8000", "http://127.0.0.1:1", "http://10.0.0.22:8000", server.URL)
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text.Replace(string(data))), 0o600); err != nil {
		t.Fatal(err)
	}
	a := build(t, Config{PoolsFile: file, OllamaHost: "127.0.0.1:1", OpenAIKey: "k"})
	nodes := a.nodes()
	if len(nodes) != 2 {
		t.Fatalf("%d nodes", len(nodes))
	}
	if err := nodes["local"].Probe(t.Context()); eaio.KindOf(err) != eaio.KindUnavailable {
		t.Errorf("a node where nobody listens: %v", err)
	}
	// One of its two endpoints is there, though it has no list of models.
	if err := nodes["datacentre"].Probe(t.Context()); err != nil {
		t.Errorf("a pool of which one endpoint is there: %v", err)
	}
}

func TestNodeName(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	for address, want := range map[string]string{
		"127.0.0.1:11434": host + ":11434", "http://localhost:9": host + ":9", "0.0.0.0": host + ":11434", "http://[::1]:7": host + ":7",
		"http://10.0.0.7:11434": "10.0.0.7:11434", "gpu-1": "gpu-1",
	} {
		if got := nodeName(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

// What an operator sees of pools: the declared endpoints, the nodes that were
// heard of lately, and no others.
func TestEndpoints(t *testing.T) {
	target := func(endpoint string) routing.Target {
		return routing.Target{Pool: "p", Endpoint: endpoint, Model: "m"}
	}
	states := []routing.State{
		{Target: target("a"), InFlight: 2, FirstToken: 1500 * time.Millisecond, Rate: 30},
		{Target: target("b"), Reason: eaio.ReasonRateLimited, OpenFor: 12 * time.Second},
		{Target: target("c"), Reason: eaio.ReasonUnavailable},
		{Target: target("d"), Quiet: routing.Forgotten},
		{Target: routing.Target{Pool: "q", Endpoint: "e", Model: "m"}},
	}
	names := func(list []EndpointStatus) (out []string) {
		for _, e := range list {
			out = append(out, e.Name+" "+e.Breaker)
		}
		return out
	}
	nodes := ModelPool{Pool: routing.Pool{Name: "p", Model: "m", Local: true}}
	got := endpoints(nodes, states, true)
	if want := []string{"a closed", "b open (rate_limited) for 12s", "c half open (unavailable)"}; !slices.Equal(names(got), want) {
		t.Errorf("nodes %q", names(got))
	}
	if e := got[0]; e.InFlight != 2 || e.FirstTokenMS != 1500 || e.TokensPerS != 30 {
		t.Errorf("%+v", e)
	}
	declared := ModelPool{Pool: routing.Pool{Name: "p", Model: "m", Endpoints: []routing.Endpoint{{Name: "b"}, {Name: "x"}}}}
	if got := names(endpoints(declared, states, true)); !slices.Equal(got, []string{"b open (rate_limited) for 12s", "x closed"}) {
		t.Errorf("declared %q", got)
	}
	if got := names(endpoints(declared, nil, false)); !slices.Equal(got, []string{"b unknown", "x unknown"}) {
		t.Errorf("without a board %q", got)
	}
}
