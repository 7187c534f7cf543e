package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/stubmodel"
)

// withoutWorker is a stack whose work is left to other processes, with a model
// that counts what is paid.
func withoutWorker(t *testing.T, latency time.Duration) (*Stack, *stubmodel.Server) {
	t.Helper()
	model := honestModel(t, latency)
	return up(t, func(c *Config) {
		c.NoWorker = true
		c.App.OpenAIKey, c.App.OpenAIBaseURL, c.App.OpenAIModel = "test", model.BaseURL(), "stub"
	}), model
}

func ask(t *testing.T, s server, deadline time.Duration) (id string) {
	t.Helper()
	var got task
	if status := call(t, s, "POST", "/v1/tasks", "", fmt.Sprintf(night, `,"deadline_ms":`+strconv.FormatInt(deadline.Milliseconds(), 10)), &got); status != 202 {
		t.Fatalf("ask: %d", status)
	}
	return got.ID
}

func await(t *testing.T, s server, id string, limit time.Duration) (got task) {
	t.Helper()
	eventually(t, limit, func() error {
		got = task{}
		if status := call(t, s, "GET", "/v1/tasks/"+id, "", "", &got); status != 200 || !got.Status.Ended() {
			return fmt.Errorf("task %s: %d %s", id, status, got.Status)
		}
		return nil
	})
	return got
}

// once checks that a task has one answer, worded by the model with one call, and
// each event once.
func once(t *testing.T, s server, got task) {
	t.Helper()
	oneAnswer(t, s, got)
	if n := strings.Count(strings.Join(stream(t, s, got.ID, ""), " "), string(eaio.EventCalled)); n != 1 {
		t.Errorf("task %s: %d calls were made", got.ID, n)
	}
}

// oneAnswer checks the same but for calls that were open when a process died:
// those are made again, and told so.
func oneAnswer(t *testing.T, s server, got task) {
	t.Helper()
	if got.Answer == nil || got.Answer.Revision != 1 || got.Answer.Reason != eaio.ReasonModel || got.Usage.ModelCalls != 1 {
		t.Errorf("task %s: answer %+v, usage %+v", got.ID, got.Answer, got.Usage)
	}
	want := "task.accepted task.planned evidence.gathered route.chosen model.called model.replied answer.recorded task.completed"
	types := stream(t, s, got.ID, "")
	if got := strings.Join(slices.Compact(types), " "); got != want {
		t.Errorf("events: %s", strings.Join(types, " "))
	}
}

// answeredOnce wants one answer and one end in a task's journal, whoever answered.
func answeredOnce(t *testing.T, s server, task string) {
	t.Helper()
	types := " " + strings.Join(stream(t, s, task, ""), " ") + " "
	for _, once := range []eaio.EventType{eaio.EventRecorded, eaio.EventCompleted} {
		if n := strings.Count(types, " "+string(once)+" "); n != 1 {
			t.Errorf("task %s: %d times %s among%s", task, n, once, types)
		}
	}
}

// A worker dies at each border of each step, alone; another comes later. There is
// one answer, each event is there once, and no reply that was stored is paid again.
func TestAWorkerDiesAtEveryBorder(t *testing.T) {
	t.Parallel()
	s, model := withoutWorker(t, 5*time.Millisecond)
	for _, step := range []string{"plan", "analyse", "retrieve", "route", "generate", "record"} {
		for _, when := range []string{"before", "after"} {
			t.Run(step+" "+when, func(t *testing.T) {
				dying := startWorker(t, s.App.Config, step+" "+when)
				id := ask(t, s, 5*time.Minute)
				if err := dying.ended(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("the worker ended with %v, not by its own kill", err)
				}
				healthy := startWorker(t, s.App.Config, "")
				got := await(t, s, id, time.Minute)
				healthy.end()
				once(t, s, got)
			})
		}
	}
	if n := model.PaidTwice(); n != 0 {
		t.Errorf("%d calls were paid twice though their reply was stored", n)
	}
}
