package workflows_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

// cancelAt asks the environment to cancel the workflow when the store is called,
// and holds that call until its own context ends.
func cancelAt(env *testsuite.TestWorkflowEnvironment, method string, at apptest.Stage) apptest.Hook {
	return func(ctx context.Context, called string, stage apptest.Stage) error {
		if called != method || stage != at {
			return nil
		}
		env.CancelWorkflow()
		<-ctx.Done()
		return eaio.Errorf(eaio.KindCancelled, method, "%w", ctx.Err())
	}
}

func wantCancelled(t *testing.T, f *apptest.Fixture, task eaio.Task, err error) {
	t.Helper()
	if !temporal.IsCanceledError(err) {
		t.Errorf("the run ended with %v, want cancelled", err)
	}
	got := f.Task(t, task.ID)
	if got.Status != eaio.TaskCancelled || got.Answer != nil || got.Problem != nil || got.CompletedAt.IsZero() {
		t.Errorf("task %s, answer %v, problem %v", got.Status, got.Answer, got.Problem)
	}
	types := f.Types(t, task.ID)
	if n := len(types); types[n-1] != eaio.EventCancelled || slices.Contains(types, eaio.EventRecorded) {
		t.Errorf("events %v", types)
	}
}

func TestCancelBeforeAnswer(t *testing.T) {
	for _, c := range []struct {
		method string
		at     apptest.Stage
		seen   []eaio.EventType
	}{
		{"Subject", apptest.Before, []eaio.EventType{eaio.EventAccepted, eaio.EventCancelled}},
		{"Planned", apptest.After, []eaio.EventType{eaio.EventAccepted, eaio.EventPlanned, eaio.EventCancelled}},
		{"Readings", apptest.Before, []eaio.EventType{eaio.EventAccepted, eaio.EventPlanned, eaio.EventCancelled}},
		{"Record", apptest.Before, []eaio.EventType{eaio.EventAccepted, eaio.EventPlanned, eaio.EventCancelled}},
	} {
		t.Run(string(c.at)+" "+c.method, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			task := f.Accept(t, apptest.Question())
			env := newEnv(t, f.Activities(t))
			updates := []temporal.SearchAttributeUpdate{workflows.StatusAttribute.ValueSet("cancelled")}
			if c.method == "Readings" || c.method == "Record" {
				updates = append(updates, workflows.AgentAttribute.ValueSet("analyst"))
			}
			env.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(updates...)).Return(nil).Once()
			f.Store.Hook(cancelAt(env, c.method, c.at))
			_, err := run(t, env, task)
			env.AssertExpectations(t)
			wantCancelled(t, f, task, err)
			wantEvents(t, f, task.ID, c.seen...)
		})
	}
}

// TestCancelWhileAnswerIsWritten cancels when the answer is in the store and the
// word of it still on the way: the task has ended, and the run says how.
func TestCancelWhileAnswerIsWritten(t *testing.T) {
	f := apptest.New(t)
	task := f.Accept(t, apptest.Question())
	env := newEnv(t, f.Activities(t))
	env.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(
		workflows.StatusAttribute.ValueSet("completed"), workflows.AgentAttribute.ValueSet("analyst"), workflows.AnsweredByAttribute.ValueSet(eaio.Narrator),
	)).Return(nil).Once()
	f.Store.Hook(cancelAt(env, "Record", apptest.After))
	answered(t, f, env, task)
	env.AssertExpectations(t)
	wantEvents(t, f, task.ID, narrated...)
}

