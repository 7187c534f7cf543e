package stack

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/sample"
	"github.com/shopspring/decimal"
)

// Budgets hold on a whole stack: many tasks at once do not overdraw one, and a
// background task waits for a person.
func TestBudgetsHold(t *testing.T) {
	const words = "The night was above its usual level [F1]."
	_, model, change := withModel(t, words)
	s := up(t, func(c *Config) {
		change(c)
		c.App.OpenAIInputPrice, c.App.OpenAIOutputPrice = "1", "2"
	})

	t.Run("a request's own", func(t *testing.T) {
		var got task
		call(t, s, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, `,"budget_usd":"0.0001"`), &got)
		if got.Answer == nil || got.Answer.Reason != eaio.ReasonBudget || got.Answer.AnsweredBy != eaio.Narrator || got.Usage.ModelCalls != 0 {
			t.Fatalf("answer: %+v, usage %+v", got.Answer, got.Usage)
		}
		if skipped := got.Answer.Skipped; len(skipped) != 1 || skipped[0].Reason != eaio.ReasonBudget {
			t.Errorf("skipped: %+v", skipped)
		}
	})
	t.Run("a tenant's day, forty at once", func(t *testing.T) {
		prints(t, s, []string{"tenant, day", "0.012"}, "budget", "set", "--tenant-day", "0.012")
		reasons := map[eaio.Reason]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				var got task
				call(t, s, "POST", "/v1/tasks?wait=30s", "", fmt.Sprintf(night, `,"deadline_ms":30000`), &got)
				mu.Lock()
				defer mu.Unlock()
				if got.Answer != nil {
					reasons[got.Answer.Reason]++
				}
			})
		}
		wg.Wait()
		list, err := s.App.Store.Budgets(t.Context(), eaio.DefaultTenant, "")
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		t.Logf("%v; %s spent of 0.012", reasons, list[0].SpentUSD)
		if reasons[eaio.ReasonModel] == 0 || reasons[eaio.ReasonBudget] == 0 || reasons[eaio.ReasonModel]+reasons[eaio.ReasonBudget] != 40 {
			t.Errorf("answers by reason: %v", reasons)
		}
		if decimal.RequireFromString(list[0].SpentUSD).GreaterThan(decimal.RequireFromString("0.012")) || list[0].ReservedUSD != "0" || list[0].Beyond != 0 {
			t.Errorf("%+v", list[0])
		}
		prints(t, s, []string{"There is no budget"}, "budget", "set", "--tenant-day", "none")
	})
	t.Run("a background task waits", func(t *testing.T) {
		prints(t, s, []string{"pool cloud, month", "pause"}, "budget", "set", "--pool", "cloud", "--month", "0.0001", "--on-exceeded", "pause")
		demo := sample.Question()
		accepted, _, err := s.App.Starter.Ask(t.Context(), eaio.DefaultTenant, eaio.Request{Question: demo.Question, Building: demo.Building, AsOf: demo.AsOf, Audience: eaio.AudienceManager}, "")
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, 10*time.Second, func() error {
			var problem struct{ Type, Detail string }
			if status := call(t, s, "POST", "/v1/tasks/"+accepted.ID+"/budget", "", `{"cap_usd":"0.0001"}`, &problem); status != http.StatusBadRequest || !strings.Contains(problem.Detail, "more than the 0.0001 USD") {
				return fmt.Errorf("%d %+v", status, problem)
			}
			return nil
		})
		prints(t, s, []string{"goes on"}, "budget", "raise", accepted.ID, "5")
		var got task
		eventually(t, 10*time.Second, func() error {
			call(t, s, "GET", "/v1/tasks/"+accepted.ID, "", "", &got)
			if got.Status != eaio.TaskCompleted {
				return fmt.Errorf("the task is %s", got.Status)
			}
			return nil
		})
		if got.Answer.Reason != eaio.ReasonModel || got.Answer.Text != words {
			t.Errorf("answer: %+v", got.Answer)
		}
		refuses(t, s, []string{"has ended"}, "budget", "raise", accepted.ID, "9")
		events, bytes := history(t, s, accepted.ID)
		t.Logf("history: %d events, %d bytes", events, bytes)
	})
	if n := model.PaidTwice(); n != 0 {
		t.Errorf("%d calls were paid twice", n)
	}
}
