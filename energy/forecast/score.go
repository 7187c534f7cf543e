package forecast

import (
	"math"
	"slices"

	"github.com/eaio/eaio/energy/internal/stat"
)

// errorSum gathers what a CVRMSE needs.
type errorSum struct {
	squares, actual, forecast float64
	hours                     int
}

func (s *errorSum) add(actual, forecast float64) {
	if math.IsNaN(actual) || math.IsNaN(forecast) {
		return
	}
	e := actual - forecast
	s.squares += e * e
	s.actual += actual
	s.forecast += forecast
	s.hours++
}

func (s *errorSum) addDay(actual, forecast *Day) {
	for h := range actual {
		s.add(actual[h], forecast[h])
	}
}

// sum takes another in.
func (s *errorSum) sum(o *errorSum) {
	s.squares += o.squares
	s.actual += o.actual
	s.forecast += o.forecast
	s.hours += o.hours
}

// cvrmse is the root of the mean squared error by the mean reading, in percent;
// NaN without readings. The number of parameters is not taken off the hours: a
// forecast is scored on readings that it was not fitted to.
func (s *errorSum) cvrmse() float64 {
	if s.hours == 0 || s.actual <= 0 {
		return math.NaN()
	}
	n := float64(s.hours)
	return 100 * math.Sqrt(s.squares/n) / (s.actual / n)
}

// bias is the normalised mean bias error, in percent; NaN without readings.
func (s *errorSum) bias() float64 {
	if s.hours == 0 || s.actual <= 0 {
		return math.NaN()
	}
	return 100 * (s.forecast - s.actual) / s.actual
}

// Quartiles are those of the values that are numbers, by linear interpolation
// between order statistics (Hyndman and Fan 1996, type 7); NaN where there are none.
func Quartiles(values []float64) (lower, median, upper float64) {
	v := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	slices.Sort(v)
	return stat.Quantile(v, 0.25), stat.Quantile(v, 0.5), stat.Quantile(v, 0.75)
}

// Against is the geometric mean of the ratios of scores to those of a reference,
// less one, in percent: below zero is better than the reference. Pairs in which
// either is not a positive number do not count.
func Against(scores, reference []float64) float64 {
	var sum float64
	var n int
	for i, s := range scores {
		if i < len(reference) && s > 0 && reference[i] > 0 {
			sum += math.Log(s / reference[i])
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return 100 * (math.Exp(sum/float64(n)) - 1)
}
