package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const tenant = eaio.DefaultTenant

var migrated = pgtest.NewTemplate(func(ctx context.Context, url string) error {
	s, err := postgres.Open(ctx, url, 2)
	if err != nil {
		return err
	}
	defer s.Close()
	_, _, err = s.Migrate(ctx)
	return err
})

// db is a store on a database of its own, and a way to look behind its back.
type db struct {
	*postgres.Store
	url string
	sql *pgxpool.Pool
}

func open(tb testing.TB) *db {
	tb.Helper()
	return openAt(tb, migrated.Database(tb))
}

func openAt(tb testing.TB, url string) *db {
	tb.Helper()
	s, err := postgres.Open(tb.Context(), url, 25)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		tb.Fatal(err)
	}
	config.MaxConns = 6
	config.ConnConfig.RuntimeParams["application_name"] = "test"
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	sql, err := pgxpool.NewWithConfig(tb.Context(), config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(sql.Close)
	return &db{Store: s, url: url, sql: sql}
}

func (d *db) exec(tb testing.TB, sql string, args ...any) {
	tb.Helper()
	if _, err := d.sql.Exec(tb.Context(), sql, args...); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
}

// one is the single value that a query gives.
func one[T any](tb testing.TB, d *db, sql string, args ...any) (v T) {
	tb.Helper()
	if err := d.sql.QueryRow(tb.Context(), sql, args...).Scan(&v); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return v
}

// column is the first column of a query.
func column[T any](tb testing.TB, d *db, sql string, args ...any) []T {
	tb.Helper()
	rows, err := d.sql.Query(tb.Context(), sql, args...)
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return list
}

// wantCount checks that a query of count(*) gives n.
func (d *db) wantCount(tb testing.TB, n int, from string, args ...any) {
	tb.Helper()
	if got := one[int](tb, d, "select count(*) from "+from, args...); got != n {
		tb.Errorf("%d rows in %s, want %d", got, from, n)
	}
}

// hold runs statements in a transaction that stays open until release is called
// or the test ends.
func (d *db) hold(tb testing.TB, sql string, args ...any) (release func()) {
	tb.Helper()
	conn, err := d.sql.Acquire(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tx, err := conn.Begin(tb.Context())
	if err == nil {
		_, err = tx.Exec(tb.Context(), sql, args...)
	}
	if err != nil {
		conn.Release()
		tb.Fatalf("%s: %v", sql, err)
	}
	done := false
	release = func() {
		if !done {
			done = true
			_ = tx.Rollback(context.WithoutCancel(tb.Context()))
			conn.Release()
		}
	}
	tb.Cleanup(release)
	return release
}

// waiting returns once n of the store's connections wait for a lock, with their
// process ids.
func (d *db) waiting(tb testing.TB, n int) (pids []int32) {
	tb.Helper()
	eventually(tb, fmt.Sprintf("%d connections wait for a lock", n), func() bool {
		pids = column[int32](tb, d, `select pid from pg_stat_activity
			where datname = current_database() and application_name = 'eaio' and wait_event_type = 'Lock'`)
		return len(pids) >= n
	})
	return pids
}

// eventually waits for what only another process can tell.
func eventually(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			tb.Fatalf("waited in vain until %s", what)
		}
	}
}

func (d *db) building(tb testing.TB, id string) eaio.Building {
	tb.Helper()
	b := eaio.Building{ID: id, Name: "House " + id, Timezone: "UTC", Privacy: eaio.PrivacyPrivate}
	if err := d.PutBuilding(tb.Context(), tenant, b); err != nil {
		tb.Fatal(err)
	}
	return b
}

func newTask(id string) eaio.Task {
	return eaio.Task{
		ID: id, Tenant: tenant, CreatedAt: time.Now().UTC(),
		Request: eaio.Request{Question: "What was left on last night?", Audience: eaio.AudienceManager, IdempotencyKey: id},
	}
}

func (d *db) accept(tb testing.TB, id string) eaio.Task {
	tb.Helper()
	task, created, err := d.Accept(tb.Context(), newTask(id), "hash")
	if err != nil || !created {
		tb.Fatalf("created %t, %v", created, err)
	}
	return task
}

func (d *db) end(tb testing.TB, id string, status eaio.TaskStatus) {
	tb.Helper()
	event := eaio.NewEvent(eaio.EventFailed, "", nil)
	if status == eaio.TaskCancelled {
		event = eaio.NewEvent(eaio.EventCancelled, "", nil)
	}
	if err := d.End(tb.Context(), tenant, id, status, nil, event); err != nil {
		tb.Fatal(err)
	}
}

func wantKind(tb testing.TB, err error, want eaio.Kind) {
	tb.Helper()
	if got := eaio.KindOf(err); got != want {
		tb.Errorf("the error %v is of kind %q, want %q", err, got, want)
	}
}
