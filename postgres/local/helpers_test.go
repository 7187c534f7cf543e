package local

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eaio/eaio"
)

// serveDir makes the test binary a process that starts a server there (or, for
// watchOnly, a watched child) and waits for its own death.
const (
	serveDir  = "EAIO_LOCAL_TEST_SERVE"
	watchOnly = "watch only"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveDir); dir != "" {
		serve(dir)
	}
	// The main thread never ends; keep tests that end their thread off it.
	runtime.LockOSThread()
	os.Exit(m.Run())
}

type served struct {
	URL, Error string
	PID        int
}

func serve(dir string) {
	if dir == watchOnly {
		if err := watchSleeper(); err != nil {
			panic(err)
		}
		select {}
	}
	s, err := Start(context.Background(), Config{Dir: dir})
	if err != nil {
		_ = json.NewEncoder(os.Stdout).Encode(served{Error: err.Error()})
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(served{URL: s.URL(), PID: s.PID()})
	select {}
}

// serveElsewhere runs serve in a process of its own.
func serveElsewhere(t *testing.T, dir string) (*exec.Cmd, served) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var got served
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&got); err != nil || got.Error != "" {
		t.Fatalf("the other process: %v %s", err, got.Error)
	}
	return cmd, got
}

// folder returns a temporary folder that the server's user can reach. It is
// in memory where that is possible: initdb writes a thousand files.
func folder(tb testing.TB) string {
	tb.Helper()
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return folderIn(tb, "/dev/shm")
	}
	return folderIn(tb, "")
}

// folderIn is t.TempDir for a chosen place, without the closed parent that
// keeps the server's user out when root runs the tests.
func folderIn(tb testing.TB, place string) string {
	tb.Helper()
	dir, err := os.MkdirTemp(place, "eaio-local-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func needPostgres(tb testing.TB) {
	tb.Helper()
	if as, err := chooseAccount("/nonexistent"); err == nil {
		if _, ok := searchSystem(tb.Context(), as, 0); ok {
			return
		}
	}
	if os.Getenv("CI") != "" {
		tb.Fatal("PostgreSQL is not installed")
	}
	tb.Skipf("PostgreSQL is not installed: install version %d or newer", oldest)
}

func start(tb testing.TB, cfg Config) *Server {
	tb.Helper()
	needPostgres(tb)
	s, err := Start(tb.Context(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Stop() })
	return s
}

func stop(tb testing.TB, s *Server) {
	tb.Helper()
	if err := s.Stop(); err != nil {
		tb.Fatal(err)
	}
}

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var got string
	if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// wantError checks the kind and that the text names what it should.
func wantError(t *testing.T, err error, kind eaio.Kind, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of kind %s", kind)
	}
	if got := eaio.KindOf(err); got != kind {
		t.Errorf("kind %s, want %s, of: %v", got, kind, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error does not say %q: %v", w, err)
		}
	}
}

// eventually waits for a state of another process, which sends no signal.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

// bystander runs a process, as the server's user, that is no server, though
// it may be called with args.
func bystander(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	as, err := chooseAccount("/nonexistent")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("tail", append([]string{"-f", "/dev/null"}, args...)...)
	cmd.Dir = "/"
	if as.other {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: as.uid, Gid: as.gid}}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// writeOwned writes a file that belongs to the owner of its folder.
func writeOwned(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	uid, gid := owner(info)
	if err := os.Chown(path, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func pidLine(pid int) string { return fmt.Sprintf("%d\n", pid) }
