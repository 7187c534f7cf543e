package energy

import (
	"math"
	"slices"

	"github.com/eaio/eaio/energy/internal/stat"
)

// median returns the middle of x and reorders it.
func median(x []float64) float64 { return stat.Select(x, 0.5) }

// robustSigma is the median absolute deviation from centre, scaled to the
// standard deviation of a normal distribution.
func robustSigma(x []float64, centre float64) float64 {
	away := make([]float64, len(x))
	for i, v := range x {
		away[i] = math.Abs(v - centre)
	}
	return 1.4826 * median(away)
}

// known returns the values that are not NaN.
func known(x []float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}

// readings returns the values that are not NaN, sorted.
func readings(x []float64) []float64 {
	out := known(x)
	slices.Sort(out)
	return out
}
