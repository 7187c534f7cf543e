package pgtest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eaio/eaio/postgres/local/pgtest"
)

func connect(tb testing.TB, url string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func scan[T any](tb testing.TB, conn *pgx.Conn, sql string, args ...any) (v T) {
	tb.Helper()
	if err := conn.QueryRow(tb.Context(), sql, args...).Scan(&v); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return v
}

func tables(tb testing.TB, conn *pgx.Conn) int {
	tb.Helper()
	return scan[int](tb, conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
}

func TestSharedIsEmptyAndDropped(t *testing.T) {
	var used []string
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, pgtest.Shared(t))
			if n := tables(t, conn); n != 0 {
				t.Errorf("%d tables in a new database", n)
			}
			if _, err := conn.Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
				t.Fatal(err)
			}
			used = append(used, scan[string](t, conn, "SELECT current_database()"))
		})
	}
	conn := connect(t, pgtest.Shared(t))
	if n := scan[int](t, conn, "SELECT count(*) FROM pg_database WHERE datname = ANY($1)", used); n != 0 {
		t.Errorf("%d of the databases %v are still there", n, used)
	}
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	var prepared atomic.Int32
	template := pgtest.NewTemplate(func(ctx context.Context, url string) error {
		prepared.Add(1)
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "CREATE TABLE migrated AS SELECT 42 AS n")
		return err
	})
	t.Run("all", func(t *testing.T) {
		for i := range 4 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				conn := connect(t, template.Database(t))
				if n := scan[int](t, conn, "DELETE FROM migrated RETURNING n"); n != 42 {
					t.Errorf("the copy holds %d", n)
				}
			})
		}
	})
	if n := prepared.Load(); n != 1 && os.Getenv("EAIO_TEST_DATABASE_URL") == "" {
		t.Errorf("prepared %d times", n)
	}
}

// holder makes TestHold hold a database until the process is killed.
const holder = "EAIO_PGTEST_TEST_HOLD"

func TestHold(t *testing.T) {
	if os.Getenv(holder) == "" {
		t.Skip("part of TestNothingOutlivesTheProcess")
	}
	conn := connect(t, pgtest.Shared(t))
	fmt.Printf("%s\n", scan[string](t, conn, "SHOW data_directory"))
	if os.Getenv(holder) == "until killed" {
		select {}
	}
}

func TestNothingOutlivesTheProcess(t *testing.T) {
	if os.Getenv("EAIO_TEST_DATABASE_URL") != "" {
		t.Skip("there is no private server")
	}
	pgtest.Shared(t) // skips where there is no PostgreSQL
	for _, how := range []string{"until killed", "until done"} {
		t.Run(how, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestHold$")
			cmd.Env = append(os.Environ(), holder+"="+how)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = cmd.Wait() }()
			defer cmd.Process.Kill()
			var data string
			if _, err := fmt.Fscanln(out, &data); err != nil {
				t.Fatal(err)
			}
			dir := strings.TrimSuffix(data, "/postgres/data")
			if how == "until killed" {
				if _, err := os.Stat(dir); err != nil {
					t.Fatal(err)
				}
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := io.Copy(io.Discard, out); err != nil { // nobody else may hold its output
				t.Fatal(err)
			}
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for deadline := time.Now().Add(20 * time.Second); ; <-tick.C {
				if _, err := os.Stat(dir); os.IsNotExist(err) {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("%s is still there", dir)
				}
			}
		})
	}
}

func BenchmarkShared(b *testing.B) {
	pgtest.Shared(b) // starts the server
	for b.Loop() {
		pgtest.Shared(b)
	}
}

func BenchmarkTemplate(b *testing.B) {
	template := pgtest.NewTemplate(func(ctx context.Context, url string) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		for n := range 30 {
			if _, err := conn.Exec(ctx, fmt.Sprintf("CREATE TABLE t%d (id bigint PRIMARY KEY, a text, b jsonb)", n)); err != nil {
				return err
			}
		}
		return nil
	})
	template.Database(b)
	for b.Loop() {
		template.Database(b)
	}
}
