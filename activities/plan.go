package activities

import (
	"context"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/workflows"
)

// PlanStore is what planning reads and writes.
type PlanStore interface {
	Subject(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Subject, error)
	Readings(ctx context.Context, tenant eaio.TenantID, meter string, w eaio.Window) (eaio.Readings, error)
	Planned(ctx context.Context, tenant eaio.TenantID, task, runID string, plan eaio.Plan, asOf time.Time, event eaio.Event) error
	SiteStore
	Reply(ctx context.Context, tenant eaio.TenantID, key string) (eaio.ModelCall, error)
}

// Planner reads a question and records which analyses answer it.
type Planner struct{ Store PlanStore }

// planned is the data of a task.planned event.
type planned struct {
	eaio.Plan
	AsOf time.Time `json:"as_of,omitzero"`
}

// Plan records the plan of a task by rules. A task has one plan: a repeat finds it.
// A question that they cannot read is reported as unclear and nothing is recorded, so
// that a model may be asked before Settle.
func (p *Planner) Plan(ctx context.Context, ref eaio.TaskRef) (workflows.Planned, error) {
	return p.plan(ctx, ref, func(s eaio.Subject) (eaio.Plan, bool, error) {
		if s.Building != nil && agents.Unclear(s.Task.Request) {
			return eaio.Plan{}, false, nil
		}
		plan, err := agents.MakePlan(s.Task.Request)
		return plan, true, err
	})
}

// Settle records the plan of a task that was unclear: the one that a model gave under
// the call key, read and checked once more, or else what the rules can say. It also
// reports a plan that somebody else has recorded meanwhile.
func (p *Planner) Settle(ctx context.Context, in workflows.SettlePlan) (workflows.Planned, error) {
	return p.plan(ctx, in.Task, func(s eaio.Subject) (eaio.Plan, bool, error) {
		if in.CallKey != "" {
			call, err := p.Store.Reply(ctx, in.Task.Tenant, in.CallKey)
			if err != nil {
				return eaio.Plan{}, false, err
			}
			plan, faults := agents.ReadPlan(call.Reply, s.Task.Request, call.Model)
			if call.Replied && len(faults) == 0 {
				return plan, true, nil
			}
		}
		plan, err := agents.MakePlan(s.Task.Request)
		if agents.Unclear(s.Task.Request) {
			plan = agents.Guessed(plan)
		}
		return plan, true, err
	})
}

// plan records what draw returns for a task that has no plan yet; false leaves it
// without one.
func (p *Planner) plan(ctx context.Context, ref eaio.TaskRef, draw func(eaio.Subject) (eaio.Plan, bool, error)) (workflows.Planned, error) {
	var out workflows.Planned
	s, err := p.Store.Subject(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return out, failure(err)
	}
	request := s.Task.Request
	if s.Task.Status.Ended() {
		return workflows.Planned{Ended: s.Task.Status}, nil
	}
	if s.Building == nil && request.Building != "" {
		return out, failure(eaio.Errorf(eaio.KindNotFound, "plan", "no building %q", request.Building).WithCode("unknown_building"))
	}
	plan, asOf, made, err := p.makePlan(ctx, s, draw)
	if err != nil {
		return out, failure(err)
	}
	if !made {
		return workflows.Planned{Building: request.Building, Unclear: true}, nil
	}
	event := eaio.NewEvent(eaio.EventPlanned, "", planned{Plan: plan, AsOf: asOf})
	if err := p.Store.Planned(ctx, ref.Tenant, ref.ID, runID(ctx), plan, asOf, event); err != nil {
		return out, failure(err)
	}
	return workflows.Planned{Agent: plan.Agent, Building: request.Building, Analyses: len(plan.Calls)}, nil
}

// makePlan returns the stored plan, with its reading of time, or makes one.
func (p *Planner) makePlan(ctx context.Context, s eaio.Subject, draw func(eaio.Subject) (eaio.Plan, bool, error)) (plan eaio.Plan, asOf time.Time, made bool, err error) {
	if s.Task.Plan != nil {
		return *s.Task.Plan, s.Task.AsOf, true, nil
	}
	read := s
	if s.Building != nil {
		read.Task.Request.Question = agents.Unnamed(s.Task.Request.Question, *s.Building, s.Task.Request.Language)
	}
	plan, made, err = draw(read)
	if err != nil || !made {
		return plan, time.Time{}, false, err
	}
	asOf = s.Task.Request.AsOf
	if plan.AllBuildings {
		if asOf.IsZero() {
			asOf, err = p.lastDayOfAll(ctx, s.Task.Tenant)
		}
		return plan, asOf, true, err
	}
	if s.Building == nil {
		plan.Calls, plan.Unanswered = nil, append(plan.Unanswered, agents.TopicBuilding)
		return plan, asOf, true, nil
	}
	if asOf.IsZero() {
		asOf, err = p.lastDayEnd(ctx, s)
	}
	return agents.Dated(plan, asOf, location(*s.Building)), asOf, true, err
}

// lastDays is how far back a complete day is looked for.
const lastDays = 31 * 24 * time.Hour

// lastDayEnd is the end of the last local day that the building's main meter has
// whole and with half of its readings at least; where no recent day has them, of
// the last day that it has. It is the zero time where there are no readings.
func (p *Planner) lastDayEnd(ctx context.Context, s eaio.Subject) (time.Time, error) {
	meter, ok := mainMeter(s.Meters)
	if !ok {
		return time.Time{}, nil
	}
	recent, err := p.Store.Readings(ctx, s.Task.Tenant, meter.ID, eaio.Window{From: meter.End.Add(-lastDays), To: meter.End})
	if err != nil {
		return time.Time{}, err
	}
	series := energy.Series{Start: recent.Start, Step: recent.Step, Values: recent.Values, Location: location(*s.Building), Commodity: recent.Meter.Commodity}
	if asOf, ok := energy.LastCompleteDay(series); ok {
		return asOf, nil
	}
	return dayStart(meter.End, location(*s.Building)), nil
}

// lastDayOfAll is the last midnight (UTC) before which some building has readings: a
// question about all speaks of the same days for each. It is the zero time where there
// are no readings.
func (p *Planner) lastDayOfAll(ctx context.Context, tenant eaio.TenantID) (last time.Time, err error) {
	sites, _, err := p.Store.Sites(ctx, tenant, maxBuildings)
	for _, site := range sites {
		for _, m := range site.Meters {
			if day := m.End.UTC().Truncate(24 * time.Hour); day.After(last) {
				last = day
			}
		}
	}
	return last, err
}

// dayStart is the first instant of the local day that holds t, also where the
// clock skips midnight.
func dayStart(t time.Time, loc *time.Location) time.Time {
	return energy.PeriodWindow(t, loc, eaio.LatestDay).To
}

// mainMeter is the meter that answers speak of: the first of electricity, else
// the first there is. One without readings is no help.
func mainMeter(meters []eaio.Meter) (eaio.Meter, bool) {
	for _, m := range meters {
		if m.Readings > 0 {
			return m, true
		}
	}
	return eaio.Meter{}, false
}

// location is the building's clock. The name was checked when the building was
// stored; one this machine does not know falls back to UTC.
func location(b eaio.Building) *time.Location {
	loc, err := time.LoadLocation(b.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}
