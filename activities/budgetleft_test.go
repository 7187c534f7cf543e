package activities_test

import (
	"maps"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/routing"
)

// TestBudgetsLeft: the least of several counts, pools by name, and one that pauses
// leaves nobody out.
func TestBudgetsLeft(t *testing.T) {
	f := apptest.New(t)
	request := apptest.Question()
	request.BudgetUSD = "0.5"
	task := f.Accept(t, request)
	for _, b := range []eaio.Budget{
		{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetDay}, CapUSD: "0.25"},
		{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetMonth}, CapUSD: "0.01", OnExceeded: eaio.Pause},
		{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetDay}, CapUSD: "10"},
		{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetMonth}, CapUSD: "9.5"},
	} {
		if err := f.Store.Store.SetBudget(t.Context(), apptest.Tenant, b); err != nil {
			t.Fatal(err)
		}
	}
	got, err := activities.Budgets{Store: f.Store.Store}.Left(t.Context(), apptest.Tenant, task.ID)
	if want := (routing.Budget{"": "0.25", "cloud": "9.5"}); err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

// TestRouteLeavesOutWhatCannotBePaid names the pool with its reason.
func TestRouteLeavesOutWhatCannotBePaid(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t, apptest.CloudPool(apptest.NewModel(f.Truth())))
	acts.Router.Budget = activities.Budgets{Store: f.Store.Store}
	request := apptest.Question()
	request.BudgetUSD = "0.000001"
	task := f.Accept(t, request)
	route, err := acts.Router.Route(t.Context(), task.Ref())
	if err != nil || len(route.Candidates) != 0 || len(route.Refused) != 1 || route.Refused[0].Reason != eaio.ReasonBudget {
		t.Errorf("%+v, %v", route, err)
	}
}
