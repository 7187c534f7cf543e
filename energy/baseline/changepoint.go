package baseline

import (
	"cmp"
	"math"
	"slices"
)

// Where change-point models look for balance points: every half °F between the
// temperatures that leave ten days on either side, or a tenth of fewer readings.
const (
	gridStep    = 0.5  // °F
	significant = 0.05 // two-sided level at which a slope counts
)

// FitChangePoint fits ASHRAE's change-point models (Inverse Modeling Toolkit,
// RP-1050) to a baseline of a year, and takes the one with the highest adjusted R²
// of those whose slopes are all significant. A 3P or 5P model has no negative
// coefficient; a 2P or 4P may fall or rise on either side. With gas, use never
// rises with temperature.
//
// Significance is Student's t at 5 %, with standard errors widened by sqrt(n/n′)
// for the residuals' lag-1 correlation.
func FitChangePoint(use, degF []float64, o Meter) Model {
	if len(use) != len(degF) {
		return declined(ReasonLengths)
	}
	use = o.readings(use)
	if reasons := sufficient(use, degF); len(reasons) > 0 {
		return declined(reasons...)
	}
	c := newChangePoint(use, degF)
	best := c.fit(P1, true)
	if !(best.Mean > 0) {
		return declined(ReasonZeroUse)
	}
	for _, k := range []Kind{P2, P3H, P3C, P4, P5} {
		m := c.fit(k, true)
		if m.OK() && m.allSignificant() && m.AdjR2 > best.AdjR2 && !(o.Gas && (m.Slope > 0 || m.Cooling > 0 || m.Heating < 0)) {
			best = m
		}
	}
	return best
}

// FitKind fits one change-point form, coefficients of any sign, with the balance
// points that leave the least Σe². It asks for no length beyond what the form needs.
func FitKind(k Kind, use, degF []float64) Model {
	if len(use) != len(degF) {
		return declined(ReasonLengths)
	}
	c := newChangePoint(use, degF)
	if c.n < 10 {
		return declined(ReasonTooShort)
	}
	return c.fit(k, false)
}

// FitAt fits a form with given balance points, coefficients of any sign. A balance
// point that the form has not is ignored.
func FitAt(k Kind, heatingBalance, coolingBalance float64, use, degF []float64) Model {
	if len(use) != len(degF) {
		return declined(ReasonLengths)
	}
	m := byDay(use, degF).finish(newModel(k, heatingBalance, coolingBalance))
	m.MinT, m.MaxT = coldestAndWarmest(use, degF)
	return m
}

// changePoint holds what the forms share.
type changePoint struct {
	use, degF []float64
	totals
	heating, cooling []regressor
}

func newChangePoint(use, degF []float64) changePoint {
	d := days(use, degF)
	c := changePoint{use: use, degF: degF, totals: newTotals(d)}
	if len(d) > 0 {
		c.heating, c.cooling = degreeDays(d, c.mean, balanceGrid(d))
	}
	return c
}

// balanceGrid sorts d by temperature and returns where to look.
func balanceGrid(d []day) []float64 {
	slices.SortFunc(d, func(a, b day) int { return cmp.Compare(a.t, b.t) })
	edge := min(minNonZero, len(d)/10)
	low := math.Ceil(d[edge].t/gridStep) * gridStep
	high := math.Floor(d[len(d)-1-edge].t/gridStep) * gridStep
	grid := make([]float64, 0, max(1, int((high-low)/gridStep)+1))
	for b := low; b <= high; b += gridStep {
		grid = append(grid, b)
	}
	return grid
}

// fit picks the balance points of a form and computes its coefficients.
// nonNegative holds those of 3P and 5P, and the base of these and 4P, to ≥ 0.
func (c changePoint) fit(k Kind, nonNegative bool) Model {
	m, ok := c.balance(k, nonNegative)
	if !ok {
		return declined(ReasonNoCandidate)
	}
	m = byDay(c.use, c.degF).finish(m)
	m.MinT, m.MaxT = coldestAndWarmest(c.use, c.degF)
	return m
}

func (c changePoint) balance(k Kind, nonNegative bool) (best Model, ok bool) {
	score := math.Inf(-1)
	take := func(h, l, r2 float64, allowed bool) {
		if r2 > score && (allowed || !nonNegative) {
			score, best, ok = r2, newModel(k, h, l), true
		}
	}
	switch k {
	case P1, P2:
		return newModel(k, 0, 0), true
	case P3H:
		for i := range c.heating {
			base, slope, r2 := c.one(&c.heating[i])
			take(c.heating[i].balance, 0, r2, base >= 0 && slope >= 0)
		}
	case P3C:
		for i := range c.cooling {
			base, slope, r2 := c.one(&c.cooling[i])
			take(0, c.cooling[i].balance, r2, base >= 0 && slope >= 0)
		}
	case P4:
		for i := range c.heating {
			base, _, _, r2 := c.two(&c.heating[i], &c.cooling[i], 0)
			take(c.heating[i].balance, c.cooling[i].balance, r2, base >= 0)
		}
	case P5:
		for j := range c.cooling {
			for i := range c.heating[:j] {
				base, hot, cold, r2 := c.two(&c.heating[i], &c.cooling[j], 0)
				take(c.heating[i].balance, c.cooling[j].balance, r2, base >= 0 && hot >= 0 && cold >= 0)
			}
		}
	}
	return best, ok
}

// allSignificant reports whether every slope differs from zero.
func (m *Model) allSignificant() bool {
	wider := math.Sqrt(max(1, (1+m.Lag1)/(1-m.Lag1)))
	limit := studentT(1-significant/2, float64(m.N-m.Params-1)) * wider
	for _, t := range m.terms() {
		if !(math.Abs(*t.coefficient(m)) > limit**t.error(m)) {
			return false
		}
	}
	return true
}
