package activities_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/ingest"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	sdkworker "go.temporal.io/sdk/worker"
)

// TestRepeatedStepsChangeNothing does each step of a task twice, and compares
// every stored row and what the step returned.
func TestRepeatedStepsChangeNothing(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.LocalPool(apptest.NewModel(apptest.Lie(), f.Truth(), apptest.Panic)))
	task := f.Accept(t, apptest.Question())
	ref := task.Ref()
	for _, step := range []struct {
		name string
		do   func() (any, error)
	}{
		{"plan", func() (any, error) { return plan(t, acts, task) }},
		{"analyse", func() (any, error) { return acts.Analyst.Analyse(t.Context(), ref) }},
		{"retrieve", func() (any, error) { return acts.Librarian.Retrieve(t.Context(), ref) }},
		{"route", func() (any, error) { return acts.Router.Route(t.Context(), ref) }},
		{"generate", func() (any, error) {
			return generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["local"], ask(task, 1))
		}},
		{"repair", func() (any, error) {
			return generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["local"], ask(task, 2))
		}},
		{"record", func() (any, error) {
			return acts.Recorder.Record(t.Context(), workflows.Record{Task: ref, CallKey: task.ID + "/local/2", Pool: "local", Reason: eaio.ReasonModel})
		}},
		{"end", func() (any, error) {
			return acts.Recorder.End(t.Context(), workflows.End{Task: ref, Status: eaio.TaskCancelled})
		}},
	} {
		first, err := step.do()
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		before := f.Rows(t, task.ID)
		again, err := step.do()
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Errorf("%s: first %+v, again %+v, %v", step.name, first, again, err)
		}
		wantSameRows(t, before, f.Rows(t, task.ID))
	}
	if got := f.Task(t, task.ID); got.Status != eaio.TaskCompleted || got.Answer.AnsweredBy != "tiny" || got.Usage.ModelCalls != 2 {
		t.Errorf("task %s by %s, usage %+v", got.Status, got.Answer.AnsweredBy, got.Usage)
	}
}

// TestTaskHasOnePlan: readings that arrive between two tries do not move the day
// that a task speaks of.
func TestTaskHasOnePlan(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	request := apptest.Question()
	request.AsOf = time.Time{}
	task := f.Accept(t, request)
	if _, err := plan(t, acts, task); err != nil {
		t.Fatal(err)
	}
	first := f.Task(t, task.ID).AsOf
	f.Exec(t, `update meters set end_at = end_at + interval '3 days' where building = $1`, request.Building)
	if _, err := plan(t, acts, task); err != nil {
		t.Fatal(err)
	}
	if again := f.Task(t, task.ID).AsOf; !again.Equal(first) || first.IsZero() {
		t.Errorf("as of %s, then %s", first, again)
	}
}

