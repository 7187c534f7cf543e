package energy

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
)

// stepDays is how many days on each side of a change must agree.
const stepDays = 14

// unitRatio is a ratio between units that meters and exports confuse, and the
// factor by which a change of level may miss it: a building does not use the same
// energy in two fortnights.
type unitRatio struct{ ratio, slack float64 }

func unitRatios() []unitRatio {
	return []unitRatio{
		{1000, 1.5},   // Wh and kWh, or kWh and MWh
		{3.412, 1.15}, // kBtu and kWh
	}
}

// levelStep is a day from which on the level is another unit's.
type levelStep struct {
	ratio float64
	from  time.Time // start of the first day at the new level
	on    basis     // the 14 days on either side
}

// certain reports whether the ratio is one that no building changes by; a building that
// is closed may well use 3.4 times less.
func (s levelStep) certain() bool { return max(s.ratio, 1/s.ratio) > 100 }

// unitStep looks for a day from which on the daily means are another unit's: of
// the 14 days before all but one lie below the geometric middle of the two
// levels, of the 14 after it all but one above, and the levels' ratio is known. The
// first certain step goes before the first other one.
func (p part) unitStep(days []day) (found levelStep, ok bool) {
	means := make([]float64, 0, len(days))
	at := make([]day, 0, len(days))
	for _, d := range days {
		total, n := p.sum(d.lo, d.hi)
		if d.present() && total > 0 {
			means = append(means, math.Log(total/float64(n)))
			at = append(at, d)
		}
	}
	for i := stepDays; i+stepDays <= len(means); i++ {
		if math.Abs(means[i]-means[i-1]) < math.Ln2 {
			continue
		}
		before := median(slices.Clone(means[i-stepDays : i]))
		after := median(slices.Clone(means[i : i+stepDays]))
		if !matchesUnit(after-before) || !separated(means[i-stepDays:i], means[i:i+stepDays], (before+after)/2) {
			continue
		}
		w := eaio.Window{From: at[i-stepDays].from, To: at[i+stepDays-1].to}
		lo, hi := p.span(w.From, w.To)
		_, n := p.sum(lo, hi)
		s := levelStep{math.Exp(after - before), at[i].from, basis{w, n, hi - lo}}
		if s.certain() {
			return s, true
		}
		if !ok {
			found, ok = s, true
		}
	}
	return found, ok
}

// step adds a change of unit and warns of it.
func (r *report) step(s levelStep) {
	r.number("unit_step_ratio", s.ratio, "", "median daily mean of 14 days over that of the 14 before", s.on)
	r.text("unit_step_date", s.from.Format("2006-01-02"), "first day at the new level", s.on)
	r.warn(ReasonUnitStep)
}

// unitChanges reports whether the readings change their unit for certain, so that
// nothing can rest on both sides of it; the result is then declined.
func (r *report) unitChanges(p part, days []day) bool {
	s, ok := p.unitStep(days)
	if !ok || !s.certain() {
		return false
	}
	r.step(s)
	r.Status = eaio.ResultInsufficientData
	return true
}

// warnUnitChange warns where the readings of what is told change their unit for certain.
func (r *report) warnUnitChange(stretches ...stretch) {
	for _, x := range stretches {
		if s, ok := x.unitStep(x.days); ok && s.certain() {
			r.warn(ReasonUnitStep)
		}
	}
}

// anotherUnit reports whether two means of the same meter are as far apart as only units
// are.
func anotherUnit(a, b float64) bool {
	change := math.Log(a / b)
	return math.Abs(change) > math.Log(100) && matchesUnit(change)
}

// matchesUnit reports whether a change of the logarithm is one between units, in
// either direction.
func matchesUnit(change float64) bool {
	for _, u := range unitRatios() {
		if math.Abs(math.Abs(change)-math.Log(u.ratio)) <= math.Log(u.slack) {
			return true
		}
	}
	return false
}

// separated reports whether all but one of each side lie on their side of middle.
func separated(before, after []float64, middle float64) bool {
	up := after[0] > middle
	wrong := func(x []float64, above bool) (n int) {
		for _, v := range x {
			if (v > middle) != above {
				n++
			}
		}
		return n
	}
	return wrong(before, !up) <= 1 && wrong(after, up) <= 1
}
