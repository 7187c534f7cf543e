package postgres_test

import (
	"context"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local"
)

// A connection that is cut in the middle of any write: the error says that it may
// be tried again, nothing is half done, and the next try does it.
func TestAConnectionIsCut(t *testing.T) {
	for _, c := range []struct {
		name, lock string
		call       func(d *db) error
		table      string
		want       int
	}{
		{"Append", "select 1 from tasks for update", func(d *db) error {
			return d.Append(t.Context(), tenant, "a", eaio.NewEvent(eaio.EventRoute, "", nil))
		}, "task_events", 2},
		{"Record", "select 1 from tasks for update", func(d *db) error { _, err := d.record(t, "a", "words"); return err }, "answers", 1},
		{"End", "select 1 from tasks for update", func(d *db) error {
			return d.End(t.Context(), tenant, "a", eaio.TaskFailed, nil, eaio.NewEvent(eaio.EventFailed, "", nil))
		}, "tasks where status = 'failed'", 1},
		{"SaveResults", "select 1 from tasks for update", func(d *db) error { return d.SaveResults(t.Context(), tenant, "a", results("x"), hashes("x")) }, "facts", 3},
		{"Accept", "lock tasks", func(d *db) error { _, _, err := d.Accept(t.Context(), newTask("b"), "h"); return err }, "tasks", 2},
		{"ClaimDay", "lock scheduled_days", func(d *db) error {
			_, _, err := d.ClaimDay(t.Context(), full("b"), "nightly", "2017-05-01")
			return err
		}, "scheduled_days", 1},
		{"Claim", "lock model_calls", func(d *db) error { _, err := d.Claim(t.Context(), tenant, call("a"), long); return err }, "model_calls", 1},
		{"ImportReadings", "lock imports", func(d *db) error {
			_, err := d.ImportReadings(t.Context(), tenant, electricity("b/e"), hours(newYear, 2000), eaio.ImportSource{})
			return err
		}, "readings", 2000},
		{"Readings", "lock meters", func(d *db) error {
			_, err := d.Readings(t.Context(), tenant, "b/old", eaio.Window{})
			return err
		}, "meters", 1},
		{"Task", "lock answers", func(d *db) error { _, err := d.Task(t.Context(), tenant, "a"); return err }, "tasks", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t)
			d.building(t, "b")
			d.load(t, electricity("b/old"), nil)
			d.accept(t, "a")
			tables := []string{"tasks", "task_events", "results", "facts", "answers", "model_calls", "scheduled_days", "readings", "meters", "imports"}
			count := func() (n []int) {
				for _, table := range tables {
					n = append(n, one[int](t, d, "select count(*) from "+table))
				}
				return n
			}
			before := count()
			release := d.hold(t, c.lock)
			failed := make(chan error, 1)
			go func() { failed <- c.call(d) }()
			d.exec(t, "select pg_terminate_backend($1)", d.waiting(t, 1)[0])
			wantKind(t, <-failed, eaio.KindUnavailable)
			release()
			for i, n := range count() {
				if n != before[i] {
					t.Errorf("%d rows in %s, there were %d", n, tables[i], before[i])
				}
			}
			if err := c.call(d); err != nil {
				t.Errorf("a second try: %v", err)
			}
			d.wantCount(t, c.want, c.table)
		})
	}
}

// A caller who gives up gets that for an answer, and leaves nothing held.
func TestACallerGivesUp(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	release := d.hold(t, "select 1 from tasks for update")
	for _, c := range []struct {
		kind eaio.Kind
		ctx  func() (context.Context, context.CancelFunc)
	}{
		{eaio.KindDeadline, func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 50*time.Millisecond)
		}},
		{eaio.KindCancelled, func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				d.waiting(t, 1)
				cancel()
			}()
			return ctx, cancel
		}},
	} {
		ctx, cancel := c.ctx()
		_, err := d.Record(ctx, tenant, "a", eaio.Answer{Revision: 1, Text: "words"}, "", eaio.Timings{}, nil)
		cancel()
		wantKind(t, err, c.kind)
		eventually(t, "the server has given up as well", func() bool { // it is told so behind the caller's back
			return one[int](t, d, `select count(*) from pg_stat_activity
				where datname = current_database() and application_name = 'eaio' and wait_event_type = 'Lock'`) == 0
		})
	}
	release()
	if _, err := d.record(t, "a", "in the end"); err != nil {
		t.Error(err)
	}
	if got := column[string](t, d, "select text from answers"); len(got) != 1 || got[0] != "in the end" {
		t.Errorf("%q", got)
	}
}

