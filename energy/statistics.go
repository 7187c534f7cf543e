package energy

import (
	"math"
	"slices"

	"github.com/eaio/eaio/energy/internal/stat"
)

// median sorts x and returns its middle.
func median(x []float64) float64 {
	slices.Sort(x)
	return stat.Quantile(x, 0.5)
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
