package routing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/inmem"
	"github.com/eaio/eaio/routing"
)

// model answers after a while, or fails; it counts.
type model struct {
	takes time.Duration
	fails error
	mu    sync.Mutex
	asked []eaio.ModelRequest
}

func (m *model) Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
	m.mu.Lock()
	m.asked = append(m.asked, r)
	m.mu.Unlock()
	select {
	case <-time.After(m.takes):
	case <-ctx.Done():
		return eaio.ModelReply{}, eaio.Errorf(eaio.KindDeadline, "chat", "%w", ctx.Err())
	}
	if m.fails != nil {
		return eaio.ModelReply{}, m.fails
	}
	return eaio.ModelReply{Text: "ok", FirstToken: m.takes, Total: m.takes, InputTokens: 10, OutputTokens: 10}, nil
}

type panics struct{}

func (panics) Chat(context.Context, eaio.ModelRequest) (eaio.ModelReply, error) { panic("injected") }

func balancer(board *inmem.Board, p routing.Pool, models ...routing.Model) *routing.Balancer {
	b := &routing.Balancer{Pool: p, Gate: board, Health: routing.NewHealth(board), Draw: rand.New(rand.NewPCG(1, 2)).IntN, Log: slog.New(slog.DiscardHandler)}
	for i, m := range models {
		e := routing.Endpoint{Name: fmt.Sprint("e", i)}
		if len(p.Endpoints) > i {
			e = p.Endpoints[i]
		}
		b.Clients = append(b.Clients, routing.Client{Endpoint: e, Model: m})
	}
	return b
}

func request() eaio.ModelRequest {
	return eaio.ModelRequest{Model: "m", MaxOutputTokens: 100, CallKey: "t/p/1", Messages: []eaio.Message{{Role: eaio.RoleUser, Content: strings.Repeat("word ", 60)}}}
}

func ask(t *testing.T, b *routing.Balancer) (eaio.ModelReply, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return b.Chat(ctx, request())
}

func TestBalancerKeepsTheContext(t *testing.T) {
	m := &model{}
	b := balancer(inmem.NewBoard(), routing.Pool{Name: "p", Model: "m", ContextTokens: 200}, m)
	if _, err := ask(t, b); eaio.KindOf(err) != eaio.KindTooLarge || len(m.asked) != 0 {
		t.Errorf("%v, asked %d times", err, len(m.asked))
	}
	b.Pool.ContextTokens = 204 // 100 of the prompt, 4 of its message, 100 of the reply
	if _, err := ask(t, b); err != nil || len(m.asked) != 1 {
		t.Errorf("%v, asked %d times", err, len(m.asked))
	}
}

func TestBalancerNotesHowItWent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := inmem.NewBoard()
		good := &model{takes: time.Second}
		p := routing.Pool{Name: "p", Model: "m", Endpoints: []routing.Endpoint{{Name: "x", Model: "other"}}}
		if _, err := ask(t, balancer(board, p, good)); err != nil || good.asked[0].Model != "other" {
			t.Fatalf("%v, asked %+v", err, good.asked)
		}
		states, _ := board.Targets(t.Context())
		if s := states[0]; len(states) != 1 || s.Target != (routing.Target{Pool: "p", Endpoint: "x", Model: "other"}) || s.FirstToken != time.Second || s.InFlight != 0 || s.Calls != 1 {
			t.Fatalf("%+v", states)
		}
		func() {
			defer func() { _ = recover() }()
			_, _ = ask(t, balancer(board, p, panics{}))
		}()
		states, _ = board.Targets(t.Context())
		if s := states[0]; s.InFlight != 0 || s.Failures != 0 {
			t.Fatalf("after a panic %+v", s)
		}
		slow := &model{takes: time.Hour} // our own time-out, over and over
		for range 10 {
			if _, err := ask(t, balancer(board, p, slow)); eaio.KindOf(err) != eaio.KindDeadline {
				t.Fatal(err)
			}
		}
		states, _ = board.Targets(t.Context())
		if s := states[0]; s.Reason != "" || s.FirstToken < 4*time.Second {
			t.Fatalf("after time-outs %+v", s)
		}
	})
}

// A breaker and limits refuse with the time to come back, and cost no call.
func TestBalancerRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := inmem.NewBoard()
		wait := eaio.Errorf(eaio.KindRateLimited, "", "slow down")
		wait.RetryAfter = 30 * time.Second
		m := &model{fails: wait}
		p := routing.Pool{Name: "p", Model: "m"}
		_, _ = ask(t, balancer(board, p, m))
		_, err := ask(t, balancer(board, p, m))
		if eaio.KindOf(err) != eaio.KindRateLimited || eaio.RetryAfterOf(err) != 30*time.Second || len(m.asked) != 1 {
			t.Errorf("%v after %s, asked %d times", err, eaio.RetryAfterOf(err), len(m.asked))
		}
		down := &model{fails: eaio.Errorf(eaio.KindUnavailable, "", "refused")}
		q := routing.Pool{Name: "q", Model: "m"}
		for range routing.MinCalls + 3 {
			_, err = ask(t, balancer(board, q, down))
		}
		if eaio.KindOf(err) != eaio.KindUnavailable || eaio.RetryAfterOf(err) != routing.Cooldown || len(down.asked) != routing.MinCalls {
			t.Errorf("%v after %s, asked %d times", err, eaio.RetryAfterOf(err), len(down.asked))
		}
	})
}

