package workflows_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/temporal"
)

func TestNarratorAnswersWithoutModels(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*eaio.Request)
	}{
		{"a manager in time", func(*eaio.Request) {}},
		{"an owner, in the background", func(r *eaio.Request) { r.Audience, r.Deadline = eaio.AudienceOwner, 0 }},
		{"an analyst, in Vietnamese", func(r *eaio.Request) {
			r.Audience, r.Language, r.Question = eaio.AudienceAnalyst, eaio.Vietnamese, "Đêm qua thiết bị nào còn bật?"
		}},
		{"no instant given: the last day of data", func(r *eaio.Request) { r.AsOf = time.Time{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			request := apptest.Question()
			c.change(&request)
			task := f.Accept(t, request)
			env := newEnv(t, f.Activities(t))
			env.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(
				workflows.StatusAttribute.ValueSet("completed"),
				workflows.AgentAttribute.ValueSet("analyst"),
				workflows.AnsweredByAttribute.ValueSet(eaio.Narrator),
			)).Return(nil).Once()
			got, _ := answered(t, f, env, task)
			env.AssertExpectations(t)
			wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonNoModel, "")
			wantEvents(t, f, task.ID, narrated...)
			checkEvidence(t, f, got)
			if got.Usage.ModelCalls != 0 || got.Usage.CostUSD != "0" {
				t.Errorf("usage %+v of no model", got.Usage)
			}
			if n := f.Number(t, `select count(*) from answers where task = $1 and call_key = ''`, task.ID); n != 1 {
				t.Errorf("%d answers, want 1", n)
			}
		})
	}
}

// foretold reports whether a fact of that name is a forecast's, which alone may speak of
// what is to come.
func foretold(name string) bool {
	return slices.ContainsFunc([]string{"next_", "month_", "peak_", "forecast_", "backtest_", "rule_"}, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// checkEvidence looks at what an answer about the public building rests on.
func checkEvidence(t *testing.T, f *apptest.Fixture, got eaio.Task) {
	t.Helper()
	if len(got.Answer.Facts) == 0 || len(got.Answer.Citations) == 0 || len(got.Answer.Citations) > 3 {
		t.Fatalf("%d facts, %d citations", len(got.Answer.Facts), len(got.Answer.Citations))
	}
	cited := 0
	for i, fact := range got.Answer.Facts {
		if want := "F" + strconv.Itoa(i+1); fact.Ref != want || fact.ID != got.ID+"/"+want || fact.InputsHash == "" || fact.Method == "" {
			t.Errorf("fact %d: %+v", i+1, fact)
		}
		if !fact.Window.To.After(fact.Window.From) || fact.Window.To.After(got.AsOf) && !foretold(fact.Name) {
			t.Errorf("fact %s speaks of %v, as of %s", fact.Ref, fact.Window, got.AsOf)
		}
		if strings.Contains(got.Answer.Text, "["+fact.Ref) {
			cited++
		}
	}
	if cited == 0 {
		t.Errorf("the answer cites no fact:\n%s", got.Answer.Text)
	}
	for i, c := range got.Answer.Citations {
		if c.Ref != "D"+strconv.Itoa(i+1) || c.Document == "" || c.Title == "" || c.Source == "" || c.Passage == "" {
			t.Errorf("citation %d: %+v", i+1, c)
		}
	}
	var gathered struct{ Facts, Passages int }
	f.Event(t, got.ID, eaio.EventGathered, &gathered)
	if gathered.Facts != len(got.Answer.Facts) || gathered.Passages != len(got.Answer.Citations) {
		t.Errorf("the event tells of %+v; there are %d facts, %d citations", gathered, len(got.Answer.Facts), len(got.Answer.Citations))
	}
	if got.Plan == nil || len(got.Plan.Calls) == 0 || got.RunID == "" || got.AsOf.IsZero() || got.Timings.Total <= 0 || got.CompletedAt.IsZero() {
		t.Errorf("task %+v", got)
	}
}

func TestUnknownBuildingFailsWithItsWord(t *testing.T) {
	f := apptest.New(t)
	request := apptest.Question()
	request.Building = "nowhere"
	task := f.Accept(t, request)
	env := newEnv(t, f.Activities(t))
	env.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(workflows.StatusAttribute.ValueSet("failed"))).Return(nil).Once()
	_, err := run(t, env, task)
	env.AssertExpectations(t)
	if got := failedWith(t, err); got != "unknown_building" {
		t.Errorf("the run failed as %q", got)
	}
	got := f.Task(t, task.ID)
	if got.Status != eaio.TaskFailed || got.Answer != nil || got.Problem == nil || got.Problem.Type != "unknown_building" || !strings.Contains(got.Problem.Detail, "nowhere") {
		t.Errorf("task %s, problem %+v, answer %v", got.Status, got.Problem, got.Answer)
	}
	wantEvents(t, f, task.ID, eaio.EventAccepted, eaio.EventFailed)
	var problem eaio.Problem
	if f.Event(t, task.ID, eaio.EventFailed, &problem); problem != *got.Problem {
		t.Errorf("the event says %+v", problem)
	}
}

func TestInvalidRequestFails(t *testing.T) {
	f := apptest.New(t)
	request := apptest.Question()
	request.Agent = "poet"
	task := f.Accept(t, request)
	_, err := run(t, newEnv(t, f.Activities(t)), task)
	if got := failedWith(t, err); got != string(eaio.KindInvalid) {
		t.Errorf("the run failed as %q", got)
	}
	if got := f.Task(t, task.ID); got.Status != eaio.TaskFailed || got.Problem.Type != "invalid" || !strings.Contains(got.Problem.Detail, "poet") {
		t.Errorf("task %s, problem %+v", got.Status, got.Problem)
	}
}

func TestWithoutBuildingAsksForOne(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(f.Truth())
	request := apptest.Question()
	request.Building = ""
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
	wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonNoModel, "")
	if got.Answer.Status != eaio.ResultDeclined || len(got.Answer.Facts) != 0 || len(model.Requests()) != 0 {
		t.Errorf("status %s, %d facts, %d model calls", got.Answer.Status, len(got.Answer.Facts), len(model.Requests()))
	}
	if !slices.Contains(got.Plan.Unanswered, "building") || !strings.Contains(got.Answer.Text, "building") {
		t.Errorf("plan %+v, text %q: want to be asked for a building", got.Plan, got.Answer.Text)
	}
	wantEvents(t, f, task.ID, narrated...)
}

func TestBuildingWithoutDataSaysSo(t *testing.T) {
	f := apptest.New(t)
	if err := f.Store.PutBuilding(t.Context(), apptest.Tenant, eaio.Building{ID: "empty", Name: "Empty", Timezone: "Europe/London", Privacy: eaio.PrivacyPublic}); err != nil {
		t.Fatal(err)
	}
	request := apptest.Question()
	request.Building, request.AsOf = "empty", time.Time{}
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, f.Activities(t)), task)
	if got.Answer.Status != eaio.ResultInsufficientData {
		t.Errorf("status %s:\n%s", got.Answer.Status, got.Answer.Text)
	}
	wantEvents(t, f, task.ID, narrated...)
}
