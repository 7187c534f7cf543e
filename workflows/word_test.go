package workflows_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/temporal"
)

func TestVerifiedWordsAreTheAnswer(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(f.Truth())
	task := f.Accept(t, apptest.Question())
	env := newEnv(t, f.Activities(t, apptest.CloudPool(model)))
	env.OnUpsertTypedSearchAttributes(temporal.NewSearchAttributes(
		workflows.StatusAttribute.ValueSet("completed"), workflows.AgentAttribute.ValueSet("analyst"),
		workflows.AnsweredByAttribute.ValueSet("large"), workflows.PoolAttribute.ValueSet("cloud"),
	)).Return(nil).Once()
	got, _ := answered(t, f, env, task)
	env.AssertExpectations(t)
	wantAnswer(t, got.Answer, "large", eaio.ReasonModel, "cloud")
	if !strings.HasSuffix(got.Answer.Text, apptest.Mark) {
		t.Errorf("these are not the model's words:\n%s", got.Answer.Text)
	}
	wantEvents(t, f, task.ID, worded...)
	checkEvidence(t, f, got)
	if want := (eaio.Usage{ModelCalls: 1, InputTokens: 1000, OutputTokens: 100, CostUSD: "0.0012"}); got.Usage != want {
		t.Errorf("usage %+v, want %+v", got.Usage, want)
	}
	requests := model.Requests()
	if len(requests) != 1 || requests[0].CallKey != callKey(task, "cloud", 1) || requests[0].Model != "large" || requests[0].Private || requests[0].MaxOutputTokens != 500 {
		t.Errorf("asked %+v", requests)
	}
	var route eaio.Route
	f.Event(t, task.ID, eaio.EventRoute, &route)
	if !slices.Equal(route.Candidates, []eaio.Candidate{{Pool: "cloud", Model: "large"}}) || len(route.Refused) != 0 {
		t.Errorf("route %+v", route)
	}
}

