package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio/energy/internal/stat"
)

const (
	trailing    = 84   // days by which a method is chosen
	fewest      = 14   // days without which it is the rule
	bandDays    = 90   // days of residuals in the band
	bandShare   = 0.8  // of the readings that the band is to hold
	bandRate    = 0.02 // step by which a day's coverage moves the band
	bandNarrow  = 0.01 // least share of the residuals left out on each side
	bandWide    = 0.3  // most
	peakRate    = 0.05 // step by which a day moves the logarithm of the odds of a new peak
	withoutPeak = -1
)

// Score is how well a method forecast.
type Score struct {
	Method Method
	CVRMSE float64 // percent; NaN without a reading
	Bias   float64 // percent of the readings, above zero where the forecast was too high
	Hours  int     // readings it was scored on
}

// Forecast is that of one day, issued at its midnight.
type Forecast struct {
	Date      time.Time      // midnight UTC of the local date
	Method    Method         // the one with the lowest trailing CVRMSE; the rule without a trail
	Hours     Day            // kWh in each hour, the rule's where the method has none; NaN where nothing is known
	Low, High Day            // the band that holds 80 % of the readings; NaN without a trail
	PeakHour  int            // hour of the highest forecast; −1 without one
	MonthPeak float64        // highest reading of the month so far, kWh in the hour; NaN without one
	NewPeak   float64        // chance, 0 to 1, that the day exceeds MonthPeak; NaN without one or without a trail
	Trailing  [methods]Score // each method over the 84 days before, in the order of Methods
}

// Next is the forecast of the day after the last that was learned.
func (m *Model) Next() Forecast { return m.next }

// decide makes the forecast of the open day from those of all methods.
func (m *Model) decide() {
	f := Forecast{Date: m.grid.date(m.day), PeakHour: withoutPeak, NewPeak: math.NaN()}
	m.chosen = rule
	for i, method := range Methods() {
		s := m.score(i, max(0, m.day-trailing), m.day)
		s.Method = method
		f.Trailing[i] = s
	}
	if len(m.grid.load) >= fewest {
		m.chosen = m.choose(f.Trailing[:])
	}
	f.Method = f.Trailing[m.chosen].Method
	f.Hours = m.forecasts[m.chosen]
	fill(&f.Hours, &m.forecasts[rule])
	f.Low, f.High = m.band(&f.Hours)
	for h, v := range f.Hours {
		if f.PeakHour < 0 && !math.IsNaN(v) || f.PeakHour >= 0 && v > f.Hours[f.PeakHour] {
			f.PeakHour = h
		}
	}
	f.MonthPeak = m.monthPeak()
	if !math.IsNaN(f.MonthPeak) {
		f.NewPeak = m.exceeds(&f.Hours, f.MonthPeak)
	}
	m.next = f
}

// choose takes the method with the lowest trailing error among those that have a
// forecast of their own for the open day; the simplest of several.
func (m *Model) choose(scores []Score) int {
	best := rule
	for i, s := range scores {
		if m.able[i] && s.Hours >= fewest*Hours/2 && (s.CVRMSE < scores[best].CVRMSE || !m.able[best]) {
			best = i
		}
	}
	return best
}

// score is that of a method over the days of [from,to), all of them in the past.
func (m *Model) score(method, from, to int) Score {
	var e errorSum
	for d := from; d < to; d++ {
		e.addDay(&m.grid.load[d], &m.past[method][d])
	}
	return Score{CVRMSE: e.cvrmse(), Bias: e.bias(), Hours: e.hours}
}

// band is made of quantiles of the trailing residuals of each hour, how far out
// being moved by each day's coverage (adaptive conformal inference, Gibbs and
// Candès 2021).
func (m *Model) band(f *Day) (low, high Day) {
	low, high = noDay(), noDay()
	var residuals [bandDays]float64
	for h, v := range f {
		r := residuals[:0]
		for d := max(0, m.day-bandDays); d < m.day; d++ {
			if e := m.residual(d, h); !math.IsNaN(e) {
				r = append(r, e)
			}
		}
		if len(r) < fewest {
			continue
		}
		slices.Sort(r)
		level := m.views[0].level[m.day]
		low[h] = max(0, v+level*stat.Quantile(r, m.tail))
		high[h] = max(0, v+level*stat.Quantile(r, 1-m.tail))
	}
	return low, high
}

// residual of the chosen method, as a part of the level of its day.
func (m *Model) residual(day, h int) float64 {
	return m.relative(day, m.grid.load[day][h]-m.past[m.chosen][day][h])
}

// relative to the level of a day; NaN where it has none.
func (m *Model) relative(day int, e float64) float64 {
	if level := m.views[0].level[day]; level > 0 {
		return e / level
	}
	return math.NaN()
}

// widen moves the band by how much of the day that is now known it held.
func (m *Model) widen(load *Day) {
	var inside, n float64
	for h, v := range load {
		if math.IsNaN(v) || math.IsNaN(m.next.Low[h]) {
			continue
		}
		n++
		inside += indicator(v >= m.next.Low[h] && v <= m.next.High[h])
	}
	if n > 0 {
		m.tail = min(max(m.tail+bandRate*(inside/n-bandShare), bandNarrow), bandWide)
	}
}

// settle moves the odds of a new peak by whether there was one.
func (m *Model) settle(load *Day) {
	if peak := highest(load); !math.IsNaN(peak) && !math.IsNaN(m.next.NewPeak) {
		m.peakShift += peakRate * (indicator(peak > m.next.MonthPeak) - m.next.NewPeak)
	}
}

// monthPeak is the highest reading since the month began.
func (m *Model) monthPeak() float64 {
	first := max(0, m.day-m.grid.date(m.day).Day()+1)
	peak := math.NaN()
	for d := first; d < m.day; d++ {
		if top := highest(&m.grid.load[d]); !(top <= peak) && !math.IsNaN(top) {
			peak = top
		}
	}
	return peak
}

// exceeds is the share of the trailing days whose error of the day's peak, laid
// over the peak of the forecast, goes above a limit; half a day is added on either
// side, for no trail makes anything certain, and the odds are moved by how the
// chances told before came true.
func (m *Model) exceeds(f *Day, limit float64) float64 {
	var over, n float64
	peak, level := highest(f), m.views[0].level[m.day]
	for d := max(0, m.day-bandDays); d < m.day; d++ {
		e := m.relative(d, highest(&m.grid.load[d])-highest(&m.past[m.chosen][d]))
		if !math.IsNaN(e) {
			n++
			over += indicator(peak+level*e > limit)
		}
	}
	if n < fewest || math.IsNaN(peak) {
		return math.NaN()
	}
	odds := (over + 0.5) / (n - over + 0.5) * math.Exp(m.peakShift)
	return odds / (1 + odds)
}

// highest is the largest value of a day; NaN where there is none.
func highest(d *Day) float64 {
	top := math.NaN()
	for _, v := range d {
		if !math.IsNaN(v) && !(v <= top) {
			top = v
		}
	}
	return top
}
