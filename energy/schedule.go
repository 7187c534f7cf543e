package energy

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio/energy/internal/stat"
)

// hours says for each clock hour of a day whether the building is in operation.
type hours [24]bool

func (h hours) count() (n int) {
	for _, on := range h {
		if on {
			n++
		}
	}
	return n
}

// span returns the first hour of operation and the hour that follows the last;
// ok is false where the building runs all day or not at all.
func (h hours) span() (start, stop int, ok bool) {
	for i := range h {
		if h[i] && !h[(i+23)%24] {
			start, ok = i, true
		}
		if !h[i] && h[(i+23)%24] {
			stop = i
		}
	}
	return start, stop, ok
}

// mainRun closes gaps of one hour and keeps the longest run on the circle of the
// day, so that a stray hour is no schedule.
func (h hours) mainRun() hours {
	closed := h
	for i := range h {
		if !h[i] && h[(i+23)%24] && h[(i+1)%24] {
			closed[i] = true
		}
	}
	if n := closed.count(); n == 0 || n == 24 {
		return closed
	}
	start, length := 0, 0
	for i := range closed {
		n := 0
		for n < 24 && closed[(i+n)%24] {
			n++
		}
		if n > length {
			start, length = i, n
		}
	}
	var out hours
	for n := range length {
		out[(start+n)%24] = true
	}
	return out
}

// schedule holds the hours of operation of each weekday, Sunday first.
type schedule struct {
	days [7]hours
	seen [7]bool // the data has such days
	own  [7]bool // a working day that is not like the others
}

// tally counts the days on which an hour of a weekday was on, and those on which it was
// seen.
type tally struct{ on, seen [7][24]int }

// of is the schedule of some weekdays together.
func (t *tally) of(days ...time.Weekday) hours {
	var h hours
	for hour := range h {
		on, seen := 0, 0
		for _, d := range days {
			on, seen = on+t.on[d][hour], seen+t.seen[d][hour]
		}
		h[hour] = seen > 0 && 2*on >= seen
	}
	return h.mainRun()
}

// seenOn reports for how many days of a weekday an hour was seen at most.
func (t *tally) seenOn(d time.Weekday) int { return slices.Max(t.seen[d][:]) }

// differs counts the hours in which two days do not agree.
func (h hours) differs(from hours) (n int) {
	for i := range h {
		if h[i] != from[i] {
			n++
		}
	}
	return n
}

// flat is the relative height of a week's load above which it has a schedule: its
// 90th percentile must be a tenth above the 10th. A working day has a schedule of its
// own where eight weeks show one that is two hours apart from the working days' common
// one: an hour is within what a threshold may do.
const (
	flat          = 0.1
	ownWeeks      = 8
	ownDifference = 2
)

// schedule reads the hours of operation from the load: an hour is on in a week
// whose load then is over the middle between the week's 10th and 90th percentile,
// and belongs to the schedule if it is on in at least half of the days of its
// kind. ok is false where the weeks are too flat to show one.
func (p part) schedule(days []day) (schedule, bool) {
	var t tally
	var heights []float64
	for first := 0; first < len(days); {
		next := first + 1
		for next < len(days) && days[next].weekday != time.Monday {
			next++
		}
		if height, ok := p.weekHours(days[first:next], &t); ok {
			heights = append(heights, height)
		}
		first = next
	}
	return t.schedule(), len(heights) > 0 && median(heights) >= flat
}

func (t *tally) schedule() (out schedule) {
	common := t.of(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
	for d := range out.days {
		w := time.Weekday(d)
		out.days[d], out.seen[d] = t.of(w), t.seenOn(w) > 0
		if dayTypeOf(w) != workingDay {
			continue
		}
		out.own[d] = t.seenOn(w) >= ownWeeks && out.days[d].differs(common) >= ownDifference
		if !out.own[d] {
			out.days[d] = common
		}
	}
	return out
}

// weekHours counts the hours on and seen in one week, from Monday; a week with
// less than half of its hours is left out. The height is (p90 − p10) / p90.
func (p part) weekHours(week []day, t *tally) (height float64, ok bool) {
	var load [7][24]float64
	all := make([]float64, 0, 7*24)
	for i, d := range week {
		load[i] = p.clockHours(d)
		for _, v := range load[i] {
			if !math.IsNaN(v) {
				all = append(all, v)
			}
		}
	}
	if 2*len(all) < 7*24 {
		return 0, false
	}
	p10, p90 := stat.Select(all, 0.1), stat.Select(all, 0.9)
	threshold := p10 + 0.5*(p90-p10)
	for i, d := range week {
		for h, v := range load[i] {
			if math.IsNaN(v) {
				continue
			}
			t.seen[d.weekday][h]++
			if v > threshold {
				t.on[d.weekday][h]++
			}
		}
	}
	if p90 <= 0 {
		return 0, true
	}
	return (p90 - p10) / p90, true
}

// clockHours returns the mean load of each clock hour of a day, NaN where there
// is no reading. An hour that happens twice is the mean of both.
func (p part) clockHours(d day) (load [24]float64) {
	var n [24]int
	for i := d.lo; i < d.hi; i++ {
		if v := p.values[i]; !math.IsNaN(v) {
			h := p.hourOf(d, i)
			load[h] += v / p.stepHours()
			n[h]++
		}
	}
	for h := range load {
		load[h] /= float64(n[h]) // 0/0: NaN
	}
	return load
}

// addSchedule adds the clock times at which working days, those among them that have
// hours of their own, and the days of the weekend start and stop.
func (r *report) addSchedule(s schedule, b basis) {
	const method = "hours above the middle of the week's 10th and 90th percentile in at least half of the days, after LBNL-3713E"
	add := func(kind string, h hours) {
		start, stop, ok := h.span()
		switch {
		case ok:
			r.text(kind+"_start", clock(start), method, b)
			r.text(kind+"_stop", clock(stop), method, b)
		case h[0]:
			r.text(kind+"_schedule", RunsAroundTheClock, method, b)
		default:
			r.text(kind+"_schedule", NoOperatingHours, method, b)
		}
	}
	for d := time.Monday; d <= time.Friday; d++ {
		if !s.own[d] {
			add("weekday", s.days[d])
			break
		}
	}
	for d := time.Monday; d <= time.Friday; d++ {
		if s.own[d] {
			add(strings.ToLower(d.String()), s.days[d])
		}
	}
	if s.days[time.Saturday] == s.days[time.Sunday] && s.seen[time.Saturday] {
		add("weekend", s.days[time.Saturday])
		return
	}
	if s.seen[time.Saturday] {
		add("saturday", s.days[time.Saturday])
	}
	if s.seen[time.Sunday] {
		add("sunday", s.days[time.Sunday])
	}
}

func clock(hour int) string { return fmt.Sprintf("%02d:00", hour) }
