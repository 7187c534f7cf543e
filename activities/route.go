package activities

import (
	"context"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
)

// RouteStore is what routing reads.
type RouteStore interface {
	Subject(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Subject, error)
}

// Budget tells what a task may still spend.
type Budget interface {
	Left(ctx context.Context, tenant eaio.TenantID, task string) (routing.Budget, error)
}

// Router decides which pools may word an answer.
type Router struct {
	Store  RouteStore
	Pools  []routing.Pool
	Health *routing.Health
	Budget Budget // nil: no pool is refused for what it costs
	Draw   func(n int) int
}

// promptTokens is what a prompt takes besides its question: instructions, facts
// and passages. The route is decided while those are gathered; the pool's client
// counts the real prompt.
const promptTokens = 2000

// Route decides; whoever acts on the decision, the model call or the narrator's
// record, writes it down, so that the journal has it behind the evidence.
func (r *Router) Route(ctx context.Context, ref eaio.TaskRef) (eaio.Route, error) {
	if len(r.Pools) == 0 {
		return eaio.Route{}, nil
	}
	s, err := r.Store.Subject(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return eaio.Route{}, failure(err)
	}
	question := []eaio.Message{{Role: eaio.RoleUser, Content: s.Task.Request.Question}}
	ask := routing.Ask{Privacy: privacyOf(s), Tokens: promptTokens + routing.CountTokens(question)}
	if r.Budget != nil {
		if ask.BudgetUSD, err = r.Budget.Left(ctx, ref.Tenant, ref.ID); err != nil {
			return eaio.Route{}, failure(err)
		}
	}
	states, err := r.Health.States(ctx)
	if err != nil {
		warn(ctx, "a route is decided on what was last known of the pools", "task", ref.ID, "error", err)
	}
	return routing.Choose(r.Pools, ask, states, r.Draw), nil
}

// privacyOf is the building's label, tightened by the request. Without a
// building only the request can open anything.
func privacyOf(s eaio.Subject) eaio.Privacy {
	if s.Building == nil {
		return eaio.PrivacyPrivate
	}
	return s.Building.Privacy.Tighten(s.Task.Request.Privacy)
}

func routeEvent(r eaio.Route) eaio.Event { return eaio.NewEvent(eaio.EventRoute, "", r) }