func TestCancelDuringModelCall(t *testing.T) {
	f := apptest.New(t)
	var env *testsuite.TestWorkflowEnvironment
	stopped := make(chan error, 1)
	model := apptest.NewModel(func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		env.CancelWorkflow()
		reply, err := apptest.Hang(ctx, r)
		stopped <- context.Cause(ctx)
		return reply, err
	})
	freed := make(chan struct{})
	f.Store.Hook(func(_ context.Context, method string, at apptest.Stage) error {
		if method == "FailCall" && at == apptest.After {
			close(freed)
		}
		return nil
	})
	task := f.Accept(t, apptest.Question())
	env = newEnv(t, f.Activities(t, apptest.LocalPool(model)))
	started := time.Now()
	_, err := run(t, env, task)
	wantCancelled(t, f, task, err)
	<-freed // the activity is told by its next heartbeat, not by its deadline
	if why := <-stopped; errors.Is(why, context.DeadlineExceeded) || time.Since(started) > 10*time.Second {
		t.Errorf("the model call ended after %s for %v", time.Since(started), why)
	}
	wantEvents(t, f, task.ID, slices.Concat(narrated[:4], []eaio.EventType{eaio.EventCalled, eaio.EventCancelled})...)
	if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'failed' and error_kind = 'cancelled'`, task.ID); n != 1 {
		t.Errorf("%d calls have given their claim back as cancelled, want 1: %s", n, f.Rows(t, task.ID)["model_calls"])
	}
	if n := len(model.Requests()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

func TestCancelAfterTheEndChangesNothing(t *testing.T) {
	f := apptest.New(t)
	task := f.Accept(t, apptest.Question())
	env := newEnv(t, f.Activities(t))
	answered(t, f, env, task)
	before := f.Rows(t, task.ID)
	env.CancelWorkflow()
	end := workflows.End{Task: task.Ref(), Status: eaio.TaskCancelled}
	acts := f.Activities(t)
	if out, err := acts.Recorder.End(t.Context(), end); err != nil || out.Status != eaio.TaskCompleted || out.AnsweredBy != eaio.Narrator {
		t.Errorf("end after the end: %+v, %v", out, err)
	}
	wantSameRows(t, before, f.Rows(t, task.ID))
}

func wantSameRows(t *testing.T, before, after map[string]string) {
	t.Helper()
	for table := range before {
		if before[table] != after[table] {
			t.Errorf("%s changed from\n%s to\n%s", table, before[table], after[table])
		}
	}
}

// TestEndedBeforeItsWorkflow: a task may be cancelled between being stored
// and being started. Nothing is computed, and nothing paid.
func TestEndedBeforeItsWorkflow(t *testing.T) {
	for _, status := range []eaio.TaskStatus{eaio.TaskCancelled, eaio.TaskFailed} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			model := apptest.NewModel(f.Truth())
			task := f.Accept(t, apptest.Question())
			acts := f.Activities(t, apptest.LocalPool(model))
			if _, err := acts.Recorder.End(t.Context(), workflows.End{Task: task.Ref(), Status: status, Problem: &eaio.Problem{Type: "internal"}}); err != nil {
				t.Fatal(err)
			}
			before := f.Rows(t, task.ID)
			out, err := run(t, newEnv(t, acts), task)
			if err != nil || out != (eaio.Outcome{Status: status}) {
				t.Errorf("outcome %+v, %v", out, err)
			}
			wantSameRows(t, before, f.Rows(t, task.ID))
			if len(model.Requests()) != 0 {
				t.Error("a model was asked")
			}
		})
	}
}

// TestStoppedStepIsDoneAgain: a worker that stops cancels the contexts of its
// steps. That is not the caller's cancel.
func TestStoppedStepIsDoneAgain(t *testing.T) {
	for _, method := range []string{"Planned", "Readings", "SaveCitations", "Record"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			f.Store.Hook(apptest.FailWith(1, method, apptest.Before, eaio.Errorf(eaio.KindCancelled, method, "the worker stops: %w", context.Canceled)))
			task := f.Accept(t, apptest.Question())
			got, _ := answered(t, f, newEnv(t, f.Activities(t)), task)
			checkEvidence(t, f, got)
			wantEvents(t, f, task.ID, narrated...)
		})
	}
}
