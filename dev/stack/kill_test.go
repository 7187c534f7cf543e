package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/stubmodel"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// TestMain turns the test binary into a worker process where told so.
func TestMain(m *testing.M) {
	if config := os.Getenv("EAIO_TEST_WORKER"); config != "" {
		if err := work(config, os.Getenv("EAIO_TEST_KILL_AT")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func work(config, killAt string) error {
	var cfg app.Config
	if err := json.Unmarshal([]byte(config), &cfg); err != nil {
		return err
	}
	a, err := app.New(context.Background(), cfg, quietLog())
	if err != nil {
		return err
	}
	return a.RunWorker(context.Background(), a.Queues(), &killer{at: killAt})
}

// killer ends its own process with SIGKILL before or after a named step.
type killer struct {
	interceptor.WorkerInterceptorBase
	at string // "plan before", "record after", …; empty: never
}

func (k *killer) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &killerActivity{interceptor.ActivityInboundInterceptorBase{Next: next}, k.at}
}

type killerActivity struct {
	interceptor.ActivityInboundInterceptorBase
	at string
}

func (k *killerActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	k.dieAt(activity.GetInfo(ctx).ActivityType.Name + " before")
	out, err := k.Next.ExecuteActivity(ctx, in)
	k.dieAt(activity.GetInfo(ctx).ActivityType.Name + " after")
	return out, err
}

func (k *killerActivity) dieAt(place string) {
	if place == k.at {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// startWorker starts a worker process of its own.
func startWorker(t *testing.T, s *Stack, killAt string) *exec.Cmd {
	t.Helper()
	config, err := json.Marshal(s.App.Config)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "EAIO_TEST_WORKER="+string(config), "EAIO_TEST_KILL_AT="+killAt)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() && said.Len() > 0 {
			t.Logf("a worker said: %s", said.String())
		}
	})
	return cmd
}

// withoutWorker is a stack whose work is left to other processes, with a model
// that counts what is paid.
func withoutWorker(t *testing.T, latency time.Duration) (*Stack, *stubmodel.Server) {
	t.Helper()
	model, err := stubmodel.Start(stubmodel.Config{Latency: latency, Text: func(stubmodel.Request) string { return "The night was above its usual level [F1]." }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(model.Close)
	return up(t, func(c *Config) {
		c.NoWorker = true
		c.App.OpenAIKey, c.App.OpenAIBaseURL, c.App.OpenAIModel = "test", model.BaseURL(), "stub"
	}), model
}

func ask(t *testing.T, s *Stack, deadline time.Duration) (id string) {
	t.Helper()
	var got task
	if status := call(t, s, "POST", "/v1/tasks", "", fmt.Sprintf(night, `,"deadline_ms":`+strconv.FormatInt(deadline.Milliseconds(), 10)), &got); status != 202 {
		t.Fatalf("ask: %d", status)
	}
	return got.ID
}

func await(t *testing.T, s *Stack, id string, limit time.Duration) task {
	t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		var got task
		call(t, s, "GET", "/v1/tasks/"+id, "", "", &got)
		if got.Status.Ended() {
			return got
		}
		if time.Now().After(end) {
			t.Fatalf("task %s is %s after %s", id, got.Status, limit)
		}
	}
}

// A worker dies at each border of each step, alone; another comes later. There is
// one answer, each event is there once, and no reply that was stored is paid again.
func TestAWorkerDiesAtEveryBorder(t *testing.T) {
	s, model := withoutWorker(t, 5*time.Millisecond)
	for _, step := range []string{"plan", "analyse", "retrieve", "route", "generate", "record"} {
		for _, when := range []string{"before", "after"} {
			t.Run(step+" "+when, func(t *testing.T) {
				dying := startWorker(t, s, step+" "+when)
				id := ask(t, s, 5*time.Minute)
				if err := dying.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("the worker ended with %v, not by its own kill", err)
				}
				healthy := startWorker(t, s, "")
				got := await(t, s, id, time.Minute)
				_ = healthy.Process.Kill()
				if got.Answer == nil || got.Answer.Revision != 1 || got.Answer.Reason != eaio.ReasonModel || got.Usage.ModelCalls != 1 {
					t.Fatalf("answer %+v, usage %+v", got.Answer, got.Usage)
				}
				want := "task.accepted task.planned evidence.gathered route.chosen model.called model.replied answer.recorded task.completed"
				if types := strings.Join(stream(t, s, id, ""), " "); types != want {
					t.Errorf("events: %s", types)
				}
			})
		}
	}
	if n := model.PaidTwice(); n != 0 {
		t.Errorf("%d calls were paid twice though their reply was stored", n)
	}
}

// Two workers live and one is killed at a random moment of a task with a model
// call of 0.8 s. EAIO_KILLS sets how often; the time from kill to answer is logged.
func TestRecoveryWithASecondWorker(t *testing.T) {
	kills := 3
	if n, err := strconv.Atoi(os.Getenv("EAIO_KILLS")); err == nil {
		kills = n
	}
	s, model := withoutWorker(t, 800*time.Millisecond)
	startWorker(t, s, "")
	var took []time.Duration
	for range kills {
		victim := startWorker(t, s, "")
		await(t, s, ask(t, s, time.Minute), time.Minute) // both are warm
		id := ask(t, s, time.Minute)
		time.Sleep(rand.N(900 * time.Millisecond))
		killed := time.Now()
		_ = victim.Process.Kill()
		got := await(t, s, id, time.Minute)
		if got.Answer == nil || got.Answer.Reason != eaio.ReasonModel {
			t.Fatalf("answer: %+v", got.Answer)
		}
		took = append(took, time.Since(killed))
	}
	slices.Sort(took)
	again := 0
	for _, n := range model.Calls() {
		again += n - 1
	}
	t.Logf("%d kills, kill to answer: p50 %s, p95 %s, max %s; %d calls were open and made again", kills,
		took[len(took)/2].Round(time.Millisecond), took[len(took)*95/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond), again)
}
