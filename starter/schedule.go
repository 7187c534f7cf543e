package starter

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/workflows"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// Plan says what a schedule runs and when.
type Plan struct {
	Schedule workflows.Schedule
	At       string // "HH:MM" on the building's clock
	Weekday  string // "monday" …; empty: every day, and monday for the set weekly
	Day      int    // of the month, 1 to 28; 0: every day, and 2 for the set monthly
	Timezone string // IANA name
}

// ScheduleInfo is a schedule as people see it.
type ScheduleInfo struct {
	ID       string      `json:"id"`
	Building string      `json:"building"`
	Set      string      `json:"set"`
	Calendar string      `json:"calendar"`
	Paused   bool        `json:"paused"`
	Note     string      `json:"note,omitempty"`
	Next     []time.Time `json:"next"`
	Recent   []time.Time `json:"recent"`
	Running  int         `json:"running"`
}

const (
	catchUp = 24 * time.Hour // a firing missed for longer is dropped; Temporal's default is a year
	jitter  = 5 * time.Minute
)

// ScheduleID is the id of the schedule of a building and set.
func ScheduleID(s workflows.Schedule) string {
	return fmt.Sprintf("%s/%s/%s", s.Tenant, s.Set, s.Building)
}

// CreateSchedule makes a Temporal Schedule; one that exists is KindConflict.
func (s *Starter) CreateSchedule(ctx context.Context, p Plan) (string, error) {
	calendar, err := calendarOf(p, time.Now())
	if err != nil {
		return "", err
	}
	id := ScheduleID(p.Schedule)
	_, err = s.Temporal.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID:   id,
		Spec: client.ScheduleSpec{Calendars: []client.ScheduleCalendarSpec{calendar}, TimeZoneName: p.Timezone, Jitter: jitter},
		Action: &client.ScheduleWorkflowAction{
			ID:                    id,
			Workflow:              workflows.ScheduledAnalysisName,
			Args:                  []any{p.Schedule},
			TaskQueue:             workflows.AgentQueue,
			WorkflowTaskTimeout:   workflows.WorkflowTaskTimeout,
			StaticSummary:         p.Schedule.Set + " analyses of " + p.Schedule.Building,
			TypedSearchAttributes: workflows.StartAttributes(p.Schedule.Tenant, p.Schedule.Building),
		},
		Overlap:        enums.SCHEDULE_OVERLAP_POLICY_SKIP,
		CatchupWindow:  catchUp,
		PauseOnFailure: false,
		Note:           calendar.Comment,
	})
	if err != nil {
		if e := unavailable("create schedule", err); eaio.KindOf(e) == eaio.KindConflict {
			return id, eaio.Errorf(eaio.KindConflict, "", "the schedule %s exists already: `eaio schedule show %s`", id, id)
		}
		return id, unavailable("create schedule", err)
	}
	return id, nil
}

// The sets that have a day of their own. The month's is the second, so that the last
// readings of the month before have a day to arrive.
const (
	weeklySet, weeklyDay   = "weekly", "monday"
	monthlySet, monthlyDay = "monthly", 2
	lastDay                = 28 // of every month
)

// onItsDay gives a set the day that it has where the plan names none.
func (p Plan) onItsDay() Plan {
	switch {
	case p.Weekday != "" || p.Day != 0:
	case p.Schedule.Set == weeklySet:
		p.Weekday = weeklyDay
	case p.Schedule.Set == monthlySet:
		p.Day = monthlyDay
	}
	return p
}

// calendarOf reads "HH:MM", the day and the time zone. A time of day that the
// zone's clock skips or repeats in the year after now is refused: that day would
// have no run, or one at an hour that nobody can name.
func calendarOf(p Plan, now time.Time) (client.ScheduleCalendarSpec, error) {
	var c client.ScheduleCalendarSpec
	p = p.onItsDay()
	at, err := time.Parse("15:04", p.At)
	if err != nil {
		return c, eaio.Errorf(eaio.KindInvalid, "", "--at %q is not a time of day such as 03:30", p.At)
	}
	loc, err := time.LoadLocation(p.Timezone)
	if err != nil {
		return c, eaio.Errorf(eaio.KindInvalid, "", "%q is not a time zone such as Europe/London", p.Timezone)
	}
	if minute := 60*at.Hour() + at.Minute(); changesAt(minute, loc, now) {
		return c, eaio.Errorf(eaio.KindInvalid, "", "--at %s does not exist, or comes twice, on the days when clocks change: take %s or later", p.At, steadyTime(loc, now))
	}
	c.Hour = []client.ScheduleRange{{Start: at.Hour()}}
	c.Minute = []client.ScheduleRange{{Start: at.Minute()}}
	c.Comment = p.At + " " + p.Timezone + ", every day"
	if p.Day != 0 {
		return onDay(c, p)
	}
	if p.Weekday == "" {
		return c, nil
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), p.Weekday) {
			c.DayOfWeek = []client.ScheduleRange{{Start: int(d)}}
			c.Comment = p.At + " " + p.Timezone + ", every " + d.String()
			return c, nil
		}
	}
	return c, eaio.Errorf(eaio.KindInvalid, "", "--weekday %q is not a day such as monday", p.Weekday)
}