// A day of which the meter has a few readings only is not one to speak of.
func TestPlanSpeaksOfTheLastCompleteDay(t *testing.T) {
	f := apptest.New(t)
	meter := eaio.Meter{ID: "thin/electricity", Building: "thin", Commodity: "electricity", Unit: "kWh", Interval: time.Hour}
	if err := f.Store.PutBuilding(t.Context(), apptest.Tenant, eaio.Building{ID: "thin", Name: "Thin", Timezone: "Europe/London", Privacy: eaio.PrivacyPublic}); err != nil {
		t.Fatal(err)
	}
	csv := "timestamp,value\n"
	for h := range 72 {
		if h < 48 || h%8 == 7 { // two whole days in winter, then three readings, the last at 23:00
			csv += time.Date(2024, 1, 10, h, 0, 0, 0, time.UTC).Format(time.RFC3339) + ",5\n"
		}
	}
	if _, err := ingest.LoadReadings(t.Context(), f.Store.Store, apptest.Tenant, meter, "thin.csv", strings.NewReader(csv), ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	r := apptest.Question()
	r.Building, r.AsOf = "thin", time.Time{}
	task := f.Accept(t, r)
	if _, err := plan(t, f.Activities(t), task); err != nil {
		t.Fatal(err)
	}
	got, err := f.Store.Task(t.Context(), apptest.Tenant, task.ID)
	if want := time.Date(2024, 1, 12, 0, 0, 0, 0, time.UTC); err != nil || !got.AsOf.Equal(want) {
		t.Errorf("the plan speaks of %s (%v), want %s", got.AsOf, err, want)
	}
}

func TestRepeatedEndKeepsTheFirst(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	task := f.Accept(t, apptest.Question())
	failed := workflows.End{Task: task.Ref(), Status: eaio.TaskFailed, Problem: &eaio.Problem{Type: "internal", Title: "t", Detail: "d"}}
	for _, end := range []workflows.End{failed, failed, {Task: task.Ref(), Status: eaio.TaskCancelled}} {
		out, err := acts.Recorder.End(t.Context(), end)
		if err != nil || out != (eaio.Outcome{Status: eaio.TaskFailed}) {
			t.Errorf("%+v, %v", out, err)
		}
	}
	if types := f.Types(t, task.ID); !slices.Equal(types, []eaio.EventType{eaio.EventAccepted, eaio.EventFailed}) {
		t.Errorf("events %v", types)
	}
	if _, err := acts.Recorder.Record(t.Context(), workflows.Record{Task: task.Ref(), Reason: eaio.ReasonDeadline}); err == nil {
		t.Error("a failed task took an answer")
	} else {
		wantFailure(t, err, eaio.KindConflict, false)
	}
	if got := f.Task(t, task.ID); got.Answer != nil || got.Status != eaio.TaskFailed {
		t.Errorf("task %s, answer %v", got.Status, got.Answer)
	}
}

// TestRecordVerifiesOnceMore: words that were stored and do not verify give way
// to the narrator, and so does a call without a reply.
func TestRecordVerifiesOnceMore(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.LocalPool(apptest.NewModel(apptest.Lie())))
	lied := ready(t, f, acts, apptest.Question())
	if _, err := generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["local"], ask(lied, 1)); err != nil {
		t.Fatal(err)
	}
	silent := ready(t, f, acts, apptest.Question())
	if _, err := f.Store.Store.Claim(t.Context(), apptest.Tenant, eaio.ModelCall{Key: silent.ID + "/local/1", Task: silent.ID, Pool: "local"}, time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, task := range []eaio.Task{lied, silent} {
		out, err := acts.Recorder.Record(t.Context(), workflows.Record{Task: task.Ref(), CallKey: task.ID + "/local/1", Pool: "local", Reason: eaio.ReasonModel})
		if err != nil || out.AnsweredBy != eaio.Narrator || out.Reason != eaio.ReasonUnverified || out.Pool != "" {
			t.Errorf("%+v, %v", out, err)
		}
	}
}

func TestStepsOfNoTask(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.LocalPool(apptest.NewModel(f.Truth())))
	nobody := eaio.TaskRef{Tenant: apptest.Tenant, ID: "nothing"}
	_, err1 := acts.Analyst.Analyse(t.Context(), nobody)
	_, err2 := acts.Librarian.Retrieve(t.Context(), nobody)
	_, err3 := acts.Router.Route(t.Context(), nobody)
	_, err4 := acts.Recorder.Record(t.Context(), workflows.Record{Task: nobody})
	_, err5 := acts.Recorder.End(t.Context(), workflows.End{Task: nobody, Status: eaio.TaskCancelled})
	_, err6 := plan(t, acts, eaio.Task{Tenant: nobody.Tenant, ID: nobody.ID})
	for _, err := range []error{err1, err2, err3, err4, err5, err6} {
		wantFailure(t, err, eaio.KindNotFound, false)
	}
	task := f.Accept(t, apptest.Question()) // not planned yet
	_, err := acts.Analyst.Analyse(t.Context(), task.Ref())
	wantFailure(t, err, eaio.KindInvalid, false)
}

func TestRouteNamesWhoIsLeftOut(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.CloudPool(apptest.NewModel(f.Truth())), apptest.LocalPool(apptest.NewModel(f.Truth())))
	if err := f.Board.MarkTarget(t.Context(), routing.Target{Pool: "local", Endpoint: "test", Model: "tiny"}, time.Minute); err != nil {
		t.Fatal(err)
	}
	request := apptest.Question()
	for building, want := range map[string]eaio.Route{
		apptest.PublicBuilding: {
			Candidates: []eaio.Candidate{{Pool: "cloud", Model: "large"}},
			Refused:    []eaio.Refusal{{Pool: "local", Model: "tiny", Reason: eaio.ReasonUnavailable}},
		},
		apptest.PrivateBuilding: {Refused: []eaio.Refusal{
			{Pool: "cloud", Model: "large", Reason: eaio.ReasonPrivacy}, {Pool: "local", Model: "tiny", Reason: eaio.ReasonUnavailable},
		}},
		"": {Refused: []eaio.Refusal{ // only a building's label can open anything
			{Pool: "cloud", Model: "large", Reason: eaio.ReasonPrivacy}, {Pool: "local", Model: "tiny", Reason: eaio.ReasonUnavailable},
		}},
	} {
		request.Building = building
		got, err := acts.Router.Route(t.Context(), f.Accept(t, request).Ref())
		if err != nil || !slices.Equal(got.Candidates, want.Candidates) || !slices.Equal(got.Refused, want.Refused) {
			t.Errorf("%q: %+v, %v; want %+v", building, got, err, want)
		}
	}
}

