package activities_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	sdkworker "go.temporal.io/sdk/worker"
)

// outside is a call of the cloud pool's model.
func outside(task eaio.Task, round int) workflows.Generate {
	candidate := eaio.Candidate{Pool: "cloud", Model: "large"}
	return workflows.Generate{
		Task: task.Ref(), Candidate: candidate, Round: round, Until: time.Now().Add(20 * time.Second),
		Route: eaio.Route{Candidates: []eaio.Candidate{candidate}},
	}
}

// maskedPool is a cloud that may see what is de-identified.
func maskedPool(m activities.Model) apptest.Pool {
	p := apptest.CloudPool(m)
	p.Masked = true
	return p
}

// echoed answers with the truth, in which the building is named as the prompt names it.
func echoed(f *apptest.Fixture, name, placeholder string) apptest.Reply {
	return func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		reply, err := f.Truth()(ctx, r)
		reply.Text = strings.ReplaceAll(reply.Text, name, placeholder)
		return reply, err
	}
}

// TestDeidentifiedLeavesWithoutNames: facts leave, names do not, and the reader gets
// them back in the words that are verified and stored.
func TestDeidentifiedLeavesWithoutNames(t *testing.T) {
	f := apptest.New(t)
	building, err := f.Store.Store.Building(t.Context(), apptest.Tenant, apptest.PublicBuilding)
	if err != nil {
		t.Fatal(err)
	}
	model := apptest.NewModel(apptest.Lie(), echoed(f, building.Name, "[SITE-1]"))
	acts := f.Activities(t, maskedPool(model))
	request := apptest.Question()
	request.Privacy = eaio.PrivacyDeidentified
	request.Question = "What was left on last night in SERENA-office (robin office serena), and in fox_office_vicki? Ask jo@site.example."
	task := ready(t, f, acts, request)
	f.Exec(t, `update citations set document = 'upload/handbook', title = 'Handbook of ' || $2, passage = 'The chiller of the west wing' where task = $1 and no = 1`, task.ID, building.Name)
	for round, faults := range []bool{true, false} {
		out, err := generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["cloud"], outside(task, round+1))
		if err != nil || (out.Faults > 0) != faults {
			t.Fatalf("round %d: %+v, %v", round+1, out, err)
		}
	}
	for _, r := range model.Requests() {
		if r.Private {
			t.Error("masked data is called private: a cloud would refuse it")
		}
		for _, m := range r.Messages {
			low := strings.ToLower(m.Content)
			for _, word := range []string{"serena", "robin", "vicki", "fox", "london", "arizona", "@", "handbook", "chiller of the west"} {
				if strings.Contains(low, word) {
					t.Errorf("%q has left: %s", word, m.Content)
				}
			}
		}
	}
	if brief := model.Requests()[0].Messages[1].Content; !strings.Contains(brief, "[SITE-1]") || !strings.Contains(brief, "[F1] | overnight") || !strings.Contains(brief, "[D2]") {
		t.Errorf("the model was shown\n%s", brief)
	}
	call, err := f.Store.Store.Reply(t.Context(), apptest.Tenant, task.ID+"/cloud/2")
	if err != nil || !strings.Contains(call.Reply, building.Name) || strings.Contains(call.Reply, "SITE-1") {
		t.Errorf("stored %q, %v", call.Reply, err)
	}
}

// TestPrivateLeavesNotAtAll, masked or not, and a local model sees the names.
func TestPrivateLeavesNotAtAll(t *testing.T) {
	f := apptest.New(t)
	cloud, local := apptest.NewModel(f.Truth()), apptest.NewModel(f.Truth())
	acts := f.Activities(t, apptest.CloudPool(cloud), apptest.LocalPool(local))
	request := apptest.Question()
	request.Building = apptest.PrivateBuilding
	task := ready(t, f, acts, request)
	_, err := generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["cloud"], outside(task, 1))
	wantFailure(t, err, eaio.KindForbidden, false)
	if len(cloud.Requests()) != 0 {
		t.Error("the cloud was asked")
	}
	if _, err := generate(t, newEnv(t, sdkworker.Options{}), acts.Generators["local"], ask(task, 1)); err != nil {
		t.Fatal(err)
	}
	if r := local.Requests()[0]; !r.Private || !strings.Contains(r.Messages[1].Content, "Vicki") {
		t.Errorf("the local model was shown %+v", r)
	}
}

// TestPlanOfDeidentifiedQuestion: the question that a model plans for has no names.
func TestPlanOfDeidentifiedQuestion(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(apptest.Say(`{"calls":[{"analysis":"overnight","period":"","compare":"","since":""}]}`))
	acts := f.Activities(t, maskedPool(model))
	request := apptest.Question()
	request.Privacy, request.Question = eaio.PrivacyDeidentified, "Is Serena Office behaving?"
	task := f.Accept(t, request)
	out, err := acts.Generators["cloud"].Plan(t.Context(), outside(task, 1))
	if err != nil || out.Faults != 0 || out.CallKey != task.ID+"/cloud/plan/1" {
		t.Fatalf("%+v, %v", out, err)
	}
	if asked := model.Requests()[0].Messages[1].Content; asked != "QUESTION: <<<Is [NAME-1] behaving?>>>" {
		t.Errorf("asked %q", asked)
	}
	settled, err := acts.Planner.Settle(t.Context(), workflows.SettlePlan{Task: task.Ref(), CallKey: out.CallKey})
	if err != nil || settled.Analyses != 1 || settled.Agent != "analyst" {
		t.Errorf("%+v, %v", settled, err)
	}
}
