package workflows_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// talking is a conversation in a test environment, with what became of its turns.
type talking struct {
	env      *testsuite.TestWorkflowEnvironment
	answered []string // tasks, in the order of their ends
	outcomes map[string]eaio.Outcome
	failures map[string]error
	rejected map[string]string // type of the refusal
}

func newTalking(env *testsuite.TestWorkflowEnvironment) *talking {
	return &talking{env: env, outcomes: map[string]eaio.Outcome{}, failures: map[string]error{}, rejected: map[string]string{}}
}

// ask sends a turn after a time on the environment's clock.
func (k *talking) ask(t *testing.T, after time.Duration, a workflows.Ask) {
	t.Helper()
	k.env.RegisterDelayedCallback(func() {
		k.env.UpdateWorkflow(workflows.AskUpdate, a.Task.ID, &testsuite.TestUpdateCallback{
			OnAccept: func() {},
			OnReject: func(err error) { k.rejected[a.Task.ID] = failedWith(t, err) },
			OnComplete: func(out any, err error) {
				k.answered = append(k.answered, a.Task.ID)
				k.failures[a.Task.ID] = err
				k.outcomes[a.Task.ID], _ = out.(eaio.Outcome)
			},
		}, a)
	}, after)
}

// run executes the conversation to the end of this run and returns its error.
func (k *talking) run(t *testing.T, talk workflows.Talk) error {
	t.Helper()
	k.env.SetTestTimeout(time.Minute)
	k.env.ExecuteWorkflow(workflows.ConversationName, talk)
	if !k.env.IsWorkflowCompleted() {
		t.Fatal("the run has not ended")
	}
	return k.env.GetWorkflowError()
}

// anything matches any argument of a stand-in.
const anything = "mock.Anything"

var talk = workflows.Talk{Conversation: eaio.ConversationRef{Tenant: apptest.Tenant, ID: "c"}}

func turn(n int) workflows.Ask {
	return workflows.Ask{Task: eaio.TaskRef{Tenant: apptest.Tenant, ID: fmt.Sprintf("turn-%d", n)}, Turn: n}
}

// slow stands for turns that take a time each; those named fail.
func slow(env *testsuite.TestWorkflowEnvironment, each time.Duration, failing ...string) (most *int) {
	var now int
	most = new(int)
	env.OnWorkflow(workflows.AgentTaskName, anything, anything).Return(func(ctx workflow.Context, ref eaio.TaskRef) (eaio.Outcome, error) {
		now++
		*most = max(*most, now)
		defer func() { now-- }()
		if err := workflow.Sleep(ctx, each); err != nil {
			return eaio.Outcome{}, err
		}
		if slices.Contains(failing, ref.ID) {
			return eaio.Outcome{}, temporal.NewNonRetryableApplicationError("no such building", "unknown_building", nil)
		}
		return eaio.Outcome{Status: eaio.TaskCompleted, AnsweredBy: eaio.Narrator}, nil
	})
	return most
}

func TestTurnsAreAnsweredOneAfterTheOther(t *testing.T) {
	env := newEnv(t, worker.Activities{})
	k := newTalking(env)
	most := slow(env, time.Second, "turn-2")
	for _, n := range []int{1, 3, 2, 4} { // 3 overtakes 2 on the way
		k.ask(t, time.Millisecond, turn(n))
	}
	if err := k.run(t, talk); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(k.answered, " "); got != "turn-1 turn-2 turn-3 turn-4" {
		t.Errorf("answered %s", got)
	}
	if *most != 1 {
		t.Errorf("%d turns were answered at once", *most)
	}
	for n, want := range map[string]eaio.TaskStatus{"turn-1": eaio.TaskCompleted, "turn-2": eaio.TaskFailed, "turn-4": eaio.TaskCompleted} {
		if got := k.outcomes[n]; got.Status != want || k.failures[n] != nil {
			t.Errorf("%s: %+v, %v; want %s", n, got, k.failures[n], want)
		}
	}
}

