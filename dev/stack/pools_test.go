package stack

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/internal/stubmodel"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/sample"
)

// poolsFile declares one local pool with the endpoints, by name and address.
func poolsFile(t *testing.T, endpoints ...string) string {
	t.Helper()
	text := "pools:\n  - name: nodes\n    privacy: local\n    model: stub\n    slots: 2\n    context_tokens: 32768\n    endpoints:\n"
	for i := 0; i < len(endpoints); i += 2 {
		text += fmt.Sprintf("      - {name: %s, base_url: %s}\n", endpoints[i], endpoints[i+1])
	}
	file := filepath.Join(t.TempDir(), "pools.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// serve runs a worker for some queues until the test or stop ends it.
func serveQueues(t *testing.T, cfg app.Config, queues ...string) (stop func()) {
	t.Helper()
	a, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.RunWorker(ctx, queues) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		a.Close()
	})
	t.Cleanup(stop)
	return stop
}

// askMany asks n questions at once and returns who answered how often.
func askMany(t *testing.T, s *Stack, n int) (by map[string]int, ids []string) {
	t.Helper()
	demo := sample.Question()
	var asked []string
	for i := range n {
		r := eaio.Request{Question: demo.Question, Building: demo.Building, AsOf: demo.AsOf, Audience: eaio.AudienceManager, Deadline: 15 * time.Second}
		got, _, err := s.App.Starter.Ask(t.Context(), eaio.DefaultTenant, r, fmt.Sprintf("%s/%d/%d", t.Name(), time.Now().UnixNano(), i))
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, got.ID)
	}
	by = map[string]int{}
	for _, id := range asked {
		by[await(t, s, id, 30*time.Second).Answer.AnsweredBy]++
	}
	return by, asked
}

func countCalls(t *testing.T, s *Stack, ids []string) (n int) {
	t.Helper()
	for _, id := range ids {
		n += strings.Count(strings.Join(stream(t, s, id, ""), " "), string(eaio.EventCalled))
	}
	return n
}

// Of two nodes behind one queue one is down: its worker takes no call, so that
// none is wasted on it, until it is back.
func TestANodeThatIsDownLeavesTheQueueAlone(t *testing.T) {
	const words = "The night was above its usual level [F1]."
	say := stubmodel.Config{Latency: 50 * time.Millisecond, Text: func(stubmodel.Request) string { return words }}
	good, err := stubmodel.Start(say)
	if err != nil {
		t.Fatal(err)
	}
	defer good.Close()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bad := l.Addr().String()
	_ = l.Close()

	both := poolsFile(t, "good", good.BaseURL(), "bad", "http://"+bad+"/v1")
	s := up(t, func(c *Config) { c.NoWorker, c.App.PoolsFile = true, both })
	on := func(name, address string) app.Config {
		cfg := s.App.Config
		cfg.PoolsFile = poolsFile(t, name, address)
		return cfg
	}
	serveQueues(t, s.App.Config, "agent")
	stopGood := serveQueues(t, on("good", good.BaseURL()), "nodes")
	serveQueues(t, on("bad", "http://"+bad+"/v1"), "nodes")

	// Both workers are there when the board shows that the bad node is known.
	eventually(t, 20*time.Second, func() error {
		if b := breakers(t, s)["bad"]; !strings.HasPrefix(b, "open (unavailable)") {
			return fmt.Errorf("the bad node's breaker is %q", b)
		}
		return nil
	})
	by, ids := askMany(t, s, 12)
	if by["stub"] != 12 {
		t.Errorf("answered by %v, want the model 12 times", by)
	}
	if n := countCalls(t, s, ids); n != 12 {
		t.Errorf("%d calls for 12 tasks: the node that is down took some", n)
	}

	prints(t, s, []string{"POOL", "nodes", "local", "stub", "good", "closed", "bad", "open (unavailable)", "0 USD", "tokens/s", "answers, 1 models", "does not answer"}, "models", "--pools", both)
	prints(t, s, []string{`"breaker": "closed"`, `"spent_24h_usd": "0"`, `"healthy": true`}, "models", "--pools", both, "--json")

	if l, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", bad); err != nil {
		t.Skipf("the bad node's port was taken meanwhile: %v", err)
	}
	back := stubmodel.Serve(l, say)
	defer back.Close()
	stopGood()
	eventually(t, 20*time.Second, func() error {
		if b := breakers(t, s)["bad"]; b != "closed" {
			return fmt.Errorf("the breaker of the node that is back is %q", b)
		}
		return nil
	})
	if by, _ := askMany(t, s, 4); by["stub"] != 4 {
		t.Errorf("answered by %v, want the model that is back 4 times", by)
	}
}

