package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
)

// patient is the sample's question of somebody who wants the better answer too.
func patient(deadline time.Duration) eaio.Request {
	r := apptest.Question()
	r.Refine, r.Deadline = true, deadline
	return r
}

// TestAModelsAnswerFollows: the narrator keeps the deadline, and the call that was
// open then gives the second revision; it is made once.
func TestAModelsAnswerFollows(t *testing.T) {
	f := apptest.New(t)
	release := make(chan struct{})
	model := apptest.NewModel(func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		select {
		case <-release:
			return f.Truth()(ctx, r)
		case <-ctx.Done():
			return apptest.Hang(ctx, r)
		}
	})
	task := f.Accept(t, patient(2*time.Second))
	env := newEnv(t, f.Activities(t, apptest.LocalPool(model)))
	env.SetStartTime(time.Now())
	follow(env)
	var first eaio.Task
	f.Store.Hook(func(_ context.Context, method string, at apptest.Stage) error {
		if method == "Record" && at == apptest.After && first.ID == "" {
			first = f.Task(t, task.ID)
			close(release)
		}
		return nil
	})
	got, _ := answered(t, f, env, task)
	if first.Status != eaio.TaskRunning || first.Answer == nil || first.Answer.Revision != 1 {
		t.Fatalf("at the deadline the task was %s with %+v", first.Status, first.Answer)
	}
	wantAnswer(t, first.Answer, eaio.Narrator, eaio.ReasonDeadline, "")
	wantAnswer(t, got.Answer, "tiny", eaio.ReasonModel, "local")
	if got.Answer.Revision != 2 || len(got.Answer.Facts) == 0 {
		t.Errorf("revision %d with %d facts", got.Answer.Revision, len(got.Answer.Facts))
	}
	if n := len(model.Requests()); n != 1 {
		t.Errorf("%d calls, want the one that was open", n)
	}
	wantEvents(t, f, task.ID, slices.Concat(narrated[:4], []eaio.EventType{
		eaio.EventCalled, eaio.EventRecorded, eaio.EventReplied, eaio.EventRecorded, eaio.EventCompleted,
	})...)
}

// TestNothingToRefine: a model that is in time, one that has nothing to say, and no
// model at all give one answer.
func TestNothingToRefine(t *testing.T) {
	for _, c := range []struct {
		name   string
		model  *apptest.Model
		by     string
		reason eaio.Reason
		pool   string
	}{
		{"no model", nil, eaio.Narrator, eaio.ReasonNoModel, ""},
		{"a lie", apptest.NewModel(apptest.Lie()), eaio.Narrator, eaio.ReasonUnverified, ""},
		{"refused", apptest.NewModel(apptest.Fail(eaio.KindRefused, 0)), eaio.Narrator, eaio.ReasonRefused, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			var pools []apptest.Pool
			if c.model != nil {
				pools = append(pools, apptest.LocalPool(c.model))
			}
			task := f.Accept(t, patient(5*time.Second))
			got, _ := answered(t, f, newEnv(t, f.Activities(t, pools...)), task)
			wantAnswer(t, got.Answer, c.by, c.reason, c.pool)
			if n := f.Number(t, "select count(*) from answers where task = $1", task.ID); n != 1 || got.Answer.Revision != 1 {
				t.Errorf("%d answers, revision %d", n, got.Answer.Revision)
			}
		})
	}
}

// TestFirstAnswerStays: what has been answered by the deadline is not lost, whether
// the model then lies, fails or the task is cancelled.
func TestFirstAnswerStays(t *testing.T) {
	for _, name := range []string{"lie", "failure", "cancel"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			release := make(chan struct{})
			env := newEnv(t, f.Activities(t, apptest.LocalPool(apptest.NewModel(func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
				select {
				case <-release:
				case <-ctx.Done():
				}
				if name == "lie" {
					return apptest.Lie()(ctx, r)
				}
				return apptest.Fail(eaio.KindRefused, 0)(ctx, r)
			}))))
			task := f.Accept(t, patient(1500*time.Millisecond))
			env.SetStartTime(time.Now())
			follow(env)
			seen := false
			f.Store.Hook(func(_ context.Context, method string, at apptest.Stage) error {
				if method == "Record" && at == apptest.After && !seen {
					seen = true
					if name == "cancel" {
						env.CancelWorkflow()
					} else {
						close(release)
					}
				}
				return nil
			})
			got, _ := answered(t, f, env, task)
			wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonDeadline, "")
			if got.Answer.Revision != 1 {
				t.Errorf("revision %d", got.Answer.Revision)
			}
			types := f.Types(t, task.ID)
			if n := len(types); types[n-1] != eaio.EventCompleted {
				t.Errorf("events %v", types)
			}
		})
	}
}
