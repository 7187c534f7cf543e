package workflows_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
)

// vague is a question about this building that holds none of the rules' words.
const vague = "Is anything about this place worth worrying about, and does it behave itself?"

func unclear() eaio.Request {
	r := apptest.Question()
	r.Question = vague
	return r
}

// planned reads the plan that the journal tells.
func planned(t *testing.T, f *apptest.Fixture, task string) (p eaio.Plan) {
	t.Helper()
	f.Event(t, task, eaio.EventPlanned, &p)
	return p
}

// purposes lists what the model calls of a task were for, from one type of event.
func purposes(t *testing.T, f *apptest.Fixture, task string, of eaio.EventType) (list []string) {
	t.Helper()
	for _, e := range f.Events(t, task) {
		var d struct {
			Purpose string `json:"purpose"`
			Round   int    `json:"round"`
		}
		if e.Type != of {
			continue
		}
		if err := json.Unmarshal(e.Data, &d); err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s/%d", d.Purpose, d.Round))
	}
	return list
}

const overnightPlan = `{"calls":[{"analysis":"overnight","period":"latest_day","compare":"","since":""},{"analysis":"baseload","period":"last_year","compare":"","since":""}]}`

func TestModelPlansWhatRulesCannotRead(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(apptest.Say(overnightPlan), f.Truth())
	task := f.Accept(t, unclear())
	got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
	wantAnswer(t, got.Answer, "tiny", eaio.ReasonModel, "local")
	want := eaio.Plan{Agent: "analyst", Language: eaio.English, By: "tiny", Calls: []eaio.Call{
		{Analysis: "overnight", Period: eaio.LatestDay}, {Analysis: "baseload", Period: eaio.LastYear},
	}}
	if p := planned(t, f, task.ID); p.By != want.By || p.Agent != want.Agent || !slices.Equal(p.Calls, want.Calls) || len(p.Unanswered) != 0 {
		t.Errorf("planned %+v, want %+v", p, want)
	}
	if got := purposes(t, f, task.ID, eaio.EventCalled); !slices.Equal(got, []string{"plan/1", "word/1"}) {
		t.Errorf("called for %v", got)
	}
	if got := purposes(t, f, task.ID, eaio.EventReplied); !slices.Equal(got, []string{"plan/1", "word/1"}) {
		t.Errorf("replied for %v", got)
	}
	wantEvents(t, f, task.ID, eaio.EventAccepted, eaio.EventCalled, eaio.EventReplied, eaio.EventPlanned, eaio.EventGathered, eaio.EventRoute,
		eaio.EventCalled, eaio.EventReplied, eaio.EventRecorded, eaio.EventCompleted)
	first := model.Requests()[0]
	if first.Schema == nil || first.CallKey != task.ID+"/local/plan/1" || first.MaxOutputTokens > 500 || !strings.Contains(first.Messages[1].Content, vague) {
		t.Errorf("asked %+v", first)
	}
	if got.Usage.ModelCalls != 2 {
		t.Errorf("%d calls are accounted for, want 2", got.Usage.ModelCalls)
	}
	if len(got.Answer.Facts) == 0 {
		t.Error("nothing was analysed")
	}
}

// TestPlanIsRepairedOnce: whatever a model answers, at most two rounds are paid, and
// the rules' plan stands when neither is one.
func TestPlanIsRepairedOnce(t *testing.T) {
	const bad = `{"calls":[{"analysis":"sql","period":"","compare":"","since":""}]}`
	for _, c := range []struct {
		name   string
		script []apptest.Reply
		by     string
		calls  []string
	}{
		{"good", replies(apptest.Say(overnightPlan), apptest.Lie()), "tiny", []string{"plan/1"}},
		{"bad, then good", replies(apptest.Say(bad), apptest.Say(overnightPlan), apptest.Lie()), "tiny", []string{"plan/1", "plan/2"}},
		{"malformed by the adapter, then good", replies(apptest.Fail(eaio.KindMalformed, 0), apptest.Say(overnightPlan), apptest.Lie()), "tiny", []string{"plan/1", "plan/2"}},
		{"bad twice", replies(apptest.Say(bad)), "rules", []string{"plan/1", "plan/2"}},
		{"malformed twice", replies(apptest.Fail(eaio.KindMalformed, 0)), "rules", []string{"plan/1", "plan/2"}},
		{"refused", replies(apptest.Fail(eaio.KindRefused, 0)), "rules", []string{"plan/1"}},
		{"nothing fits", replies(apptest.Say(`{"calls":[]}`)), "tiny", []string{"plan/1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			model := apptest.NewModel(c.script...)
			task := f.Accept(t, unclear())
			got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
			if p := planned(t, f, task.ID); p.By != c.by {
				t.Errorf("planned by %s, want %s", p.By, c.by)
			}
			calls := slices.DeleteFunc(purposes(t, f, task.ID, eaio.EventCalled), func(s string) bool { return strings.HasPrefix(s, "word") })
			if !slices.Equal(calls, c.calls) {
				t.Errorf("called for %v, want %v", calls, c.calls)
			}
			if len(got.Answer.Facts) == 0 && got.Answer.Status != eaio.ResultDeclined {
				t.Errorf("no facts, and the answer is %s", got.Answer.Status)
			}
			if c.name == "bad, then good" {
				r := model.Requests()[1]
				if last := r.Messages[len(r.Messages)-1].Content; !strings.Contains(last, `analysis "sql"`) || len(r.Messages) != 4 {
					t.Errorf("the repair asks %q", last)
				}
			}
		})
	}
}