func breakers(t *testing.T, s *Stack) map[string]string {
	t.Helper()
	pools, err := s.App.Pools(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range pools[0].Endpoints {
		out[e.Name] = e.Breaker
	}
	return out
}

// Two workers of a cloud pool with two endpoints: the one that says 429 is asked
// once, by whomever, and everybody leaves it alone from then on.
func TestWhatOneWorkerLearnsAllKnow(t *testing.T) {
	good, err := stubmodel.Start(stubmodel.Config{Latency: 20 * time.Millisecond, Text: func(stubmodel.Request) string { return "The night was above its usual level [F1]." }})
	if err != nil {
		t.Fatal(err)
	}
	defer good.Close()
	limited, err := faultproxy.Start(good.BaseURL())
	if err != nil {
		t.Fatal(err)
	}
	defer limited.Close()
	if err := limited.Set(faultproxy.Fault{Mode: faultproxy.Reply, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"120"}}, Body: `{"error":{"message":"slow down"}}`}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TEST_MODEL_KEY", "k")
	file := filepath.Join(t.TempDir(), "pools.yaml")
	text := fmt.Sprintf(`pools:
  - name: far
    privacy: cloud
    model: stub
    context_tokens: 32768
    endpoints:
      - {name: limited, base_url: %s, api_key_env: TEST_MODEL_KEY}
      - {name: good, base_url: %s, api_key_env: TEST_MODEL_KEY, limits: {in_flight: 4, requests_per_minute: 600}}
`, limited.URL(), good.BaseURL())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := up(t, func(c *Config) { c.NoWorker, c.App.PoolsFile = true, file })
	serveQueues(t, s.App.Config, "agent", "far")
	serveQueues(t, s.App.Config, "far")
	asked := 0
	for limited.Requests() == 0 && asked < 50 { // the other endpoint may be drawn first
		askMany(t, s, 1)
		asked++
	}
	if n := limited.Requests(); n != 1 {
		t.Fatalf("the limited endpoint was asked %d times", n)
	}
	by, _ := askMany(t, s, 12)
	if by["stub"] != 12 || limited.Requests() != 1 {
		t.Errorf("answered by %v; the limited endpoint was asked %d times, want once", by, limited.Requests())
	}
	if b := breakers(t, s); !strings.HasPrefix(b["limited"], "open (rate_limited)") || b["good"] != "closed" {
		t.Errorf("breakers %v", b)
	}
}

// A node that is there and fails whatever it is asked (a runner that is stuck, a
// model that is not there) takes no more calls than its breaker lets through.
func TestANodeThatFailsLeavesTheQueueAlone(t *testing.T) {
	good, err := stubmodel.Start(stubmodel.Config{Latency: 50 * time.Millisecond, Text: func(stubmodel.Request) string { return "The night was above its usual level [F1]." }})
	if err != nil {
		t.Fatal(err)
	}
	defer good.Close()
	var failed atomic.Int32
	sick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			failed.Add(1)
			http.Error(w, `{"error":{"message":"model runner has unexpectedly stopped"}}`, http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, `{"object":"list","data":[{"id":"stub","object":"model"}]}`)
	}))
	defer sick.Close()
	s := up(t, func(c *Config) {
		c.NoWorker, c.App.PoolsFile = true, poolsFile(t, "good", good.BaseURL(), "sick", sick.URL+"/v1")
	})
	serveQueues(t, s.App.Config, "agent")
	for name, address := range map[string]string{"good": good.BaseURL(), "sick": sick.URL + "/v1"} {
		cfg := s.App.Config
		cfg.PoolsFile = poolsFile(t, name, address)
		serveQueues(t, cfg, "nodes")
	}
	started := time.Now()
	for range 5 {
		if by, _ := askMany(t, s, 8); by["stub"] != 8 {
			t.Errorf("answered by %v, want the model 8 times", by)
		}
	}
	// The share of failures opens the breaker; then one call probes after each
	// cooldown. Two may be under way when it opens, and two polls waiting.
	most := routing.MinCalls + 4 + int32(time.Since(started)/routing.Cooldown)
	if n := failed.Load(); n == 0 || n > most {
		t.Errorf("the sick node failed %d calls of 40 tasks in %s, want at most %d", n, time.Since(started).Round(time.Second), most)
	}
}