// Of several endpoints the one that answers soonest gets the most, one that is
// shut none, and the last one that is open all.
func TestBalancerSpreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := inmem.NewBoard()
		fast, slow, broken := &model{takes: 100 * time.Millisecond}, &model{takes: time.Second}, &model{fails: eaio.Errorf(eaio.KindUnauthorized, "", "bad key")}
		p := routing.Pool{Name: "p", Model: "m", Endpoints: []routing.Endpoint{{Name: "fast"}, {Name: "slow"}, {Name: "broken"}}}
		b := balancer(board, p, fast, slow, broken)
		failed := 0
		for range 200 {
			if _, err := ask(t, b); err != nil {
				failed++
			}
			time.Sleep(time.Second) // the view is looked at anew
		}
		// Of three pairs the fast one wins two, the slow one the third.
		if 2*len(fast.asked) < 3*len(slow.asked) || len(slow.asked) == 0 || failed != len(broken.asked) {
			t.Errorf("asked %d, %d, %d times; %d failed", len(fast.asked), len(slow.asked), len(broken.asked), failed)
		}
		// The breaker stays open but for a probe every five seconds or so.
		if n := len(broken.asked); n < routing.MinCalls || n > 60 {
			t.Errorf("the broken endpoint was asked %d times", n)
		}
		for _, name := range []string{"slow", "broken"} {
			_ = board.MarkTarget(t.Context(), routing.Target{Pool: "p", Endpoint: name, Model: "m"}, time.Hour)
		}
		time.Sleep(time.Second)
		before := len(fast.asked)
		for range 20 {
			if _, err := ask(t, b); err != nil {
				t.Fatal(err)
			}
		}
		if len(fast.asked) != before+20 {
			t.Errorf("asked %d times of 20", len(fast.asked)-before)
		}
	})
}

// A second try right after a failure meets another endpoint.
func TestBalancerTriesAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(20) {
			board := inmem.NewBoard()
			broken, good := &model{fails: eaio.Errorf(eaio.KindUnavailable, "", "refused")}, &model{takes: time.Second}
			b := balancer(board, routing.Pool{Name: "p", Model: "m"}, broken, good)
			b.Draw = rand.New(rand.NewPCG(seed, 1)).IntN
			for range 4 {
				if _, err := ask(t, b); err == nil {
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			if len(broken.asked) > 1 || len(good.asked) != 1 {
				t.Fatalf("seed %d: the broken endpoint was asked %d times, the good one %d times", seed, len(broken.asked), len(good.asked))
			}
		}
	})
}

// Many calls at once at endpoints that nobody measured go to all of them.
func TestBalancerSpreadsFromTheBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := inmem.NewBoard()
		one, two := &model{takes: time.Second}, &model{takes: time.Second}
		b := balancer(board, routing.Pool{Name: "p", Model: "m"}, one, two)
		b.Draw = func(n int) int { return rand.IntN(n) }
		var group sync.WaitGroup
		for range 60 {
			group.Go(func() { _, _ = ask(t, b) })
			time.Sleep(10 * time.Millisecond)
		}
		group.Wait()
		if n := len(one.asked); n < 15 || n > 45 {
			t.Errorf("asked %d and %d times", n, len(two.asked))
		}
	})
}

// away is a board that cannot be reached.
type away struct{ looks *int }

var errAway = errors.New("away")

func (away) BeginCall(context.Context, routing.Call) (routing.Refusal, error) {
	return routing.Refusal{}, errAway
}
func (away) EndCall(context.Context, routing.Call, routing.Outcome) error { return errAway }
func (a away) Targets(context.Context) ([]routing.State, error) {
	*a.looks++
	return nil, errAway
}

func TestBoardsTroubleStopsNoCall(t *testing.T) {
	board := away{new(int)}
	one, two := &model{}, &model{}
	b := balancer(inmem.NewBoard(), routing.Pool{Name: "p", Model: "m"}, one, two)
	b.Gate, b.Health = board, routing.NewHealth(board)
	for range 20 {
		if _, err := ask(t, b); err != nil {
			t.Fatal(err)
		}
	}
	if len(one.asked)+len(two.asked) != 20 || *board.looks > 10 {
		t.Errorf("asked %d and %d times, looked %d times", len(one.asked), len(two.asked), *board.looks)
	}
	if r := b.Health.Down("p"); r != "" {
		t.Errorf("a board that is away takes the pool out: %s", r)
	}
}

// counting counts the looks at a board.
type counting struct {
	*inmem.Board
	looks int
}

func (c *counting) Targets(ctx context.Context) ([]routing.State, error) {
	c.looks++
	return c.Board.Targets(ctx)
}

func TestHealthLooksSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := &counting{Board: inmem.NewBoard()}
		h := routing.NewHealth(board)
		for range 1000 {
			if _, err := h.States(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		if board.looks != 4 {
			t.Errorf("%d looks in a second, want 4", board.looks)
		}
		_ = board.MarkTarget(t.Context(), routing.Target{Pool: "p"}, time.Minute)
		if h.Down("p") != eaio.ReasonUnavailable || h.Down("q") != "" {
			t.Errorf("p is down for %q, q for %q", h.Down("p"), h.Down("q"))
		}
	})
}
