package baseline

import (
	"math"
	"slices"
)

// CalTRACK's rules for a candidate model (CalTRACK 2.0, section 3.2 to 3.4).
const (
	lowestBalance  = 30 // °F
	highestBalance = 90 // °F
	minNonZero     = 10 // days with degree days
	minTotal       = 20 // degree days over the baseline
)

// Meter is what a model may know of a meter besides its readings.
type Meter struct {
	Gas bool // no cooling term; a zero is a reading, which on an electricity meter it is not
}

// FitDaily fits CalTRACK's daily model to a baseline of a year: use per day, and
// the day's mean temperature in °F. Of all candidates on a grid of balance points
// of 1 °F, with no negative coefficient, it takes the one with the highest
// adjusted R².
func FitDaily(use, degF []float64, o Meter) Model {
	if len(use) != len(degF) {
		return declined(ReasonLengths)
	}
	use = o.readings(use)
	if reasons := sufficient(use, degF); len(reasons) > 0 {
		return declined(reasons...)
	}
	return o.fit(use, degF)
}

// readings is use with NaN for what is no reading; use itself if all are.
func (o Meter) readings(use []float64) []float64 {
	none := func(v float64) bool { return math.IsInf(v, 0) || v == 0 && !o.Gas }
	first := slices.IndexFunc(use, none)
	if first < 0 {
		return use
	}
	out := slices.Clone(use)
	for i, v := range out[first:] {
		if none(v) {
			out[first+i] = math.NaN()
		}
	}
	return out
}

// fit is FitDaily without its conditions on the length.
func (o Meter) fit(use, degF []float64) Model {
	d := days(use, degF)
	t := newTotals(d)
	if t.n < 4 {
		return declined(ReasonMissing)
	}
	if !(t.mean > 0) {
		return declined(ReasonZeroUse)
	}
	heating, cooling := degreeDays(d, t.mean, degreeGrid())
	if o.Gas {
		cooling = nil
	}
	m := byDay(use, degF).finish(calTRACK(t, heating, cooling, nil, minNonZero))
	m.MinT, m.MaxT = coldestAndWarmest(use, degF)
	return m
}

// degreeGrid is CalTRACK's grid of balance points.
func degreeGrid() []float64 {
	grid := make([]float64, 0, highestBalance-lowestBalance+1)
	for b := lowestBalance; b <= highestBalance; b++ {
		grid = append(grid, float64(b))
	}
	return grid
}

// calTRACK picks the best candidate: Kind, balance points and no coefficients yet.
// cross returns Σw·h·c of a heating and a cooling index; nil where it is 0.
func calTRACK(t totals, heating, cooling []regressor, cross func(h, c int) float64, nonZero int) Model {
	best := newModel(Mean, 0, 0)
	score := 0.0 // adjusted R² of the mean alone
	qualified := func(r *regressor) bool { return r.nonZero >= nonZero && r.s >= minTotal }
	for i := range heating {
		if h := &heating[i]; qualified(h) {
			if base, slope, r2 := t.one(h); base >= 0 && slope >= 0 && r2 > score {
				score, best = r2, newModel(HDD, h.balance, 0)
			}
		}
	}
	for j := range cooling {
		c := &cooling[j]
		if !qualified(c) {
			continue
		}
		if base, slope, r2 := t.one(c); base >= 0 && slope >= 0 && r2 > score {
			score, best = r2, newModel(CDD, 0, c.balance)
		}
		for i := range heating[:j+1] {
			h := &heating[i]
			if !qualified(h) {
				continue
			}
			hc := 0.0
			if cross != nil {
				hc = cross(i, j)
			}
			if base, hot, cold, r2 := t.two(h, c, hc); base >= 0 && hot >= 0 && cold >= 0 && r2 > score {
				score, best = r2, newModel(CDDHDD, h.balance, c.balance)
			}
		}
	}
	return best
}