func TestWording(t *testing.T) {
	type want struct {
		by     string
		reason eaio.Reason
		pool   string
		local  int // calls of each model
		cloud  int
		events []eaio.EventType // between route.chosen and answer.recorded
	}
	const (
		called, replied, rejected = eaio.EventCalled, eaio.EventReplied, eaio.EventRejected
		none                      = eaio.Narrator
	)
	fail := apptest.Fail
	for _, c := range []struct {
		name   string
		script func(f *apptest.Fixture) (local, cloud []apptest.Reply) // nil: no such pool
		want   want
	}{
		{
			"a lie twice: rejected, repaired once, then the narrator",
			func(f *apptest.Fixture) (l, c []apptest.Reply) { return replies(apptest.Lie()), replies(f.Truth()) },
			want{none, eaio.ReasonUnverified, "", 2, 0, []eaio.EventType{called, replied, rejected, called, replied, rejected}},
		},
		{
			"a lie, then the truth",
			func(f *apptest.Fixture) (l, c []apptest.Reply) { return replies(apptest.Lie(), f.Truth()), nil },
			want{"tiny", eaio.ReasonModel, "local", 2, 0, []eaio.EventType{called, replied, rejected, called, replied}},
		},
		{
			"a lie, then trouble: the next candidate",
			func(f *apptest.Fixture) (l, c []apptest.Reply) {
				return replies(apptest.Lie(), fail(eaio.KindRefused, 0)), replies(f.Truth())
			},
			want{"large", eaio.ReasonModel, "cloud", 2, 1, []eaio.EventType{called, replied, rejected, called, called, replied}},
		},
		{
			"unavailable, then the next candidate",
			func(f *apptest.Fixture) (l, c []apptest.Reply) {
				return replies(fail(eaio.KindUnavailable, 0)), replies(f.Truth())
			},
			want{"large", eaio.ReasonModel, "cloud", 4, 1, []eaio.EventType{called, called, called, called, called, replied}},
		},
		{
			"unavailable once",
			func(f *apptest.Fixture) (l, c []apptest.Reply) {
				return replies(fail(eaio.KindUnavailable, 0), f.Truth()), nil
			},
			want{"tiny", eaio.ReasonModel, "local", 2, 0, []eaio.EventType{called, called, replied}},
		},
		{
			"unavailable for good",
			func(*apptest.Fixture) (l, c []apptest.Reply) { return replies(fail(eaio.KindUnavailable, 0)), nil },
			want{none, eaio.ReasonUnavailable, "", 4, 0, []eaio.EventType{called, called, called, called}},
		},
		{
			"rate limited beyond the deadline",
			func(*apptest.Fixture) (l, c []apptest.Reply) {
				return nil, replies(fail(eaio.KindRateLimited, time.Hour))
			},
			want{none, eaio.ReasonRateLimited, "", 0, 1, []eaio.EventType{called}},
		},
		{
			"rate limited for a while within the deadline",
			func(f *apptest.Fixture) (l, c []apptest.Reply) {
				return nil, replies(fail(eaio.KindRateLimited, 3*time.Second), f.Truth())
			},
			want{"large", eaio.ReasonModel, "cloud", 0, 2, []eaio.EventType{called, called, replied}},
		},
		{
			"refused",
			func(*apptest.Fixture) (l, c []apptest.Reply) { return nil, replies(fail(eaio.KindRefused, 0)) },
			want{none, eaio.ReasonRefused, "", 0, 1, []eaio.EventType{called}},
		},
		{
			"malformed",
			func(*apptest.Fixture) (l, c []apptest.Reply) { return replies(fail(eaio.KindMalformed, 0)), nil },
			want{none, eaio.ReasonMalformed, "", 1, 0, []eaio.EventType{called}},
		},
		{
			"too large",
			func(*apptest.Fixture) (l, c []apptest.Reply) { return replies(fail(eaio.KindTooLarge, 0)), nil },
			want{none, eaio.ReasonMalformed, "", 1, 0, []eaio.EventType{called}},
		},
		{
			"an empty reply is no answer",
			func(*apptest.Fixture) (l, c []apptest.Reply) { return replies(apptest.Say("")), nil },
			want{none, eaio.ReasonUnverified, "", 2, 0, []eaio.EventType{called, replied, rejected, called, replied, rejected}},
		},
		{
			"a panic, then the next candidate",
			func(f *apptest.Fixture) (l, c []apptest.Reply) { return replies(apptest.Panic), replies(f.Truth()) },
			want{"large", eaio.ReasonModel, "cloud", 4, 1, []eaio.EventType{called, called, called, called, called, replied}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			var pools []apptest.Pool
			local, cloud := c.script(f)
			localModel, cloudModel := apptest.NewModel(local...), apptest.NewModel(cloud...)
			if local != nil {
				pools = append(pools, apptest.LocalPool(localModel))
			}
			if cloud != nil {
				pools = append(pools, apptest.CloudPool(cloudModel))
			}
			task := f.Accept(t, apptest.Question())
			got, _ := answered(t, f, newEnv(t, f.Activities(t, pools...)), task)
			wantAnswer(t, got.Answer, c.want.by, c.want.reason, c.want.pool)
			if l, n := len(localModel.Requests()), len(cloudModel.Requests()); l != c.want.local || n != c.want.cloud {
				t.Errorf("%d calls of the local model, %d of the cloud's; want %d, %d", l, n, c.want.local, c.want.cloud)
			}
			wantEvents(t, f, task.ID, slices.Concat(narrated[:4], c.want.events, narrated[4:])...)
			if strings.Contains(got.Answer.Text, "987") {
				t.Errorf("the lie reached the reader:\n%s", got.Answer.Text)
			}
			if n := f.Number(t, `select count(*) from model_calls where task = $1 and state = 'claimed'`, task.ID); n != 0 {
				t.Errorf("%d claims are still held", n)
			}
		})
	}
}

func replies(r ...apptest.Reply) []apptest.Reply { return r }

func TestRepairTellsTheFault(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(apptest.Lie(), f.Truth())
	task := f.Accept(t, apptest.Question())
	answered(t, f, newEnv(t, f.Activities(t, apptest.LocalPool(model))), task)
	repair := model.Requests()[1]
	if repair.CallKey != callKey(task, "local", 2) {
		t.Errorf("call key %s", repair.CallKey)
	}
	last := repair.Messages[len(repair.Messages)-1]
	if last.Role != eaio.RoleUser || !strings.Contains(last.Content, "987,654") {
		t.Errorf("the repair asks %q", last.Content)
	}
	var rejected struct {
		Round  int
		Faults []map[string]string
	}
	f.Event(t, task.ID, eaio.EventRejected, &rejected)
	if rejected.Round != 1 || len(rejected.Faults) == 0 {
		t.Errorf("the event says %+v", rejected)
	}
}

