package postgres_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// listen returns once the store listens. Its readers are signalled as it begins,
// so the test has to wait for that first.
func (d *db) listen(t *testing.T, tasks ...string) []<-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	news := d.Listen(ctx, slog.New(slog.DiscardHandler))
	var out []<-chan struct{}
	for _, task := range tasks {
		c, stop := news.Subscribe(tenant, task)
		t.Cleanup(stop)
		out = append(out, c)
	}
	d.listener(t)
	for drained := false; !drained; { // until no more than silence follows the beginning
		drained = true
		for _, c := range out {
			if signalled(c, 100*time.Millisecond) {
				drained = false
			}
		}
	}
	return out
}

// listener is the process id of the connection that listens.
func (d *db) listener(t *testing.T) (pid int32) {
	t.Helper()
	eventually(t, "the store listens", func() bool {
		pids := column[int32](t, d, "select pid from pg_stat_activity where datname = current_database() and query = 'listen eaio_tasks' and state = 'idle'")
		if len(pids) == 1 {
			pid = pids[0]
		}
		return len(pids) == 1
	})
	return pid
}

func signalled(c <-chan struct{}, within time.Duration) bool {
	select {
	case <-c:
		return true
	default:
	}
	select {
	case <-c:
		return true
	case <-time.After(within):
		return false
	}
}

func TestNews(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.accept(t, "b")
	d.accept(t, "c")
	c := d.listen(t, "a", "a", "b", "c")
	for name, happen := range map[string]func() error{
		"append": func() error { return d.Append(t.Context(), tenant, "a", eaio.NewEvent(eaio.EventRoute, "", nil)) },
		"planned": func() error {
			return d.Planned(t.Context(), tenant, "a", "", eaio.Plan{}, newYear, eaio.NewEvent(eaio.EventPlanned, "", nil))
		},
		"answer": func() error { _, err := d.record(t, "a", "words"); return err },
	} {
		if err := happen(); err != nil {
			t.Fatal(err)
		}
		if !signalled(c[0], 10*time.Second) || !signalled(c[1], 10*time.Second) {
			t.Errorf("%s: no news", name)
		}
	}
	d.end(t, "b", eaio.TaskCancelled)
	if !signalled(c[2], 10*time.Second) {
		t.Error("no news of the end")
	}
	if signalled(c[3], 100*time.Millisecond) {
		t.Error("news of a task that has none")
	}
}

// Nobody may wait for a reader that does not read, and the reader misses nothing.
func TestSlowReadersHoldUpNobody(t *testing.T) {
	d := open(t)
	d.accept(t, "slow")
	d.accept(t, "quick")
	c := d.listen(t, "slow", "quick")
	for range 50 {
		if err := d.Append(t.Context(), tenant, "slow", eaio.NewEvent(eaio.EventRoute, "", nil)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Append(t.Context(), tenant, "quick", eaio.NewEvent(eaio.EventRoute, "", nil)); err != nil {
		t.Fatal(err)
	}
	if !signalled(c[1], 10*time.Second) || !signalled(c[0], 10*time.Second) {
		t.Error("no news")
	}
}

func TestNewsSurvivesItsConnection(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.accept(t, "b")
	c := d.listen(t, "a", "b")
	before := d.listener(t)
	d.exec(t, "select pg_terminate_backend($1)", before)
	for i := range c {
		if !signalled(c[i], 10*time.Second) {
			t.Errorf("reader %d was not told to look again", i)
		}
	}
	eventually(t, "another connection listens", func() bool { return d.listener(t) != before })
	for drained := false; !drained; {
		drained = !signalled(c[0], 100*time.Millisecond)
	}
	if err := d.Append(t.Context(), tenant, "a", eaio.NewEvent(eaio.EventRoute, "", nil)); err != nil {
		t.Fatal(err)
	}
	if !signalled(c[0], 10*time.Second) {
		t.Error("no news after the connection came back")
	}
}

func TestNewsEndsWithItsContext(t *testing.T) {
	d := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	news := d.Listen(ctx, slog.New(slog.DiscardHandler))
	c, stop := news.Subscribe(tenant, "a")
	d.listener(t)
	cancel()
	eventually(t, "nobody listens", func() bool {
		return one[int](t, d, "select count(*) from pg_stat_activity where datname = current_database() and query = 'listen eaio_tasks'") == 0
	})
	stop()
	stop() // twice is no harm
	signalled(c, 0)
	if signalled(c, 50*time.Millisecond) {
		t.Error("a signal after the end")
	}
}
