package workflows_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

var cloudMonth = eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetMonth}

func setBudget(t *testing.T, f *apptest.Fixture, key eaio.BudgetKey, usd string, when eaio.OnExceeded) {
	t.Helper()
	if err := f.Store.SetBudget(t.Context(), apptest.Tenant, eaio.Budget{BudgetKey: key, CapUSD: usd, OnExceeded: when}); err != nil {
		t.Fatal(err)
	}
}

// Over a hard cap the next model is asked, and else the narrator; nothing is paid.
func TestOverBudget(t *testing.T) {
	for _, c := range []struct {
		name   string
		budget func(t *testing.T, f *apptest.Fixture, r *eaio.Request)
		local  bool
		by     string
		reason eaio.Reason
	}{
		{"the request's", func(_ *testing.T, _ *apptest.Fixture, r *eaio.Request) { r.BudgetUSD = "0.001" }, false, eaio.Narrator, eaio.ReasonBudget},
		{"the request's, with a local model", func(_ *testing.T, _ *apptest.Fixture, r *eaio.Request) { r.BudgetUSD = "0" }, true, "tiny", eaio.ReasonModel},
		{"the pool's", func(t *testing.T, f *apptest.Fixture, _ *eaio.Request) { setBudget(t, f, cloudMonth, "0.001", "") }, false, eaio.Narrator, eaio.ReasonBudget},
		{"one that would let wait, and a deadline", func(t *testing.T, f *apptest.Fixture, _ *eaio.Request) {
			setBudget(t, f, cloudMonth, "0.001", eaio.Pause)
		}, false, eaio.Narrator, eaio.ReasonBudget},
		{"the request's, with room", func(_ *testing.T, _ *apptest.Fixture, r *eaio.Request) { r.BudgetUSD = "0.05" }, true, "large", eaio.ReasonModel},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			request := apptest.Question()
			c.budget(t, f, &request)
			task := f.Accept(t, request)
			cloud := apptest.NewModel(f.Truth())
			pools := []apptest.Pool{apptest.CloudPool(cloud)}
			if c.local {
				pools = append(pools, apptest.LocalPool(apptest.NewModel(f.Truth())))
			}
			got, _ := answered(t, f, newEnv(t, f.Activities(t, pools...)), task)
			if a := got.Answer; a.AnsweredBy != c.by || a.Reason != c.reason {
				t.Errorf("answered by %s because of %s, want %s, %s", a.AnsweredBy, a.Reason, c.by, c.reason)
			}
			asked := len(cloud.Requests())
			if (asked > 0) != (c.by == "large") {
				t.Errorf("the cloud was asked %d times", asked)
			}
			if told := slices.Contains(f.Types(t, task.ID), eaio.EventOverBudget); told != (asked == 0) {
				t.Errorf("events %v", f.Types(t, task.ID))
			}
			if asked == 0 && got.Usage.CostUSD != "0" {
				t.Errorf("usage %+v", got.Usage)
			}
		})
	}
}

// update sends a raise and keeps what came of it.
type update struct {
	rejected, failed error
	done             bool
}

func (u *update) Accept()          {}
func (u *update) Reject(err error) { u.rejected = err }
func (u *update) Complete(_ any, err error) {
	u.done, u.failed = true, err
}

func send(env *testsuite.TestWorkflowEnvironment, after time.Duration, usd string) *update {
	u := &update{}
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.RaiseBudgetUpdate, "", u, workflows.Raise{CapUSD: usd})
	}, after)
	return u
}

// paused readies a background task that finds no room, on the clock of the wall.
func paused(t *testing.T) (f *apptest.Fixture, model *apptest.Model, env *testsuite.TestWorkflowEnvironment, task eaio.Task) {
	t.Helper()
	f = apptest.New(t)
	setBudget(t, f, cloudMonth, "0.001", eaio.Pause)
	request := apptest.Question()
	request.Deadline = 0
	task = f.Accept(t, request)
	model = apptest.NewModel(f.Truth())
	env = newEnv(t, f.Activities(t, apptest.CloudPool(model)))
	env.SetStartTime(time.Now())
	return f, model, env, task
}

func TestABackgroundTaskWaitsForMore(t *testing.T) {
	f, model, env, task := paused(t)
	lower, word, raised, late := send(env, 10*time.Second, "0.0009"), send(env, 11*time.Second, "1e9"), send(env, 20*time.Second, "0.5"), send(env, 25*time.Second, "0.6")
	got, _ := answered(t, f, env, task)
	wantAnswer(t, got.Answer, "large", eaio.ReasonModel, "cloud")
	if len(model.Requests()) != 1 {
		t.Errorf("%d calls", len(model.Requests()))
	}
	for _, u := range []*update{lower, word} {
		var app *temporal.ApplicationError
		if !errors.As(u.rejected, &app) || app.Type() != string(eaio.KindInvalid) {
			t.Errorf("not rejected as invalid: %v", u.rejected)
		}
	}
	if raised.rejected != nil || raised.failed != nil || !raised.done {
		t.Errorf("%+v", raised)
	}
	if late.done {
		t.Error("a raise reached a task that no longer waits")
	}
	list, err := f.Store.Budgets(t.Context(), apptest.Tenant, "")
	if err != nil || len(list) != 1 || list[0].CapUSD != "0.5" {
		t.Errorf("%+v, %v", list, err)
	}
}

// A raise for another task, or a new day, is found without being told.
func TestAWaitingTaskLooksAgain(t *testing.T) {
	f, _, env, task := paused(t)
	env.RegisterDelayedCallback(func() { setBudget(t, f, cloudMonth, "0.5", eaio.Pause) }, 90*time.Minute)
	got, _ := answered(t, f, env, task)
	wantAnswer(t, got.Answer, "large", eaio.ReasonModel, "cloud")
	if waited := env.Now().Sub(task.CreatedAt); waited < 90*time.Minute || waited > 150*time.Minute {
		t.Errorf("it waited for %s", waited)
	}
}

func TestATaskDoesNotWaitForEver(t *testing.T) {
	f, model, env, task := paused(t)
	got, _ := answered(t, f, env, task)
	wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonBudget, "")
	if waited := env.Now().Sub(task.CreatedAt); waited < 20*time.Hour || waited > 22*time.Hour || len(model.Requests()) != 0 {
		t.Errorf("it waited for %s and asked %d times", waited, len(model.Requests()))
	}
	if n := f.Number(t, `select count(*) from task_events where task = $1 and type = 'budget.exceeded'`, task.ID); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestAWaitingTaskIsCancelled(t *testing.T) {
	f, _, env, task := paused(t)
	env.RegisterDelayedCallback(env.CancelWorkflow, 30*time.Minute)
	_, err := run(t, env, task)
	wantCancelled(t, f, task, err)
}

// Nobody can raise what nobody waits for.
func TestRaiseOfATaskThatDoesNotWait(t *testing.T) {
	for _, deadline := range []time.Duration{0, 30 * time.Second} {
		f := apptest.New(t)
		request := apptest.Question()
		request.Deadline = deadline
		task := f.Accept(t, request)
		env := newEnv(t, f.Activities(t, apptest.CloudPool(apptest.NewModel(f.Truth()))))
		env.SetStartTime(time.Now())
		u := send(env, 0, "5")
		answered(t, f, env, task)
		if u.done && u.failed == nil || deadline == 0 && (u.rejected == nil || !strings.Contains(u.rejected.Error(), "does not wait")) {
			t.Errorf("deadline %s: %+v", deadline, u)
		}
	}
}