func TestPrivateStaysLocal(t *testing.T) {
	refused := []eaio.Refusal{{Pool: "cloud", Model: "large", Reason: eaio.ReasonPrivacy}}
	for _, c := range []struct {
		name     string
		building string
		privacy  eaio.Privacy
		local    apptest.Reply // nil: only the cloud pool is configured
		by       string
		reason   eaio.Reason
	}{
		{"a private building, cloud alone", apptest.PrivateBuilding, "", nil, eaio.Narrator, eaio.ReasonPrivacy},
		{"a private building asked for as public", apptest.PrivateBuilding, eaio.PrivacyPublic, nil, eaio.Narrator, eaio.ReasonPrivacy},
		{"a public building, asked for privately", apptest.PublicBuilding, eaio.PrivacyPrivate, nil, eaio.Narrator, eaio.ReasonPrivacy},
		{"a public building, without its names", apptest.PublicBuilding, eaio.PrivacyDeidentified, nil, eaio.Narrator, eaio.ReasonPrivacy},
		{"local unavailable: cloud is no fallback", apptest.PrivateBuilding, "", apptest.Fail(eaio.KindUnavailable, 0), eaio.Narrator, eaio.ReasonUnavailable},
		{"local lies: cloud is no fallback", apptest.PrivateBuilding, "", apptest.Lie(), eaio.Narrator, eaio.ReasonUnverified},
		{"local panics: cloud is no fallback", apptest.PrivateBuilding, "", apptest.Panic, eaio.Narrator, eaio.ReasonUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := apptest.New(t)
			cloud, local := apptest.NewModel(f.Truth()), apptest.NewModel(c.local)
			pools := []apptest.Pool{apptest.CloudPool(cloud)}
			if c.local != nil {
				pools = append(pools, apptest.LocalPool(local))
			}
			request := apptest.Question()
			request.Building, request.Privacy = c.building, c.privacy
			task := f.Accept(t, request)
			got, _ := answered(t, f, newEnv(t, f.Activities(t, pools...)), task)
			wantAnswer(t, got.Answer, c.by, c.reason, "")
			if n := len(cloud.Requests()); n != 0 {
				t.Errorf("private data left for the cloud %d times", n)
			}
			if !slices.Equal(got.Answer.Skipped, refused) {
				t.Errorf("skipped %+v, want %+v", got.Answer.Skipped, refused)
			}
			for _, r := range local.Requests() {
				if !r.Private {
					t.Error("the local model was not told that the data is private")
				}
			}
			var route eaio.Route
			if f.Event(t, task.ID, eaio.EventRoute, &route); !slices.Equal(route.Refused, refused) {
				t.Errorf("the event refuses %+v", route.Refused)
			}
		})
	}
}

func TestLocalModelAnswersForPrivateBuilding(t *testing.T) {
	f := apptest.New(t)
	cloud, local := apptest.NewModel(f.Truth()), apptest.NewModel(f.Truth())
	request := apptest.Question()
	request.Building = apptest.PrivateBuilding
	task := f.Accept(t, request)
	got, _ := answered(t, f, newEnv(t, f.Activities(t, apptest.CloudPool(cloud), apptest.LocalPool(local))), task)
	wantAnswer(t, got.Answer, "tiny", eaio.ReasonModel, "local")
	if len(cloud.Requests()) != 0 || len(local.Requests()) != 1 || !local.Requests()[0].Private {
		t.Errorf("%d calls of the cloud, local %+v", len(cloud.Requests()), local.Requests())
	}
	if len(got.Answer.Skipped) != 1 || got.Answer.Skipped[0].Pool != "cloud" || got.Answer.Skipped[0].Reason != eaio.ReasonPrivacy {
		t.Errorf("skipped %+v", got.Answer.Skipped)
	}
}
