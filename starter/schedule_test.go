package starter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// winter is a day from which every change of the year is ahead.
var winter = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func TestCalendar(t *testing.T) {
	once := func(n int) []client.ScheduleRange { return []client.ScheduleRange{{Start: n}} }
	for _, c := range []struct {
		plan Plan
		want client.ScheduleCalendarSpec
	}{
		{Plan{At: "03:30", Timezone: "Europe/London"}, client.ScheduleCalendarSpec{Hour: once(3), Minute: once(30), Comment: "03:30 Europe/London, every day"}},
		{Plan{At: "00:00", Timezone: "Europe/London"}, client.ScheduleCalendarSpec{Hour: once(0), Minute: once(0), Comment: "00:00 Europe/London, every day"}},
		{Plan{At: "23:59", Weekday: "Monday", Timezone: "Asia/Ho_Chi_Minh"}, client.ScheduleCalendarSpec{Hour: once(23), Minute: once(59), DayOfWeek: once(1), Comment: "23:59 Asia/Ho_Chi_Minh, every Monday"}},
		{Plan{At: "06:15", Weekday: "sunday", Timezone: "America/Phoenix"}, client.ScheduleCalendarSpec{Hour: once(6), Minute: once(15), DayOfWeek: once(0), Comment: "06:15 America/Phoenix, every Sunday"}},
		{Plan{At: "02:00", Timezone: "Asia/Ho_Chi_Minh"}, client.ScheduleCalendarSpec{Hour: once(2), Minute: once(0), Comment: "02:00 Asia/Ho_Chi_Minh, every day"}},
		{Plan{At: "04:30", Day: 28, Timezone: "Europe/London"}, client.ScheduleCalendarSpec{Hour: once(4), Minute: once(30), DayOfMonth: once(28), Comment: "04:30 Europe/London, on day 28 of every month"}},
		{of("monthly", Plan{At: "03:30", Timezone: "UTC"}), client.ScheduleCalendarSpec{Hour: once(3), Minute: once(30), DayOfMonth: once(2), Comment: "03:30 UTC, on day 2 of every month"}},
		{of("monthly", Plan{At: "03:30", Weekday: "friday", Timezone: "UTC"}), client.ScheduleCalendarSpec{Hour: once(3), Minute: once(30), DayOfWeek: once(5), Comment: "03:30 UTC, every Friday"}},
		{of("weekly", Plan{At: "03:30", Timezone: "UTC"}), client.ScheduleCalendarSpec{Hour: once(3), Minute: once(30), DayOfWeek: once(1), Comment: "03:30 UTC, every Monday"}},
		{of("weekly", Plan{At: "03:30", Day: 3, Timezone: "UTC"}), client.ScheduleCalendarSpec{Hour: once(3), Minute: once(30), DayOfMonth: once(3), Comment: "03:30 UTC, on day 3 of every month"}},
		{of("nightly", Plan{At: "03:30", Timezone: "UTC"}), client.ScheduleCalendarSpec{Hour: once(3), Minute: once(30), Comment: "03:30 UTC, every day"}},
	} {
		got, err := calendarOf(c.plan, winter)
		if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) {
			t.Errorf("%+v: %+v, %v", c.plan, got, err)
		}
	}
}

// of is a plan of a set.
func of(set string, p Plan) Plan {
	p.Schedule.Set = set
	return p
}

func TestCalendarRefuses(t *testing.T) {
	for _, c := range []struct {
		plan Plan
		word string
	}{
		{Plan{At: "", Timezone: "UTC"}, "--at"},
		{Plan{At: "24:00", Timezone: "UTC"}, "--at"},
		{Plan{At: "3:30pm", Timezone: "UTC"}, "--at"},
		{Plan{At: "03:30:00", Timezone: "UTC"}, "--at"},
		{Plan{At: "-1:00", Timezone: "UTC"}, "--at"},
		{Plan{At: "03:30", Weekday: "mon", Timezone: "UTC"}, "--weekday"},
		{Plan{At: "03:30", Weekday: "Montag", Timezone: "UTC"}, "--weekday"},
		{Plan{At: "03:30", Timezone: "Mars/Olympus"}, "time zone"},
		{Plan{At: "03:30", Day: 29, Timezone: "UTC"}, "take 1 to 28"},
		{Plan{At: "03:30", Day: -1, Timezone: "UTC"}, "--day"},
		{Plan{At: "03:30", Day: 2, Weekday: "monday", Timezone: "UTC"}, "exclude"},
		{of("monthly", Plan{At: "01:30", Timezone: "Europe/London"}), "clocks change: take 03:30 or later"},
		{Plan{At: "01:30", Timezone: "Europe/London"}, "clocks change: take 03:30 or later"},
	} {
		_, err := calendarOf(c.plan, winter)
		if eaio.KindOf(err) != eaio.KindInvalid || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%+v: %v", c.plan, err)
		}
	}
}

