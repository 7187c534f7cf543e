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

// Router decides which pools may word an answer.
type Router struct {
	Store  RouteStore
	Pools  []routing.Pool
	Health *routing.Health
}

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
	return routing.Choose(r.Pools, privacyOf(s), r.Health.Down), nil
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
