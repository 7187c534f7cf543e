package worker_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func TestValidate(t *testing.T) {
	pools := []string{"cloud", "local"}
	for _, c := range []struct {
		name   string
		config worker.Config
		words  []string // all of them are in the error; none: it is valid
	}{
		{"one queue", worker.Config{Queues: []string{"agent"}}, nil},
		{"every queue", worker.Config{Queues: []string{"agent", "batch", "cloud", "local"}, Slots: 8}, nil},
		{"no queue", worker.Config{}, []string{"agent, batch, cloud, local"}},
		{"an unknown queue", worker.Config{Queues: []string{"agent", "mars"}}, []string{"[mars]", "agent, batch, cloud, local"}},
		{"a queue twice", worker.Config{Queues: []string{"local", "agent", "local"}}, []string{"local is named twice"}},
		{"negative slots", worker.Config{Queues: []string{"agent"}, Slots: -1}, []string{"-1 model calls"}},
		{"everything at once", worker.Config{Queues: []string{"mars", "venus", "agent", "agent"}, Slots: -2}, []string{"[mars venus]", "agent is named twice", "-2 model calls"}},
	} {
		err := c.config.Validate(pools)
		if (err == nil) != (c.words == nil) || err != nil && eaio.KindOf(err) != eaio.KindInvalid {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, word := range c.words {
			if err != nil && !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q is not in %q", c.name, word, err)
			}
		}
	}
	if err := (worker.Config{Queues: []string{"local"}}).Validate(nil); err == nil {
		t.Error("a pool that is not configured can be polled")
	}
}

func TestRunRefusesWhatItCannotPoll(t *testing.T) {
	err := worker.Run(t.Context(), nil, worker.Config{Queues: []string{"agent", "local"}}, worker.Activities{})
	var e *eaio.Error
	if !errors.As(err, &e) || e.Kind != eaio.KindInvalid || !strings.Contains(err.Error(), "[local]") {
		t.Errorf("got %v", err)
	}
}

// registry counts what is registered under which name. Anything that is
// registered without a fixed name is a nil method's panic.
type registry struct {
	sdkworker.Registry
	workflows, activities map[string]int
}

func (r *registry) RegisterWorkflowWithOptions(_ any, o workflow.RegisterOptions) {
	r.workflows[o.Name]++
}

func (r *registry) RegisterActivityWithOptions(_ any, o activity.RegisterOptions) {
	r.activities[o.Name]++
}

func parts() worker.Activities {
	return worker.Activities{
		Planner: &activities.Planner{}, Analyst: &activities.Analyst{}, Librarian: &activities.Librarian{}, Router: &activities.Router{},
		Recorder: &activities.Recorder{}, Scheduler: &activities.Scheduler{}, Generators: map[string]*activities.Generator{"local": {}},
	}
}

func TestEveryNameIsRegisteredOnce(t *testing.T) {
	r := &registry{workflows: map[string]int{}, activities: map[string]int{}}
	worker.Register(r, parts())
	if want := map[string]int{workflows.AgentTaskName: 1, workflows.ScheduledAnalysisName: 1, workflows.ConversationName: 1}; !maps.Equal(r.workflows, want) {
		t.Errorf("workflows %v, want %v", r.workflows, want)
	}
	want := map[string]int{
		workflows.PlanActivity: 1, workflows.AnalyseActivity: 1, workflows.RetrieveActivity: 1, workflows.RouteActivity: 1,
		workflows.RecordActivity: 1, workflows.EndActivity: 1, workflows.ClaimDayActivity: 1, workflows.RaiseBudgetActivity: 1, workflows.SettleActivity: 1, workflows.OutcomeActivity: 1,
	}
	if !maps.Equal(r.activities, want) {
		t.Errorf("activities %v, want %v", r.activities, want)
	}
	worker.RegisterPool(r, parts().Generators["local"])
	want[workflows.GenerateActivity], want[workflows.PlanByModelActivity] = 1, 1
	if !maps.Equal(r.activities, want) {
		t.Errorf("with a pool: activities %v, want %v", r.activities, want)
	}
}

// TestNamesInHistoriesStay: changing one breaks every run that is under way.
func TestNamesInHistoriesStay(t *testing.T) {
	names := []string{
		workflows.AgentTaskName, workflows.ScheduledAnalysisName, workflows.PlanActivity, workflows.AnalyseActivity, workflows.RetrieveActivity,
		workflows.RouteActivity, workflows.GenerateActivity, workflows.RecordActivity, workflows.EndActivity, workflows.ClaimDayActivity, workflows.RaiseBudgetActivity,
		workflows.PlanByModelActivity, workflows.SettleActivity,
		workflows.AgentQueue, workflows.BatchQueue, workflows.PoolQueue("x"),
	}
	if want := strings.Fields("AgentTask ScheduledAnalysis plan analyse retrieve route generate record end claim_day raise_budget plan_by_model settle_plan agent batch pool-x"); !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

// TestRegisterServesTheTestEnvironment: an environment takes everything that a
// worker does, and refuses a name that comes twice.
func TestRegisterServesTheTestEnvironment(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	worker.Register(env, parts())
	worker.RegisterPool(env, parts().Generators["local"])
	defer func() {
		if recover() == nil {
			t.Error("a second registration under the same names was taken")
		}
	}()
	worker.Register(env, parts())
}
