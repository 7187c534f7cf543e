// Package stat holds the order statistics that several packages of energy use, so
// that a quantile means the same in all of them.
package stat

import "math"

// Quantile returns the q-quantile of sorted, by linear interpolation between the
// neighbours (Hyndman and Fan's type 7, the default of R and NumPy). It is NaN for
// no values.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	lo := int(at)
	hi := min(lo+1, len(sorted)-1)
	return sorted[lo] + (at-float64(lo))*(sorted[hi]-sorted[lo])
}
