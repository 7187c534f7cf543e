package energy

import (
	"math"
	"slices"
)

// quantile returns the q-quantile of sorted, by linear interpolation between the
// neighbours (Hyndman and Fan's type 7, the default of R and NumPy). It is NaN for
// no values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	lo := int(at)
	hi := min(lo+1, len(sorted)-1)
	return sorted[lo] + (at-float64(lo))*(sorted[hi]-sorted[lo])
}

// median sorts x and returns its middle.
func median(x []float64) float64 {
	slices.Sort(x)
	return quantile(x, 0.5)
}

// robustSigma is the median absolute deviation from centre, scaled to the
// standard deviation of a normal distribution.
func robustSigma(x []float64, centre float64) float64 {
	away := make([]float64, len(x))
	for i, v := range x {
		away[i] = math.Abs(v - centre)
	}
	return 1.4826 * median(away)
}

// readings returns the values that are not NaN, sorted.
func readings(x []float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}
