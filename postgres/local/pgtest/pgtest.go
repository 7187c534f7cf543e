// Package pgtest gives tests a real PostgreSQL: one private server for each
// test process, started when the first test asks for it, and a database of its
// own for each test. EAIO_TEST_DATABASE_URL names a server to use instead; its
// user must be allowed to create databases.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eaio/eaio/postgres/local"
	"github.com/eaio/eaio/postgres/local/internal/lastwill"
)

// Shared returns the URL of a new, empty database, which is dropped when tb
// ends. It skips tb where no PostgreSQL can be had, and fails it if CI is set
// in the environment. Safe for parallel tests.
func Shared(tb testing.TB) string {
	tb.Helper()
	return create(tb, server(tb).admin, "template0")
}

// Template is a database that is prepared once for each test process and then
// copied for each test. Keep it in a package variable of the test.
type Template struct {
	prepare func(ctx context.Context, url string) error
	once    sync.Once
	name    string
	err     error
}

// NewTemplate returns a Template that prepare makes out of an empty database,
// by migrating it, say. prepare must have closed its connections when it
// returns.
func NewTemplate(prepare func(ctx context.Context, url string) error) *Template {
	return &Template{prepare: prepare}
}

// Database returns the URL of a new copy of the template, under the same
// terms as Shared. On a server named by EAIO_TEST_DATABASE_URL, where a
// template would be left over, each database is prepared by itself.
func (t *Template) Database(tb testing.TB) string {
	tb.Helper()
	s := server(tb)
	if !s.private {
		db := create(tb, s.admin, "template0")
		if err := t.prepare(tb.Context(), db); err != nil {
			tb.Fatalf("prepare a test database: %v", err)
		}
		return db
	}
	// Not the first test's context: the template is everybody's.
	t.once.Do(func() { t.name, t.err = makeTemplate(context.WithoutCancel(tb.Context()), s.admin, t.prepare) })
	if t.err != nil {
		tb.Fatalf("prepare the template of the test databases: %v", t.err)
	}
	return create(tb, s.admin, t.name)
}

func makeTemplate(ctx context.Context, admin string, prepare func(context.Context, string) error) (string, error) {
	name := freshName("template")
	if err := exec(ctx, admin, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	return name, prepare(ctx, databaseURL(admin, name))
}

func create(tb testing.TB, admin, template string) string {
	tb.Helper()
	name := freshName("test")
	if err := exec(tb.Context(), admin, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		tb.Fatalf("create a test database: %v", err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := exec(ctx, admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("drop the test database: %v", err)
		}
	})
	return databaseURL(admin, name)
}

// freshName needs no quoting in SQL.
func freshName(what string) string {
	return fmt.Sprintf("eaio_%s_%d_%s", what, os.Getpid(), strings.ToLower(rand.Text()[:10]))
}

func databaseURL(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		panic(err) // start has parsed it
	}
	u.Path = "/" + name
	return u.String()
}

func exec(ctx context.Context, db, sql string) error {
	conn, err := pgx.Connect(ctx, db)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

// host is the server of this test process.
type host struct {
	admin   string // URL of a database to send CREATE DATABASE to
	private bool   // ours alone, gone after the tests
	err     error
}

// once starts the server. One for each process is the point of this package,
// so it hangs on the package.
var once = sync.OnceValue(start)

func server(tb testing.TB) host {
	tb.Helper()
	h := once()
	switch {
	case h.err == nil:
	case !h.private || os.Getenv("CI") != "":
		tb.Fatalf("no PostgreSQL for this test: %v", h.err)
	default:
		tb.Skipf("no PostgreSQL for this test: install one (version 14 or newer; its folder in EAIO_POSTGRES_BIN), or name a running one in EAIO_TEST_DATABASE_URL: %v", h.err)
	}
	return h
}

func start() host {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if given := os.Getenv("EAIO_TEST_DATABASE_URL"); given != "" {
		u, err := url.Parse(given)
		if err == nil && u.Scheme != "postgres" && u.Scheme != "postgresql" {
			err = fmt.Errorf("scheme %q, want postgres://user@host/database", u.Scheme)
		}
		if err == nil {
			err = exec(ctx, given, "SELECT 1")
		}
		if err != nil {
			err = fmt.Errorf("EAIO_TEST_DATABASE_URL: %w", err)
		}
		return host{admin: given, err: err}
	}
	admin, err := startPrivate(ctx)
	return host{admin: admin, private: true, err: err}
}

// startPrivate starts a server that ends with this process, in a folder that
// a last will removes then: a test process has no other end to hook into.
func startPrivate(ctx context.Context) (string, error) {
	dir, err := scratch("eaio-pgtest-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // as root, the server's user must get in
		return "", err
	}
	s, err := local.Start(ctx, local.Config{Dir: dir, Settings: map[string]string{"max_connections": "200"}})
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	_, err = lastwill.Leave(
		`n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done; rm -rf "$2" "$3"`,
		strconv.Itoa(s.PID()), dir, s.SocketDir())
	return s.URL(), err
}

// scratch makes a temporary folder in memory if there is plenty of it: a new
// database is some 300 files, which takes a disk about ten times as long.
func scratch(prefix string) (string, error) {
	const memory, plenty = "/dev/shm", 1 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= plenty {
		if dir, err := os.MkdirTemp(memory, prefix); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", prefix)
}
