package energy

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/internal/stat"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// NamePeak is the analysis of the highest loads.
const NamePeak = "peak"

// ReasonShorterPeaks says that a meter's interval is longer than 15 minutes, the
// usual demand window: the peaks that are paid for are higher than those told.
const ReasonShorterPeaks = "shorter_peaks_are_higher"

const (
	usualDemandWindow = 15 * time.Minute
	nearPeak          = 0.9
	minPeakReading    = 0.5 // of a month's readings, for it to have a peak
)

// shavedHours are the hours a month for which Peak says what cutting them is worth.
var shavedHours = [...]int{1, 5, 20}

// durationShares are the shares of time, in percent, of the load-duration curve.
var durationShares = [...]int{1, 10, 50, 90}

// PeakInputs is what Peak can be told besides the meter.
type PeakInputs struct {
	Tariff      *tariff.Tariff // nil: no money
	Temperature Series         // outdoor air in Unit, e.g. "degC"; without values: none is told
}

// PeakWindow returns the span of readings that Peak looks at: the period, and the
// months before it that the tariff's ratchet needs.
func PeakWindow(asOf time.Time, loc *time.Location, period eaio.Period, t *tariff.Tariff) eaio.Window {
	c := Contract{}
	if t != nil {
		c.Tariff = *t
	}
	return c.WindowNeeded(asOf, loc, yearUnless(period))
}

// Peak tells the highest load of a period and of each calendar month in it, the load
// factor (mean load / peak), the load-duration curve, the hours above nine tenths of
// the peak, and by how much demand falls where the k highest hours of every month
// are cut to the next load below. With a tariff, that is worth the bill less the
// bill of the shaved readings; with a temperature, each peak has the one at its
// start. Empty period: the last twelve whole calendar months.
func Peak(s Series, asOf time.Time, period eaio.Period, in PeakInputs) eaio.Result {
	r := newReport(NamePeak, s, Price{})
	if s.unsupported(maxLoadStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	w := billingWindow(asOf, s.location(), yearUnless(period))
	x := s.cut(w).stretch()
	if x.on.n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
	}
	if x.on.share() < minCompleteness {
		r.warn(ReasonIncompletePeriod)
	}
	if len(x.stuck) > 0 {
		r.warn(ReasonStuckReadings)
	}
	r.warnUnitChange(x)
	if s.Step > usualDemandWindow {
		r.warn(ReasonShorterPeaks)
	}
	r.peak(x)
	r.temperature("peak_temperature", in.Temperature, x.at(x.highest(0, len(x.values))), x.on)
	r.duration(x)
	months := x.months()
	r.monthlyPeaks(x, months, in.Temperature)
	for _, hours := range shavedHours {
		r.shave(x, months, hours, in.Tariff)
	}
	return r.Result
}

// duration adds the load factor and points of the load-duration curve.
func (r *report) duration(x stretch) {
	sorted := readings(x.values)
	top := sorted[len(sorted)-1]
	if top > 0 {
		r.percent("load_factor", x.total/float64(x.on.n)/top, "mean load / peak", x.on)
	}
	above := 0
	for above < len(sorted) && sorted[len(sorted)-1-above] > nearPeak*top {
		above++
	}
	r.number("hours_near_peak", float64(above)*x.stepHours(), "h", "hours with a load above 0.9 of the peak", x.on)
	for _, share := range durationShares {
		load := stat.Quantile(sorted, 1-float64(share)/100) / x.stepHours()
		r.number(fmt.Sprintf("load_exceeded_%d_percent", share), load, x.powerUnit(), "load-duration curve: load exceeded in this share of the hours", x.on)
	}
}

// calendarMonth is the part of a month that lies in a stretch.
type calendarMonth struct {
	from, to time.Time
	lo, hi   int
	n        int
}

// months groups the days of a stretch.
func (x stretch) months() (out []calendarMonth) {
	for _, d := range x.days {
		last := len(out) - 1
		if last < 0 || out[last].from.Month() != d.from.Month() || out[last].from.Year() != d.from.Year() {
			out = append(out, calendarMonth{from: d.from, lo: d.lo})
			last++
		}
		out[last].to, out[last].hi = d.to, d.hi
		out[last].n += d.n
	}
	return out
}

func (m calendarMonth) basis() basis {
	return basis{eaio.Window{From: m.from, To: m.to}, m.n, m.hi - m.lo}
}

