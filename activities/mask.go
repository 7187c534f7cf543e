package activities

import (
	"context"
	"slices"
	"strings"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/retrieval"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/workflows"
)

// BuildingLister lists a tenant's buildings by id, those behind one first.
type BuildingLister interface {
	Buildings(ctx context.Context, tenant eaio.TenantID, after string, limit int) ([]eaio.Building, error)
}

// buildingPage is how many buildings are read at a time.
const buildingPage = 500

// others lists the tenant's buildings that a task is not about.
func others(ctx context.Context, store BuildingLister, tenant eaio.TenantID, s eaio.Subject) (list []eaio.Building, err error) {
	after := ""
	for {
		var page []eaio.Building
		err := patiently(ctx, func(ctx context.Context) (err error) {
			page, err = store.Buildings(ctx, tenant, after, buildingPage)
			return err
		})
		if err != nil {
			return nil, err
		}
		list = append(list, page...)
		if len(page) < buildingPage {
			break
		}
		after = page[len(page)-1].ID
	}
	return slices.DeleteFunc(list, func(b eaio.Building) bool { return s.Building != nil && b.ID == s.Building.ID }), nil
}

// mask returns what hides the names from a candidate: nothing from one of our own or of
// public data, an error where the data may not leave at all. Routing has decided
// whether the pool may be asked; this is the last door.
func (g *Generator) mask(ctx context.Context, in workflows.Generate, s eaio.Subject) (*agents.Mask, error) {
	label := privacyOf(s)
	switch {
	case in.Candidate.Local, label == eaio.PrivacyPublic:
		return nil, nil //nolint:nilnil // a nil mask hides nothing
	case !routing.Allowed(g.Pool, label) || s.Building == nil:
		return nil, eaio.Errorf(eaio.KindForbidden, "generate", "the data may not leave for pool %s", in.Candidate.Pool)
	}
	id := agents.Identity{Tenant: string(in.Task.Tenant), Building: *s.Building, Meters: s.Meters}
	var err error
	id.Others, err = others(ctx, g.Evidence, in.Task.Tenant, s)
	return agents.NewMask(id), err
}

// masked is evidence as a model outside may see it: without the documents of the site,
// of which only the shipped cards are none.
func masked(m *agents.Mask, e agents.Evidence) agents.Evidence {
	if m == nil {
		return e
	}
	e = m.Evidence(e)
	e.Citations = slices.DeleteFunc(e.Citations, func(c eaio.Citation) bool {
		return !strings.HasPrefix(c.Document, retrieval.ClassCard+"/")
	})
	return e
}
