//go:build unix

package scriptedollama

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ollama/ollama/api"
)

// version is the server's, as build.sh builds it.
const version = "v0.17.4"

// Dir returns the folder that build.sh fills: that of EAIO_OLLAMA_DIR, else one
// in the user's cache folder.
func Dir() (string, error) {
	if dir := os.Getenv("EAIO_OLLAMA_DIR"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder for Ollama: %w; set EAIO_OLLAMA_DIR", err)
	}
	return filepath.Join(cache, "eaio", "ollama-"+version), nil
}

// ErrNotBuilt says that the server's program is missing and how to get it.
var ErrNotBuilt = errors.New("no Ollama server for tests: run `make ollama-test-server` once (gcc and g++, some minutes)")

// Server is a running server with every model of this package. Its processes form
// a group of their own, which dies with the process that launched it.
type Server struct {
	program, home string
	port          int
	env           []string
	group         *group
}

// Launch starts a server that keeps its files below home and creates the models.
// Port 0 takes a free one; env adds to the server's variables, "NAME=value".
func Launch(ctx context.Context, home string, port int, env ...string) (*Server, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	s := &Server{program: filepath.Join(dir, "bin", "ollama"), home: home, port: port, env: env}
	if _, err := os.Stat(s.program); err != nil {
		return nil, fmt.Errorf("%w (looked for %s)", ErrNotBuilt, s.program)
	}
	if s.port == 0 {
		if s.port, err = freePort(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.Restart(ctx); err != nil {
		return nil, err
	}
	if err := s.create(ctx); err != nil {
		s.Kill()
		return nil, err
	}
	return s, nil
}

// Address is the host and port of the server; it stays over Restart.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is the server's native address; its OpenAI protocol lies below /v1.
func (s *Server) URL() string { return "http://" + s.Address() }

// Kill ends server and runners as a power cut would and returns when nothing
// listens any more.
func (s *Server) Kill() {
	if s.group == nil {
		return
	}
	s.group.kill()
	s.group = nil
	for {
		conn, err := net.Dial("tcp", s.Address())
		if err != nil {
			return
		}
		_ = conn.Close()
	}
}

// Pause freezes server and runners: connections stay open and nothing answers.
func (s *Server) Pause() error { return s.group.signal(syscall.SIGSTOP) }

// Resume lets a frozen server go on.
func (s *Server) Resume() error { return s.group.signal(syscall.SIGCONT) }

// KillRunners kills the processes that hold the models, and only these, as a
// crash within a model would. It returns how many there were; finding them needs
// /proc.
func (s *Server) KillRunners() (int, error) {
	pids, err := s.group.members("runner")
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return 0, err
		}
	}
	return len(pids), err
}

// Restart starts the server again with the same models and address, killing it
// first if it runs, and waits until it answers.
func (s *Server) Restart(ctx context.Context) error {
	s.Kill()
	if err := os.MkdirAll(s.home, 0o700); err != nil {
		return err
	}
	log := filepath.Join(s.home, "serve.log")
	env := append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "OLLAMA_HOST=" + s.Address(),
		"OLLAMA_MODELS=" + filepath.Join(s.home, "models"), "OLLAMA_NO_CLOUD=1",
		"OLLAMA_FLASH_ATTENTION=1", // reads a long prompt in half the time
	}, s.env...)
	g, err := spawn(log, env, s.program, "serve")
	if err != nil {
		return err
	}
	s.group = g
	if err := s.ready(ctx); err != nil {
		s.Kill()
		said, _ := os.ReadFile(log)
		return fmt.Errorf("ollama on %s: %w; it said:\n%s", s.Address(), err, said)
	}
	return nil
}

func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := s.client().Version(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-s.group.exited:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w", err)
		case <-tick.C:
		}
	}
}

func (s *Server) client() *api.Client {
	return api.NewClient(&url.URL{Scheme: "http", Host: s.Address()}, http.DefaultClient)
}

// create makes the models on the server.
func (s *Server) create(ctx context.Context) error {
	files := map[string]map[string]string{}
	for name, g := range map[string]*gguf{"scripted": language(), "embed": embedding()} {
		data := g.bytes()
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
		if err := s.client().CreateBlob(ctx, digest, io.Reader(bytes.NewReader(data))); err != nil {
			return fmt.Errorf("upload %s: %w", name, err)
		}
		files[name] = map[string]string{name + ".gguf": digest}
	}
	for _, d := range definitions() {
		r := &api.CreateRequest{Model: d.name, Files: files[d.file], Template: d.template, Parameters: d.params}
		if err := s.client().Create(ctx, r, func(api.ProgressResponse) error { return nil }); err != nil {
			return fmt.Errorf("create %s: %w", d.name, err)
		}
	}
	return nil
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// group is a child with its descendants.
type group struct {
	cmd    *exec.Cmd
	exited chan struct{}
}

// leader runs its arguments and kills its whole process group once its input
// ends, which it does when the launching process dies, however it dies. Unlike
// the kernel's own means for this it works on every Unix and reaches the runners.
const leader = `exec 3<&0
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -KILL 0; } &
wait $server`

func spawn(log string, env []string, program string, args ...string) (*group, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command("sh", append([]string{"-c", leader, "sh", program}, args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := cmd.StdinPipe(); err != nil { // Wait closes it
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	g := &group{cmd: cmd, exited: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended does not matter, that it did does
		close(g.exited)
	}()
	return g, nil
}

func (g *group) signal(sig syscall.Signal) error {
	if g == nil {
		return errors.New("the server does not run")
	}
	return syscall.Kill(-g.cmd.Process.Pid, sig)
}

func (g *group) kill() {
	_ = g.signal(syscall.SIGKILL) // fails where it has ended already
	<-g.exited
}

// members lists the processes of the group that have the word in their command
// line.
func (g *group) members(word string) ([]int, error) {
	if g == nil {
		return nil, errors.New("the server does not run")
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return nil, errors.New("no /proc here to find the runners in")
	}
	var pids []int
	for _, stat := range stats {
		dir := filepath.Dir(stat)
		pid, _ := strconv.Atoi(filepath.Base(dir))
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline")) // a process may have gone meanwhile
		if pid == 0 || !strings.Contains(string(line), word) {
			continue
		}
		if of, err := syscall.Getpgid(pid); err == nil && of == g.cmd.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
