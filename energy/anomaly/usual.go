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
	level := func(i int) float64 { return l.kWh[i] / levels[i] }
	out := make([]float64, len(l.kWh))
	near := make(sorted, 0, 2*weeks+2)
	for _, hours := range at {
		near = near[:0]
		for k := -weeks; k < len(hours); k++ {
			if next := k + weeks; next < len(hours) {
				near = near.with(level(hours[next]))
			}
			if last := k - weeks - 1; last >= 0 {
				near = near.without(level(hours[last]))
			}
			if k >= 0 {
				out[hours[k]] = levels[hours[k]] * near.middleWithout(level(hours[k]))
			}
		}
	}
	return out
}

// sorted is a few values in ascending order, none of them NaN.
type sorted []float64

func (s sorted) with(v float64) sorted {
	if math.IsNaN(v) {
		return s
	}
	s = append(s, v)
	i := len(s) - 1
	for ; i > 0 && s[i-1] > v; i-- {
		s[i] = s[i-1]
	}
	s[i] = v
	return s
}

func (s sorted) without(v float64) sorted {
	if i := slices.Index(s, v); i >= 0 {
		return append(s[:i], s[i+1:]...)
	}
	return s
}

// middleWithout is the median of the values but one; NaN for none.
func (s sorted) middleWithout(v float64) float64 {
	skip, n := slices.Index(s, v), len(s)
	if skip < 0 {
		skip = n
	} else {
		n--
	}
	if n == 0 {
		return math.NaN()
	}
	at := func(i int) float64 {
		if i >= skip {
			i++
		}
		return s[i]
	}
	if n%2 == 1 {
		return at(n / 2)
	}
	return (at(n/2-1) + at(n/2)) / 2
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
