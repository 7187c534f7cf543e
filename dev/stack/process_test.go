package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/eaio/eaio/dev/temporal"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/cli"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
)

// The variables that make the test binary another process, see TestMain.
const (
	roleVar   = "EAIO_TEST_ROLE"
	configVar = "EAIO_TEST_CONFIG"  // an app.Config, or a temporal.Config
	killVar   = "EAIO_TEST_KILL_AT" // "plan before", "start after", …; empty: never
)

// roles are what the test binary can be instead.
var roles = map[string]func(ctx context.Context) error{
	"eaio":     func(context.Context) error { os.Exit(cli.Main(cli.Version{Number: "test"})); return nil },
	"worker":   work,
	"api":      serve,
	"temporal": keepHistory,
	"hog":      hog,
}

// TestMain turns the test binary into another process where told so. Such a
// process ends with the one that started it, however that ends.
func TestMain(m *testing.M) {
	role := os.Getenv(roleVar)
	if role == "" {
		os.Exit(m.Run())
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	if err := roles[role](context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func work(ctx context.Context) error {
	a, err := wire(ctx)
	if err != nil {
		return err
	}
	return a.RunWorker(ctx, a.Queues(), &killer{at: os.Getenv(killVar)})
}

// serve serves the API on the listener that the parent opened.
func serve(ctx context.Context) error {
	l, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		return err
	}
	a, err := wire(ctx)
	if err != nil {
		return err
	}
	a.Starter.Temporal = &killerClient{a.Starter.Temporal, os.Getenv(killVar)}
	return a.ServeAPI(ctx, l, "test")
}

func wire(ctx context.Context) (*app.App, error) {
	var cfg app.Config
	if err := json.Unmarshal([]byte(os.Getenv(configVar)), &cfg); err != nil {
		return nil, err
	}
	return app.New(ctx, cfg, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func keepHistory(ctx context.Context) error {
	var cfg temporal.Config
	if err := json.Unmarshal([]byte(os.Getenv(configVar)), &cfg); err != nil {
		return err
	}
	s, err := temporal.Start(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Stop()
	fmt.Fprintln(os.Stderr, "temporal is up")
	select {}
}

// hog keeps one processor busy.
func hog(context.Context) error {
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); {
		runtime.Gosched()
	}
	return errors.New("nobody ended this process")
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// killer ends its own process with SIGKILL before or after a named step.
type killer struct {
	interceptor.WorkerInterceptorBase
	at string
}

func (k *killer) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &killerActivity{interceptor.ActivityInboundInterceptorBase{Next: next}, k.at}
}

type killerActivity struct {
	interceptor.ActivityInboundInterceptorBase
	at string
}

func (k *killerActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	name := activity.GetInfo(ctx).ActivityType.Name
	if k.at == name+" before" {
		die()
	}
	out, err := k.Next.ExecuteActivity(ctx, in)
	if k.at == name+" after" {
		die()
	}
	return out, err
}

// killerClient ends its own process with SIGKILL before or after a workflow is
// started.
type killerClient struct {
	client.Client
	at string
}

func (k *killerClient) ExecuteWorkflow(ctx context.Context, o client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	if k.at == "start before" {
		die()
	}
	run, err := k.Client.ExecuteWorkflow(ctx, o, workflow, args...)
	if k.at == "start after" {
		die()
	}
	return run, err
}

// process is the test binary in another role.
type process struct {
	*exec.Cmd
	said  said
	url   string // of an API
	waits sync.Once
	err   error // how it ended
}

// URL is the address of an API process.
func (p *process) URL() string { return p.url }

// end kills the process as a power cut would and returns when it has gone.
func (p *process) end() {
	_ = p.Process.Kill() // fails where it has ended already
	_ = p.ended()
}

// ended waits until the process has ended and says how.
func (p *process) ended() error {
	p.waits.Do(func() { p.err = p.Wait() })
	return p.err
}

// start starts a process in a role; it ends with the test.
func start(t *testing.T, role string, config any, env []string, args []string, files ...*os.File) *process {
	t.Helper()
	encoded, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(append(os.Environ(), roleVar+"="+role, configVar+"="+string(encoded)), env...)
	p.Stderr, p.ExtraFiles = &p.said, files
	if _, err := p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.end()
		if t.Failed() {
			t.Logf("%s %s said: %s", role, strings.Join(args, " "), p.said.String())
		}
	})
	return p
}

func startWorker(t *testing.T, cfg app.Config, killAt string) *process {
	t.Helper()
	return start(t, "worker", cfg, []string{killVar + "=" + killAt}, nil)
}

func startAPI(t *testing.T, cfg app.Config, killAt string) *process {
	t.Helper()
	l, err := cli.Listen(t.Context(), "127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := start(t, "api", cfg, []string{killVar + "=" + killAt}, nil, f)
	p.url = "http://" + l.Addr().String()
	return p
}

// said is what a process wrote, readable while it writes.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// await waits until the process has said the words.
func (s *said) await(t *testing.T, words string, limit time.Duration) {
	t.Helper()
	eventually(t, limit, func() error {
		if !strings.Contains(s.String(), words) {
			return fmt.Errorf("it never said %q", words)
		}
		return nil
	})
}

// eventually asks until there is nothing to complain of.
func eventually(t *testing.T, limit time.Duration, ask func() error) {
	t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after %s: %v", limit, err)
		}
	}
}
