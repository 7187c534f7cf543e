package local

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestKilledParent(t *testing.T) {
	needPostgres(t)
	dir := folder(t)
	parent, other := serveElsewhere(t, dir)
	execute(t, other.URL, "CREATE TABLE kept AS SELECT 'still here' AS word")

	killed := time.Now()
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	data := filepath.Join(dir, "postgres", "data")
	eventually(t, "the server ends with its parent", func() bool { return identify(other.PID, data) != ours })
	t.Logf("the server ended %v after its parent", time.Since(killed).Round(time.Millisecond))

	restarted := time.Now()
	s := start(t, Config{Dir: dir})
	t.Logf("the next start took %v", time.Since(restarted).Round(time.Millisecond))
	if took := time.Since(restarted); took > 10*time.Second {
		t.Errorf("the next start took %v", took)
	}
	if got := query(t, s.URL(), "SELECT word FROM kept"); got != "still here" {
		t.Errorf("after a kill: %q", got)
	}
}

func TestKilledParentRestartedAtOnce(t *testing.T) {
	needPostgres(t)
	dir := folder(t)
	parent, other := serveElsewhere(t, dir)
	execute(t, other.URL, "CREATE TABLE kept AS SELECT 'still here' AS word")
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s := start(t, Config{Dir: dir}) // the parent is not even waited for
	if got := query(t, s.URL(), "SELECT word FROM kept"); got != "still here" {
		t.Errorf("after a kill: %q", got)
	}
	if s.PID() == other.PID {
		t.Error("the orphan was adopted")
	}
}

// startLoose starts the server on s's data by hand, tied to nobody.
func startLoose(t *testing.T, s *Server, args ...string) int {
	t.Helper()
	as, err := chooseAccount(s.DataDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.install.program("postgres"), args...)
	cmd.Dir, cmd.Env = s.DataDir(), environment()
	if as.other {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: as.uid, Gid: as.gid}}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill() })
	eventually(t, "the loose server is ready", func() bool {
		p := readPostmaster(s.DataDir())
		return p.ready && p.pid == cmd.Process.Pid
	})
	return cmd.Process.Pid
}

func TestOrphanIsStopped(t *testing.T) {
	cfg := Config{Dir: folder(t)}
	s := start(t, cfg)
	stop(t, s)
	settings := []string{"-c", "listen_addresses=", "-c", "unix_socket_directories=" + quoteList(s.SocketDir())}
	for name, args := range map[string][]string{
		"named on its command line": append([]string{"-D", s.DataDir()}, settings...),
		"named by a relative path":  append([]string{"-D", "."}, settings...),
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS != "linux" && args[1] == "." {
				t.Skip("ps does not tell the working folder")
			}
			pid := startLoose(t, s, args...)
			var words []string
			again := cfg
			again.Progress = func(w string) { words = append(words, w) }
			s := start(t, again)
			if identify(pid, s.DataDir()) == ours {
				t.Errorf("the orphan %d still runs", pid)
			}
			if len(words) == 0 || !strings.Contains(words[0], strconv.Itoa(pid)) {
				t.Errorf("progress %q does not begin with the orphan %d", words, pid)
			}
			if got := query(t, s.URL(), "SELECT 'served'"); got != "served" {
				t.Error(got)
			}
			stop(t, s)
		})
	}
}

func TestStaleFileNamesForeignProcess(t *testing.T) {
	cfg := Config{Dir: folder(t)}
	s := start(t, cfg)
	socket := filepath.Join(s.SocketDir(), socketName(s.Port()))
	pidFile := filepath.Join(s.DataDir(), "postmaster.pid")
	b, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	foreign := bystander(t)
	_, rest, _ := strings.Cut(string(b), "\n")
	writeOwned(t, pidFile, pidLine(foreign.Process.Pid)+rest)
	writeOwned(t, socket, "")
	writeOwned(t, socket+".lock", pidLine(foreign.Process.Pid)+rest)

	s = start(t, cfg)
	if got := query(t, s.URL(), "SELECT 'served'"); got != "served" {
		t.Error(got)
	}
	if !alive(foreign.Process.Pid) {
		t.Error("the foreign process was killed")
	}
	if readPostmaster(s.DataDir()).pid != s.PID() {
		t.Error("postmaster.pid does not name the new server")
	}
}