func TestGuardAnswersAlone(t *testing.T) {
	for _, c := range []struct {
		name string
		done func(t *testing.T, f *apptest.Fixture, acts worker.Activities) eaio.Task // what was done before the guard came
	}{
		{"nothing", func(t *testing.T, f *apptest.Fixture, _ worker.Activities) eaio.Task {
			return f.Accept(t, apptest.Question())
		}},
		{"a plan", func(t *testing.T, f *apptest.Fixture, acts worker.Activities) eaio.Task {
			task := f.Accept(t, apptest.Question())
			if _, err := plan(t, acts, task); err != nil {
				t.Fatal(err)
			}
			return task
		}},
		{"all but the words", func(t *testing.T, f *apptest.Fixture, acts worker.Activities) eaio.Task {
			return ready(t, f, acts, apptest.Question())
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			acts := f.Activities(t)
			task := c.done(t, f, acts)
			guard := activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)
			if err := guard.AnswerNow(t.Context(), task.Ref()); err != nil {
				t.Fatal(err)
			}
			got := f.Task(t, task.ID)
			if got.Status != eaio.TaskCompleted || got.Answer.AnsweredBy != eaio.Narrator || got.Answer.Reason != eaio.ReasonDeadline || len(got.Answer.Facts) == 0 {
				t.Errorf("task %s, answer %+v", got.Status, got.Answer)
			}
			if types := f.Types(t, task.ID); !slices.Equal(types, []eaio.EventType{
				eaio.EventAccepted, eaio.EventPlanned, eaio.EventGathered, eaio.EventRoute, eaio.EventRecorded, eaio.EventCompleted,
			}) {
				t.Errorf("events %v", types)
			}
			before := f.Rows(t, task.ID)
			if err := guard.AnswerNow(t.Context(), task.Ref()); err != nil {
				t.Error(err)
			}
			wantSameRows(t, before, f.Rows(t, task.ID))
		})
	}
}

// The guard's answer names a model that the privacy label left out, as a
// workflow's would.
func TestGuardNamesWhoIsLeftOut(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.CloudPool(apptest.NewModel(f.Truth())))
	r := apptest.Question()
	r.Building = apptest.PrivateBuilding
	task := f.Accept(t, r)
	if err := activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder).AnswerNow(t.Context(), task.Ref()); err != nil {
		t.Fatal(err)
	}
	if a := f.Task(t, task.ID).Answer; len(a.Skipped) != 1 || a.Skipped[0].Pool != "cloud" || a.Skipped[0].Reason != eaio.ReasonPrivacy {
		t.Errorf("left out: %+v", a.Skipped)
	}
}

// A reader is shown three documents, not three parts of one.
func TestCitationsAreOfDifferentDocuments(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	task := ready(t, f, acts, apptest.Question())
	if _, err := acts.Recorder.Record(t.Context(), workflows.Record{Task: task.Ref()}); err != nil {
		t.Fatal(err)
	}
	cited := map[string]bool{}
	for _, c := range f.Task(t, task.ID).Answer.Citations {
		cited[c.Document] = true
	}
	if n := len(f.Task(t, task.ID).Answer.Citations); len(cited) != n || n != 3 {
		t.Errorf("%d citations of %d documents", n, len(cited))
	}
}

// TestGuardsAtOnce: several API processes may wait for one task.
func TestGuardsAtOnce(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	guard := activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)
	task := f.Accept(t, apptest.Question())
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = guard.AnswerNow(t.Context(), task.Ref()) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if n := f.Number(t, `select count(*) from answers where task = $1`, task.ID); n != 1 {
		t.Errorf("%d answers", n)
	}
	if types := f.Types(t, task.ID); len(types) != 6 || types[5] != eaio.EventCompleted {
		t.Errorf("events %v", types)
	}
	if facts := len(f.Task(t, task.ID).Answer.Facts); facts != f.Number(t, `select max(no) from facts where task = $1`, task.ID) {
		t.Errorf("%d facts", facts)
	}
}

