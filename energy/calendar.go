package energy

import (
	"time"

	"github.com/eaio/eaio"
)

// dayStart returns the first instant of a local date, of the next date where the
// clock skipped that one; d may be out of the month, as in time.Date. Where
// midnight does not exist the day starts at the clock change, where it happens
// twice at the first; time.Date promises neither.
func dayStart(y int, m time.Month, d int, loc *time.Location) time.Time {
	t := time.Date(y, m, d, 0, 0, 0, 0, loc)
	want := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	change, next := t.ZoneBounds()
	switch {
	case dateBefore(t, want): // midnight was skipped; t is in the zone before
		return next
	case t.Hour() != 0 || t.Minute() != 0: // skipped; t is in the zone after
		return change
	case change.IsZero():
		return t
	}
	_, after := t.Zone()
	_, before := change.Add(-time.Second).Zone()
	if first := t.Add(time.Duration(after-before) * time.Second); first.Before(change) && before > after && first.Day() == t.Day() {
		return first
	}
	return t
}

// dateBefore reports whether t's local date lies before the date of want.
func dateBefore(t, want time.Time) bool {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Before(want)
}

// dayOf returns the start of the local day that holds t.
func dayOf(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return dayStart(y, m, d, loc)
}

// addDays moves the start of a local day by whole days of the calendar.
func addDays(t time.Time, n int, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return dayStart(y, m, d+n, loc)
}

// daysBetween counts the calendar days from the date of a to that of b.
func daysBetween(a, b time.Time, loc *time.Location) int {
	utc := func(t time.Time) time.Time {
		y, m, d := t.In(loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(utc(b).Sub(utc(a)) / (24 * time.Hour))
}

// day is a local day inside a part: the intervals lo to hi (exclusive).
type day struct {
	from, to time.Time
	weekday  time.Weekday
	lo, hi   int
	n        int // readings present

	plain bool          // 24 hours from midnight
	first time.Duration // from midnight to interval lo, on a plain day
}

func (d day) expected() int { return d.hi - d.lo }

// present reports whether the day has at least half of its readings (CalTRACK 2.0).
func (d day) present() bool { return d.n > 0 && 2*d.n >= d.expected() }

func (d day) complete() bool { return d.n > 0 && d.n == d.expected() }

func (d day) window() eaio.Window { return eaio.Window{From: d.from, To: d.to} }

// days lists the local days of a part. Where the window begins or ends within a
// day, that day is shorter.
func (p part) days() []day {
	loc := p.location()
	var out []day
	for from := p.window.From.In(loc); from.Before(p.window.To); {
		y, m, d := from.Date()
		to := dayStart(y, m, d+1, loc)
		if to.After(p.window.To) {
			to = p.window.To.In(loc)
		}
		lo, hi := p.span(from, to)
		_, n := p.sum(lo, hi)
		plain := to.Sub(from) == 24*time.Hour && from.Hour() == 0
		out = append(out, day{from: from, to: to, weekday: from.Weekday(), lo: lo, hi: hi, n: n, plain: plain, first: p.at(lo).Sub(from)})
		from = to
	}
	return out
}

// hourOf returns the hour on the local clock in which interval i of day d starts.
// Only days on which the clock changes, and cut ones, are asked interval by interval.
func (p part) hourOf(d day, i int) int {
	if d.plain {
		return int((d.first + time.Duration(i-d.lo)*p.Step) / time.Hour)
	}
	return p.at(i).In(p.location()).Hour()
}

// LastCompleteDay returns the exclusive end of the last local day that lies
// wholly within the series and has at least half of its readings; ok is false
// where there is none.
func LastCompleteDay(s Series) (asOf time.Time, ok bool) {
	if s.unsupported(maxStep) {
		return time.Time{}, false
	}
	loc := s.location()
	for to := dayOf(s.end(), loc); to.After(s.Start); {
		from := dayOf(to.Add(-time.Nanosecond), loc)
		p := s.cut(eaio.Window{From: from, To: to})
		_, n := p.sum(0, len(p.values))
		if n > 0 && 2*n >= len(p.values) {
			return to, true
		}
		to = from
	}
	return time.Time{}, false
}
