package stack

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/api/workflowservice/v1"
)

// runs counts the runs that a task's workflow ever had. The list lags a moment.
func runs(t *testing.T, s *Stack, id string) int {
	t.Helper()
	list, err := s.App.Temporal.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowId = 'default/" + id + "'"})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Executions)
}

// The API process dies at each side of starting a task's workflow; another API
// is there. Asking it again with the same key gives the same task, its sweeper
// starts the task, and there is one answer.
func TestAnAPIDiesBeforeItStartsATask(t *testing.T) {
	t.Parallel()
	s, model := withoutWorker(t, 5*time.Millisecond)
	startWorker(t, s.App.Config, "")
	for _, at := range []string{"start before", "start after"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dying := startAPI(t, s.App.Config, at)
			body := fmt.Sprintf(night, `,"deadline_ms":300000`)
			if status, _, _, err := send(t, dying, "POST", "/v1/tasks", at, body); err == nil {
				t.Fatalf("the API answered %d and should have died", status)
			}
			if err := dying.ended(); err == nil || !strings.Contains(err.Error(), "killed") {
				t.Fatalf("the API ended with %v, not by its own kill", err)
			}
			var again task
			if status := call(t, s, "POST", "/v1/tasks", at, body, &again); status != 202 {
				t.Fatalf("asked again: %d", status)
			}
			got := await(t, s, again.ID, time.Minute)
			once(t, s, got)
			waited := got.CompletedAt.Sub(got.CreatedAt)
			t.Logf("accepted to answered: %s", waited.Round(time.Millisecond))
			if swept := waited > 3*time.Second; waited > sweptWithin || swept != (at == "start before") {
				t.Errorf("the task waited %s", waited)
			}
			eventually(t, 10*time.Second, func() error {
				if n := runs(t, s, again.ID); n != 1 {
					return fmt.Errorf("%d runs", n)
				}
				return nil
			})
		})
	}
	t.Cleanup(func() {
		if n := model.PaidTwice(); n != 0 {
			t.Errorf("%d calls were paid twice", n)
		}
	})
}

// sweptWithin is how long an accepted task may wait for its answer when it must
// be swept: 3 to 4 seconds, and as much for a starved machine.
const sweptWithin = 8 * time.Second

// Several sweepers at once, faster than the workflows are, start one run a task,
// also once that has ended.
func TestSweepersAtOnceStartOneRun(t *testing.T) {
	t.Parallel()
	s, _ := withoutWorker(t, 5*time.Millisecond)
	var ids []string
	for i := range 5 {
		key := fmt.Sprint("task ", i)
		accepted, created, err := s.App.Store.Accept(t.Context(), eaio.Task{
			ID: fmt.Sprintf("0198c1f0-0000-7000-8000-%012d", i), Tenant: eaio.DefaultTenant, CreatedAt: time.Now(),
			Request: eaio.Request{Question: "What was left on last night?", Building: "robin_office_serena", Audience: eaio.AudienceManager, IdempotencyKey: key},
		}, key)
		if err != nil || !created {
			t.Fatal(created, err)
		}
		ids = append(ids, accepted.ID)
	}
	ctx, stop := context.WithCancel(t.Context())
	var sweepers sync.WaitGroup
	for range 8 {
		sweepers.Go(func() { s.App.Starter.Sweep(ctx, 5*time.Millisecond, 0) })
	}
	startWorker(t, s.App.Config, "")
	for _, id := range ids {
		once(t, s, await(t, s, id, 30*time.Second))
	}
	stop()
	sweepers.Wait()
	for _, id := range ids {
		eventually(t, 10*time.Second, func() error {
			if n := runs(t, s, id); n != 1 {
				return fmt.Errorf("task %s had %d runs", id, n)
			}
			return nil
		})
	}
}
