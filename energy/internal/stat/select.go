package stat

import (
	"math"
	"slices"
)

// Select returns the q-quantile of x as Quantile does of sorted values, and reorders
// x. For a few quantiles of thousands of values it takes a fraction of sorting them.
func Select(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	at := q * float64(len(x)-1)
	lo := int(at)
	Partition(x, lo)
	if lo+1 == len(x) {
		return x[lo]
	}
	return x[lo] + (at-float64(lo))*(slices.Min(x[lo+1:])-x[lo])
}

// Partition puts the value that sorting would put at k there, none greater before
// it and none smaller behind it (Hoare's quickselect). No value may be NaN.
func Partition(x []float64, k int) {
	for len(x) > 12 {
		pivot := max(min(x[0], x[len(x)-1]), min(max(x[0], x[len(x)-1]), x[len(x)/2]))
		i, j := 0, len(x)-1
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			x = x[:j+1]
		case k >= i:
			x, k = x[i:], k-i
		default:
			return
		}
	}
	for i := 1; i < len(x); i++ { // by insertion: slices.Sort would mind NaN
		v, j := x[i], i
		for ; j > 0 && x[j-1] > v; j-- {
			x[j] = x[j-1]
		}
		x[j] = v
	}
}