func TestGuardWithoutBuilding(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	guard := activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)
	request := apptest.Question()
	request.Building = ""
	task := f.Accept(t, request)
	if err := guard.AnswerNow(t.Context(), task.Ref()); err != nil {
		t.Fatal(err)
	}
	if got := f.Task(t, task.ID); got.Answer == nil || got.Answer.Status != eaio.ResultDeclined {
		t.Errorf("answer %+v", got.Answer)
	}
	request.Building = "nowhere"
	task = f.Accept(t, request)
	if err := guard.AnswerNow(t.Context(), task.Ref()); err == nil {
		t.Error("the guard answered for an unknown building")
	}
	if got := f.Task(t, task.ID); got.Status != eaio.TaskAccepted || got.Answer != nil {
		t.Errorf("task %s: its workflow tells what is wrong with it", got.Status)
	}
}

// TestGuardWithoutReadings: an answer that says what is missing beats none.
func TestGuardWithoutReadings(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	f.Store.Hook(apptest.FailFirst(1, "Readings", apptest.Before))
	task := f.Accept(t, apptest.Question())
	if err := activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder).AnswerNow(t.Context(), task.Ref()); err != nil {
		t.Fatal(err)
	}
	got := f.Task(t, task.ID)
	if got.Status != eaio.TaskCompleted || got.Answer.Status == eaio.ResultOK || len(got.Answer.Facts) != 0 {
		t.Errorf("task %s, answer %+v", got.Status, got.Answer)
	}
	var gathered struct{ Failed []string }
	if f.Event(t, task.ID, eaio.EventGathered, &gathered); len(gathered.Failed) == 0 {
		t.Error("the event names nothing that is missing")
	}
}

// TestClaimDay: as_of is the local midnight of the nominal day, whatever the
// clock does on it, and every day is another.
func TestClaimDay(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	for _, c := range []struct {
		zone, at, day, asOf string
	}{
		{"Europe/London", "2017-03-25T03:30:00Z", "2017-03-25", "2017-03-25T00:00:00Z"},
		{"Europe/London", "2017-03-26T02:30:00Z", "2017-03-26", "2017-03-26T00:00:00Z"}, // the clock goes forward at 01:00
		{"Europe/London", "2017-03-27T02:30:00Z", "2017-03-27", "2017-03-26T23:00:00Z"},
		{"Europe/London", "2017-10-28T02:30:00Z", "2017-10-28", "2017-10-27T23:00:00Z"},
		{"Europe/London", "2017-10-29T03:30:00Z", "2017-10-29", "2017-10-28T23:00:00Z"}, // and back at 02:00
		{"Europe/London", "2017-10-30T03:30:00Z", "2017-10-30", "2017-10-30T00:00:00Z"},
		{"Asia/Ho_Chi_Minh", "2017-04-25T20:30:00Z", "2017-04-26", "2017-04-25T17:00:00Z"}, // already the 26th there
		{"America/Havana", "2017-03-11T08:30:00Z", "2017-03-11", "2017-03-11T05:00:00Z"},
		{"America/Havana", "2017-03-12T07:30:00Z", "2017-03-12", "2017-03-12T05:00:00Z"}, // midnight is skipped
		{"America/Havana", "2017-11-05T08:30:00Z", "2017-11-05", "2017-11-05T04:00:00Z"}, // midnight comes twice
		{"Asia/Beirut", "2017-03-26T00:30:00Z", "2017-03-26", "2017-03-25T22:00:00Z"},
	} {
		id := strings.ToLower(strings.ReplaceAll(c.zone, "/", "_"))
		building := eaio.Building{ID: id, Name: "Clock", Timezone: c.zone, Privacy: eaio.PrivacyPrivate}
		if err := f.Store.PutBuilding(t.Context(), apptest.Tenant, building); err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		in := workflows.ClaimDay{Schedule: workflows.Schedule{Tenant: apptest.Tenant, Building: id, Set: "nightly", Language: eaio.English}, At: at}
		got, err := acts.Scheduler.ClaimDay(t.Context(), in)
		if err != nil || !got.Created || got.Day != c.day {
			t.Errorf("%s %s: %+v, %v", c.zone, c.at, got, err)
			continue
		}
		if asOf := f.Task(t, got.Task.ID).Request.AsOf.UTC().Format(time.RFC3339); asOf != c.asOf {
			t.Errorf("%s %s: as of %s, want %s", c.zone, c.at, asOf, c.asOf)
		}
		before := f.Rows(t, got.Task.ID)
		again, err := acts.Scheduler.ClaimDay(t.Context(), in)
		if err != nil || again.Created || again.Task != got.Task || again.Day != got.Day {
			t.Errorf("again: %+v, %v", again, err)
		}
		wantSameRows(t, before, f.Rows(t, got.Task.ID))
	}
}

