package temporal

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/eaio/eaio/postgres/local/pgtest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		victim(dir)
		return
	}
	os.Exit(m.Run())
}

// stores runs a test on each store that a server can keep its state in.
func stores(t *testing.T, test func(t *testing.T, cfg Config)) {
	t.Run("sqlite", func(t *testing.T) { test(t, onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, onPostgres(t)) })
}

func onSQLite(t *testing.T) Config {
	return Config{Dir: t.TempDir(), FrontendAddr: "127.0.0.1:0"}
}

func onPostgres(t *testing.T) Config {
	t.Helper()
	db := pgtest.Shared(t)
	u, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, suffix := range []string{"_temporal", "_temporal_visibility"} {
			psql(t, db, "DROP DATABASE IF EXISTS "+u.Path[1:]+suffix+" WITH (FORCE)")
		}
	})
	return Config{PostgresURL: db, FrontendAddr: "127.0.0.1:0"}
}

func psql(t *testing.T, db string, statements ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func openSQLiteFile(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// start runs a server that ends with the test.
func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func dial(t *testing.T, s *Server) client.Client {
	t.Helper()
	c, err := client.Dial(quietly(s.Address()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func quietly(addr string) client.Options {
	return client.Options{HostPort: addr, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))}
}

const queue = "test"

// waitForWord ends with the word it is sent.
func waitForWord(ctx workflow.Context) (word string, err error) {
	workflow.GetSignalChannel(ctx, "word").Receive(ctx, &word)
	return word, nil
}

// nap ends after a time below the second that timers are late by default.
func nap(ctx workflow.Context) error { return workflow.Sleep(ctx, 100*time.Millisecond) }

// work polls until the test ends.
func work(t *testing.T, c client.Client) {
	t.Helper()
	w := worker.New(c, queue, worker.Options{})
	w.RegisterWorkflow(waitForWord)
	w.RegisterWorkflow(nap)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
}

// begin starts the workflow that waits for a word.
func begin(ctx context.Context, c client.Client, id string) error {
	_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: queue}, "waitForWord")
	return err
}

// finish sends the word to a workflow and expects it back.
func finish(t *testing.T, c client.Client, id string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.SignalWorkflow(ctx, id, "", "word", "done"); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := c.GetWorkflow(ctx, id, "").Get(ctx, &got); err != nil || got != "done" {
		t.Fatalf("workflow %s: %q, %v", id, got, err)
	}
}
