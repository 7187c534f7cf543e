package local

import (
	"context"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eaio/eaio"
)

func TestDataSurviveStop(t *testing.T) {
	for name, durable := range map[string]bool{"durable": true, "not durable": false} {
		t.Run(name, func(t *testing.T) {
			var words []string
			cfg := Config{Dir: folder(t), Durable: durable, Progress: func(w string) { words = append(words, w) }}
			s := start(t, cfg)
			execute(t, s.URL(), "CREATE TABLE kept AS SELECT 'still here' AS word")
			if got, want := query(t, s.URL(), "SHOW fsync"), map[bool]string{true: "on", false: "off"}[durable]; got != want {
				t.Errorf("fsync is %s, want %s", got, want)
			}
			if got := query(t, s.URL(), "SHOW server_version"); !strings.HasPrefix(got, s.Version()) {
				t.Errorf("Version() is %s, the server says %s", s.Version(), got)
			}
			if len(words) != 2 {
				t.Errorf("progress of a first start: %q, want creating and starting", words)
			}
			stop(t, s)
			select {
			case <-s.Done():
			default:
				t.Error("Done is open after Stop")
			}
			if err := s.Stop(); err != nil {
				t.Errorf("second Stop: %v", err)
			}
			s = start(t, cfg)
			if got := query(t, s.URL(), "SELECT word FROM kept"); got != "still here" {
				t.Errorf("after a restart: %q", got)
			}
			stop(t, s)
		})
	}
}

func TestOnlyOwnerReachesSocketAndData(t *testing.T) {
	s := start(t, Config{Dir: folder(t)})
	for _, path := range []string{s.SocketDir(), s.DataDir()} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v, want 0700", path, info.Mode())
		}
		if uid, _ := owner(info); uid == 0 {
			t.Errorf("%s belongs to root", path)
		}
	}
	if got := query(t, s.URL(), "SHOW listen_addresses"); got != "" {
		t.Errorf("listens on %q without having been asked to", got)
	}
	if s.TCPURL() != "" {
		t.Errorf("TCPURL is %q without TCP", s.TCPURL())
	}
}

func TestPathTooLongForSocket(t *testing.T) {
	for name, part := range map[string]string{"long": strings.Repeat("long", 30), "comma": "a,b", "odd": `sp ace 'quote' "double" é`} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{Dir: filepath.Join(folder(t), part)}
			s := start(t, cfg)
			if got := query(t, s.URL(), "SELECT 'in'"); got != "in" {
				t.Error(got)
			}
			dir := s.SocketDir()
			if elsewhere := !strings.HasPrefix(dir, cfg.Dir); elsewhere != (name != "odd") {
				t.Errorf("the socket is in %s", dir)
			}
			stop(t, s)
			if _, err := os.Stat(dir); name != "odd" && !os.IsNotExist(err) {
				t.Errorf("%s is left behind: %v", dir, err)
			}
		})
	}
}

func TestSquattedSocketFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make a folder of another user")
	}
	s := start(t, Config{Dir: filepath.Join(folder(t), strings.Repeat("long", 30))})
	dir, home := s.SocketDir(), s.home
	stop(t, s)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chown(dir, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	as, err := chooseAccount(filepath.Join(home, "data"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = prepareSocketDir(home, socketPort, as)
	wantError(t, err, eaio.KindConflict, dir)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestTCPNeedsPassword(t *testing.T) {
	cfg := Config{Dir: folder(t)}
	stop(t, start(t, cfg)) // data made without TCP learn the password later
	cfg.Port = freePort(t)
	s := start(t, cfg)
	for what, u := range map[string]string{"socket": s.URL(), "TCP": s.TCPURL()} {
		if got := query(t, u, "SELECT current_database() || ' ' || current_user"); got != "eaio eaio" {
			t.Errorf("over %s: %s", what, got)
		}
	}
	u, err := url.Parse(s.TCPURL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("eaio", "guessed")
	_, err = pgx.Connect(t.Context(), u.String())
	if code(err) != "28P01" {
		t.Errorf("a wrong password: %v, want invalid_password", err)
	}
	info, err := os.Stat(s.PasswordFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("password file: %v %v, want mode 0600", info, err)
	}
	before := s.TCPURL()
	stop(t, s)
	if s = start(t, cfg); s.TCPURL() != before {
		t.Error("the password changed on a restart")
	}
}

func TestPortTaken(t *testing.T) {
	needPostgres(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	dir := folder(t)
	_, err = Start(t.Context(), Config{Dir: dir, Port: port})
	wantError(t, err, eaio.KindConflict, "port "+strconv.Itoa(port))
	l.Close()
	start(t, Config{Dir: dir, Port: port}) // the failure left no lock
}

func TestSecondServerIsRefused(t *testing.T) {
	dir := folder(t)
	s := start(t, Config{Dir: dir})
	_, err := Start(t.Context(), Config{Dir: dir, LockWait: 100 * time.Millisecond})
	wantError(t, err, eaio.KindConflict, "another EAIO uses "+dir, "pid "+strconv.Itoa(os.Getpid()))
	if got := query(t, s.URL(), "SELECT 'unharmed'"); got != "unharmed" {
		t.Error(got)
	}

	// One that is about to end is waited for.
	ended := make(chan error, 1)
	time.AfterFunc(200*time.Millisecond, func() { ended <- s.Stop() })
	start(t, Config{Dir: dir, LockWait: 20 * time.Second})
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestThreadsComeAndGo ends the thread that called Start and others: the
// server's signal hangs on the thread that forked.
func TestThreadsComeAndGo(t *testing.T) {
	needPostgres(t)
	var s *Server
	var err error
	cfg := Config{Dir: folder(t)}
	onDyingThread(func() { s, err = Start(context.Background(), cfg) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	var threads sync.WaitGroup
	for range 100 {
		threads.Go(func() { onDyingThread(func() { _ = time.Now() }) })
	}
	threads.Wait()
	if got := query(t, s.URL(), "SELECT 'still here'"); got != "still here" {
		t.Error(got)
	}
	stop(t, s) // fails if it has ended by itself
}

// onDyingThread runs f on a thread that ends after it.
func onDyingThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		f()
	}()
	<-done
}

func TestCancelledStart(t *testing.T) {
	needPostgres(t)
	dir := folder(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Start(ctx, Config{Dir: dir, Progress: func(words string) {
		if strings.HasPrefix(words, "creating") {
			cancel()
		}
	}})
	wantError(t, err, eaio.KindCancelled)
	left, err := filepath.Glob(filepath.Join(dir, "postgres", "data*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	start(t, Config{Dir: dir})
}

func TestServerThatEndsByItself(t *testing.T) {
	s := start(t, Config{Dir: folder(t)})
	if err := syscall.Kill(s.PID(), syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	wantError(t, s.Stop(), eaio.KindUnavailable, "ended by itself", s.LogFile())
}

func TestBadSettingShowsTheLog(t *testing.T) {
	needPostgres(t)
	_, err := Start(t.Context(), Config{Dir: folder(t), Settings: map[string]string{"work_mem": "a lot"}})
	wantError(t, err, eaio.KindUnavailable, `invalid value for parameter "work_mem": "a lot"`)
}

func TestUnreachableDir(t *testing.T) {
	dir := folder(t)
	mode := os.FileMode(0o500) // may be entered, not written
	if os.Geteuid() == 0 {
		mode = 0o700 // root writes anywhere, but the server's user may not enter
	}
	if err := os.Chmod(dir, mode); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: filepath.Join(dir, "sub")})
	wantError(t, err, eaio.KindForbidden, dir)
}

func TestFolderOfOthers(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres", "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "postgres", "data", "thesis.tex"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: dir})
	wantError(t, err, eaio.KindConflict, "holds no PostgreSQL data")
}

func TestDataOfAnotherVersion(t *testing.T) {
	cfg := Config{Dir: folder(t)}
	s := start(t, cfg)
	stop(t, s)
	writeOwned(t, filepath.Join(s.DataDir(), "PG_VERSION"), "13\n")
	_, err := Start(t.Context(), cfg)
	wantError(t, err, eaio.KindNotFound, "made by PostgreSQL 13")
	cfg.BinDir = s.BinDir()
	_, err = Start(t.Context(), cfg)
	wantError(t, err, eaio.KindInvalid, "want 13")
}

func TestRootHandsDataOver(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	cfg := Config{Dir: folder(t)}
	s := start(t, cfg)
	stop(t, s)
	// As after a restore from a backup.
	if err := (account{other: true}).own(s.DataDir()); err != nil {
		t.Fatal(err)
	}
	s = start(t, cfg)
	stop(t, s)

	// Data that have an owner stay theirs, even if root would choose another.
	nobody := account{uid: 65534, gid: 65534, other: true}
	if err := nobody.own(s.DataDir()); err != nil {
		t.Fatal(err)
	}
	s = start(t, cfg)
	info, err := os.Stat(filepath.Join("/proc", strconv.Itoa(s.PID())))
	if err != nil {
		t.Skip(err) // no /proc
	}
	if uid, _ := owner(info); uid != nobody.uid {
		t.Errorf("the server runs as uid %d, want that of the data, %d", uid, nobody.uid)
	}
}

// TestAsOrdinaryUser runs the other tests once more without root's rights and
// without any of root's environment.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not root: the other tests are this one")
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	dir := folder(t)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "local.test")
	copyFile(t, os.Args[0], binary)
	cmd := exec.Command(binary, "-test.v", "-test.shuffle=on", "-test.timeout=5m",
		"-test.run=^Test(DataSurvive|OnlyOwner|TCP|Unreachable|Killed|Orphan|Stale)")
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir, "CI=" + os.Getenv("CI")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if passed := strings.Count(string(out), "\n--- PASS: "); passed < 9 {
		t.Errorf("only %d tests passed:\n%s", passed, out)
	}
}
