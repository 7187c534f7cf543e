package energy

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio/energy/internal/stat"
)

// The kinds of days that have a schedule of their own.
const (
	workday = iota
	saturday
	sunday
	dayKinds
)

func kindOf(w time.Weekday) int {
	switch w {
	case time.Saturday:
		return saturday
	case time.Sunday:
		return sunday
	}
	return workday
}

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

// schedule holds the hours of operation of each kind of day.
type schedule struct {
	kinds [dayKinds]hours
	seen  [dayKinds]bool // the data has such days
}

// flat is the relative height of a week's load above which it has a schedule: its
// 90th percentile must be a tenth above the 10th.
const flat = 0.1

// schedule reads the hours of operation from the load: an hour is on in a week
// whose load then is over the middle between the week's 10th and 90th percentile,
// and belongs to the schedule if it is on in at least half of the days of its
// kind. ok is false where the weeks are too flat to show one.
func (p part) schedule(days []day) (schedule, bool) {
	var on, seen [dayKinds][24]int
	var heights []float64
	for first := 0; first < len(days); {
		next := first + 1
		for next < len(days) && days[next].weekday != time.Monday {
			next++
		}
		if height, ok := p.weekHours(days[first:next], &on, &seen); ok {
			heights = append(heights, height)
		}
		first = next
	}
	var out schedule
	for k := range out.kinds {
		for h := range out.kinds[k] {
			out.kinds[k][h] = seen[k][h] > 0 && 2*on[k][h] >= seen[k][h]
			out.seen[k] = out.seen[k] || seen[k][h] > 0
		}
		out.kinds[k] = out.kinds[k].mainRun()
	}
	return out, len(heights) > 0 && median(heights) >= flat
}

// weekHours counts the hours on and seen in one week, from Monday; a week with
// less than half of its hours is left out. The height is (p90 − p10) / p90.
func (p part) weekHours(week []day, on, seen *[dayKinds][24]int) (height float64, ok bool) {
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
	slices.Sort(all)
	p10, p90 := stat.Quantile(all, 0.1), stat.Quantile(all, 0.9)
	threshold := p10 + 0.5*(p90-p10)
	for i, d := range week {
		k := kindOf(d.weekday)
		for h, v := range load[i] {
			if math.IsNaN(v) {
				continue
			}
			seen[k][h]++
			if v > threshold {
				on[k][h]++
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

// addSchedule adds the clock times at which each kind of day starts and stops.
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
	add("weekday", s.kinds[workday])
	if s.kinds[saturday] == s.kinds[sunday] && s.seen[saturday] {
		add("weekend", s.kinds[saturday])
		return
	}
	if s.seen[saturday] {
		add("saturday", s.kinds[saturday])
	}
	if s.seen[sunday] {
		add("sunday", s.kinds[sunday])
	}
}

func clock(hour int) string { return fmt.Sprintf("%02d:00", hour) }
