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
	"sync/atomic"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/tern/v2/migrate"
)

// Store holds the connections; it is safe for concurrent use.
type Store struct {
	pool   *pgxpool.Pool
	holder atomic.Value // string, see Watch
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

// SchemaVersion returns the database's version and the one this binary needs. It
// only reads, and does not wait for a migration under way.
func (s *Store) SchemaVersion(ctx context.Context) (have, want int32, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, 0, err
	}
	err = s.pool.QueryRow(ctx, "select version from "+versionTable).Scan(&have)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == undefinedTable {
		err = nil
	}
	return have, int32(len(files)), wrap("schema version", err)
}

const undefinedTable = "42P01"

func (s *Store) migrateTo(ctx context.Context, target int32) (from, to int32, err error) {
	err = s.withMigrator(ctx, func(m *migrate.Migrator) error {
		known := int32(len(m.Migrations))
		if to = target; to < 0 {
			to = known
		}
		if from, err = m.GetCurrentVersion(ctx); err != nil {
			return err
		}
		err := m.MigrateTo(ctx, to)
		var bad migrate.BadVersionError
		if errors.As(err, &bad) {
			return eaio.Errorf(eaio.KindConflict, "", "the database is at schema version %d, this binary knows %d: use a newer binary", from, known)
		}
		return err
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

// wrap turns a driver's error into an eaio.Error by its cause: what may pass by
// itself (a connection, a lock, a server that starts) is unavailable, a row that
// is not there not found, one that is there already a conflict, a value that no
// column takes invalid. nil stays nil, and an error of our own what it is.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var own *eaio.Error
	if errors.As(err, &own) {
		return err
	}
	return eaio.Errorf(kindOf(err), op, "%w", err)
}

func kindOf(err error) eaio.Kind {
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var scan pgx.ScanArgError
	switch {
	case errors.As(err, &pg):
		return kindOfSQLState(pg.Code)
	case errors.As(err, &connect): // its time-out is not the caller's
		return eaio.KindUnavailable
	case errors.Is(err, pgx.ErrNoRows):
		return eaio.KindNotFound
	case errors.Is(err, context.DeadlineExceeded):
		return eaio.KindDeadline
	case errors.Is(err, context.Canceled):
		return eaio.KindCancelled
	case errors.As(err, &scan):
		return eaio.KindInternal
	}
	return eaio.KindUnavailable
}

// kindOfSQLState maps the codes and classes of PostgreSQL, appendix A.
func kindOfSQLState(code string) eaio.Kind {
	switch code {
	case "23502", "23514": // not null, check
		return eaio.KindInvalid
	case "23503": // what a row refers to
		return eaio.KindNotFound
	}
	switch code[:min(2, len(code))] {
	case "23": // integrity constraint
		return eaio.KindConflict
	case "22": // data exception
		return eaio.KindInvalid
	case "54": // program limit, such as the longest key of an index
		return eaio.KindTooLarge
	case "28": // authorization
		return eaio.KindUnauthorized
	case "08", "3D", "53", "57", "40", "55", "25": // connection, database, resources, intervention, rollback, lock, transaction state
		return eaio.KindUnavailable
	}
	return eaio.KindInternal
}

// lockTask makes the writers of one task take turns. It does not hold up those
// who only refer to it. A task that is not there is KindNotFound.
func lockTask(b *pgx.Batch, tenant eaio.TenantID, task string) {
	b.Queue(`select 1 from tasks where tenant = $1 and id = $2 for no key update`, tenant, task).QueryRow(func(row pgx.Row) error {
		var one int
		err := row.Scan(&one)
		if errors.Is(err, pgx.ErrNoRows) {
			return noTask(task)
		}
		return err
	})
}

func noTask(id string) error { return eaio.Errorf(eaio.KindNotFound, "", "no task %q", id) }
