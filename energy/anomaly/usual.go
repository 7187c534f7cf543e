package anomaly

import (
	"math"
	"slices"

	"github.com/eaio/eaio/energy/internal/stat"
)

// Usual returns the kWh of each step that Detect compares with where the input has
// no expectation of its own: the median of the same hour of the week in the four
// weeks on either side, at the level of the hour where a step lies between, spread
// evenly over the hour's steps. NaN where there is none.
func Usual(in Input, o Options) []float64 {
	in.Expected = nil
	l := newLoad(in, o)
	out := make([]float64, len(in.KWh))
	for h, v := range l.usual {
		steps := out[l.first[h]:l.first[h+1]]
		for i := range steps {
			steps[i] = v / float64(max(1, in.StepsPerHour))
		}
	}
	return out
}

// rollingMedian takes the readings of the same hour of week in up to weeks weeks
// before and after each hour, without the hour itself. Counting them by
// occurrence, not by 168 hours, keeps to the local clock where it changes.
// Readings before or after a step, as levels tells, are brought to the hour's level.
func (l load) rollingMedian(weeks int, levels []float64) []float64 {
	var at [week][]int
	for slot := range at {
		at[slot] = make([]int, 0, len(l.slot)/week+2)
	}
	for i, s := range l.slot {
		at[s] = append(at[s], i)
	}
	out := make([]float64, len(l.kWh))
	near := make([]float64, 0, 2*weeks)
	for _, hours := range at {
		for k, i := range hours {
			near = near[:0]
			for j := max(0, k-weeks); j <= min(len(hours)-1, k+weeks); j++ {
				if v := l.kWh[hours[j]]; j != k && !math.IsNaN(v) {
					near = insert(near, v*levels[i]/levels[hours[j]])
				}
			}
			out[i] = stat.Quantile(near, 0.5)
		}
	}
	return out
}

// insert keeps a few values in order.
func insert(sorted []float64, v float64) []float64 {
	sorted = append(sorted, v)
	i := len(sorted) - 1
	for ; i > 0 && sorted[i-1] > v; i-- {
		sorted[i] = sorted[i-1]
	}
	sorted[i] = v
	return sorted
}

// median reorders x and returns its middle, NaN for no values.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	k := len(x) / 2
	stat.Partition(x, k)
	if len(x)%2 == 1 {
		return x[k]
	}
	return (x[k] + slices.Max(x[:k])) / 2
}

// mean is that of the values that are not NaN.
func mean(x []float64) float64 {
	total, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			total += v
			n++
		}
	}
	return total / n
}

// meanSize is the mean of their absolute values.
func meanSize(x []float64) float64 {
	total, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			total += math.Abs(v)
			n++
		}
	}
	return total / n
}
