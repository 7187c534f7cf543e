package bench

import (
	"context"
	"time"

	"github.com/eaio/eaio"
)

// FaultLoad is a closed loop of tasks while the model behaves in one way.
type FaultLoad struct {
	Behaviour string `json:"behaviour"`
	Load
	Calls int `json:"calls"` // that reached the model
}

// grace is how much later than its deadline an answer may come.
const grace = 250 * time.Millisecond

// healing is how long a model that is well again may go unasked.
const healing = 90 * time.Second

// Faults keeps n tasks in flight under each behaviour in turn, and lets the model
// recover between two of them. deadline is that of the tasks; each answer that
// comes more than 250 ms after it counts as late. done tells of each when it ends.
func Faults(ctx context.Context, w Way, m *FaultyModel, behaviours []Behaviour, n, tasks int, deadline time.Duration, done func(FaultLoad)) ([]FaultLoad, error) {
	var out []FaultLoad
	for _, b := range behaviours {
		if err := recovered(ctx, w, m); err != nil {
			return out, err
		}
		if err := m.Behave(ctx, b); err != nil {
			return out, err
		}
		before := m.Asked()
		l, err := Loop(ctx, w, n, tasks, func() float64 { return 0 }, deadline+grace)
		if err != nil {
			return out, err
		}
		f := FaultLoad{Behaviour: b.Name, Load: l, Calls: m.Asked() - before}
		out = append(out, f)
		done(f)
	}
	return out, m.Behave(ctx, Healthy)
}

// recovered asks until the healthy model is the one that answers.
func recovered(ctx context.Context, w Way, m *FaultyModel) error {
	if err := m.Behave(ctx, Healthy); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healing)
	defer cancel()
	var last eaio.Reason
	for {
		t, err := w.Ask(ctx)
		if err == nil && t.Answer != nil {
			if last = t.Answer.Reason; last == eaio.ReasonModel {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return eaio.Errorf(eaio.KindUnavailable, "", "the healthy model at %s was not asked within %s (last reason: %s): is the stack's only model there?", m.BaseURL(), healing, last)
		case <-time.After(time.Second):
		}
	}
}