func TestNoServer(t *testing.T) {
	s, err := postgres.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantKind(t, s.Ping(t.Context()), eaio.KindUnavailable)
	_, err = s.Task(t.Context(), tenant, "a")
	wantKind(t, err, eaio.KindUnavailable)
	_, _, err = s.Migrate(t.Context())
	wantKind(t, err, eaio.KindUnavailable)
	s.Close()
	wantKind(t, s.Ping(t.Context()), eaio.KindUnavailable)
	_, err = postgres.Open(t.Context(), "postgres://h:notaport/", 1)
	wantKind(t, err, eaio.KindInvalid)
}

// A server that takes the connection and then says nothing: its time-out is not the caller's deadline.
func TestASilentServer(t *testing.T) {
	l := silent(t)
	s, err := postgres.Open(t.Context(), "postgres://nobody@"+l+"/none?connect_timeout=1&sslmode=disable", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantKind(t, s.Ping(t.Context()), eaio.KindUnavailable)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantKind(t, s.Ping(ctx), eaio.KindDeadline)
}

// silent is the address of a server that never says a word.
func silent(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var held []net.Conn
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			held = append(held, c)
			mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range held {
			c.Close()
		}
	})
	return l.Addr().String()
}

func TestTheServerRestarts(t *testing.T) {
	if os.Getenv("EAIO_TEST_DATABASE_URL") != "" {
		t.Skip("there is no private server to restart: unset EAIO_TEST_DATABASE_URL")
	}
	open(t) // skips where there is no PostgreSQL
	dir, err := os.MkdirTemp("", "eaio-outage-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil { // as root, the server's user must get in
		t.Fatal(err)
	}
	start := func() *local.Server {
		t.Helper()
		server, err := local.Start(t.Context(), local.Config{Dir: dir, Durable: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Stop() })
		return server
	}
	server := start()
	d := openAt(t, server.URL())
	if _, _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func(){
		"stopped": func() { _ = server.Stop() },
		"killed": func() {
			_ = syscall.Kill(server.PID(), syscall.SIGKILL)
			<-server.Done()
			_ = server.Stop()
		},
	} {
		d.accept(t, name)
		done := writeUntilTheEnd(t, d, name)
		eventually(t, "some events are there", func() bool {
			return one[int](t, d, "select count(*) from task_events where task = $1", name) > 10
		})
		end()
		told := <-done
		_, err := d.Task(t.Context(), tenant, name)
		wantKind(t, err, eaio.KindUnavailable)
		server = start()
		d.sql.Reset() // the test's own connections
		eventually(t, "the store is back", func() bool {
			_, err := d.Task(t.Context(), tenant, name)
			return err == nil
		})
		// All that was told to be stored is, and the numbers have no gaps.
		events, err := d.Events(t.Context(), tenant, name, 0, 1<<30)
		if err != nil || len(events) < told+1 {
			t.Errorf("%s: %d events, %d were told to be stored, %v", name, len(events)-1, told, err)
		}
		for i, e := range events {
			if e.Seq != int64(i)+1 {
				t.Fatalf("%s: event %d has the number %d", name, i+1, e.Seq)
			}
		}
		if _, err := d.record(t, name, "words"); err != nil {
			t.Error(err)
		}
	}
}

// writeUntilTheEnd appends events from several writers until they fail, and then
// tells how many were acknowledged.
func writeUntilTheEnd(t *testing.T, d *db, task string) <-chan int {
	out := make(chan int, 1)
	var told int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				err := d.Append(t.Context(), tenant, task, eaio.NewEvent(eaio.EventRoute, string(rune('a'+w))+time.Duration(i).String(), nil))
				if err != nil {
					wantKind(t, err, eaio.KindUnavailable)
					return
				}
				mu.Lock()
				told++
				mu.Unlock()
			}
		})
	}
	go func() { wg.Wait(); out <- told }()
	return out
}
