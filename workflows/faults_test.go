package workflows_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/retrieval"
)

// TestDatabaseAwayLosesNothing loses the connection around the first calls of
// each method of the store in turn: before it, and after it has done its work.
func TestDatabaseAwayLosesNothing(t *testing.T) {
	for _, method := range apptest.Methods() {
		for _, at := range []apptest.Stage{apptest.Before, apptest.After} {
			switch {
			case method == "Building", method == "ClaimDay", method == "End":
				continue // these serve schedules and failing tasks
			case method == "Renew", method == "FailCall", method == "Claim" && at == apptest.After:
				continue // a claim may then be held until its lease ends, by the wall: see the tests of Generate
			}
			t.Run(method+" "+string(at), func(t *testing.T) {
				t.Parallel()
				f := apptest.New(t)
				model := apptest.NewModel(apptest.Lie(), f.Truth())
				f.Store.Hook(apptest.FailFirst(3, method, at))
				task := f.Accept(t, apptest.Question())
				got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
				wantAnswer(t, got.Answer, "tiny", eaio.ReasonModel, "local")
				checkEvidence(t, f, got)
				if n := len(model.Requests()); n != 2 {
					t.Errorf("%d calls were paid, want 2", n)
				}
				if n := f.Number(t, `select count(*) from answers where task = $1`, task.ID); n != 1 {
					t.Errorf("%d answers", n)
				}
				wantOnce(t, f, task.ID)
			})
		}
	}
}

// wantOnce checks the journal of a task that needed a repair: every kind of event
// is there as often as it happened, except that a call may be tried again.
func wantOnce(t *testing.T, f *apptest.Fixture, task string) {
	t.Helper()
	count := map[eaio.EventType]int{}
	for _, e := range f.Types(t, task) {
		count[e]++
	}
	for e, want := range map[eaio.EventType]int{
		eaio.EventAccepted: 1, eaio.EventPlanned: 1, eaio.EventGathered: 1, eaio.EventRoute: 1, eaio.EventReplied: 2,
		eaio.EventRejected: 1, eaio.EventRecorded: 1, eaio.EventCompleted: 1, eaio.EventFailed: 0, eaio.EventCancelled: 0,
	} {
		if count[e] != want {
			t.Errorf("%d times %s, want %d", count[e], e, want)
		}
	}
	if count[eaio.EventCalled] < 2 {
		t.Errorf("%d times %s", count[eaio.EventCalled], eaio.EventCalled)
	}
}

func TestDatabaseAwayWhileTaskFails(t *testing.T) {
	for _, at := range []apptest.Stage{apptest.Before, apptest.After} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			f.Store.Hook(apptest.FailFirst(3, "End", at))
			request := apptest.Question()
			request.Building = "nowhere"
			task := f.Accept(t, request)
			if _, err := run(t, newEnv(t, f.Activities(t)), task); failedWith(t, err) != "unknown_building" {
				t.Error(err)
			}
			wantEvents(t, f, task.ID, eaio.EventAccepted, eaio.EventFailed)
		})
	}
}

// TestDatabaseTroubleLeavesThePoolAlone: what the store does wrong is not held
// against the model.
func TestDatabaseTroubleLeavesThePoolAlone(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.LocalPool(apptest.NewModel(f.Truth())))
	f.Store.Hook(func(ctx context.Context, method string, at apptest.Stage) error {
		if method == "Append" && at == apptest.Before {
			return eaio.Errorf(eaio.KindUnavailable, method, "injected")
		}
		return nil
	})
	request := apptest.Question()
	request.Deadline = 3 * time.Second // a call waits that long for the store
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, acts), task)
	wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonDeadline, "")
	if down := acts.Router.Health.Down("local"); down != "" {
		t.Errorf("the pool is down: %s", down)
	}
}

// brokenPlan stores a plan with an analysis that does not exist in the middle.
type brokenPlan struct{ *apptest.Store }

func (s brokenPlan) Planned(ctx context.Context, tenant eaio.TenantID, id, runID string, plan eaio.Plan, asOf time.Time, event eaio.Event) error {
	plan.Calls = []eaio.Call{{Analysis: "quality", Period: eaio.Last30Days}, {Analysis: "astrology"}, {Analysis: "overnight", Period: eaio.LatestDay}}
	return s.Store.Planned(ctx, tenant, id, runID, plan, asOf, event)
}

