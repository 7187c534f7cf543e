package activities

import (
	"context"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
)

// RouteStore is what routing reads and writes.
type RouteStore interface {
	Subject(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Subject, error)
	Append(ctx context.Context, tenant eaio.TenantID, task string, events ...eaio.Event) error
}

// Router decides which pools may word an answer.
type Router struct {
	Store  RouteStore
	Pools  []routing.Pool
	Health *routing.Health
}

// Route records the decision where a model will be asked; where none will be,
// the record step writes it together with the narrator's answer.
func (r *Router) Route(ctx context.Context, ref eaio.TaskRef) (eaio.Route, error) {
	if len(r.Pools) == 0 {
		return eaio.Route{}, nil
	}
	s, err := r.Store.Subject(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return eaio.Route{}, failure(err)
	}
	route := routing.Choose(r.Pools, privacyOf(s), r.Health.Down)
	if len(route.Candidates) == 0 {
		return route, nil
	}
	return route, failure(r.Store.Append(ctx, ref.Tenant, ref.ID, routeEvent(route)))
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
