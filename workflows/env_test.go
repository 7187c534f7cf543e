package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

// newEnv is a test environment with everything registered as a worker does it.
func newEnv(t *testing.T, acts worker.Activities) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	worker.Register(env, acts)
	// A real pool has a worker of its own; here one function stands for all of them.
	pool := func(call func(*activities.Generator, context.Context, workflows.Generate) (workflows.Generated, error)) any {
		return func(ctx context.Context, in workflows.Generate) (workflows.Generated, error) {
			info := activity.GetInfo(ctx)
			if info.TaskQueue != workflows.PoolQueue(in.Candidate.Pool) {
				t.Errorf("the call of pool %s went to the queue %s", in.Candidate.Pool, info.TaskQueue)
			}
			if info.HeartbeatTimeout <= 0 || info.HeartbeatTimeout > 3*time.Second || !in.Task.Deadline.IsZero() && in.Until.After(in.Task.Deadline.Add(-750*time.Millisecond)) {
				t.Errorf("heartbeat within %s, until %s of the deadline %s", info.HeartbeatTimeout, in.Until, in.Task.Deadline)
			}
			return call(acts.Generators[in.Candidate.Pool], ctx, in)
		}
	}
	env.RegisterActivityWithOptions(pool((*activities.Generator).Generate), activity.RegisterOptions{Name: workflows.GenerateActivity})
	env.RegisterActivityWithOptions(pool((*activities.Generator).Plan), activity.RegisterOptions{Name: workflows.PlanByModelActivity})
	return env
}

// follow makes the clock of the environment keep step with the wall while
// activities run; by itself it stands still until a timer is due.
func follow(env *testsuite.TestWorkflowEnvironment) {
	var tick func()
	tick = func() { env.RegisterDelayedCallback(tick, 10*time.Millisecond) }
	tick()
}

// run executes the task's workflow to its end.
func run(t *testing.T, env *testsuite.TestWorkflowEnvironment, task eaio.Task) (eaio.Outcome, error) {
	t.Helper()
	env.ExecuteWorkflow(workflows.AgentTaskName, task.Ref())
	if !env.IsWorkflowCompleted() {
		t.Fatal("the workflow has not ended")
	}
	var out eaio.Outcome
	if err := env.GetWorkflowError(); err != nil {
		return out, err
	}
	return out, env.GetWorkflowResult(&out)
}

// answered executes the workflow and returns the task with its one answer.
func answered(t *testing.T, f *apptest.Fixture, env *testsuite.TestWorkflowEnvironment, task eaio.Task) (eaio.Task, eaio.Outcome) {
	t.Helper()
	out, err := run(t, env, task)
	if err != nil {
		t.Fatalf("the run failed: %v", err)
	}
	got := f.Task(t, task.ID)
	if got.Status != eaio.TaskCompleted || got.Answer == nil || got.Answer.Text == "" {
		t.Fatalf("the task is %s with the answer %+v, want completed with one", got.Status, got.Answer)
	}
	if want := (eaio.Outcome{Status: eaio.TaskCompleted, AnswerStatus: got.Answer.Status, AnsweredBy: got.Answer.AnsweredBy, Reason: got.Answer.Reason, Pool: got.Answer.Pool}); out != want {
		t.Errorf("outcome %+v, the store has %+v", out, want)
	}
	return got, out
}

// wantAnswer checks who answered and why.
func wantAnswer(t *testing.T, a *eaio.Answer, by string, reason eaio.Reason, pool string) {
	t.Helper()
	if a.AnsweredBy != by || a.Reason != reason || a.Pool != pool {
		t.Errorf("answered by %q, reason %q, pool %q; want %q, %q, %q\n%s", a.AnsweredBy, a.Reason, a.Pool, by, reason, pool, a.Text)
	}
}

// wantEvents checks the whole journal: types in order, numbers without a gap,
// no id twice.
func wantEvents(t *testing.T, f *apptest.Fixture, task string, want ...eaio.EventType) {
	t.Helper()
	if got := f.Types(t, task); !slices.Equal(got, want) {
		t.Errorf("events\n%v, want\n%v", got, want)
	}
	ids := map[string]bool{}
	for i, e := range f.Events(t, task) {
		if e.Seq != int64(i+1) || ids[e.ID] {
			t.Errorf("event %d has the number %d and the id %s", i+1, e.Seq, e.ID)
		}
		ids[e.ID] = true
	}
}

// The journals of tasks that go well.
var (
	narrated = []eaio.EventType{
		eaio.EventAccepted, eaio.EventPlanned, eaio.EventGathered, eaio.EventRoute, eaio.EventRecorded, eaio.EventCompleted,
	}
	worded = []eaio.EventType{
		eaio.EventAccepted, eaio.EventPlanned, eaio.EventGathered, eaio.EventRoute, eaio.EventCalled, eaio.EventReplied, eaio.EventRecorded, eaio.EventCompleted,
	}
)

// failedWith returns the type of the failure that ended a run.
func failedWith(t *testing.T, err error) string {
	t.Helper()
	var app *temporal.ApplicationError
	if !errors.As(err, &app) {
		t.Fatalf("the run ended with %v, want an application error", err)
	}
	return app.Type()
}

func callKey(task eaio.Task, pool string, round int) string {
	return fmt.Sprintf("%s/%s/%d", task.ID, pool, round)
}