// TestRulesPlanWithoutModel: no model is allowed, none is there, or time is short.
func TestRulesPlanWithoutModel(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*eaio.Request)
		pools  func(apptest.Reply) ([]apptest.Pool, *apptest.Model)
	}{
		{"no pool", func(*eaio.Request) {}, func(apptest.Reply) ([]apptest.Pool, *apptest.Model) { return nil, apptest.NewModel(apptest.Panic) }},
		{"private, cloud alone", func(r *eaio.Request) { r.Privacy = eaio.PrivacyPrivate }, func(r apptest.Reply) ([]apptest.Pool, *apptest.Model) {
			m := apptest.NewModel(r)
			return []apptest.Pool{apptest.CloudPool(m)}, m
		}},
		{"too little time", func(r *eaio.Request) { r.Deadline = 1200 * time.Millisecond }, func(r apptest.Reply) ([]apptest.Pool, *apptest.Model) {
			m := apptest.NewModel(r)
			return []apptest.Pool{apptest.LocalPool(m)}, m
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			request := unclear()
			c.change(&request)
			pools, model := c.pools(apptest.Say(overnightPlan))
			task := f.Accept(t, request)
			got, _ := answered(t, f, newEnv(t, f.Activities(t, pools...)), task)
			if p := planned(t, f, task.ID); p.By != "rules" {
				t.Errorf("planned by %s", p.By)
			}
			if got.Answer.Status != eaio.ResultDeclined || got.Answer.AnsweredBy != eaio.Narrator {
				t.Errorf("%s by %s", got.Answer.Status, got.Answer.AnsweredBy)
			}
			if n := len(model.Requests()); n != 0 {
				t.Errorf("%d calls", n)
			}
			wantEvents(t, f, task.ID, narrated...)
		})
	}
}

// TestPlanningLeavesTimeForTheRest: a model that hangs while it plans takes its share
// of the deadline and no more; what the rules say is still answered in time.
func TestPlanningLeavesTimeForTheRest(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(apptest.Hang)
	request := unclear()
	request.Deadline = 3 * time.Second
	task := f.Accept(t, request)
	env := newEnv(t, f.Activities(t, apptest.LocalPool(model)))
	env.SetStartTime(time.Now())
	follow(env)
	started := time.Now()
	got, _ := answered(t, f, env, task)
	if took := time.Since(started); took > 2500*time.Millisecond {
		t.Errorf("took %s of 3 s", took)
	}
	if p := planned(t, f, task.ID); p.By != "rules" || got.Answer.AnsweredBy != eaio.Narrator {
		t.Errorf("planned by %s, answered by %s", p.By, got.Answer.AnsweredBy)
	}
}

// TestPlanIsSettledOnce: the plan was stored and its word was lost; the repeat finds it
// and pays for no other.
func TestPlanIsSettledOnce(t *testing.T) {
	f := apptest.New(t)
	f.Store.Hook(apptest.FailFirst(2, "Planned", apptest.After))
	model := apptest.NewModel(apptest.Say(overnightPlan), f.Truth())
	task := f.Accept(t, unclear())
	answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
	if p := planned(t, f, task.ID); p.By != "tiny" {
		t.Errorf("planned by %s", p.By)
	}
	if n := len(model.Requests()); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

// TestGuessIsTold: a question about energy that names no topic is answered with what
// the building used, and the answer says so.
func TestGuessIsTold(t *testing.T) {
	f := apptest.New(t)
	request := apptest.Question()
	request.Question = "Is our electricity healthy?"
	got, _ := answered(t, f, newEnv(t, f.Activities(t)), f.Accept(t, request))
	if len(got.Answer.Facts) == 0 || !strings.HasPrefix(got.Answer.Text, "What the question asks for was not understood") {
		t.Errorf("%d facts:\n%s", len(got.Answer.Facts), got.Answer.Text)
	}
}
