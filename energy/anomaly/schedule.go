package anomaly

import (
	"math"
	"slices"
)

// schedule says in which hours of the week the building usually runs; all false
// where its load hardly differs between hours.
type schedule struct {
	on   [week]bool
	rest [7]bool // days of the week with less than half the busiest day's hours
}

// newSchedule calls an hour of the week occupied when its usual load is more than
// halfway from the 10th to the 90th percentile of those hours (the load shape of
// LBNL-3713E), if these differ by a fifth of the latter.
func newSchedule(l load) schedule {
	var total, count [week]float64
	for i, v := range l.usual {
		if !math.IsNaN(v) {
			total[l.slot[i]] += v
			count[l.slot[i]]++
		}
	}
	var s schedule
	var level []float64
	for h := range total {
		total[h] /= count[h]
		if count[h] > 0 {
			level = append(level, total[h])
		}
	}
	if len(level) == 0 {
		return s
	}
	slices.Sort(level)
	low, high := level[len(level)/10], level[len(level)*9/10]
	if high-low < 0.2*math.Abs(high) {
		return s
	}
	for h, v := range total {
		s.on[h] = v > low+(high-low)/2
	}
	var hours [7]int
	for h, on := range s.on {
		if on {
			hours[h/24]++
		}
	}
	for d := range s.rest {
		s.rest[d] = 2*hours[d] < slices.Max(hours[:])
	}
	return s
}

func (s schedule) known() bool { return slices.Contains(s.on[:], true) }

// quiet reports whether the building usually rests on the day of this hour.
func (s schedule) quiet(slot int) bool { return s.rest[slot/24] }

// group is the hour of day, those of quiet days apart: loads differ from the usual
// by similar amounts in it.
func (s schedule) group(slot int) int {
	if s.quiet(slot) {
		return 24 + slot%24
	}
	return slot % 24
}

const groups = 48

// startsNear reports whether the building usually starts within startSlack hours
// of this hour of the week, after at least as many hours off.
func (s schedule) startsNear(slot int) bool {
	at := func(h int) bool { return s.on[(h+week)%week] }
	for h := slot - startSlack; h <= slot+startSlack; h++ {
		if at(h) && !at(h-1) && !at(h-2) && !at(h-3) {
			return true
		}
	}
	return false
}