// onDay makes a calendar monthly.
func onDay(c client.ScheduleCalendarSpec, p Plan) (client.ScheduleCalendarSpec, error) {
	switch {
	case p.Weekday != "":
		return c, eaio.Errorf(eaio.KindInvalid, "", "--day and --weekday exclude each other: take one")
	case p.Day < 1 || p.Day > lastDay:
		return c, eaio.Errorf(eaio.KindInvalid, "", "--day %d is not in every month: take 1 to %d", p.Day, lastDay)
	}
	c.DayOfMonth = []client.ScheduleRange{{Start: p.Day}}
	c.Comment = fmt.Sprintf("%s %s, on day %d of every month", p.At, p.Timezone, p.Day)
	return c, nil
}

// Schedules lists a tenant's schedules.
func (s *Starter) Schedules(ctx context.Context, tenant eaio.TenantID) ([]ScheduleInfo, error) {
	list, err := s.Temporal.ScheduleClient().List(ctx, client.ScheduleListOptions{PageSize: 100})
	if err != nil {
		return nil, unavailable("list schedules", err)
	}
	out := []ScheduleInfo{}
	for list.HasNext() {
		e, err := list.Next()
		if err != nil {
			return nil, unavailable("list schedules", err)
		}
		if !strings.HasPrefix(e.ID, string(tenant)+"/") {
			continue
		}
		info := ScheduleInfo{ID: e.ID, Paused: e.Paused, Note: e.Note, Calendar: e.Note, Next: e.NextActionTimes}
		info.Set, info.Building = split(e.ID)
		for _, r := range e.RecentActions {
			info.Recent = append(info.Recent, r.ScheduleTime)
		}
		out = append(out, info)
	}
	return out, nil
}

func split(id string) (set, building string) {
	parts := strings.SplitN(id, "/", 3)
	if len(parts) < 3 {
		return "", ""
	}
	return parts[1], parts[2]
}

// Schedule describes one schedule.
func (s *Starter) Schedule(ctx context.Context, id string) (ScheduleInfo, error) {
	d, err := s.Temporal.ScheduleClient().GetHandle(ctx, id).Describe(ctx)
	if err != nil {
		return ScheduleInfo{}, noSchedule(id, err)
	}
	info := ScheduleInfo{ID: id, Next: d.Info.NextActionTimes, Running: len(d.Info.RunningWorkflows)}
	info.Set, info.Building = split(id)
	if d.Schedule.State != nil {
		info.Paused, info.Note = d.Schedule.State.Paused, d.Schedule.State.Note
	}
	if d.Schedule.Spec != nil && len(d.Schedule.Spec.Calendars) > 0 {
		info.Calendar = d.Schedule.Spec.Calendars[0].Comment
	}
	for _, r := range d.Info.RecentActions {
		info.Recent = append(info.Recent, r.ScheduleTime)
	}
	return info, nil
}

// TriggerSchedule fires it now; the day's task is still made only once.
func (s *Starter) TriggerSchedule(ctx context.Context, id string) error {
	return noSchedule(id, s.Temporal.ScheduleClient().GetHandle(ctx, id).Trigger(ctx, client.ScheduleTriggerOptions{Overlap: enums.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL}))
}

// BackfillSchedule fires every nominal time in [from, to].
func (s *Starter) BackfillSchedule(ctx context.Context, id string, from, to time.Time) error {
	if !from.Before(to) {
		return eaio.Errorf(eaio.KindInvalid, "", "a backfill runs from an earlier to a later time")
	}
	// Start is exclusive in Temporal.
	return noSchedule(id, s.Temporal.ScheduleClient().GetHandle(ctx, id).Backfill(ctx, client.ScheduleBackfillOptions{
		Backfill: []client.ScheduleBackfill{{Start: from.Add(-time.Second), End: to, Overlap: enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ALL}},
	}))
}

// PauseSchedule stops or, with pause false, resumes the firing.
func (s *Starter) PauseSchedule(ctx context.Context, id string, pause bool, note string) error {
	h := s.Temporal.ScheduleClient().GetHandle(ctx, id)
	if pause {
		return noSchedule(id, h.Pause(ctx, client.SchedulePauseOptions{Note: note}))
	}
	return noSchedule(id, h.Unpause(ctx, client.ScheduleUnpauseOptions{Note: note}))
}

// DeleteSchedule ends the firing for good; results stay.
func (s *Starter) DeleteSchedule(ctx context.Context, id string) error {
	return noSchedule(id, s.Temporal.ScheduleClient().GetHandle(ctx, id).Delete(ctx))
}

func noSchedule(id string, err error) error {
	e := unavailable("schedule", err)
	switch eaio.KindOf(e) {
	case eaio.KindNotFound:
		return eaio.Errorf(eaio.KindNotFound, "", "no schedule %q: `eaio schedule list` shows the ones there are", id)
	case eaio.KindDeadline:
		return eaio.Errorf(eaio.KindDeadline, "schedule", "Temporal did not answer in time")
	default:
		return e
	}
}