// counts reports whether the month has enough readings for a peak.
func (m calendarMonth) counts() bool { return m.n > 0 && m.basis().share() >= minPeakReading }

// highest is the place of the highest reading, the first of equals; there must be
// one in [lo, hi).
func (x stretch) highest(lo, hi int) int {
	top := lo
	for i := lo; i < hi; i++ {
		if v := x.values[i]; !math.IsNaN(v) && (math.IsNaN(x.values[top]) || v > x.values[top]) {
			top = i
		}
	}
	return top
}

// temperature adds the reading at an instant, if there is one.
func (r *report) temperature(name string, s Series, at time.Time, on basis) {
	if s.unsupported(maxStep) {
		return
	}
	k := s.index(at)
	if s.Start.Add(time.Duration(k) * s.Step).After(at) {
		k--
	}
	if v := s.reading(k); !math.IsNaN(v) {
		r.number(name, v, s.Unit, "reading at the start of that interval", on)
	}
}

// monthlyPeaks adds each month's peak, when it was, and its load factor.
func (r *report) monthlyPeaks(x stretch, months []calendarMonth, temperature Series) {
	if len(months) < 2 {
		return
	}
	for _, m := range months {
		if !m.counts() {
			r.warn(ReasonIncompletePeriod)
			continue
		}
		name, on, top := m.from.Format("2006_01"), m.basis(), x.highest(m.lo, m.hi)
		r.number("peak_"+name, x.values[top]/x.stepHours(), x.powerUnit(), "highest mean load over an interval of "+minutes(x.Step), on)
		r.text("peak_time_"+name, x.at(top).In(x.location()).Format(time.RFC3339), "start of that interval on the local clock", on)
		r.temperature("peak_temperature_"+name, temperature, x.at(top), on)
		if total, _ := x.sum(m.lo, m.hi); x.values[top] > 0 {
			r.percent("load_factor_"+name, total/float64(m.n)/x.values[top], "mean load / peak of the month", on)
		}
	}
}

// shave adds what cutting the highest hours of every month does.
func (r *report) shave(x stretch, months []calendarMonth, hours int, t *tariff.Tariff) {
	places := int(math.Round(float64(hours) / x.stepHours()))
	cut := slices.Clone(x.values)
	demand, energy, counted := 0.0, 0.0, 0
	on := basis{window: x.window}
	for _, m := range months {
		sorted := readings(x.values[m.lo:m.hi])
		if !m.counts() || len(sorted) <= places {
			continue
		}
		level := sorted[len(sorted)-1-places]
		for i := m.lo; i < m.hi; i++ {
			if cut[i] > level {
				energy += cut[i] - level
				cut[i] = level
			}
		}
		demand += (sorted[len(sorted)-1] - level) / x.stepHours()
		on.n, on.of, counted = on.n+m.n, on.of+m.hi-m.lo, counted+1
	}
	if counted == 0 {
		return
	}
	name := fmt.Sprintf("shave_%d_h", hours)
	method := fmt.Sprintf("the %d highest hours of each month cut to the next load below", hours)
	r.number(name+"_demand", demand/float64(counted), x.powerUnit(), method+"; mean fall of the monthly peak", on)
	r.energy(name+"_energy", energy, method+"; energy above it, all months", on)
	if saved, ok := x.shavedValue(cut, t); ok {
		r.money(name+"_value", saved, t.Currency, method+"; bill − bill of the cut readings", on)
	}
}

// shavedValue bills the stretch as it is and with cut readings.
func (x stretch) shavedValue(cut []float64, t *tariff.Tariff) (saved decimal.Decimal, ok bool) {
	if t == nil || x.Unit != "kWh" {
		return saved, false
	}
	needed := withMonthsBefore(x.window, x.location(), t.Lookback())
	before := x.Series.usage(needed)
	after := before
	after.KWh = slices.Clone(before.KWh)
	copy(after.KWh[len(after.KWh)-len(cut):], cut)
	a, err1 := t.Bill(before, x.window.From, x.window.To)
	b, err2 := t.Bill(after, x.window.From, x.window.To)
	if err1 != nil || err2 != nil || a.Status == tariff.StatusInsufficient {
		return saved, false
	}
	return a.Total.Sub(b.Total), true
}