// What the weather was, and what a building costs, reach the analyses; a fact's hash
// covers the weather that it was computed from.
func TestAnalysesSeeWeatherAndPrice(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	ask := func() map[string]eaio.Result {
		r := apptest.Question()
		r.Agent = "auditor"
		r.Analyses = []eaio.Call{{Analysis: "signature", Period: eaio.LastYear}}
		task := ready(t, f, acts, r)
		e, err := f.Store.Evidence(t.Context(), apptest.Tenant, task.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]eaio.Result{}
		for _, r := range e.Results {
			out[r.Analysis] = r
		}
		return out
	}
	if without := ask()["signature"]; without.Status != eaio.ResultInsufficientData || !slices.Contains(without.Reasons, "no_temperature") {
		t.Errorf("without weather: %+v", without)
	}
	building, err := f.Store.Building(t.Context(), apptest.Tenant, apptest.PublicBuilding)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, warmer := range []float64{0, 1} {
		readings := make([]eaio.Reading, 2*366*24)
		for i := range readings {
			at := time.Date(2015, 12, 1, i, 0, 0, 0, time.UTC)
			readings[i] = eaio.Reading{At: at, Value: 11 - 8*math.Cos(2*math.Pi*float64(at.YearDay())/365) + warmer}
		}
		if _, err := f.Store.Store.ImportWeather(t.Context(), apptest.Tenant, building.WeatherStation, readings, eaio.ImportSource{}); err != nil {
			t.Fatal(err)
		}
		signature := ask()["signature"]
		fact, ok := signature.Fact("model")
		if !ok || seen[fact.InputsHash] {
			t.Errorf("with weather: %+v", signature)
		}
		seen[fact.InputsHash] = true
	}
}

// left is a budget of which so much is left.
type left string

func (l left) Left(context.Context, eaio.TenantID, string) (routing.Budget, error) {
	return routing.Budget{"": string(l)}, nil
}

type noBudget struct{}

func (noBudget) Left(context.Context, eaio.TenantID, string) (routing.Budget, error) {
	return nil, eaio.Errorf(eaio.KindUnavailable, "budget", "away")
}

// The route heeds budget, context and masking; a refusal is told to the reader by
// the nearest reason that answers have.
func TestRouteFiltersAndTheReaderIsTold(t *testing.T) {
	f := apptest.New(t)
	cloud, small := apptest.CloudPool(apptest.NewModel(f.Truth())), apptest.LocalPool(apptest.NewModel(f.Truth()))
	cloud.Masked, small.ContextTokens = true, 1024
	acts := f.Activities(t, cloud, small)
	acts.Router.Budget = left("0.001")
	request := apptest.Question()
	request.Privacy = eaio.PrivacyDeidentified
	task := f.Accept(t, request)
	got, err := acts.Router.Route(t.Context(), task.Ref())
	want := []eaio.Refusal{{Pool: "cloud", Model: "large", Reason: eaio.ReasonBudget}, {Pool: "local", Model: "tiny", Reason: eaio.ReasonCapability}}
	if err != nil || len(got.Candidates) != 0 || !slices.Equal(got.Refused, want) {
		t.Fatalf("%+v, %v; want %+v", got, err, want)
	}
	acts.Router.Budget = left("1")
	got, err = acts.Router.Route(t.Context(), task.Ref())
	if err != nil || !slices.Equal(got.Candidates, []eaio.Candidate{{Pool: "cloud", Model: "large"}}) {
		t.Fatalf("%+v, %v", got, err)
	}
	acts.Router.Budget = noBudget{}
	_, err = acts.Router.Route(t.Context(), task.Ref())
	wantFailure(t, err, eaio.KindUnavailable, true)

	if _, err := acts.Planner.Plan(t.Context(), task.Ref()); err != nil {
		t.Fatal(err)
	}
	if _, err := acts.Analyst.Analyse(t.Context(), task.Ref()); err != nil {
		t.Fatal(err)
	}
	refused := eaio.Route{Refused: want[1:]}
	out, err := acts.Recorder.Record(t.Context(), workflows.Record{Task: task.Ref(), Reason: eaio.ReasonCapability, Route: refused})
	if err != nil || out.Reason != eaio.ReasonUnavailable {
		t.Errorf("%+v, %v", out, err)
	}
	if a := f.Task(t, task.ID).Answer; a.Reason != eaio.ReasonUnavailable || !slices.Equal(a.Skipped, want[1:]) {
		t.Errorf("answer for %s, skipped %+v", a.Reason, a.Skipped)
	}
}
