package energy

import (
	"math"
	"slices"

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

// unitStep looks for a day from which on the daily means are another unit's: of
// the 14 days before all but one lie below the geometric middle of the two
// levels, of the 14 after it all but one above, and the levels' ratio is known.
func (r *report) unitStep(p part, days []day) {
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
		r.number("unit_step_ratio", math.Exp(after-before), "", "median daily mean of 14 days over that of the 14 before", basis{w, n, hi - lo})
		r.text("unit_step_date", at[i].from.Format("2006-01-02"), "first day at the new level", basis{w, n, hi - lo})
		r.warn(ReasonUnitStep)
		return
	}
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