func TestWhatATurnMustBe(t *testing.T) {
	env := newEnv(t, worker.Activities{})
	k := newTalking(env)
	slow(env, time.Minute)
	bad := map[string]workflows.Ask{
		"invalid":   {Task: eaio.TaskRef{Tenant: apptest.Tenant, ID: "zero"}},
		"forbidden": {Task: eaio.TaskRef{Tenant: "other", ID: "foreign"}, Turn: 1},
	}
	for _, a := range bad {
		k.ask(t, time.Second, a)
	}
	k.ask(t, time.Second, workflows.Ask{Task: eaio.TaskRef{Tenant: apptest.Tenant}, Turn: 1})
	for n := range eaio.MaxOpenTurns + 2 {
		k.ask(t, 2*time.Second, turn(n+1))
	}
	if err := k.run(t, talk); err != nil {
		t.Fatal(err)
	}
	if k.rejected["zero"] != "invalid" || k.rejected["foreign"] != "forbidden" || k.rejected[""] != "invalid" {
		t.Errorf("rejected %v", k.rejected)
	}
	if len(k.answered) != eaio.MaxOpenTurns || k.rejected["turn-11"] != "rate_limited" || k.rejected["turn-12"] != "rate_limited" {
		t.Errorf("answered %v, rejected %v", k.answered, k.rejected)
	}
}

func TestAnIdleConversationEnds(t *testing.T) {
	env := newEnv(t, worker.Activities{})
	k := newTalking(env)
	slow(env, 2*time.Hour)
	var timers int
	env.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
	k.ask(t, 20*time.Hour, turn(1))
	k.ask(t, 40*time.Hour, turn(2))
	env.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(workflows.StatusAttribute.ValueSet("completed"))).Return(nil).Once()
	started := env.Now()
	if err := k.run(t, talk); err != nil {
		t.Fatal(err)
	}
	env.AssertExpectations(t)
	// The second turn ended after 42 hours.
	if took := env.Now().Sub(started); took < 65*time.Hour || took > 67*time.Hour || len(k.answered) != 2 {
		t.Errorf("ended after %s with %v answered", took, k.answered)
	}
	if timers > 3+2 { // three of the conversation, one of each stand-in's sleep
		t.Errorf("%d timers", timers)
	}
}

// TestALongConversationGoesOn begins a new run between two turns, with nothing
// but ids and a count.
func TestALongConversationGoesOn(t *testing.T) {
	for name, c := range map[string]struct {
		suggested bool
		turns     int
	}{"the server suggests it": {true, 3}, "fifty turns": {false, 50}} {
		t.Run(name, func(t *testing.T) {
			env := newEnv(t, worker.Activities{})
			k := newTalking(env)
			slow(env, 100*time.Millisecond)
			for n := range c.turns {
				// Two of the last three come together: the run goes on when both are answered.
				k.ask(t, time.Duration(min(n, c.turns-2))*time.Second, turn(7+n))
			}
			env.RegisterDelayedCallback(func() { env.SetContinueAsNewSuggested(c.suggested) }, time.Duration(c.turns-2)*time.Second+time.Millisecond)
			from := talk
			from.Turns = 6
			err := k.run(t, from)
			var next *workflow.ContinueAsNewError
			if !errors.As(err, &next) {
				t.Fatalf("the run ended with %v", err)
			}
			if len(k.answered) != c.turns || len(k.rejected) != 0 {
				t.Errorf("%d answered, rejected %v", len(k.answered), k.rejected)
			}
			if got, want := string(next.Input.GetPayloads()[0].GetData()), fmt.Sprintf(`{"conversation":{"tenant":"default","id":"c"},"turns":%d}`, 6+c.turns); got != want {
				t.Errorf("carries %s, want %s", got, want)
			}
		})
	}
}

