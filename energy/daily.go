package energy

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// dailyData is a meter's use and the outdoor temperature, day by day.
type dailyData struct {
	days  []eaio.Window
	types []dayType
	use   []float64 // energy of the day, for all of its hours; NaN: less than half of them, or stuck
	degF  []float64 // mean outdoors; NaN: less than half of the readings
	n     []int     // readings of each day
	of    []int
	stuck bool
	step  *levelStep // a change of unit that is certain; nil: none
}

// dayType tells days of rest from others.
type dayType int

const (
	workingDay dayType = iota
	restDay
	dayTypes
)

func dayTypeOf(w time.Weekday) dayType {
	if w == time.Saturday || w == time.Sunday {
		return restDay
	}
	return workingDay
}

// longZero is how long zeros must last not to be readings of a small load.
const longZero = 3 * time.Hour

// daily sums a meter by the days of its clock. A day with half of its readings or
// more stands for all of its hours at the mean load of those (CalTRACK 2.0, 2.3.3).
// Zeros of less than three hours count as readings here: a meter of coarse resolution
// has them; a day of zeros on an electricity meter is missing. Stuck readings are left
// out where the interval is shorter than half a day.
func daily(s Series, t Temperature, w eaio.Window) dailyData {
	p := s.cut(w)
	var d dailyData
	if s.Step < 12*time.Hour {
		stuck := p.stuck()
		p.blank(stuck)
		d.stuck = len(stuck) > 0
	}
	p.keepShortZeros()
	days := p.days()
	if s, ok := p.unitStep(days); ok && s.certain() {
		d.step = &s
	}
	for _, x := range days {
		total, n := p.sum(x.lo, x.hi)
		if x.present() {
			total *= float64(x.expected()) / float64(n)
		} else {
			total = math.NaN()
		}
		d.days = append(d.days, x.window())
		d.types = append(d.types, dayTypeOf(x.weekday))
		d.use = append(d.use, total)
		d.n, d.of = append(d.n, n), append(d.of, x.expected())
	}
	d.degF = baseline.FahrenheitAll(t.Means(d.days))
	return d
}

// unitChanges declines a result where the unit changes after an instant.
func (d dailyData) unitChanges(r *report, after time.Time) bool {
	if d.step == nil || !d.step.from.After(after) {
		return false
	}
	r.step(*d.step)
	r.Status = eaio.ResultInsufficientData
	return true
}

// inOneUnit leaves out the days before a change of unit.
func (d dailyData) inOneUnit() dailyData {
	if d.step != nil {
		d.use = slices.Clone(d.use)
		for i := range d.use {
			if d.days[i].From.Before(d.step.from) {
				d.use[i] = math.NaN()
			}
		}
	}
	return d
}

// keepShortZeros takes zeros that do not last for readings.
func (p part) keepShortZeros() {
	for lo := 0; lo < len(p.values); lo++ {
		hi := lo
		for hi < len(p.values) && p.raw(hi) == 0 {
			hi++
		}
		if time.Duration(hi-lo)*p.Step < longZero {
			clear(p.values[lo:hi])
		}
		lo = max(lo, hi)
	}
}

// degC are the daily means as the caller gave them.
func (d dailyData) degC() []float64 {
	out := make([]float64, len(d.degF))
	for i, f := range d.degF {
		out[i] = baseline.Celsius(f)
	}
	return out
}

// within returns the places of the days that start in w.
func (d dailyData) within(w eaio.Window) baseline.Span {
	s := baseline.Span{First: len(d.days), End: len(d.days)}
	for i, x := range d.days {
		if i < s.First && !x.From.Before(w.From) {
			s.First = i
		}
		if !x.From.Before(w.To) {
			s.End = i
			break
		}
	}
	return s
}

// on is the basis of a span of days.
func (d dailyData) on(s baseline.Span) basis {
	var b basis
	if s.First < s.End {
		b.window = eaio.Window{From: d.days[s.First].From, To: d.days[s.End-1].To}
	}
	for i := s.First; i < s.End; i++ {
		b.n, b.of = b.n+d.n[i], b.of+d.of[i]
	}
	return b
}

func (d dailyData) all() baseline.Span { return baseline.Span{End: len(d.days)} }

// declines returns why a span of days carries no weather model, before it is tried.
func (d dailyData) declines(s baseline.Span) string {
	degC := d.degC()[s.First:s.End]
	if fault := temperatureFault(degC); fault != "" {
		return fault
	}
	missing := 0
	for _, v := range degC {
		if math.IsNaN(v) {
			missing++
		}
	}
	if missing > maxMissingDays*max(len(degC), baselineDays)/baselineDays {
		return ReasonTemperatureMissing
	}
	return ""
}

// meter is what package baseline should know of the meter.
func (s Series) meter() baseline.Meter { return baseline.Meter{Gas: HeatsOnly(s.Commodity)} }

// HeatsOnly reports whether a commodity has no use for cooling; its zeros are readings.
func HeatsOnly(commodity string) bool {
	switch commodity {
	case "gas", "oil", "propane", "coal", "wood", "heat", "steam", "hotwater":
		return true
	}
	return false
}
