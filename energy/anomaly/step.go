package anomaly

import (
	"cmp"
	"math"
	"slices"
)

// A step is a change of level between four weeks and the next four that happens
// within a week, with both sides steady.
const (
	stepDays   = 28
	nearDays   = 7
	leastStep  = 0.15 // of the usual day
	stepSigmas = 4    // of a day around its side's level
	sharp      = 0.7  // share of the step seen between the weeks next to it
	steady     = 0.3  // of the step, that a side may drift from one half to the other
	dayHours   = 20   // known hours that make a day
)

// days are the load by local day; ratio is NaN where too few hours are known.
type days struct {
	start  []int     // first hour of each day; one more for the end
	actual []float64 // kWh in its known hours
	usual  []float64 // kWh usual in them: a model's, or the median of all such weekdays
	ratio  []float64
}

// newDays compares each day with the model, or else with all others of its weekday,
// because a rolling median follows a step. Hours of constant runs are not known.
func newDays(l load, constant []span) days {
	known := make([]bool, len(l.kWh))
	for i, v := range l.kWh {
		known[i] = !math.IsNaN(v) && (l.usual == nil || !math.IsNaN(l.usual[i]))
	}
	for _, s := range constant {
		clear(known[s.a:s.b])
	}
	var d days
	for i, s := range l.slot {
		if i == 0 || s/24 != l.slot[i-1]/24 {
			d.start = append(d.start, i)
		}
	}
	n := len(d.start)
	d.start = append(d.start, len(l.slot))
	d.actual, d.usual, d.ratio = make([]float64, n), make([]float64, n), make([]float64, n)
	var same [7][]float64
	for k := range n {
		hours := 0
		for i := d.start[k]; i < d.start[k+1]; i++ {
			if !known[i] {
				continue
			}
			hours++
			d.actual[k] += l.kWh[i]
			if l.usual != nil {
				d.usual[k] += l.usual[i]
			}
		}
		if hours < dayHours {
			d.actual[k] = math.NaN()
			continue
		}
		weekday := l.slot[d.start[k]] / 24
		same[weekday] = append(same[weekday], d.actual[k])
	}
	for weekday := range same {
		same[weekday] = []float64{median(same[weekday])}
	}
	for k := range n {
		if l.usual == nil {
			d.usual[k] = same[l.slot[d.start[k]]/24][0]
		}
		d.ratio[k] = d.actual[k] / d.usual[k]
	}
	return d
}

// levels are those of the hours, relative to the first.
func (l load) levels() []float64 {
	out := make([]float64, len(l.kWh))
	level, next := 1.0, 0
	for i := range out {
		if next < len(l.shifts) && i == l.days.start[l.shifts[next].day] {
			level *= 1 + l.shifts[next].change/l.shifts[next].before
			next++
		}
		out[i] = level
	}
	return out
}

// shift is a lasting change at the start of a day.
type shift struct {
	day    int
	before float64 // level, as a share of the usual day
	change float64
	noise  float64 // of a day around its side's level
	edge   float64 // change between the means of the weeks next to it
}

// shifts returns the steps, at most one in any four weeks.
func (d days) shifts() []shift {
	var out []shift
	var levels []float64 // of the stepDays from each day on
	for k := 0; k+stepDays <= len(d.ratio); k++ {
		levels = append(levels, level(d.ratio[k:k+stepDays]))
	}
	for k := stepDays; k+stepDays <= len(d.ratio); k++ {
		s, ok := d.shiftAt(k, levels[k-stepDays], levels[k])
		if !ok {
			continue
		}
		switch last := len(out) - 1; {
		case last < 0 || k-out[last].day >= stepDays:
			out = append(out, s)
		case math.Abs(s.edge) > math.Abs(out[last].edge):
			out[last] = s
		}
	}
	return out
}

// shiftAt judges a day between two levels.
func (d days) shiftAt(k int, from, to float64) (shift, bool) {
	before, after := d.ratio[k-stepDays:k], d.ratio[k:k+stepDays]
	s := shift{day: k, before: from, change: to - from, edge: mean(after[:nearDays]) - mean(before[stepDays-nearDays:])}
	size := math.Abs(s.change)
	if !(size >= leastStep && s.before > leastStep) {
		return s, false
	}
	near := level(after[:nearDays]) - level(before[stepDays-nearDays:])
	half := stepDays / 2
	drift := max(math.Abs(level(before[half:])-level(before[:half])), math.Abs(level(after[half:])-level(after[:half])))
	s.noise = max(0.01, scatter(before, s.before), scatter(after, s.before+s.change))
	return s, size >= stepSigmas*s.noise && near/s.change >= sharp && drift <= steady*size
}

// level is the median of the known days; NaN, which no limit accepts, when fewer
// than five in seven are known.
func level(x []float64) float64 {
	known := make([]float64, 0, stepDays)
	for _, v := range x {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	if len(known)*7 < len(x)*5 {
		return math.NaN()
	}
	return median(known)
}

func scatter(x []float64, centre float64) float64 {
	var away [stepDays]float64
	for i, v := range x {
		away[i] = math.Abs(v - centre)
	}
	return 1.4826 * level(away[:len(x)])
}

// steps returns the shifts of the judged days, at most budget of them, as events of
// the four weeks after. The return from a step is no step of its own.
func (s search) steps(budget int) []Event {
	d := s.l.days
	var out []Event
	for i, c := range s.l.shifts {
		if d.start[c.day] < s.l.from || i > 0 && c.undoes(s.l.shifts[i-1]) {
			continue
		}
		end := c.day + stepDays
		e := Event{
			Start: s.l.first[d.start[c.day]], End: s.l.first[d.start[end]],
			Kind: Step, Score: math.Abs(c.change) / c.noise,
		}
		for k := c.day; k < end; k++ {
			if !math.IsNaN(d.ratio[k]) {
				e.ActualKWh += d.actual[k]
				e.ExpectedKWh += c.before * d.usual[k]
			}
		}
		out = append(out, e.graded(s.l.mean))
	}
	slices.SortFunc(out, func(a, b Event) int { return cmp.Compare(b.Score, a.Score) })
	return out[:min(len(out), budget)]
}

func (c shift) undoes(before shift) bool {
	return c.change*before.change < 0 && math.Abs(c.before+c.change-before.before) < math.Abs(before.change)/2
}