func TestStaleFileNamesForeignServer(t *testing.T) {
	other := start(t, Config{Dir: folder(t)})
	cfg := Config{Dir: folder(t)}
	s := start(t, cfg)
	stop(t, s)
	writeOwned(t, filepath.Join(s.DataDir(), "postmaster.pid"), pidLine(other.PID()))
	s = start(t, cfg)
	if got := query(t, other.URL(), "SELECT 'unharmed'") + query(t, s.URL(), "SELECT ' served'"); got != "unharmed served" {
		t.Error(got)
	}
}

// TestBusyChildrenOutliveServer kills the server so that a query of it runs
// on and holds its shared memory for a while.
func TestBusyChildrenOutliveServer(t *testing.T) {
	cfg := Config{Dir: folder(t)}
	s := start(t, cfg)
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	pid := conn.PgConn().PID()
	go func() {
		_, _ = conn.Exec(t.Context(), "SELECT count(*) FROM generate_series(1, 1e9::bigint) n WHERE n::text = ''")
	}()
	eventually(t, "the query runs", func() bool {
		return query(t, s.URL(), "SELECT count(*)::text FROM pg_stat_activity WHERE state = 'active' AND pid = "+strconv.Itoa(int(pid))) == "1"
	})
	if err := syscall.Kill(s.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	_ = s.Stop()
	conn.PgConn().Conn().Close() // the client dies too

	s = start(t, cfg)
	if got := query(t, s.URL(), "SELECT 'served'"); got != "served" {
		t.Error(got)
	}
}

func TestIdentify(t *testing.T) {
	s := start(t, Config{Dir: folder(t)})
	foreignPID := bystander(t).Process.Pid
	readerPID := bystander(t, s.DataDir()).Process.Pid
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	zombie := exec.Command("true")
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = zombie.Wait() }()

	ways := map[string]func(int, string) identity{"proc": identifyByProc, "ps": identifyByPS}
	if runtime.GOOS != "linux" {
		delete(ways, "proc")
	}
	if _, err := exec.LookPath("ps"); err != nil {
		delete(ways, "ps")
	}
	for way, identify := range ways {
		for what, c := range map[string]struct {
			pid  int
			dir  string
			want identity
		}{
			"our server":          {s.PID(), s.DataDir(), ours},
			"another's server":    {s.PID(), folder(t), foreign},
			"a part of its path":  {s.PID(), strings.TrimSuffix(s.DataDir(), "a"), foreign},
			"no server":           {foreignPID, s.DataDir(), foreign},
			"no server, our data": {readerPID, s.DataDir(), foreign},
			"ended":               {dead.Process.Pid, s.DataDir(), gone},
			"ended, unwaited for": {zombie.Process.Pid, s.DataDir(), gone},
		} {
			var got identity
			if what == "ended, unwaited for" {
				eventually(t, way+" of a zombie", func() bool { got = identify(c.pid, c.dir); return got == gone })
				continue
			}
			if what == "a part of its path" && way == "proc" {
				continue // no such folder to compare with
			}
			if got = identify(c.pid, c.dir); got != c.want {
				t.Errorf("%s of %s: %d, want %d", way, what, got, c.want)
			}
		}
	}
}

func FuzzReadPostmaster(f *testing.F) {
	f.Add("123\n/data\n1700000000\n5432\n/run\n\n  1  2\nready   \n", 123, true)
	f.Add("123\n/data\n1700000000\n5432\n/run\n\n  1  2\nstarting\n", 123, false)
	f.Add("-77\n/data\n", 77, false)
	f.Add("", 0, false)
	f.Add("not a number\n", 0, false)
	f.Fuzz(func(t *testing.T, content string, pid int, ready bool) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "postmaster.pid"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got := readPostmaster(dir)
		if want := (postmaster{pid, ready}); strings.HasPrefix(t.Name(), "FuzzReadPostmaster/seed") && got != want {
			t.Errorf("%q reads as %v, want %v", content, got, want)
		}
		if got.ready && strings.Count(content, "\n") < 7 {
			t.Errorf("%q reads as ready", content)
		}
	})
}
