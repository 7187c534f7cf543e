package anomaly

import "math"

// Limits of the kinds.
const (
	outageShare = 0.10 // of the usual load
	spikeHours  = 4
	mostly      = 0.6 // of an event's energy
	nightHours  = 36  // a longer event is not one night's
	startSlack  = 3   // hours around the usual start in which a missed start shows
)

// kindOf names the shape of hours [c.a, c.b).
func (l load) kindOf(c candidate, actual, expected float64) Kind {
	s := l.usually
	var all, off, weekend float64 // energy in c's direction
	for i := c.a; i < c.b; i++ {
		d := l.diff[i]
		if math.IsNaN(d) || (d > 0) != c.up {
			continue
		}
		d = math.Abs(d)
		all += d
		if s.on[l.slot[i]] {
			continue
		}
		off += d
		if hour := l.slot[i] % 24; l.usually.quiet(l.slot[i]) && hour >= 6 && hour < 20 {
			weekend += d
		}
	}
	switch {
	case c.up && c.hours() <= spikeHours:
		return Spike
	case c.up && s.known() && weekend >= mostly*all:
		return WeekendOn
	case c.up && s.known() && c.hours() <= nightHours && off-weekend >= mostly*all:
		return LeftOnOvernight
	case c.up:
		return High
	case actual <= outageShare*expected:
		return Outage
	case c.hours() <= nightHours && all-off >= mostly*all && s.startsNear(l.slot[c.a]):
		return MissedStart
	}
	return Low
}

func (l load) event(c candidate) Event {
	e := Event{Start: l.first[c.a], End: l.first[c.b], Kind: c.kind, Score: c.score}
	for i := c.a; i < c.b; i++ {
		if v := l.kWh[i] + l.usual[i]; !math.IsNaN(v) {
			e.ActualKWh += l.kWh[i]
			e.ExpectedKWh += l.usual[i]
		}
	}
	if c.kind == "" {
		e.Kind = l.kindOf(c, e.ActualKWh, e.ExpectedKWh)
	}
	return e.graded(l.mean)
}

func (e Event) graded(mean float64) Event {
	e.ExcessKWh = e.ActualKWh - e.ExpectedKWh
	switch hours := math.Abs(e.ExcessKWh / mean); {
	case hours < 3:
		e.Severity = Minor
	case hours <= 12:
		e.Severity = Moderate
	default:
		e.Severity = Major
	}
	return e
}
