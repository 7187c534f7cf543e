package anomaly

import (
	"cmp"
	"math"
	"slices"
)

// week is in hours.
const week = 168

// stepEdge is the hours on either side of a step in which no other event lies.
const stepEdge = 12

// Detect returns the events of the judged steps, the largest energies first. The
// budget of alarms sets the least score for this meter; a long event takes one
// place for each week begun, a step one.
func Detect(in Input, o Options) []Event {
	o = o.withDefaults()
	l := newLoad(in, o)
	s := newSearch(l, o.Floor)
	budget := max(1, int(math.Round(o.AlarmsPerMonth*float64(len(l.kWh)-l.from)/hoursPerMonth)))
	events := s.steps(budget)
	taken := make([]bool, len(l.kWh))
	for _, e := range events {
		at := l.hour(e.Start)
		for i := max(0, at-stepEdge); i < min(len(taken), at+stepEdge); i++ {
			taken[i] = true
		}
	}
	for _, c := range s.pick(append(s.candidates(), s.runs()...), budget-len(events), taken) {
		events = append(events, l.event(c))
	}
	slices.SortFunc(events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(math.Abs(b.ExcessKWh), math.Abs(a.ExcessKWh)), a.Start-b.Start)
	})
	return events
}
