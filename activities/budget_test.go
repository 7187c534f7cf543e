package activities_test

import (
	"context"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	"github.com/shopspring/decimal"
	sdkworker "go.temporal.io/sdk/worker"
)

var cloudMonth = eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetMonth}

func askCloud(task eaio.Task) workflows.Generate {
	in := ask(task, 1)
	in.Candidate = eaio.Candidate{Pool: "cloud", Model: "large"}
	in.Route.Candidates = []eaio.Candidate{in.Candidate}
	return in
}

func cloudBudget(t *testing.T, f *apptest.Fixture, usd string) (state eaio.BudgetState) {
	t.Helper()
	if usd != "" {
		if err := f.Store.SetBudget(t.Context(), apptest.Tenant, eaio.Budget{BudgetKey: cloudMonth, CapUSD: usd}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := f.Store.Budgets(t.Context(), apptest.Tenant, "")
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// A call has its most reserved while it runs, its real cost spent when it is over,
// and nothing of either when it fails.
func TestACallIsReservedThenSpent(t *testing.T) {
	f := apptest.New(t)
	var during eaio.BudgetState
	look := func(then apptest.Reply) apptest.Reply {
		return func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
			during = cloudBudget(t, f, "")
			return then(ctx, r)
		}
	}
	model := apptest.NewModel(look(apptest.Fail(eaio.KindRefused, 0)), look(f.Truth()))
	acts := f.Activities(t, apptest.CloudPool(model))
	g, task := acts.Generators["cloud"], ready(t, f, acts, apptest.Question())
	cloudBudget(t, f, "1")
	_, err := generate(t, newEnv(t, sdkworker.Options{}), g, askCloud(task))
	wantFailure(t, err, eaio.KindRefused, false)
	most, prompt := during.ReservedUSD, 0
	for _, m := range model.Requests()[0].Messages {
		prompt += len(m.Content)
	}
	// 1 USD per million tokens in, at most one a byte and some for the template; 2 USD out, at most 500.
	least := decimal.New(int64(prompt+2*500), -6)
	if got := decimal.RequireFromString(most); got.LessThan(least) || got.GreaterThan(least.Add(decimal.New(100, -6))) {
		t.Errorf("%s reserved for a prompt of %d bytes", most, prompt)
	}
	if after := cloudBudget(t, f, ""); after.ReservedUSD != "0" || after.SpentUSD != "0" {
		t.Errorf("after a failure: %+v", after)
	}
	if _, err := generate(t, newEnv(t, sdkworker.Options{}), g, askCloud(task)); err != nil {
		t.Fatal(err)
	}
	if during.ReservedUSD != most {
		t.Errorf("%s reserved by the second attempt, %s by the first", during.ReservedUSD, most)
	}
	if after := cloudBudget(t, f, ""); after.ReservedUSD != "0" || after.SpentUSD != "0.0012" || after.Beyond != 0 {
		t.Errorf("after the reply: %+v", after)
	}
}

func TestACallWithoutRoom(t *testing.T) {
	f := apptest.New(t)
	model := apptest.NewModel(f.Truth())
	acts := f.Activities(t, apptest.CloudPool(model))
	g, task := acts.Generators["cloud"], ready(t, f, acts, apptest.Question())
	cloudBudget(t, f, "0.001")
	for range 2 {
		_, err := generate(t, newEnv(t, sdkworker.Options{}), g, askCloud(task))
		wantFailure(t, err, eaio.KindBudget, false)
		if err == nil || !strings.Contains(err.Error(), "the pool cloud's month budget of 0.001 USD has no room: 0 spent, 0 reserved") {
			t.Errorf("the words: %v", err)
		}
	}
	if n := f.Number(t, `select count(*) from model_calls`); n != 0 || len(model.Requests()) != 0 {
		t.Errorf("%d calls claimed, %d made", n, len(model.Requests()))
	}
	var short eaio.Shortfall
	f.Event(t, task.ID, eaio.EventOverBudget, &short)
	if short.Name != "cloud" || short.CapUSD != "0.001" || short.Of != "usd" {
		t.Errorf("the journal has %+v", short)
	}
	cloudBudget(t, f, "1")
	if _, err := generate(t, newEnv(t, sdkworker.Options{}), g, askCloud(task)); err != nil {
		t.Fatal(err)
	}
	cloudBudget(t, f, "0") // full: what is paid for is found all the same
	if out, err := generate(t, newEnv(t, sdkworker.Options{}), g, askCloud(task)); err != nil || out.Faults != 0 || len(model.Requests()) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
}
