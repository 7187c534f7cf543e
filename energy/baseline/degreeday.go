package baseline

import (
	"cmp"
	"math"
	"slices"
)

// day is a reading with the temperature it belongs to.
type day struct{ t, y float64 }

// days pairs readings with temperatures, without those that lack either.
func days(use, degF []float64) []day {
	out := make([]day, 0, len(use))
	for i, y := range use {
		if !math.IsNaN(y) && !math.IsNaN(degF[i]) {
			out = append(out, day{degF[i], y})
		}
	}
	return out
}

// regressor holds the sums that a least squares fit needs of degree days x above
// or below one balance point. The readings y are centred by their mean.
type regressor struct {
	balance float64
	nonZero int
	s       float64 // Σw·x: degree days over the baseline
	ss      float64 // Σw·x²
	sy      float64 // Σw·x·y
}

// degreeDays returns the sums below (heating) and above (cooling) every balance
// point of an ascending grid, in one pass over the days each. Moving the balance
// point by δ adds δ to each degree day, so Σx², say, grows by 2δΣx + kδ²: only
// positive terms, nothing cancels. It sorts d by temperature.
func degreeDays(d []day, mean float64, grid []float64) (heating, cooling []regressor) {
	slices.SortFunc(d, func(a, b day) int { return cmp.Compare(a.t, b.t) })
	both := make([]regressor, 2*len(grid))
	heating, cooling = both[:len(grid)], both[len(grid):]
	var r regressor
	var y float64 // Σ of the centred readings of the days that count
	next := 0
	for i, balance := range grid {
		if i > 0 {
			r.shift(balance-grid[i-1], y)
		}
		for ; next < len(d) && d[next].t < balance; next++ {
			r.add(balance-d[next].t, d[next].y-mean)
			y += d[next].y - mean
		}
		r.balance = balance
		heating[i] = r
	}
	r, y = regressor{}, 0
	next = len(d) - 1
	for i, balance := range slices.Backward(grid) {
		if i < len(grid)-1 {
			r.shift(grid[i+1]-balance, y)
		}
		for ; next >= 0 && d[next].t > balance; next-- {
			r.add(d[next].t-balance, d[next].y-mean)
			y += d[next].y - mean
		}
		r.balance = balance
		cooling[i] = r
	}
	return heating, cooling
}

func (r *regressor) shift(by, y float64) {
	k := float64(r.nonZero)
	r.ss += by * (2*r.s + k*by)
	r.s += k * by
	r.sy += by * y
}

func (r *regressor) add(x, y float64) {
	r.nonZero++
	r.s += x
	r.ss += x * x
	r.sy += x * y
}

// totals are the sums that all candidates of one fit share.
type totals struct {
	n    int
	w    float64 // Σw
	mean float64 // weighted mean of y
	syy  float64 // Σw(y−mean)²
}

func newTotals(d []day) totals {
	t := totals{n: len(d), w: float64(len(d))}
	for _, v := range d {
		t.mean += v.y / t.w
	}
	for _, v := range d {
		t.syy += (v.y - t.mean) * (v.y - t.mean)
	}
	return t
}

// dependent is the part of a column's square that must not be explained by the
// other columns; below it the coefficients mean nothing.
const dependent = 1e-9

// one fits y to a single regressor by its normal equation.
func (t totals) one(r *regressor) (base, slope, adjR2 float64) {
	xx := r.ss - r.s*r.s/t.w
	if !(xx > dependent*r.ss) {
		return 0, 0, math.NaN()
	}
	slope = r.sy / xx
	return t.mean - slope*r.s/t.w, slope, t.adjusted(slope*r.sy, 1)
}

// two fits y to a heating and a cooling regressor. cross is Σw·h·c: 0 where no day
// counts for both.
func (t totals) two(h, c *regressor, cross float64) (base, heating, cooling, adjR2 float64) {
	hh, cc, hc := h.ss-h.s*h.s/t.w, c.ss-c.s*c.s/t.w, cross-h.s*c.s/t.w
	det := hh*cc - hc*hc
	if !(det > dependent*h.ss*c.ss) {
		return 0, 0, 0, math.NaN()
	}
	heating, cooling = (cc*h.sy-hc*c.sy)/det, (hh*c.sy-hc*h.sy)/det
	return t.mean - (heating*h.s+cooling*c.s)/t.w, heating, cooling, t.adjusted(heating*h.sy+cooling*c.sy, 2)
}

// adjusted is the adjusted R² of p slopes that explain so much of syy.
func (t totals) adjusted(explained float64, p int) float64 {
	return 1 - (1-explained/t.syy)*float64(t.n-1)/float64(t.n-p-1)
}
