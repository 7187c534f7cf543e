package anomaly

import "math"

// lags, in hours, of the autoregression of the differences.
func lags() [3]int { return [3]int{1, 24, 25} }

const (
	longestLag = 25
	clipFit    = 6  // robust standard deviations beyond which a difference pulls the fit no further
	clipScore  = 10 // likewise an innovation the score
)

// filter holds the innovations of a load's differences as running sums, ready for
// the score of any window.
type filter struct {
	phi    [3]float64
	sum    []float64       // Σ innovation/σ² over the hours before i
	sigma  [groups]float64 // of an innovation, by hour of day
	known  []int           // hours with a difference before i
	slot   []int
	weight [week]float64 // 1/sigma² by hour of week
}

func newFilter(l load) *filter {
	n := len(l.diff)
	f := &filter{sum: make([]float64, n+1), known: make([]int, n+1), slot: l.slot}
	f.fit(l)
	innovation := make([]float64, n)
	for i := l.fit; i < n; i++ { // what lies before is not asked for
		innovation[i] = math.NaN()
		if i >= longestLag {
			innovation[i] = l.diff[i]
			for j, lag := range lags() {
				innovation[i] -= f.phi[j] * l.diff[i-lag]
			}
		}
	}
	f.sigma = l.spread(innovation, 0.01*l.mean)
	for slot := range f.weight {
		s := f.sigma[l.usually.group(slot)]
		f.weight[slot] = 1 / (s * s)
	}
	for i := l.fit; i < n; i++ {
		v := innovation[i]
		f.known[i+1] = f.known[i]
		if !math.IsNaN(l.diff[i]) {
			f.known[i+1]++
		}
		f.sum[i+1] = f.sum[i]
		if !math.IsNaN(v) {
			f.sum[i+1] += clip(v, clipScore*f.sigma[l.group[i]]) * f.weight[l.slot[i]]
		}
	}
	return f
}

// fit finds phi by least squares, each hour weighted by the inverse variance of
// the differences at its time of day.
func (f *filter) fit(l load) {
	sigma := l.spread(l.diff, 0.01*l.mean)
	x := make([]float64, len(l.diff)) // clipped
	for i := max(0, l.fit-longestLag); i < len(x); i++ {
		x[i] = clip(l.diff[i], clipFit*sigma[l.group[i]])
	}
	var a [3][3]float64
	var b [3]float64
	for i := max(longestLag, l.fit); i < len(x); i++ {
		s := sigma[l.group[i]]
		v := [3]float64{x[i-1], x[i-24], x[i-25]}
		if math.IsNaN(x[i] + v[0] + v[1] + v[2]) {
			continue
		}
		for j := range v {
			b[j] += v[j] * x[i] / (s * s)
			for k := range v {
				a[j][k] += v[j] * v[k] / (s * s)
			}
		}
	}
	f.phi = solve(a, b)
}

// score is the shift of [a, b) in standard deviations of its best estimate from
// the innovations, signed.
func (f *filter) score(a, b int) float64 {
	return f.sums(a, b) / f.norm(f.shape(b-a), f.slot[a], len(f.slot)-a)
}

func (f *filter) sums(a, b int) float64 {
	n := len(f.slot)
	v := f.sum[b] - f.sum[a]
	for j, lag := range lags() {
		v -= f.phi[j] * (f.sum[min(n, b+lag)] - f.sum[min(n, a+lag)])
	}
	return v
}

// shape is the square of what a shift of one for so many hours does to the
// innovations, from its first hour on.
func (f *filter) shape(hours int) []float64 {
	out := make([]float64, hours+longestLag)
	for t := range out {
		v := 0.0
		if t < hours {
			v = 1
		}
		for j, lag := range lags() {
			if t >= lag && t < hours+lag {
				v -= f.phi[j]
			}
		}
		out[t] = v * v
	}
	return out
}

// norm is the standard deviation of sums for a window of this shape that starts in
// slot, with only left hours to the end of the data.
func (f *filter) norm(shape []float64, slot, left int) float64 {
	total := 0.0
	for _, v := range shape[:min(len(shape), left)] {
		total += v * f.weight[slot]
		if slot++; slot == week {
			slot = 0
		}
	}
	return math.Sqrt(total)
}

// spread is 1.4826 · median |x| of each group of hours, not less than a third of
// the middle one, nor than least.
func (l load) spread(x []float64, least float64) [groups]float64 {
	var by [groups][]float64
	room := (len(x)-l.fit)/24 + week // a group holds at most one hour of each day
	all := make([]float64, 0, groups*room)
	for g := range by {
		by[g] = all[g*room : g*room : (g+1)*room]
	}
	for i := l.fit; i < len(x); i++ {
		if !math.IsNaN(x[i]) {
			by[l.group[i]] = append(by[l.group[i]], math.Abs(x[i]))
		}
	}
	var out [groups]float64
	known := make([]float64, 0, groups)
	for g := range by {
		out[g] = 1.4826 * median(by[g])
		if !math.IsNaN(out[g]) {
			known = append(known, out[g])
		}
	}
	if len(known) > 0 {
		least = max(least, median(known)/3)
	}
	for g, v := range out {
		if math.IsNaN(v) || v < least {
			out[g] = least
		}
	}
	return out
}

func clip(v, at float64) float64 { return max(-at, min(at, v)) }

// solve returns x of ax = b for a symmetric positive semidefinite a, by Gaussian
// elimination with a small ridge.
func solve(a [3][3]float64, b [3]float64) [3]float64 {
	for j := range a {
		a[j][j] = a[j][j]*1.001 + 1e-9
	}
	for j := range a {
		for k := j + 1; k < 3; k++ {
			q := a[k][j] / a[j][j]
			for c := j; c < 3; c++ {
				a[k][c] -= q * a[j][c]
			}
			b[k] -= q * b[j]
		}
	}
	var x [3]float64
	for j := 2; j >= 0; j-- {
		x[j] = b[j]
		for c := j + 1; c < 3; c++ {
			x[j] -= a[j][c] * x[c]
		}
		x[j] /= a[j][j]
	}
	return x
}
