package anomaly

import (
	"math"
	"slices"
)

// Input is one meter's load on a regular grid. Readings that a nightly run does
// not have yet are simply not in it: the filter is then cut at the last reading,
// and the usual load comes from earlier weeks alone.
type Input struct {
	KWh          []float64       // energy in each step; NaN and ±Inf are missing
	StepsPerHour int             // 1 where 0
	HourOfWeek   func(i int) int // local hour of the week of step i, 0…167; 0 is Monday 00:00
	Expected     []float64       // kWh in each step from a model, as many as KWh; nil: the usual load of the same hour of the week
	From         int             // the first step that is judged; what lies before is history
}

// Options of Detect. The zero value is usable.
type Options struct {
	AlarmsPerMonth float64 // at most so many on average over the judged steps, at least one in all; 2 where 0
	Floor          float64 // least mean deviation of an event, as a share of the meter's mean load; 0.10 where 0
	ZeroIsReading  bool    // zero is a load like any other; otherwise (electricity) zeros of 3 hours to 14 days are an outage and others are missing
}

const (
	hoursPerMonth = 8766.0 / 12
	minHours      = 3       // shorter events must be strong
	longestOutage = 14 * 24 // a longer run of zeros is a gap in the data
	stuckHours    = 24      // shortest run of one value that counts as stuck
	year          = 8766    // hours
)

func (o Options) withDefaults() Options {
	if o.AlarmsPerMonth == 0 {
		o.AlarmsPerMonth = 2
	}
	if o.Floor == 0 {
		o.Floor = 0.10
	}
	return o
}

// load is the input by the hour.
type load struct {
	kWh     []float64 // NaN where missing
	slot    []int     // hour of week
	first   []int     // first step of each hour; one more for the end
	usual   []float64 // kWh expected, NaN where unknown
	diff    []float64 // kWh − usual, NaN where either is unknown or in a run
	runs    []run
	shifts  []shift
	days    days
	mean    float64 // of the size of the readings
	from    int     // first judged hour
	fit     int     // first hour of those that the scales and the autoregression are taken from
	usually schedule
	group   []int // of each hour, below groups
}

// run is a span of one value that is no load: an outage or a stuck meter.
type run struct {
	span
	kind Kind
}

// hour is the first that starts at this step or later.
func (l load) hour(step int) int {
	h, _ := slices.BinarySearch(l.first, step)
	return h
}

// span is the hours [a, b).
type span struct{ a, b int }

func (s span) hours() int { return s.b - s.a }

func newLoad(in Input, o Options) load {
	l := hourly(in, !o.ZeroIsReading)
	l.fit = min(l.from, max(0, len(l.kWh)-year))
	if !o.ZeroIsReading {
		l.runs = l.outages()
	}
	l.mean = meanSize(l.kWh[l.fit:])
	constant := l.constantRuns()
	l.days = newDays(l, constant)
	l.shifts = l.days.shifts()
	if l.usual == nil {
		l.usual = l.rollingMedian(4, l.levels())
	}
	for _, s := range constant {
		if l.varies(s, o.Floor*l.mean) {
			l.runs = append(l.runs, run{s, Stuck})
		}
	}
	l.usually = newSchedule(l)
	l.group = make([]int, len(l.slot))
	for i, slot := range l.slot {
		l.group[i] = l.usually.group(slot)
	}
	l.diff = make([]float64, len(l.kWh))
	for i := range l.diff {
		l.diff[i] = l.kWh[i] - l.usual[i]
	}
	for _, r := range l.runs {
		for i := r.a; i < r.b; i++ {
			l.diff[i] = math.NaN()
			if r.kind == Outage {
				l.kWh[i] = 0
			}
		}
	}
	return l
}

// hourly adds the steps of each hour; an hour that lacks a step is missing.
func hourly(in Input, zeroMissing bool) load {
	per := max(1, in.StepsPerHour)
	room := len(in.KWh)/per + 2
	l := load{kWh: make([]float64, 0, room), slot: make([]int, 0, room), first: make([]int, 0, room)}
	var model []float64
	for i := 0; i < len(in.KWh); {
		slot, end := in.HourOfWeek(i), i+1
		for end < len(in.KWh) && end-i < per && in.HourOfWeek(end) == slot {
			end++
		}
		l.first = append(l.first, i)
		l.slot = append(l.slot, slot)
		l.kWh = append(l.kWh, whole(in.KWh[i:end], per, zeroMissing))
		if in.Expected != nil {
			model = append(model, whole(in.Expected[i:end], per, false))
		}
		i = end
	}
	l.first = append(l.first, len(in.KWh))
	l.usual = model
	l.from = min(l.hour(in.From), len(l.kWh))
	return l
}

// whole sums an hour's steps. Where zero means missing, an hour of which some
// steps are zero is missing.
func whole(steps []float64, per int, zeroMissing bool) float64 {
	if len(steps) < per {
		return math.NaN()
	}
	total, zeros := 0.0, 0
	for _, v := range steps {
		total += v
		if v == 0 {
			zeros++
		}
	}
	if math.IsInf(total, 0) || zeroMissing && zeros > 0 && zeros < per {
		return math.NaN()
	}
	return total
}

// outages makes zeros missing and returns those runs of them that are outages.
func (l *load) outages() []run {
	var out []run
	for _, s := range spans(len(l.kWh), func(i int) bool { return l.kWh[i] == 0 }) {
		if s.hours() >= minHours && s.hours() <= longestOutage {
			out = append(out, run{s, Outage})
		}
		for i := s.a; i < s.b; i++ {
			l.kWh[i] = math.NaN()
		}
	}
	return out
}

// varies reports whether the usual load differs by more than limit within s.
func (l load) varies(s span, limit float64) bool {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range l.usual[s.a:s.b] {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	return high-low > limit
}

// constantRuns returns the spans of stuckHours or more in which one value other
// than zero repeats.
func (l *load) constantRuns() []span {
	var out []span
	for a := 0; a < len(l.kWh); {
		b := a + 1
		for b < len(l.kWh) && l.kWh[b] == l.kWh[a] && l.kWh[a] != 0 {
			b++
		}
		if b-a >= stuckHours {
			out = append(out, span{a, b})
		}
		a = b
	}
	return out
}

// spans returns the maximal spans of 0…n−1 in which is holds.
func spans(n int, is func(int) bool) []span {
	var out []span
	for a := 0; a < n; a++ {
		if !is(a) {
			continue
		}
		b := a + 1
		for b < n && is(b) {
			b++
		}
		out = append(out, span{a, b})
		a = b
	}
	return out
}