func TestFailedAnalysisIsNamedAndTheOthersAnswer(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	acts.Planner.Store = brokenPlan{f.Store}
	task := f.Accept(t, apptest.Question())
	got, _ := answered(t, f, newEnv(t, acts), task)
	checkEvidence(t, f, got)
	if !strings.Contains(got.Answer.Text, "astrology") {
		t.Errorf("the failed analysis is not named:\n%s", got.Answer.Text)
	}
	var gathered struct {
		Failed []string
	}
	if f.Event(t, task.ID, eaio.EventGathered, &gathered); len(gathered.Failed) != 1 || gathered.Failed[0] != "astrology" {
		t.Errorf("the event names %v", gathered.Failed)
	}
	statuses := map[string]int{"failed": 1, "ok": -1, "warn": -1}
	for status := range statuses {
		statuses[status] = f.Number(t, `select count(*) from results where task = $1 and status = $2`, task.ID, status)
	}
	if statuses["failed"] != 1 || statuses["ok"]+statuses["warn"] != 2 {
		t.Errorf("results %v, want one failed and two with facts", statuses)
	}
}

// TestModelIsToldWhatFailed: what could not be had is in the prompt and in the
// journal also when a model words the answer.
func TestModelIsToldWhatFailed(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(f.Truth())
	acts := f.Activities(t, apptest.LocalPool(model))
	acts.Planner.Store = brokenPlan{f.Store}
	acts.Librarian.Retriever = noRetriever{}
	task := f.Accept(t, apptest.Question())
	got, _ := answered(t, f, newEnv(t, acts), task)
	wantAnswer(t, got.Answer, "tiny", eaio.ReasonModel, "local")
	prompt := model.Requests()[0].Messages
	if text := prompt[len(prompt)-1].Content; !strings.Contains(text, "astrology") {
		t.Errorf("the model was not told what is missing:\n%s", text)
	}
	var gathered struct {
		Failed          []string
		RetrievalFailed bool `json:"retrieval_failed"`
	}
	if f.Event(t, task.ID, eaio.EventGathered, &gathered); len(gathered.Failed) != 1 || !gathered.RetrievalFailed {
		t.Errorf("the event says %+v", gathered)
	}
}

type noRetriever struct{}

func (noRetriever) Find(context.Context, eaio.TenantID, retrieval.Query) (retrieval.Found, error) {
	return retrieval.Found{}, eaio.Errorf(eaio.KindInvalid, "search", "injected: no index")
}

func TestFailedRetrievalIsSaid(t *testing.T) {
	texts := map[bool]string{}
	for _, broken := range []bool{false, true} {
		f := apptest.New(t)
		acts := f.Activities(t)
		if broken {
			acts.Librarian.Retriever = noRetriever{}
		}
		task := f.Accept(t, apptest.Question())
		got, _ := answered(t, f, newEnv(t, acts), task)
		texts[broken] = got.Answer.Text
		var gathered struct {
			Facts, Passages int
			RetrievalFailed bool `json:"retrieval_failed"`
		}
		f.Event(t, task.ID, eaio.EventGathered, &gathered)
		if gathered.RetrievalFailed != broken || (gathered.Passages == 0) != broken || gathered.Facts == 0 {
			t.Errorf("broken %t: the event says %+v", broken, gathered)
		}
		if (len(got.Answer.Citations) == 0) != broken || len(got.Answer.Facts) == 0 {
			t.Errorf("broken %t: %d citations, %d facts", broken, len(got.Answer.Citations), len(got.Answer.Facts))
		}
		wantEvents(t, f, task.ID, narrated...)
	}
	// The narrator lists its sources; where they could not be searched it says that instead.
	whole, broken := strings.Split(texts[false], "\n"), strings.Split(texts[true], "\n")
	if whole[0] != broken[0] {
		t.Errorf("the answer itself changed from\n%s to\n%s", whole[0], broken[0])
	}
	if whole[len(whole)-1] == broken[len(broken)-1] || strings.TrimSpace(broken[len(broken)-1]) == "" {
		t.Errorf("nothing is said of the missing sources:\n%s", texts[true])
	}
}

// TestWithoutFactsNoModelIsAsked: when nothing could be computed there is nothing
// to word, and nothing to pay for; the answer names what is missing.
func TestWithoutFactsNoModelIsAsked(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(apptest.Say("All is well."))
	f.Store.Hook(apptest.FailWith(1000, "Readings", apptest.Before, eaio.Errorf(eaio.KindInternal, "readings", "%w", errors.New("injected"))))
	request := apptest.Question()
	request.Deadline = 3 * time.Second
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
	wantAnswer(t, got.Answer, eaio.Narrator, eaio.ReasonNoModel, "")
	if len(model.Requests()) != 0 || len(got.Answer.Facts) != 0 || got.Answer.Status == eaio.ResultOK {
		t.Errorf("%d calls, %d facts, status %s", len(model.Requests()), len(got.Answer.Facts), got.Answer.Status)
	}
	var gathered struct{ Failed []string }
	if f.Event(t, task.ID, eaio.EventGathered, &gathered); len(gathered.Failed) != len(got.Plan.Calls) {
		t.Errorf("the event names %v of the plan %+v", gathered.Failed, got.Plan.Calls)
	}
	wantEvents(t, f, task.ID, narrated...)
}
