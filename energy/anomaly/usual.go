package anomaly

import (
	"math"
	"slices"
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
					near = append(near, v*levels[i]/levels[hours[j]])
				}
			}
			out[i] = median(near)
		}
	}
	return out
}

// median reorders x and returns its middle, NaN for no values.
func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	k := len(x) / 2
	partition(x, k)
	if len(x)%2 == 1 {
		return x[k]
	}
	return (x[k] + slices.Max(x[:k])) / 2
}

// partition puts the value that sorting would put at k there, none greater before
// it and none smaller behind it (Hoare's quickselect).
func partition(x []float64, k int) {
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
	slices.Sort(x)
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
