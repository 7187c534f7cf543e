package api_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

type budgetList struct {
	Items []eaio.BudgetState `json:"items"`
}

func (w *world) put(path, body string) reply {
	w.tb.Helper()
	var r io.Reader = strings.NewReader(body)
	return w.send(http.MethodPut, path, r, "Content-Type", "application/json")
}

func TestBudgets(t *testing.T) {
	w := start(t)
	if list := ok[budgetList](t, w.get("/v1/budgets"), http.StatusOK); list.Items == nil || len(list.Items) != 0 {
		t.Errorf("%+v, want an empty list", list)
	}
	w.engine.set(true, nil)
	task := ok[task](t, w.post("/v1/tasks", strings.Replace(question, "{", `{"budget_usd": "0.05", `, 1)), http.StatusAccepted)
	for _, body := range []string{
		`{"scope": "tenant", "period": "day", "cap_usd": "5"}`,
		`{"scope": "pool", "name": "cloud", "period": "month", "cap_usd": "100.5", "cap_tokens": 0, "soft_share": 0.9, "on_exceeded": "pause"}`,
	} {
		ok[budgetList](t, w.put("/v1/budgets", body), http.StatusOK)
	}
	list := ok[budgetList](t, w.get("/v1/budgets?task="+task.ID), http.StatusOK)
	var got []string
	for _, b := range list.Items {
		tokens := "-"
		if b.CapTokens != nil {
			tokens = fmt.Sprint(*b.CapTokens, *b.RemainingTokens)
		}
		got = append(got, fmt.Sprint(b.Scope, " ", b.Period, " ", b.CapUSD, " ", b.RemainingUSD, " ", tokens, " ", b.SoftShare, " ", b.OnExceeded, " ", b.From.IsZero()))
	}
	want := "tenant day 5 5 - 0.8 refuse false; pool month 100.5 100.5 0 0 0.9 pause false; task task 0.05 0.05 - 0.8 refuse true"
	if all := strings.Join(got, "; "); all != want {
		t.Errorf("%s\nwant %s", all, want)
	}
	problem(t, w.get("/v1/budgets?task=none"), http.StatusNotFound, "not_found")
	left := ok[budgetList](t, w.put("/v1/budgets", `{"scope": "pool", "name": "cloud", "period": "month"}`), http.StatusOK)
	if len(left.Items) != 1 || left.Items[0].Scope != eaio.BudgetTenant {
		t.Errorf("%+v are left", left.Items)
	}
}

func TestBudgetProblems(t *testing.T) {
	w := start(t)
	for _, c := range []struct {
		body   string
		status int
		word   string
		says   string
	}{
		{`{"scope": "tenant", "period": "day", "cap_usd": "-5"}`, 400, "invalid", "cap_usd"},
		{`{"scope": "tenant", "period": "day", "cap_usd": "1e3"}`, 400, "invalid", "cap_usd"},
		{`{"scope": "tenant", "period": "day", "cap_usd": 5}`, 400, "invalid", "string"},
		{`{"scope": "tenant", "period": "week", "cap_usd": "5"}`, 400, "invalid", "period"},
		{`{"scope": "tenant", "name": "x", "period": "day", "cap_usd": "5"}`, 400, "invalid", "no name"},
		{`{"scope": "pool", "period": "month", "cap_usd": "5"}`, 400, "invalid", "pool's name"},
		{`{"scope": "pool", "name": "c", "period": "month", "cap_tokens": -1}`, 400, "invalid", "cap_tokens"},
		{`{"scope": "pool", "name": "c", "period": "month", "cap_usd": "5", "soft_share": 0}`, 400, "invalid", "soft_share"},
		{`{"scope": "pool", "name": "c", "period": "month", "cap_usd": "5", "on_exceeded": "shout"}`, 400, "invalid", "on_exceeded"},
		{`{"scope": "task", "name": "none", "period": "task", "cap_usd": "5"}`, 404, "not_found", "none"},
	} {
		if p := problem(t, w.put("/v1/budgets", c.body), c.status, c.word); !strings.Contains(p.Detail, c.says) {
			t.Errorf("%s: %q does not tell of %q", c.body, p.Detail, c.says)
		}
	}
	problem(t, w.post("/v1/tasks/none/budget", `{"cap_usd": "1"}`), 404, "not_found")
	problem(t, w.post("/v1/tasks/none/budget", `{"cap_usd": "-1"}`), 400, "invalid")
	done := w.answered()
	if p := problem(t, w.post("/v1/tasks/"+done.ID+"/budget", `{"cap_usd": "1"}`), 409, "conflict"); !strings.Contains(p.Detail, "has ended") {
		t.Errorf("%q", p.Detail)
	}
}
