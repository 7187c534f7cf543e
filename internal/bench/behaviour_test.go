package bench_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/bench"
	"github.com/eaio/eaio/openai"
)

// TestBehaviours asks a real client what it makes of each behaviour: the benchmark
// measures what it says it does.
func TestBehaviours(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m, err := bench.ServeFaultyModel(l, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	client, err := openai.New(openai.Config{BaseURL: m.BaseURL(), APIKey: "none"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]eaio.Kind{
		"healthy": "", "wrong numbers": "",
		"slow (2 s)": eaio.KindDeadline, "too slow (20 s)": eaio.KindDeadline, "hung before the first token": eaio.KindDeadline,
		"hung in the middle": eaio.KindDeadline, "black hole": eaio.KindDeadline,
		"cut in the middle": eaio.KindUnavailable, "connection refused": eaio.KindUnavailable, "500": eaio.KindUnavailable,
		"429 with Retry-After": eaio.KindRateLimited, "429 without a hint": eaio.KindRateLimited,
		"malformed JSON": eaio.KindUnavailable, "endless output": eaio.KindMalformed, "context too long": eaio.KindTooLarge,
		"refused": eaio.KindRefused, "empty": eaio.KindMalformed,
	}
	for _, b := range append(bench.Behaviours(), bench.Healthy) {
		kind, known := want[b.Name]
		if !known {
			t.Errorf("%s: say here what a client makes of it", b.Name)
			continue
		}
		if err := m.Behave(t.Context(), b); err != nil {
			t.Fatalf("%s: %v", b.Name, err)
		}
		limit := 300 * time.Millisecond
		if kind != eaio.KindDeadline {
			limit = 20 * time.Second
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		reply, err := client.Chat(ctx, eaio.ModelRequest{Model: "stub", Messages: []eaio.Message{{Role: eaio.RoleUser, Content: "?"}}, MaxOutputTokens: 200})
		cancel()
		if kind == "" && (err != nil || strings.Contains(reply.Text, "987,654") != (b.Name == "wrong numbers")) {
			t.Errorf("%s: %q, %v", b.Name, reply.Text, err)
		}
		if kind != "" && (err == nil || eaio.KindOf(err) != kind) {
			t.Errorf("%s: %v (%s), want %s", b.Name, err, eaio.KindOf(err), kind)
		}
	}
	if n := m.Asked(); n < 10 {
		t.Errorf("%d calls were counted", n)
	}
}
