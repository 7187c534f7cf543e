package workflows_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

var nightly = workflows.Schedule{Tenant: apptest.Tenant, Building: apptest.PublicBuilding, Set: "nightly", Audience: eaio.AudienceManager, Language: eaio.English}

// fire executes the workflow of a schedule as Temporal starts it for a nominal
// time; the zero time is a start by hand.
func fire(t *testing.T, acts worker.Activities, s workflows.Schedule, nominal time.Time) (workflows.Claimed, error) {
	t.Helper()
	env := newEnv(t, acts)
	if !nominal.IsZero() {
		err := env.SetTypedSearchAttributesOnStart(temporal.NewSearchAttributes(
			temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime").ValueSet(nominal)))
		if err != nil {
			t.Fatal(err)
		}
	}
	env.ExecuteWorkflow(workflows.ScheduledAnalysisName, s)
	var day workflows.Claimed
	if err := env.GetWorkflowError(); err != nil {
		return day, err
	}
	return day, env.GetWorkflowResult(&day)
}

func TestScheduledDay(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	day, err := fire(t, acts, nightly, time.Date(2017, 4, 26, 2, 30, 0, 0, time.UTC)) // 03:30 in London
	if err != nil || !day.Created || day.Day != "2017-04-26" {
		t.Fatalf("%+v, %v", day, err)
	}
	got := f.Task(t, day.Task.ID)
	if got.Status != eaio.TaskCompleted || got.Answer == nil || got.Plan.By != "schedule" || len(got.Plan.Calls) != 6 {
		t.Fatalf("task %s, plan %+v, answer %+v", got.Status, got.Plan, got.Answer)
	}
	if midnight := time.Date(2017, 4, 25, 23, 0, 0, 0, time.UTC); !got.AsOf.Equal(midnight) {
		t.Errorf("as of %s, want the local midnight %s", got.AsOf, midnight)
	}
	if !got.DeadlineAt.IsZero() || got.Request.Building != nightly.Building || got.Language != eaio.English {
		t.Errorf("task %+v", got)
	}
	wantEvents(t, f, got.ID, narrated...)
	checkEvidence(t, f, got)
}

// TestScheduledDayHasOneResult fires a day at once in environments that know
// nothing of each other: what keeps them to one result is the database alone.
func TestScheduledDayHasOneResult(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	nominal := time.Date(2017, 4, 26, 2, 30, 0, 0, time.UTC)
	const firings = 4
	days := make([]workflows.Claimed, firings)
	var wg sync.WaitGroup
	for i := range firings {
		wg.Go(func() {
			var err error
			if days[i], err = fire(t, acts, nightly, nominal.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	created := 0
	for _, d := range days {
		if d.Created {
			created++
		}
		if d.Task != days[0].Task || d.Day != "2017-04-26" {
			t.Errorf("%+v and %+v", d, days[0])
		}
	}
	if created != 1 {
		t.Errorf("created %d times", created)
	}
	before := f.Rows(t, days[0].Task.ID)
	if again, err := fire(t, acts, nightly, nominal); err != nil || again.Created || again.Task != days[0].Task {
		t.Errorf("again: %+v, %v", again, err)
	}
	wantSameRows(t, before, f.Rows(t, days[0].Task.ID))
	for table, want := range map[string]int{"tasks": 1, "answers": 1, "scheduled_days": 1} {
		if n := f.Number(t, "select count(*) from "+table); n != want {
			t.Errorf("%d rows in %s, want %d", n, table, want)
		}
	}
	wantEvents(t, f, days[0].Task.ID, narrated...)
}

func TestScheduledDaysAndSetsAreApart(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	weekly, other := nightly, nightly
	weekly.Set, other.Building = "weekly", apptest.PrivateBuilding
	seen := map[string]bool{}
	for _, c := range []struct {
		schedule workflows.Schedule
		nominal  time.Time
	}{
		{nightly, time.Date(2017, 4, 26, 2, 30, 0, 0, time.UTC)},
		{nightly, time.Date(2017, 4, 27, 2, 30, 0, 0, time.UTC)},
		{weekly, time.Date(2017, 4, 26, 2, 30, 0, 0, time.UTC)},
		{other, time.Date(2017, 4, 26, 12, 30, 0, 0, time.UTC)},
	} {
		day, err := fire(t, acts, c.schedule, c.nominal)
		if err != nil || !day.Created || seen[day.Task.ID] {
			t.Errorf("%+v: %+v, %v", c, day, err)
		}
		seen[day.Task.ID] = true
	}
}

func TestScheduledDayWithoutData(t *testing.T) {
	f := apptest.New(t)
	day, err := fire(t, f.Activities(t), nightly, time.Time{}) // today: years after the sample ends
	if err != nil {
		t.Fatal(err)
	}
	got := f.Task(t, day.Task.ID)
	if got.Status != eaio.TaskCompleted || got.Answer.Status != eaio.ResultInsufficientData {
		t.Errorf("task %s, answer %s:\n%s", got.Status, got.Answer.Status, got.Answer.Text)
	}
	for _, fact := range got.Answer.Facts {
		if x, ok := fact.Value.Float(); ok && x != 0 && fact.Unit == "kWh" {
			t.Errorf("%s = %s kWh of a day without data", fact.Name, fact.Value)
		}
	}
}

func TestScheduleOfUnknownThingsFails(t *testing.T) {
	f := apptest.New(t)
	building, set := nightly, nightly
	building.Building, set.Set = "nowhere", "hourly"
	for _, c := range []struct {
		schedule workflows.Schedule
		kind     eaio.Kind
	}{{building, eaio.KindNotFound}, {set, eaio.KindInvalid}} {
		_, err := fire(t, f.Activities(t), c.schedule, time.Time{})
		if got := failedWith(t, err); got != string(c.kind) {
			t.Errorf("%+v failed as %s", c.schedule, got)
		}
	}
	if n := f.Number(t, `select count(*) from tasks`); n != 0 {
		t.Errorf("%d tasks", n)
	}
}

func TestScheduleWaitsForTheDatabase(t *testing.T) {
	for _, method := range []string{"Building", "ClaimDay"} {
		for _, at := range []apptest.Stage{apptest.Before, apptest.After} {
			t.Run(method+" "+string(at), func(t *testing.T) {
				t.Parallel()
				f := apptest.New(t)
				f.Store.Hook(apptest.FailFirst(3, method, at))
				day, err := fire(t, f.Activities(t), nightly, time.Date(2017, 4, 26, 2, 30, 0, 0, time.UTC))
				if err != nil {
					t.Fatal(err)
				}
				if got := f.Task(t, day.Task.ID); got.Status != eaio.TaskCompleted {
					t.Errorf("task %s", got.Status)
				}
				wantEvents(t, f, day.Task.ID, narrated...)
			})
		}
	}
}

// TestScheduledRunsShareOneChild fires a day three times within one environment,
// which, like a server, refuses a second run of one id.
func TestScheduledRunsShareOneChild(t *testing.T) {
	f := apptest.New(t)
	env := newEnv(t, f.Activities(t))
	nominal := temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime").ValueSet(time.Date(2017, 4, 26, 2, 30, 0, 0, time.UTC))
	start := func(ctx workflow.Context, id string) workflow.ChildWorkflowFuture {
		return workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
			WorkflowID: id, TypedSearchAttributes: temporal.NewSearchAttributes(nominal),
		}), workflows.ScheduledAnalysisName, nightly)
	}
	fireThrice := func(ctx workflow.Context) ([]workflows.Claimed, error) {
		days := make([]workflows.Claimed, 3)
		first, second := start(ctx, "first"), start(ctx, "second") // side by side
		err := errors.Join(first.Get(ctx, &days[0]), second.Get(ctx, &days[1]))
		return days, errors.Join(err, start(ctx, "third").Get(ctx, &days[2]))
	}
	env.RegisterWorkflow(fireThrice)
	runs := map[string]int{}
	env.SetOnChildWorkflowStartedListener(func(info *workflow.Info, _ workflow.Context, _ converter.EncodedValues) {
		runs[info.WorkflowType.Name]++
	})
	env.ExecuteWorkflow(fireThrice)
	var days []workflows.Claimed
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if err := env.GetWorkflowResult(&days); err != nil {
		t.Fatal(err)
	}
	if days[0].Task != days[1].Task || days[0].Task != days[2].Task {
		t.Errorf("three tasks for one day: %+v", days)
	}
	if runs[workflows.ScheduledAnalysisName] != 3 || runs[workflows.AgentTaskName] != 1 {
		t.Errorf("runs %v, want three firings and one task", runs)
	}
	wantEvents(t, f, days[0].Task.ID, narrated...)
}
