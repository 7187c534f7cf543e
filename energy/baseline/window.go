package baseline

import "math"

// window fits one month. Hours of the week that count as occupied and those that do
// not share no coefficient, so they are two regressions; in each, the level of an
// hour of the week is its mean, and what is left is a system of at most 7 equations
// in deviations from those means (Frisch, Waugh and Lovell).
type window struct {
	parts   [windowMonths][]hour
	weights [windowMonths]float64
	level   [hoursOfWeek]cell
}

// cell sums the hours of one hour of the week.
type cell struct {
	w, y float64
	x    [maxBins]float64
}

func newWindow() *window { return &window{weights: [windowMonths]float64{1, .5, .5}} }

func (f *window) each(do func(h *hour, weight float64)) {
	for p, part := range f.parts {
		for i := range part {
			do(&part[i], f.weights[p])
		}
	}
}

func (f *window) fit(own, before, after []hour) Month {
	f.parts = [windowMonths][]hour{own, before, after}
	m := Month{Hours: len(own) + len(before) + len(after), Knots: f.knots(), Occupied: f.occupied()}
	f.level = [hoursOfWeek]cell{}
	var gram [2]gram
	f.each(func(h *hour, w float64) {
		var x [maxBins]float64
		n := bins(&x, m.Knots, h.t)
		c := &f.level[h.week]
		g := &gram[group(m.Occupied[h.week])]
		c.w += w
		c.y += w * h.y
		for i, v := range x[:n] {
			c.x[i] += w * v
		}
		g.add(x[:n], h.y, w)
	})
	size := len(m.Knots) + 1
	for week := range f.level {
		if c := &f.level[week]; c.w > 0 {
			gram[group(m.Occupied[week])].centre(c, size)
		}
	}
	for g := range gram {
		m.Slopes[g] = gram[g].solve(size)
	}
	for week := range f.level {
		c := &f.level[week]
		m.Level[week] = math.NaN()
		if c.w > 0 {
			m.Level[week] = c.y / c.w
			for i, slope := range m.Slopes[group(m.Occupied[week])] {
				m.Level[week] -= slope * c.x[i] / c.w
			}
		}
	}
	return m
}

// occupied tells the hours of the week whose use is above a line in heating and
// cooling degree hours for more than 65 % of the time.
func (f *window) occupied() (out [hoursOfWeek]bool) {
	var g gram
	var all cell
	degreeHours := func(t float64) (x [2]float64) {
		return [2]float64{max(0, heatingHour-t), max(0, t-coolingHour)}
	}
	f.each(func(h *hour, w float64) {
		x := degreeHours(h.t)
		all.w += w
		all.y += w * h.y
		for i, v := range x {
			all.x[i] += w * v
		}
		g.add(x[:], h.y, w)
	})
	g.centre(&all, 2)
	slope := g.solve(2)
	base := (all.y - slope[0]*all.x[0] - slope[1]*all.x[1]) / all.w
	var above, seen [hoursOfWeek]int
	f.each(func(h *hour, _ float64) {
		x := degreeHours(h.t)
		seen[h.week]++
		if h.y > base+slope[0]*x[0]+slope[1]*x[1] {
			above[h.week]++
		}
	})
	for week := range out {
		out[week] = float64(above[week]) > occupiedShare*float64(seen[week])
	}
	return out
}

// gram is XᵀWX, of which the lower half is used, and XᵀWy.
type gram struct {
	xx  [maxBins][maxBins]float64
	xy  [maxBins]float64
	raw [maxBins]float64 // XᵀWX's diagonal before centring
}

func (g *gram) add(x []float64, y, w float64) {
	for i, v := range x {
		wv := w * v
		g.raw[i] += wv * v
		g.xy[i] += wv * y
		for j, u := range x[:i+1] {
			g.xx[i][j] += wv * u
		}
	}
}

// centre takes the mean of a cell's rows off them.
func (g *gram) centre(c *cell, size int) {
	for i := range size {
		g.xy[i] -= c.x[i] * c.y / c.w
		for j := range i + 1 {
			g.xx[i][j] -= c.x[i] * c.x[j] / c.w
		}
	}
}

// solve returns the coefficients by Cholesky's method. A column that the ones before
// it explain, such as a bin without hours, gets 0.
func (g *gram) solve(size int) []float64 {
	beta := make([]float64, size)
	var l gram
	l.xy = g.xy
	for i := range size {
		for j := range i {
			s := g.xx[i][j]
			for k := range j {
				s -= l.xx[i][k] * l.xx[j][k]
			}
			if l.xx[j][j] > 0 {
				l.xx[i][j] = s / l.xx[j][j]
			}
		}
		pivot := g.xx[i][i]
		for k := range i {
			pivot -= l.xx[i][k] * l.xx[i][k]
			l.xy[i] -= l.xx[i][k] * l.xy[k]
		}
		if pivot > dependent*g.raw[i] {
			l.xx[i][i] = math.Sqrt(pivot)
			l.xy[i] /= l.xx[i][i]
		} else {
			l.xy[i] = 0
		}
	}
	for i := size - 1; i >= 0; i-- {
		if l.xx[i][i] > 0 {
			beta[i] = l.xy[i]
			for k := i + 1; k < size; k++ {
				beta[i] -= l.xx[k][i] * beta[k]
			}
			beta[i] /= l.xx[i][i]
		}
	}
	return beta
}
