package forecast

import (
	"math"
	"time"
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
	known := m.known()
	for i, method := range Methods() {
		f.Trailing[i] = m.trails[i].score(max(0, known-trailing), known)
		f.Trailing[i].Method = method
	}
	if known >= fewest {
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
	days := m.trails[m.chosen].days
	for d := max(0, len(days)-bandDays); d < len(days); d++ {
		if e := days[d].peak; !math.IsNaN(e) {
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
