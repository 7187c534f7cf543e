package baseline

import "math"

const (
	heatingHour   = 50.0 // °F, base of the heating degree hours that tell occupancy
	coolingHour   = 65.0
	occupiedShare = 0.65 // of an hour of the week's residuals above zero
	leastInBin    = 20   // hours
	maxBins       = 7
)

// defaultKnots are CalTRACK's, °F.
func defaultKnots() []float64 { return []float64{30, 45, 55, 65, 75, 90} }

// at is the use of an hour.
func (m *Month) at(week uint8, degF float64) float64 {
	if m.Hours == 0 || math.IsNaN(degF) {
		return math.NaN()
	}
	var x [maxBins]float64
	use := m.Level[week]
	for k, slope := range m.Slopes[group(m.Occupied[week])][:bins(&x, m.Knots, degF)] {
		use += slope * x[k]
	}
	return use
}

// params counts the coefficients, levels those of hours of the week.
func (m *Month) params() int {
	n := m.levels()
	for g, slopes := range m.Slopes {
		if m.uses(g) {
			n += len(slopes)
		}
	}
	return n
}

func (m *Month) levels() int {
	n := 0
	for _, v := range m.Level {
		if m.Hours > 0 && !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// uses reports whether some hour of the week belongs to a group.
func (m *Month) uses(g int) bool {
	for w, occupied := range m.Occupied {
		if m.Hours > 0 && !math.IsNaN(m.Level[w]) && group(occupied) == g {
			return true
		}
	}
	return false
}

func group(occupied bool) int {
	if occupied {
		return 1
	}
	return 0
}

// bins splits a temperature at the knots: x[0] is how far it lies below the first
// knot (negative), x[k] how much of the bin above knot k−1 it fills. It returns how
// many are set; those beyond are 0.
func bins(x *[maxBins]float64, knots []float64, degF float64) int {
	if len(knots) == 0 {
		x[0] = degF
		return 1
	}
	x[0] = min(degF-knots[0], 0)
	for k, low := range knots {
		if degF <= low {
			return k + 1
		}
		x[k+1] = degF - low
		if k+1 < len(knots) {
			x[k+1] = min(x[k+1], knots[k+1]-low)
		}
	}
	return len(knots) + 1
}

// knots drops knots until every bin has 20 hours: of the outer bins their inner
// end, then of those between their upper end (CalTRACK 2.0, 3.9).
func (f *window) knots() []float64 {
	knots := defaultKnots()
	for len(knots) > 0 {
		count := make([]int, len(knots)+1)
		f.each(func(h *hour, _ float64) {
			k := 0
			for k < len(knots) && h.t > knots[k] {
				k++
			}
			count[k]++
		})
		drop := make([]bool, len(knots))
		last := len(knots)
		drop[0] = count[0] < leastInBin
		drop[last-1] = drop[last-1] || count[last] < leastInBin
		if !drop[0] && !drop[last-1] {
			for k := 1; k < last; k++ {
				drop[k] = drop[k] || count[k] < leastInBin
			}
		}
		kept := knots[:0]
		for k, knot := range knots {
			if !drop[k] {
				kept = append(kept, knot)
			}
		}
		if len(kept) == last {
			break
		}
		knots = kept
	}
	return knots
}
