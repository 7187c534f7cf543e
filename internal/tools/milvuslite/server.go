// Package milvuslite starts a real Milvus Lite server for tests, so that the
// Milvus adapter is tried against the protocol's other side and not a copy of
// our beliefs about it.
package milvuslite

import (
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

//go:embed serve.sh
var script string

// version is the stamp that serve.sh leaves in a complete environment.
const version = "eaio-milvus-lite-3.2.2"

// Server is a Milvus Lite process of the test that started it. Its methods are
// for that test's goroutine.
type Server struct {
	venv, data string
	port       int
	process    *process // nil: not running
}

// Start starts a server over an empty folder and waits until it accepts
// connections; it ends with the test. Without an installation the test is
// skipped, or fails where CI is set.
func Start(t testing.TB) *Server {
	t.Helper()
	venv := environment(t)
	s := &Server{venv: venv, data: filepath.Join(t.TempDir(), "milvus"), port: freePort(t)}
	s.Restart(t)
	t.Cleanup(s.Kill)
	return s
}

// Address is the host and port of the server; it stays over Restart.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Kill ends the server as a power cut would, and returns when it is gone.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.kill()
		s.process = nil
	}
}

// Pause freezes the server: its connections stay open and nothing answers.
func (s *Server) Pause(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Resume lets a frozen server go on.
func (s *Server) Resume(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-s.process.cmd.Process.Pid, sig); err != nil {
		t.Fatalf("%s to milvus-lite: %v", sig, err)
	}
}

// Restart starts the server again over the same data and address, killing it
// first if it runs, and waits until it accepts connections.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Kill()
	log := s.data + ".log"
	p, err := spawn(log, "bash", "-c", script, "serve.sh", s.venv, s.data, strconv.Itoa(s.port))
	if err != nil {
		t.Fatalf("start milvus-lite: %v", err)
	}
	s.process = p
	if err := p.listening(s.Address(), time.Minute); err != nil {
		s.Kill()
		said, _ := os.ReadFile(log)
		t.Fatalf("milvus-lite on %s: %v; it said:\n%s", s.Address(), err, said)
	}
}

// environment returns the virtual environment: that of EAIO_MILVUS_VENV, else
// the one in the user's cache folder.
func environment(t testing.TB) string {
	t.Helper()
	venv := os.Getenv("EAIO_MILVUS_VENV")
	if venv == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatalf("no cache folder for milvus-lite: %v; set EAIO_MILVUS_VENV", err)
		}
		venv = filepath.Join(cache, "eaio", "milvus-lite")
	}
	if _, err := os.Stat(filepath.Join(venv, version)); err != nil {
		missing := fmt.Sprintf("no Milvus Lite in %s: run `make milvus-test-server` once (Python 3.10 or newer, 455 MB)", venv)
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	return venv
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// process is a child in a process group of its own, which ends with this process.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
}

// spawn starts a child whose output goes to the file log. The goroutine that
// starts it keeps its thread until the child has ended, because the kernel ties
// the child's life to that thread.
func spawn(log, name string, args ...string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(name, args...), exited: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = attributes()
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer out.Close()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // how it ended does not matter, that it did does
		}
		close(p.exited)
	}()
	return p, <-started
}

func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // fails where it has ended already
	<-p.exited
}

// listening waits until something accepts connections at address.
func (p *process) listening(address string, limit time.Duration) error {
	deadline := time.After(limit)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.exited:
			return errors.New("it ended: " + strings.TrimSpace(p.cmd.ProcessState.String()))
		case <-deadline:
			return fmt.Errorf("not ready after %s: %w", limit, err)
		case <-tick.C:
		}
	}
}
