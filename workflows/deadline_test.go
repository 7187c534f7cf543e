package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/apptest"
)

// margin is how much later than its deadline an answer may be.
const margin = 250 * time.Millisecond

// TestHungModelsDoNotMoveTheDeadline runs the clock of the environment with the
// wall, since a hung call ends by the wall.
func TestHungModelsDoNotMoveTheDeadline(t *testing.T) {
	slow := func(d time.Duration, then apptest.Reply) apptest.Reply {
		return func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
			select {
			case <-ctx.Done():
				return apptest.Hang(ctx, r)
			case <-time.After(d):
				return then(ctx, r)
			}
		}
	}
	const deadline = 2 * time.Second
	for _, c := range []struct {
		name   string
		script []apptest.Reply
		reason eaio.Reason
		calls  int
	}{
		{"hang", replies(apptest.Hang), eaio.ReasonDeadline, 1},
		{"lie, then hang", replies(apptest.Lie(), apptest.Hang), eaio.ReasonDeadline, 2},
		{"unavailable, then hang", replies(apptest.Fail(eaio.KindUnavailable, 0), apptest.Hang), eaio.ReasonDeadline, 2},
		{"slow, then a lie: no time for a repair", replies(slow(time.Second, apptest.Lie())), eaio.ReasonDeadline, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			model := apptest.NewModel(c.script...)
			env := newEnv(t, f.Activities(t, apptest.CloudPool(model), apptest.LocalPool(apptest.NewModel(apptest.Hang))))
			request := apptest.Question()
			request.Deadline = deadline
			task := f.Accept(t, request)
			env.SetStartTime(time.Now())
			follow(env)
			got, _ := answered(t, f, env, task)
			wantAnswer(t, got.Answer, eaio.Narrator, c.reason, "")
			if late := env.Now().Sub(task.DeadlineAt); late > margin {
				t.Errorf("on the workflow's clock the answer came %s after the deadline", late)
			}
			if late := got.CompletedAt.Sub(task.DeadlineAt); late > margin {
				t.Errorf("in the store the answer came %s after the deadline", late)
			}
			if n := len(model.Requests()); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
			checkEvidence(t, f, got)
			if types := f.Types(t, task.ID); !slices.Equal(types[len(types)-2:], narrated[4:]) {
				t.Errorf("events %v", types)
			}
		})
	}
}

// TestCallsEndBeforeTheDeadline: the context of every call leaves time to record.
func TestCallsEndBeforeTheDeadline(t *testing.T) {
	f := apptest.New(t)
	ends := make(chan time.Time, 2)
	note := func(then apptest.Reply) apptest.Reply {
		return func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
			end, _ := ctx.Deadline()
			ends <- end
			return then(ctx, r)
		}
	}
	task := f.Accept(t, apptest.Question())
	answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(apptest.NewModel(note(apptest.Lie()), note(f.Truth()))))), task)
	for range 2 {
		if reserve := task.DeadlineAt.Sub(<-ends); reserve < 750*time.Millisecond || reserve > 2*time.Second {
			t.Errorf("a call may last until %s before the deadline", reserve)
		}
	}
}

// TestNoTimeForModels: what is left goes to the narrator, without a call.
func TestNoTimeForModels(t *testing.T) {
	for _, c := range []struct {
		name string
		left time.Duration
	}{
		{"too little is left", time.Second},
		{"the deadline is past", -time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			model := apptest.NewModel(f.Truth())
			request := apptest.Question()
			request.Deadline = c.left
			task := f.Accept(t, request)
			got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
			wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonDeadline, "")
			if c.left < 0 { // else the facts have 300 ms, which a busy machine may not keep
				checkEvidence(t, f, got)
			}
			wantEvents(t, f, task.ID, narrated...)
			if len(model.Requests()) != 0 {
				t.Error("a model was asked")
			}
		})
	}
}

// TestLateTaskKeepsItsFacts: when the deadline was missed before the workflow
// began, slow readings are waited for all the same.
func TestLateTaskKeepsItsFacts(t *testing.T) {
	f := apptest.New(t)
	f.Store.Hook(func(ctx context.Context, method string, at apptest.Stage) error {
		if method != "Readings" || at != apptest.Before {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
		return nil
	})
	request := apptest.Question()
	request.Deadline = -time.Minute
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, f.Activities(t)), task)
	checkEvidence(t, f, got)
}

// TestBackgroundTaskHasTime: without a deadline a call may think for minutes.
func TestBackgroundTaskHasTime(t *testing.T) {
	f := apptest.New(t)
	var left time.Duration
	model := apptest.NewModel(func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		end, _ := ctx.Deadline()
		left = time.Until(end)
		return f.Truth()(ctx, r)
	})
	request := apptest.Question()
	request.Deadline = 0
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
	wantAnswer(t, got.Answer, "tiny", eaio.ReasonModel, "local")
	if left < 9*time.Minute {
		t.Errorf("the call had %s", left)
	}
}

func TestGuardAndWorkflowGiveOneAnswer(t *testing.T) {
	for _, late := range []bool{true, false} {
		t.Run(map[bool]string{true: "the workflow is late", false: "the guard is late"}[late], func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			model := apptest.NewModel(f.Truth())
			acts := f.Activities(t, apptest.LocalPool(model))
			guard := activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)
			task := f.Accept(t, apptest.Question())
			workflow := func() { answered(t, f, newEnv(t, acts), task) }
			watch := func() {
				if err := guard.AnswerNow(t.Context(), task.Ref()); err != nil {
					t.Error(err)
				}
			}
			steps := []func(){workflow, watch}
			if late {
				steps = []func(){watch, workflow}
			}
			steps[0]()
			before := f.Rows(t, task.ID)
			steps[1]()
			wantSameRows(t, before, f.Rows(t, task.ID))
			if late {
				wantAnswer(t, f.Task(t, task.ID).Answer, eaio.Narrator, eaio.ReasonDeadline, "")
				wantEvents(t, f, task.ID, narrated...)
			} else {
				wantAnswer(t, f.Task(t, task.ID).Answer, "tiny", eaio.ReasonModel, "local")
				wantEvents(t, f, task.ID, worded...)
			}
			if n := len(model.Requests()); late && n != 0 {
				t.Errorf("%d calls for a task that was answered", n)
			}
		})
	}
}

// TestGuardAnswersDuringModelCall: the guard speaks while a model still thinks;
// what the model says then changes neither answer nor outcome.
func TestGuardAnswersDuringModelCall(t *testing.T) {
	f := apptest.New(t)
	var guard *activities.Guard
	var task eaio.Task
	model := apptest.NewModel(func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		if err := guard.AnswerNow(ctx, task.Ref()); err != nil {
			t.Error(err)
		}
		return f.Truth()(ctx, r)
	})
	acts := f.Activities(t, apptest.LocalPool(model))
	guard = activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)
	task = f.Accept(t, apptest.Question())
	got, _ := answered(t, f, newEnv(t, acts), task)
	wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonDeadline, "")
	if n := f.Number(t, `select count(*) from answers where task = $1`, task.ID); n != 1 {
		t.Errorf("%d answers", n)
	}
	if got.Usage.ModelCalls != 1 || got.Usage.InputTokens != 1000 {
		t.Errorf("usage %+v: what was paid counts, used or not", got.Usage)
	}
	types := f.Types(t, task.ID)
	for _, once := range []eaio.EventType{eaio.EventRecorded, eaio.EventCompleted} {
		if n := len(slices.DeleteFunc(slices.Clone(types), func(e eaio.EventType) bool { return e != once })); n != 1 {
			t.Errorf("%d times %s in %v", n, once, types)
		}
	}
}
