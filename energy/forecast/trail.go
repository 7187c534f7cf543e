package forecast

import (
	"math"
	"slices"

	"github.com/eaio/eaio/energy/internal/stat"
)

// outcome is how a method did on one day. What is relative is a part of the day's
// level.
type outcome struct {
	sum      errorSum
	residual Day     // reading less forecast
	peak     float64 // highest reading less highest forecast
}

// trail is how a method did on each day so far. The residuals of the last days lie
// in order beside it, moved on when they are asked for: to sort them every day for
// every method would take longer than the regressions.
type trail struct {
	days     []outcome
	sorted   [Hours][]float64 // residuals of the days [from,to)
	from, to int
}

// score is over the days of [from,to).
func (t *trail) score(from, to int) Score {
	var e errorSum
	for d := from; d < to; d++ {
		e.sum(&t.days[d].sum)
	}
	return Score{CVRMSE: e.cvrmse(), Bias: e.bias(), Hours: e.hours}
}

// residuals are those of each hour over the last bandDays, ascending, without what
// is missing.
func (t *trail) residuals() *[Hours][]float64 {
	from := max(0, len(t.days)-bandDays)
	if t.to <= from {
		t.from, t.to = from, from
		for h := range t.sorted {
			t.sorted[h] = t.sorted[h][:0]
		}
	}
	for ; t.to < len(t.days); t.to++ {
		for h, e := range t.days[t.to].residual {
			if !math.IsNaN(e) {
				at, _ := slices.BinarySearch(t.sorted[h], e)
				t.sorted[h] = slices.Insert(t.sorted[h], at, e)
			}
		}
	}
	for ; t.from < from; t.from++ {
		for h, e := range t.days[t.from].residual {
			if at, ok := slices.BinarySearch(t.sorted[h], e); ok {
				t.sorted[h] = slices.Delete(t.sorted[h], at, at+1)
			}
		}
	}
	return &t.sorted
}

// outcome is that of a forecast of the open day, now that its readings are known.
func (m *Model) outcome(load, f *Day) outcome {
	var o outcome
	o.sum.addDay(load, f)
	for h, v := range load {
		o.residual[h] = m.relative(v - f[h])
	}
	o.peak = m.relative(highest(load) - highest(f))
	return o
}

// relative to the level of the open day; NaN where it has none.
func (m *Model) relative(e float64) float64 {
	if level := m.views[0].level[m.day]; level > 0 {
		return e / level
	}
	return math.NaN()
}

// band is made of quantiles of the trailing residuals of each hour, how far out
// being moved by each day's coverage (adaptive conformal inference, Gibbs and
// Candès 2021).
func (m *Model) band(f *Day) (low, high Day) {
	low, high = noDay(), noDay()
	level := m.views[0].level[m.day]
	for h, r := range m.trails[m.chosen].residuals() {
		if len(r) >= fewest {
			low[h] = max(0, f[h]+level*stat.Quantile(r, m.tail))
			high[h] = max(0, f[h]+level*stat.Quantile(r, 1-m.tail))
		}
	}
	return low, high
}

// known is the number of days that forecasts were compared with.
func (m *Model) known() int { return len(m.trails[0].days) }
