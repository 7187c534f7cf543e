package energy

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/eaio/eaio"
)

func load(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestDayStart(t *testing.T) {
	for _, c := range []struct {
		zone string
		y    int
		m    time.Month
		d    int
		want string
	}{
		{"UTC", 2017, 2, 29, "2017-03-01T00:00:00Z"},
		{"Europe/London", 2017, 3, 26, "2017-03-26T00:00:00Z"},
		{"Europe/London", 2017, 3, 27, "2017-03-27T00:00:00+01:00"},
		{"Europe/London", 2017, 10, 29, "2017-10-29T00:00:00+01:00"},
		{"Africa/Cairo", 2024, 4, 26, "2024-04-26T01:00:00+03:00"},        // no midnight
		{"Africa/Cairo", 2024, 11, 1, "2024-11-01T00:00:00+02:00"},        // 23:00 of the day before came twice
		{"America/Santiago", 2023, 9, 3, "2023-09-03T01:00:00-03:00"},     // no midnight
		{"America/Havana", 2023, 11, 5, "2023-11-05T00:00:00-04:00"},      // midnight came twice
		{"America/Havana", 2023, 3, 12, "2023-03-12T01:00:00-04:00"},      // no midnight
		{"Asia/Amman", 2021, 10, 29, "2021-10-29T00:00:00+03:00"},         // midnight came twice, east of Greenwich
		{"Australia/Lord_Howe", 2023, 10, 1, "2023-10-01T00:00:00+10:30"}, // changes by half an hour
		{"Pacific/Apia", 2011, 12, 31, "2011-12-31T00:00:00+14:00"},       // the day before did not exist
	} {
		if got := dayStart(c.y, c.m, c.d, load(t, c.zone)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s %d-%d-%d starts at %s, want %s", c.zone, c.y, c.m, c.d, got, c.want)
		}
	}
}

func TestDaysHaveTheirHours(t *testing.T) {
	for _, c := range []struct {
		zone  string
		day   string
		step  time.Duration
		hours int // intervals
	}{
		{"Europe/London", "2017-03-26", time.Hour, 23},
		{"Europe/London", "2017-10-29", time.Hour, 25},
		{"Europe/London", "2017-10-29", 15 * time.Minute, 100},
		{"Europe/London", "2017-06-01", time.Hour, 24},
		{"America/Phoenix", "2017-03-12", time.Hour, 24},
		{"America/New_York", "2017-03-12", 30 * time.Minute, 46},
		{"Asia/Ho_Chi_Minh", "2017-03-26", time.Hour, 24},
		{"Asia/Kolkata", "2017-03-26", time.Hour, 24}, // the hours of UTC start at half past
		{"Australia/Lord_Howe", "2023-10-01", 30 * time.Minute, 47},
		{"Africa/Cairo", "2024-04-26", time.Hour, 23},
		{"Pacific/Apia", "2011-12-29", time.Hour, 24},
	} {
		loc := load(t, c.zone)
		at, err := time.ParseInLocation(time.DateOnly, c.day, loc)
		if err != nil {
			t.Fatal(err)
		}
		s := Series{Start: at.AddDate(0, 0, -10).UTC().Truncate(time.Hour), Step: c.step, Location: loc, Values: make([]float64, 4000)}
		w := eaio.Window{From: addDays(at, -3, loc), To: addDays(at, 4, loc)}
		days, total := s.cut(w).days(), 0
		for _, d := range days {
			if d.from.Format(time.DateOnly) == c.day && d.expected() != c.hours {
				t.Errorf("%s %s has %d intervals of %s, want %d", c.zone, c.day, d.expected(), c.step, c.hours)
			}
			total += d.expected()
		}
		if want := len(s.cut(w).values); total != want {
			t.Errorf("%s: the days around %s hold %d intervals, the window %d", c.zone, c.day, total, want)
		}
	}
}

func TestDaysSkipADateThatDidNotExist(t *testing.T) {
	loc := load(t, "Pacific/Apia")
	s := Series{Start: time.Date(2011, 12, 20, 10, 0, 0, 0, time.UTC), Step: time.Hour, Location: loc, Values: make([]float64, 1000)}
	var got []string
	for _, d := range s.cut(eaio.Window{From: dayStart(2011, 12, 28, loc), To: dayStart(2012, 1, 1, loc)}).days() {
		got = append(got, d.from.Format("02"))
	}
	if len(got) != 3 || got[0] != "28" || got[1] != "29" || got[2] != "31" {
		t.Errorf("days are %v, want 28, 29 and 31", got)
	}
}

func TestHourOfFollowsTheClock(t *testing.T) {
	loc := load(t, "Europe/London")
	s := Series{Start: time.Date(2017, 3, 20, 0, 0, 0, 0, time.UTC), Step: time.Hour, Location: loc, Values: make([]float64, 24*300)}
	for _, day := range []time.Time{dayStart(2017, 3, 26, loc), dayStart(2017, 10, 29, loc), dayStart(2017, 7, 1, loc)} {
		p := s.cut(eaio.Window{From: day, To: addDays(day, 1, loc)})
		for _, d := range p.days() {
			for i := d.lo; i < d.hi; i++ {
				if got, want := p.hourOf(d, i), p.at(i).In(loc).Hour(); got != want {
					t.Errorf("%s is in hour %d, want %d", p.at(i).In(loc), got, want)
				}
			}
		}
	}
}

func TestMainRun(t *testing.T) {
	on := func(at ...int) (h hours) {
		for _, i := range at {
			h[i] = true
		}
		return h
	}
	for _, c := range []struct {
		name        string
		in          hours
		start, stop int
		ok          bool
	}{
		{"a working day with a lunch gap", on(8, 9, 10, 11, 13, 14, 15, 16), 8, 17, true},
		{"a stray hour is no schedule", on(3, 8, 9, 10), 8, 11, true},
		{"across midnight", on(22, 23, 0, 1), 22, 2, true},
		{"to midnight", on(20, 21, 22, 23), 20, 0, true},
		{"none", on(), 0, 0, false},
		{"all but one hour is all day", on(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22), 0, 0, false},
	} {
		start, stop, ok := c.in.mainRun().span()
		if start != c.start || stop != c.stop || ok != c.ok {
			t.Errorf("%s: %d to %d %v, want %d to %d %v", c.name, start, stop, ok, c.start, c.stop, c.ok)
		}
	}
}

func TestRobustSigma(t *testing.T) {
	if got := robustSigma([]float64{1, 2, 3, 4, 100}, 3); round(got, 4) != 1.4826 {
		t.Errorf("robust sigma is %v, want 1.4826", got)
	}
}
