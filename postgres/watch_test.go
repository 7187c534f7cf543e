package postgres_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
)

// watch runs a watcher of d until stop is called, and waits until its claims
// carry its name.
func watch(t *testing.T, d *db) (found <-chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	tokens, ended := make(chan string, 10), make(chan struct{})
	go func() {
		defer close(ended)
		d.Watch(ctx, slog.New(slog.DiscardHandler), func(token []byte) { tokens <- string(token) })
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	before := ""
	eventually(t, "the watcher is connected", func() bool {
		name := postgres.Holding(d.Store)
		defer func() { before = name }()
		return name != "" && name == before
	})
	return tokens, stop
}

func held(task, token string) eaio.ModelCall {
	c := call(task)
	c.TaskToken = []byte(token)
	return c
}

func none(t *testing.T, found <-chan string, within time.Duration) {
	t.Helper()
	select {
	case token := <-found:
		t.Errorf("the call %q was taken from its holder", token)
	case <-time.After(within):
	}
}

// Of a holder that dies, the others find the open call once, and the claim is free.
func TestWatchFindsTheCallsOfTheDead(t *testing.T) {
	dying := open(t)
	other := openAt(t, dying.url)
	third := openAt(t, dying.url)
	dying.accept(t, "open")
	dying.accept(t, "replied")
	_, die := watch(t, dying)
	found, _ := watch(t, other)
	alsoFound, _ := watch(t, third)
	dying.claim(t, held("open", "open"), long)
	dying.claim(t, held("replied", "replied"), long)
	dying.store(t, call("replied"), "words")
	none(t, found, 1500*time.Millisecond) // silent, and alive
	none(t, alsoFound, 0)

	die()
	got := map[string]int{}
	for range 2 {
		select {
		case token := <-found:
			got[token]++
		case token := <-alsoFound:
			got[token]++
		case <-time.After(10 * time.Second):
			t.Fatalf("found %v, want both calls", got)
		}
	}
	if got["open"] != 1 {
		t.Errorf("found %v", got)
	}
	none(t, found, time.Second)
	none(t, alsoFound, 0)
	if c := other.claim(t, held("open", "again"), long); c.Attempt != 2 {
		t.Errorf("the free claim: %+v", c)
	}
	if c := other.claim(t, held("replied", "again"), long); !c.Replied {
		t.Errorf("the stored reply: %+v", c)
	}
}

// A worker that lives and lost its connection alone keeps its call: it renews it.
func TestWatchLeavesTheLivingTheirCalls(t *testing.T) {
	d := open(t)
	other := openAt(t, d.url)
	d.accept(t, "a")
	_, stop := watch(t, d)
	found, _ := watch(t, other)
	claimed := d.claim(t, held("a", "token"), long)
	stop() // the connection ends, the process does not
	for range 12 {
		if err := d.Renew(t.Context(), tenant, claimed, long); err != nil {
			t.Fatal(err)
		}
		none(t, found, 250*time.Millisecond)
	}
}

// A watcher whose connection is cut connects again under another name.
func TestWatchConnectsAgain(t *testing.T) {
	d := open(t)
	watch(t, d)
	before := postgres.Holding(d.Store)
	d.exec(t, `select pg_terminate_backend(split_part($1, '/', 1)::int)`, before)
	eventually(t, "it is connected again", func() bool { return postgres.Holding(d.Store) != before })
}
