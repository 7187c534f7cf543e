package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func TestBudgetChanges(t *testing.T) {
	tokens := func(n int64) *int64 { return &n }
	day := eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetDay}
	month := eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetMonth}
	now := []eaio.BudgetState{{Budget: eaio.Budget{BudgetKey: month, CapUSD: "100", CapTokens: tokens(5), SoftShare: 0.9, OnExceeded: eaio.Pause}}}
	for _, c := range []struct {
		name string
		in   budgetChange
		want []eaio.Budget // nil: refused
	}{
		{"a new one", budgetChange{tenantDay: "5"}, []eaio.Budget{{BudgetKey: day, CapUSD: "5"}}},
		{"what is not named stays", budgetChange{pool: "cloud", month: "200"}, []eaio.Budget{{BudgetKey: month, CapUSD: "200", CapTokens: tokens(5), SoftShare: 0.9, OnExceeded: eaio.Pause}}},
		{"tokens alone", budgetChange{pool: "cloud", month: none, tokens: "7", changesTokens: true}, []eaio.Budget{{BudgetKey: month, CapTokens: tokens(7), SoftShare: 0.9, OnExceeded: eaio.Pause}}},
		{"an end", budgetChange{pool: "cloud", month: none, tokens: none, changesTokens: true}, []eaio.Budget{{BudgetKey: month, SoftShare: 0.9, OnExceeded: eaio.Pause}}},
		{"two at once", budgetChange{tenantDay: "5", pool: "cloud", month: "1", soft: 0.5, changesSoft: true, onExceeded: "refuse", changesOn: true}, []eaio.Budget{
			{BudgetKey: day, CapUSD: "5", SoftShare: 0.5, OnExceeded: eaio.Refuse}, {BudgetKey: month, CapUSD: "1", CapTokens: tokens(5), SoftShare: 0.5, OnExceeded: eaio.Refuse},
		}},
		{"nothing", budgetChange{}, nil},
		{"a month of no pool", budgetChange{month: "5"}, nil},
		{"an amount of no task", budgetChange{usd: "5"}, nil},
		{"tokens that are no number", budgetChange{tenantDay: "5", tokens: "many", changesTokens: true}, nil},
	} {
		got, err := c.in.apply(now)
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(c.want)
		if string(a) != string(b) || (err == nil) != (c.want != nil) {
			t.Errorf("%s: %s, %v; want %s", c.name, a, err, b)
		}
	}
}

// The commands say to the API what they should, and print what it answers.
func TestBudgetCommands(t *testing.T) {
	limit, left := int64(1000), int64(700)
	state := eaio.BudgetState{
		Budget: eaio.Budget{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetPool, Name: "cloud", Period: eaio.BudgetMonth}, CapUSD: "100", CapTokens: &limit, SoftShare: 0.8, OnExceeded: eaio.Refuse},
		From:   time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), SpentUSD: "81.5", ReservedUSD: "0.5", RemainingUSD: "18", SpentTokens: 300, RemainingTokens: &left,
		SoftAt: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC), Beyond: 2,
	}
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.Method+" "+r.URL.String()+" "+string(body))
		if r.Method == http.MethodPost {
			_, _ = io.WriteString(w, `{"id": "t1"}`)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": []eaio.BudgetState{state}})
	}))
	defer server.Close()
	out, errs, code := shell(t, "budget", "--api", server.URL)
	if code != 0 || len(strings.Split(strings.TrimSpace(out), "\n")) != 4 {
		t.Fatalf("%d %s\n%s", code, errs, out)
	}
	for _, want := range []string{"pool cloud, month", "2026-11-01", "100", "81.5", "0.5", "18", "80 %, reached 11-20 08:30", "tokens", "700", "2 calls cost more"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, command := range []string{"budget --json", "budget set --pool cloud --month 150", "budget raise t1 0.5"} {
		if out, errs, code := shell(t, append(strings.Fields(command), "--api", server.URL)...); code != 0 || out == "" {
			t.Errorf("%s: %d %s", command, code, errs)
		}
	}
	for _, want := range []string{
		`PUT /v1/budgets {"scope":"pool","name":"cloud","period":"month","cap_usd":"150","cap_tokens":1000,"soft_share":0.8,"on_exceeded":"refuse"}`,
		`POST /v1/tasks/t1/budget {"cap_usd":"0.5"}`,
	} {
		if !slices.Contains(seen, want) {
			t.Errorf("the API was not asked %s but %q", want, seen)
		}
	}
	if _, errs, code := shell(t, "budget", "set", "--api", server.URL); code != 2 || !strings.Contains(errs, "nothing to set") {
		t.Errorf("%d %s", code, errs)
	}
}