func TestACancelledConversationEndsItsTurns(t *testing.T) {
	f := apptest.New(t)
	c := f.Converse(t)
	first, second := f.AcceptTurn(t, c, apptest.Question()), f.AcceptTurn(t, c, apptest.Question())
	env := newEnv(t, f.Activities(t))
	k := newTalking(env)
	f.Store.Hook(cancelAt(env, "Readings", apptest.Before))
	k.ask(t, time.Millisecond, workflows.Ask{Task: first.Ref(), Turn: 1})
	k.ask(t, time.Millisecond, workflows.Ask{Task: second.Ref(), Turn: 2})
	if err := k.run(t, workflows.Talk{Conversation: c.Ref()}); !temporal.IsCanceledError(err) {
		t.Errorf("the run ended with %v", err)
	}
	for _, task := range []eaio.Task{first, second} {
		if got := f.Task(t, task.ID); got.Status != eaio.TaskCancelled || k.outcomes[task.ID].Status != eaio.TaskCancelled {
			t.Errorf("turn %d is %s, outcome %+v", task.Turn, got.Status, k.outcomes[task.ID])
		}
	}
}

// TestATurnIsATask answers two turns with the real steps: the second looks back on
// the first.
func TestATurnIsATask(t *testing.T) {
	f := apptest.New(t)
	c := f.Converse(t)
	first := f.AcceptTurn(t, c, apptest.Question())
	env := newEnv(t, f.Activities(t))
	k := newTalking(env)
	k.ask(t, time.Millisecond, workflows.Ask{Task: first.Ref(), Turn: 1})
	again := f.AcceptTurn(t, c, eaio.Request{Question: "What was the peak last month?", Deadline: 30 * time.Second})
	k.ask(t, time.Second, workflows.Ask{Task: again.Ref(), Turn: 2})
	if err := k.run(t, workflows.Talk{Conversation: c.Ref()}); err != nil {
		t.Fatal(err)
	}
	for n, task := range []eaio.Task{first, again} {
		got := f.Task(t, task.ID)
		if got.Turn != n+1 || got.Conversation != c.ID || got.Status != eaio.TaskCompleted || got.Answer == nil || len(got.Answer.Facts) == 0 {
			t.Errorf("turn %d: %s, %+v", n+1, got.Status, got.Answer)
		}
		wantEvents(t, f, task.ID, narrated...)
	}
	if again.Request.Building != first.Request.Building || !again.Request.AsOf.Equal(first.Request.AsOf) {
		t.Errorf("the second turn speaks of %s at %s", again.Request.Building, again.Request.AsOf)
	}
	s, err := f.Store.Store.Subject(t.Context(), apptest.Tenant, again.ID)
	if err != nil || len(s.Task.Request.Earlier) != 1 {
		t.Fatalf("%+v, %v", s.Task.Request.Earlier, err)
	}
	if e := s.Task.Request.Earlier[0]; e.Number != 1 || e.Task != first.ID || e.Plan == nil || e.Answer == "" || e.Status != eaio.TaskCompleted || len(e.Facts) == 0 {
		t.Errorf("looks back on %+v", e)
	}
}

// TestATurnThatHasRunIsNotRunAgain sends a turn that an earlier run has answered.
func TestATurnThatHasRunIsNotRunAgain(t *testing.T) {
	f := apptest.New(t)
	c := f.Converse(t)
	task := f.AcceptTurn(t, c, apptest.Question())
	env := newEnv(t, f.Activities(t))
	answered(t, f, env, task)
	rows := f.Rows(t, task.ID)
	env = newEnv(t, f.Activities(t))
	env.OnWorkflow(workflows.AgentTaskName, anything, anything).Return(eaio.Outcome{}, &temporal.ChildWorkflowExecutionAlreadyStartedError{})
	k := newTalking(env)
	k.ask(t, time.Millisecond, workflows.Ask{Task: task.Ref(), Turn: 1})
	if err := k.run(t, workflows.Talk{Conversation: c.Ref()}); err != nil {
		t.Fatal(err)
	}
	if got := k.outcomes[task.ID]; got.Status != eaio.TaskCompleted || got.AnsweredBy != eaio.Narrator {
		t.Errorf("outcome %+v, %v", got, k.failures[task.ID])
	}
	if after := f.Rows(t, task.ID); fmt.Sprint(after) != fmt.Sprint(rows) {
		t.Errorf("rows\n%v\nbefore\n%v", after, rows)
	}
}