func TestTimesWhenClocksChange(t *testing.T) {
	for _, c := range []struct {
		zone    string
		refused string // the minutes of the day that are refused, as spans
		steady  string
	}{
		{"UTC", "", "03:30"},
		{"Asia/Ho_Chi_Minh", "", "03:30"},
		{"America/Phoenix", "", "03:30"}, // Arizona keeps its clock
		{"Asia/Tokyo", "", "03:30"},
		{"Europe/London", "01:00-02:00", "03:30"},
		{"Europe/Berlin", "02:00-03:00", "03:30"},
		{"Europe/Athens", "03:00-04:00", "04:00"},
		{"America/New_York", "01:00-03:00", "03:30"}, // skips 2 to 3, repeats 1 to 2
		{"America/Santiago", "00:00-01:00 23:00-24:00", "03:30"},
		{"America/Havana", "00:00-01:00", "03:30"},      // skips and repeats the same hour
		{"Australia/Lord_Howe", "01:30-02:30", "03:30"}, // half an hour
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := spans(loc); got != c.refused {
			t.Errorf("%s refuses %q, want %q", c.zone, got, c.refused)
		}
		if got := steadyTime(loc, winter); got != c.steady {
			t.Errorf("%s suggests %s, want %s", c.zone, got, c.steady)
		}
	}
}

// spans lists the minutes of the day at which a zone's clock changes.
func spans(loc *time.Location) string {
	var out []string
	clock := func(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
	for m := 0; m < 24*60; m++ {
		if !changesAt(m, loc, winter) {
			continue
		}
		from := m
		for m < 24*60 && changesAt(m, loc, winter) {
			m++
		}
		out = append(out, clock(from)+"-"+clock(m))
	}
	return strings.Join(out, " ")
}

// TestRefusedTimesAreThoseThatDoNotComeOnce walks through a year, on a clock that
// knows nothing of how changesAt works.
func TestRefusedTimesAreThoseThatDoNotComeOnce(t *testing.T) {
	for _, zone := range []string{"Europe/London", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo", "America/Phoenix"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		const step = 10 * time.Minute
		seen := map[string]int{}
		first, last := winter.AddDate(0, 0, 1), winter.Add(oneYear-48*time.Hour)
		for at := first.Truncate(24 * time.Hour); at.Before(last); at = at.Add(step) {
			seen[at.In(loc).Format("01-02 15:04")]++
		}
		odd := map[int]bool{}
		for day := first.AddDate(0, 0, 1); day.Before(last.AddDate(0, 0, -2)); day = day.AddDate(0, 0, 1) {
			for m := 0; m < 24*60; m += int(step / time.Minute) {
				if seen[fmt.Sprintf("%s %02d:%02d", day.Format("01-02"), m/60, m%60)] != 1 {
					odd[m] = true
				}
			}
		}
		for m := 0; m < 24*60; m += int(step / time.Minute) {
			if got := changesAt(m, loc, winter); got != odd[m] {
				t.Errorf("%s %02d:%02d: refused %t, comes once a day %t", zone, m/60, m%60, got, !odd[m])
			}
		}
	}
}

func TestKindsOfTemporalErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want eaio.Kind
	}{
		{nil, ""},
		{serviceerror.NewNotFound("x"), eaio.KindNotFound},
		{serviceerror.NewAlreadyExists("x"), eaio.KindConflict},
		{temporal.ErrScheduleAlreadyRunning, eaio.KindConflict},
		{serviceerror.NewInvalidArgument("x"), eaio.KindInvalid},
		{serviceerror.NewUnavailable("x"), eaio.KindUnavailable},
		{errors.New("x"), eaio.KindUnavailable},
		{fmt.Errorf("around %w", serviceerror.NewNotFound("x")), eaio.KindNotFound},
		{context.Canceled, eaio.KindCancelled},
		{serviceerror.NewCanceled("x"), eaio.KindCancelled},
		{fmt.Errorf("around %w", context.DeadlineExceeded), eaio.KindDeadline},
		{serviceerror.NewDeadlineExceeded("x"), eaio.KindDeadline},
	} {
		if got := eaio.KindOf(unavailable("op", c.err)); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}

func TestScheduleIDsReadBack(t *testing.T) {
	id := ScheduleID(workflows.Schedule{Tenant: "default", Set: "nightly", Building: "hq/annex"})
	if set, building := split(id); set != "nightly" || building != "hq/annex" {
		t.Errorf("%s: set %q, building %q", id, set, building)
	}
	if set, building := split("default/foreign"); set != "" || building != "" {
		t.Errorf("a foreign id: set %q, building %q", set, building)
	}
}
