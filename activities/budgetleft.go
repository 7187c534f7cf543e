package activities

import (
	"context"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
	"github.com/shopspring/decimal"
)

// BudgetStates tells what has become of the budgets that bound a task.
type BudgetStates interface {
	Budgets(ctx context.Context, tenant eaio.TenantID, task string) ([]eaio.BudgetState, error)
}

// Budgets tells routing what a task may still spend, so that a pool without room is
// left out with its reason before it is asked. The claim of the call decides.
type Budgets struct{ Store BudgetStates }

// Left returns the USD that are left by pool, and under "" what is left for calls of
// any pool. A budget that makes a task wait for a higher one leaves no pool out.
func (b Budgets) Left(ctx context.Context, tenant eaio.TenantID, task string) (routing.Budget, error) {
	states, err := b.Store.Budgets(ctx, tenant, task)
	if err != nil {
		return nil, err
	}
	left := routing.Budget{}
	for _, s := range states {
		if s.RemainingUSD == "" || s.OnExceeded == eaio.Pause {
			continue
		}
		pool := ""
		if s.Scope == eaio.BudgetPool {
			pool = s.Name
		}
		if has, there := left[pool]; !there || less(s.RemainingUSD, has) {
			left[pool] = s.RemainingUSD
		}
	}
	return left, nil
}

// less compares decimals; what is none is the least.
func less(a, b string) bool {
	x, err := decimal.NewFromString(a)
	if err != nil {
		return true
	}
	y, err := decimal.NewFromString(b)
	return err == nil && x.LessThan(y)
}
