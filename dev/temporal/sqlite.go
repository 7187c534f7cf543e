package temporal

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.temporal.io/server/common/config"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema"
	"go.temporal.io/server/schema/sqlite"

	"github.com/eaio/eaio"
)

// sqliteVersion is what the server's own schema files are marked with.
const sqliteVersion = sqlite.Version + "/" + sqlite.VisibilityVersion

// sqlitePragmas apply to every connection. In WAL mode with synchronous=normal
// a killed process loses nothing; a machine that loses power may lose the last
// commits but keeps a sound file.
var sqlitePragmas = map[string]string{
	"busy_timeout": "10000",
	"journal_mode": "wal",
	"synchronous":  "normal",
}

// openSQLite keeps everything in Dir/temporal.db. A lock keeps a second
// process out: two servers on one file would take the history from each other.
func openSQLite(ctx context.Context, cfg Config) (storage, error) {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return storage{}, eaio.Errorf(eaio.KindInvalid, op, "%w", err)
	}
	lock, err := lockFile(filepath.Join(cfg.Dir, "temporal.lock"))
	if err != nil {
		return storage{}, err
	}
	// The server builds a file: URL from the name without escaping it.
	name := (&url.URL{Path: filepath.Join(cfg.Dir, "temporal.db")}).EscapedPath()
	if err := prepareSQLite(ctx, name); err != nil {
		lock.Close()
		return storage{}, err
	}
	db := &config.SQL{
		PluginName:        sqliteplugin.PluginName,
		DatabaseName:      name,
		ConnectAttributes: sqlitePragmas,
		MaxConns:          1, // SQLite has one writer; a reader that becomes one would fail, not wait
		MaxIdleConns:      1,
	}
	return storage{main: db, visibility: db, close: func() { lock.Close() }}, nil
}

// prepareSQLite creates the tables in one transaction, so that a kill leaves
// either no tables or all of them, and refuses a file of another schema: the
// server has no way to bring one up to date.
func prepareSQLite(ctx context.Context, name string) error {
	query := url.Values{}
	for pragma, value := range sqlitePragmas {
		query.Add("_pragma", pragma+"="+value)
	}
	query.Set("_txlock", "immediate")
	db, err := sql.Open("sqlite", "file:"+name+"?"+query.Encode())
	if err != nil {
		return eaio.Errorf(eaio.KindInternal, op, "%w", err)
	}
	defer db.Close()
	if err := ctx.Err(); err != nil {
		return eaio.Errorf(eaio.KindOf(err), op, "%w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return eaio.Errorf(eaio.KindUnavailable, op, "open %s: %w", name, err)
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	version, err := readOrCreate(ctx, tx)
	if err != nil {
		return eaio.Errorf(eaio.KindUnavailable, op, "prepare %s: %w", name, err)
	}
	if version != sqliteVersion {
		return eaio.Errorf(eaio.KindConflict, op,
			"%s was made by another version of the Temporal server (schema %q, this one uses %q): move it away to start afresh",
			name, version, sqliteVersion)
	}
	if err := tx.Commit(); err != nil {
		return eaio.Errorf(eaio.KindUnavailable, op, "prepare %s: %w", name, err)
	}
	return nil
}

// readOrCreate returns the schema version of the file, after creating the
// schema if the file is empty. "" is a file that this package did not make.
func readOrCreate(ctx context.Context, tx *sql.Tx) (version string, err error) {
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return "", err
	}
	if tables > 0 {
		err := tx.QueryRowContext(ctx, "SELECT version FROM eaio_schema").Scan(&version)
		if err != nil && strings.Contains(err.Error(), "no such table") {
			return "", nil
		}
		return version, err
	}
	for _, part := range []string{"temporal", "visibility"} {
		ddl, err := fs.ReadFile(schema.Assets(), "sqlite/v3/"+part+"/schema.sql")
		if err != nil {
			return "", err
		}
		if _, err := tx.ExecContext(ctx, string(ddl)); err != nil {
			return "", err
		}
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE eaio_schema (version TEXT NOT NULL)"); err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO eaio_schema VALUES (?)", sqliteVersion)
	return sqliteVersion, err
}

// lockFile holds path for this process until the file is closed.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, op, "%w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, eaio.Errorf(eaio.KindConflict, op, "another process uses %s: stop it, or use another folder", filepath.Dir(path))
		}
		return nil, eaio.Errorf(eaio.KindInternal, op, "lock %s: %w", path, err)
	}
	return f, nil
}
