package energy

import (
	"time"

	"github.com/eaio/eaio"
)

// PeriodWindow returns the whole local days that a period means as of an instant.
// This week and this month are those of the last whole day before asOf. Last week
// and last month are the latest that have ended by then: on a Monday at midnight
// the week that has just ended is both. An empty period is the latest day; an
// unknown one gives the zero window.
func PeriodWindow(asOf time.Time, loc *time.Location, period eaio.Period) eaio.Window {
	if loc == nil {
		loc = time.UTC
	}
	end := dayOf(asOf, loc)
	back := func(days int) eaio.Window { return eaio.Window{From: addDays(end, -days, loc), To: end} }
	last := end.Add(-time.Nanosecond)
	y, m, _ := end.Date()
	switch period {
	case eaio.LatestDay, "":
		return back(1)
	case eaio.Last7Days:
		return back(7)
	case eaio.Last30Days:
		return back(30)
	case eaio.LastYear:
		return back(365)
	case eaio.ThisWeek:
		return eaio.Window{From: addDays(last, -sinceMonday(last), loc), To: end}
	case eaio.LastWeek:
		monday := addDays(end, -sinceMonday(end), loc)
		return eaio.Window{From: addDays(monday, -7, loc), To: monday}
	case eaio.ThisMonth:
		ly, lm, _ := last.Date()
		return eaio.Window{From: dayStart(ly, lm, 1, loc), To: end}
	case eaio.LastMonth:
		return eaio.Window{From: dayStart(y, m-1, 1, loc), To: dayStart(y, m, 1, loc)}
	}
	return eaio.Window{}
}

// sinceMonday counts the days from the Monday of t's week to t.
func sinceMonday(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }

// CompareWindow returns what a period's window is compared with; the zero window
// for none. Months are set against the same dates of the month or year before,
// cut at that month's end; a whole month against the whole one. Everything else
// moves back by whole weeks, so that weekdays meet weekdays: as few as keep the
// windows apart, or 52 for a year ago.
func CompareWindow(w eaio.Window, loc *time.Location, period eaio.Period, compare eaio.Compare) eaio.Window {
	if loc == nil {
		loc = time.UTC
	}
	month := period == eaio.ThisMonth || period == eaio.LastMonth
	switch {
	case w.From.IsZero() || compare != eaio.ComparePrevious && compare != eaio.CompareYearAgo:
		return eaio.Window{}
	case month && compare == eaio.ComparePrevious:
		return sameDates(w, loc, 0, -1)
	case month:
		return sameDates(w, loc, -1, 0)
	}
	weeks := (daysBetween(w.From, w.To, loc) + 6) / 7
	if compare == eaio.CompareYearAgo {
		weeks = max(weeks, 52)
	}
	return eaio.Window{From: addDays(w.From, -7*weeks, loc), To: addDays(w.To, -7*weeks, loc)}
}

// sameDates moves a window that starts on the first of a month.
func sameDates(w eaio.Window, loc *time.Location, years, months int) eaio.Window {
	y, m, _ := w.From.In(loc).Date()
	y, m = y+years, m+time.Month(months)
	from, next := dayStart(y, m, 1, loc), dayStart(y, m+1, 1, loc)
	to := addDays(from, daysBetween(w.From, w.To, loc), loc)
	if whole := w.To.In(loc).Day() == 1; whole || to.After(next) {
		to = next
	}
	return eaio.Window{From: from, To: to}
}

// knownPeriod reports whether a call may name the period; empty is none.
func knownPeriod(p eaio.Period) bool {
	switch p {
	case "", eaio.LatestDay, eaio.ThisWeek, eaio.LastWeek, eaio.ThisMonth, eaio.LastMonth, eaio.Last7Days, eaio.Last30Days, eaio.LastYear:
		return true
	}
	return false
}

func knownCompare(c eaio.Compare) bool {
	return c == eaio.CompareNone || c == eaio.ComparePrevious || c == eaio.CompareYearAgo
}
