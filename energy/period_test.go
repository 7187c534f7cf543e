package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

func TestPeriodWindows(t *testing.T) {
	for _, c := range []struct {
		asOf             string
		period           eaio.Period
		from, to         string
		previous, before string // comparison with the period before
		yearAgo, ago     string
	}{
		// Friday 16 June 2017, the day before is Thursday.
		{"2017-06-16", eaio.LatestDay, "2017-06-15", "2017-06-16", "2017-06-08", "2017-06-09", "2016-06-16", "2016-06-17"},
		{"2017-06-16", "", "2017-06-15", "2017-06-16", "2017-06-08", "2017-06-09", "2016-06-16", "2016-06-17"},
		{"2017-06-16", eaio.ThisWeek, "2017-06-12", "2017-06-16", "2017-06-05", "2017-06-09", "2016-06-13", "2016-06-17"},
		{"2017-06-16", eaio.LastWeek, "2017-06-05", "2017-06-12", "2017-05-29", "2017-06-05", "2016-06-06", "2016-06-13"},
		{"2017-06-16", eaio.ThisMonth, "2017-06-01", "2017-06-16", "2017-05-01", "2017-05-16", "2016-06-01", "2016-06-16"},
		{"2017-06-16", eaio.LastMonth, "2017-05-01", "2017-06-01", "2017-04-01", "2017-05-01", "2016-05-01", "2016-06-01"},
		{"2017-06-16", eaio.Last7Days, "2017-06-09", "2017-06-16", "2017-06-02", "2017-06-09", "2016-06-10", "2016-06-17"},
		{"2017-06-16", eaio.Last30Days, "2017-05-17", "2017-06-16", "2017-04-12", "2017-05-12", "2016-05-18", "2016-06-17"},
		{"2017-06-16", eaio.LastYear, "2016-06-16", "2017-06-16", "2015-06-11", "2016-06-10", "2015-06-11", "2016-06-10"},
		// Monday 1 January 2018: the week and the month that have just ended.
		{"2018-01-01", eaio.ThisWeek, "2017-12-25", "2018-01-01", "2017-12-18", "2017-12-25", "2016-12-26", "2017-01-02"},
		{"2018-01-01", eaio.LastWeek, "2017-12-25", "2018-01-01", "2017-12-18", "2017-12-25", "2016-12-26", "2017-01-02"},
		{"2018-01-01", eaio.ThisMonth, "2017-12-01", "2018-01-01", "2017-11-01", "2017-12-01", "2016-12-01", "2017-01-01"},
		{"2018-01-01", eaio.LastMonth, "2017-12-01", "2018-01-01", "2017-11-01", "2017-12-01", "2016-12-01", "2017-01-01"},
		// The month before is shorter.
		{"2017-03-31", eaio.ThisMonth, "2017-03-01", "2017-03-31", "2017-02-01", "2017-03-01", "2016-03-01", "2016-03-31"},
		{"2016-03-01", eaio.LastMonth, "2016-02-01", "2016-03-01", "2016-01-01", "2016-02-01", "2015-02-01", "2015-03-01"},
	} {
		for _, name := range []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh", "UTC"} {
			loc := zone(t, name)
			day := func(s string) time.Time {
				d, err := time.ParseInLocation(time.DateOnly, s, loc)
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			check := func(what string, w eaio.Window, from, to string) {
				t.Helper()
				if !w.From.Equal(day(from)) || !w.To.Equal(day(to)) {
					t.Errorf("%s, %s of %q: %s to %s, want %s to %s", name, what, c.period, w.From, w.To, from, to)
				}
			}
			w := energy.PeriodWindow(day(c.asOf).Add(9*time.Hour), loc, c.period) // an as-of within the day counts as its start
			check("period", w, c.from, c.to)
			check("previous", energy.CompareWindow(w, loc, c.period, eaio.ComparePrevious), c.previous, c.before)
			check("year ago", energy.CompareWindow(w, loc, c.period, eaio.CompareYearAgo), c.yearAgo, c.ago)
			if none := energy.CompareWindow(w, loc, c.period, eaio.CompareNone); none != (eaio.Window{}) {
				t.Errorf("compared with nothing: %v", none)
			}
		}
	}
	if w := energy.PeriodWindow(date(time.UTC, 2017, 3, 1), time.UTC, "fortnight"); w != (eaio.Window{}) {
		t.Errorf("an unknown period has the window %v", w)
	}
}

func TestWindowNeededIsAllThatRunReads(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2014, 1, 1), date(loc, 2017, 11, 20), time.Hour, restless)
	for _, asOf := range []time.Time{date(loc, 2017, 11, 15), date(loc, 2017, 10, 30), time.Date(2017, 3, 27, 7, 30, 0, 0, loc)} {
		for _, call := range allCalls() {
			w := energy.WindowNeeded(call, energy.Input{Series: energy.Series{Location: loc}}, asOf)
			less := s
			less.Values = append([]float64(nil), s.Values...)
			set(less, s.Start, w.From, 777)
			set(less, w.To, s.Start.AddDate(9, 0, 0), 777)
			cut := s // as a store hands it out: only the window, on the same grid
			lo := max(int(w.From.Sub(s.Start)/s.Step), 0)
			hi := min(int((w.To.Sub(s.Start)+s.Step-1)/s.Step), len(s.Values))
			cut.Start, cut.Values = s.Start.Add(time.Duration(lo)*s.Step), s.Values[lo:hi]
			want := run(t, call, s, asOf, pounds("0.2"))
			if got := run(t, call, less, asOf, pounds("0.2")); !same(got, want) {
				t.Errorf("%+v reads outside the window needed", call)
			}
			if got := run(t, call, cut, asOf, pounds("0.2")); !same(got, want) {
				t.Errorf("%+v differs when only the window needed is loaded", call)
			}
			if w.To.After(asOf) {
				t.Errorf("%+v looks past its as-of instant", call)
			}
		}
	}
}

func TestLastCompleteDay(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 5, 1), date(loc, 2017, 5, 11).Add(11*time.Hour), time.Hour, office)
	want := func(y, d int) {
		t.Helper()
		if got, ok := energy.LastCompleteDay(s); !ok || !got.Equal(date(loc, y, 5, d)) {
			t.Errorf("last complete day ends %s %v, want %d May", got, ok, d)
		}
	}
	want(2017, 11) // 11 May has only eleven hours
	set(s, date(loc, 2017, 5, 10), date(loc, 2017, 5, 10).Add(12*time.Hour), nan)
	want(2017, 11) // half of 10 May is enough
	set(s, date(loc, 2017, 5, 10), date(loc, 2017, 5, 10).Add(13*time.Hour), 0)
	want(2017, 10) // zero is missing on an electricity meter
	s.Commodity = "gas"
	want(2017, 11)
	set(s, s.Start, date(loc, 2018, 1, 1), nan)
	if got, ok := energy.LastCompleteDay(s); ok {
		t.Errorf("a series without readings has the day %s", got)
	}
	if _, ok := energy.LastCompleteDay(energy.Series{}); ok {
		t.Error("the empty series has a day")
	}
}
