package activities

import (
	"context"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/workflows"
	"github.com/google/uuid"
)

// DayStore claims a schedule's local days.
type DayStore interface {
	Building(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Building, error)
	ClaimDay(ctx context.Context, t eaio.Task, set, day string) (task string, created bool, err error)
}

// Scheduler makes one task per building, set of analyses and local day.
type Scheduler struct{ Store DayStore }

// schedules is the name space of the ids of scheduled tasks.
var schedules = uuid.MustParse("6e1b4b5c-7f0a-4c0e-9a55-0f6f2f7a8d11")

// ClaimDay accepts the day's task, or finds it. The day is the local one of the
// nominal time, and the analyses look at the days before it.
func (s *Scheduler) ClaimDay(ctx context.Context, in workflows.ClaimDay) (workflows.Claimed, error) {
	var out workflows.Claimed
	b, err := s.Store.Building(ctx, in.Schedule.Tenant, in.Schedule.Building)
	if err != nil {
		return out, failure(err)
	}
	set, err := agents.LookupSet(in.Schedule.Set)
	if err != nil {
		return out, failure(err)
	}
	asOf := dayStart(in.At, location(b))
	out.Day = in.At.In(location(b)).Format(time.DateOnly)
	key := "schedule/" + in.Schedule.Set + "/" + b.ID + "/" + out.Day
	t := eaio.Task{
		ID: uuid.NewSHA1(schedules, []byte(string(in.Schedule.Tenant)+"/"+key)).String(), Tenant: in.Schedule.Tenant,
		Request: eaio.Request{
			Question: set.Question(in.Schedule.Language), Building: b.ID, Audience: in.Schedule.Audience, Language: in.Schedule.Language,
			AsOf: asOf, Analyses: set.Calls, IdempotencyKey: key,
		},
	}
	id, created, err := s.Store.ClaimDay(ctx, t, in.Schedule.Set, out.Day)
	out.Task, out.Created = eaio.TaskRef{Tenant: in.Schedule.Tenant, ID: id}, created
	return out, failure(err)
}
