// Package postgres is the truth that outlives a workflow: buildings, readings,
// tasks with their journal, facts and answers, and the claims on model calls.
// Every method takes a tenant and sees nothing of any other.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/tern/v2/migrate"
)

// Store holds the connections; it is safe for concurrent use.
type Store struct {
	pool *pgxpool.Pool
}

// Open connects lazily: a database that is not there yet fails the first call,
// not Open. maxConns 0 leaves the driver's default.
func Open(ctx context.Context, url string, maxConns int32) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "database url", "%w", err)
	}
	if maxConns > 0 {
		cfg.MaxConns = maxConns
	}
	cfg.ConnConfig.RuntimeParams["application_name"] = "eaio"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 3 * time.Second
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, wrap("open database", err)
	}
	return &Store{pool: pool}, nil
}

// Close waits for connections in use and closes them all.
func (s *Store) Close() { s.pool.Close() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return wrap("ping", s.pool.Ping(ctx)) }

// ServerVersion returns what the server calls itself, e.g. "15.18".
func (s *Store) ServerVersion(ctx context.Context) (string, error) {
	var v string
	err := s.pool.QueryRow(ctx, "show server_version").Scan(&v)
	return v, wrap("server version", err)
}

//go:embed migrations/*.sql
var migrations embed.FS

const versionTable = "schema_version"

// Migrate brings the schema to this binary's version; calling it at once from
// several processes is safe. It returns the versions before and after.
func (s *Store) Migrate(ctx context.Context) (from, to int32, err error) {
	return s.migrateTo(ctx, -1)
}

// SchemaVersion returns the database's version and the one this binary needs.
func (s *Store) SchemaVersion(ctx context.Context) (have, want int32, err error) {
	err = s.withMigrator(ctx, func(m *migrate.Migrator) error {
		want = int32(len(m.Migrations))
		have, err = m.GetCurrentVersion(ctx)
		return err
	})
	return have, want, err
}

func (s *Store) migrateTo(ctx context.Context, target int32) (from, to int32, err error) {
	err = s.withMigrator(ctx, func(m *migrate.Migrator) error {
		if to = target; to < 0 {
			to = int32(len(m.Migrations))
		}
		if from, err = m.GetCurrentVersion(ctx); err != nil {
			return err
		}
		if target < 0 && from > to {
			return eaio.Errorf(eaio.KindConflict, "", "the database is at schema version %d, this binary knows %d: use a newer binary", from, to)
		}
		return m.MigrateTo(ctx, to)
	})
	return from, to, err
}

func (s *Store) withMigrator(ctx context.Context, f func(*migrate.Migrator) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return wrap("migrate", err)
	}
	defer conn.Release()
	m, err := migrate.NewMigrator(ctx, conn.Conn(), versionTable)
	if err != nil {
		return wrap("migrate", err)
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if err := m.LoadMigrations(dir); err != nil {
		return fmt.Errorf("load migrations: %w", err)
	}
	return wrap("migrate", f(m))
}

// wrap turns a driver's error into an eaio.Error: connection trouble is
// unavailable and may be tried again, a missing row is not found, a broken
// constraint is a conflict. nil stays nil.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var own *eaio.Error
	if errors.As(err, &own) {
		return err
	}
	kind := eaio.KindUnavailable
	var pg *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		kind = eaio.KindNotFound
	case errors.Is(err, context.DeadlineExceeded):
		kind = eaio.KindDeadline
	case errors.Is(err, context.Canceled):
		kind = eaio.KindCancelled
	case errors.As(err, &pg):
		kind = kindOfSQLState(pg.Code)
	}
	return eaio.Errorf(kind, op, "%w", err)
}

// kindOfSQLState maps the classes of PostgreSQL, appendix A.
func kindOfSQLState(code string) eaio.Kind {
	switch code[:2] {
	case "23": // integrity constraint
		return eaio.KindConflict
	case "22": // data exception
		return eaio.KindInvalid
	case "28": // authorization
		return eaio.KindUnauthorized
	case "08", "53", "57", "40", "55", "25": // connection, resources, intervention, rollback, lock, transaction state
		return eaio.KindUnavailable
	}
	return eaio.KindInternal
}
