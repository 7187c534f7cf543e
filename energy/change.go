package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// NameChange is the analysis of why a period differs from another.
const NameChange = "change"

// Reasons that Change gives.
const (
	ReasonWithinModelError  = "operations_within_model_error" // what is left may be the model's error
	ReasonOperationsChanged = "operations_changed"            // what is left is more than that
)

const (
	minChangeDays = 0.9 // of each window's days, for the terms to be told
	averageMethod = "mean of both orders (Shapley)"
)

// Change splits the difference between a period (empty: the last month) and what it is
// compared with (none: the period before) into three terms that add up to it exactly:
//
//   - weather: what the model says of one window's temperatures less the other's;
//   - calendar: of one window's numbers of working and weekend days less the other's;
//   - operations: the rest, which is the building and its people.
//
// The model is CalTRACK's daily one on the 365 days before the period, with a level for
// working and for weekend days. Weather and calendar each are the mean of being changed
// first and last, so that no order is preferred. Days without use or temperature are
// left out of all terms, at most a tenth of either window. The band at 90 % is of the
// operations term. Without temperature, weather and operations are one term.
func Change(in Input, asOf time.Time, period eaio.Period, compare eaio.Compare) eaio.Result {
	r := newReport(NameChange, in.Series, in.Price)
	s := in.Series
	if s.unsupported(maxStep) {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	period, compare = changeDefaults(period, compare)
	now := PeriodWindow(asOf, s.location(), period)
	then := CompareWindow(now, s.location(), period, compare)
	all := daily(s, in.Temperature, changeWindow(now, then, s.location()))
	a, b := all.within(now), all.within(then)
	if all.on(a).n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
	}
	if all.on(b).n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoComparison)
	}
	if all.unitChanges(r, all.days[0].From) {
		return r.Result
	}
	if all.stuck {
		r.warn(ReasonStuckReadings)
	}
	if temperatureFault(all.degC()) == ReasonNoTemperature {
		return r.changeWithoutWeather(all, a, b)
	}
	train := all.within(eaio.Window{From: addDays(now.From, -daysOfYear, s.location()), To: now.From})
	m, ok := r.model(Input{Series: s}, all, train)
	if !ok {
		return r.Result
	}
	return r.explain(dayModel{m, levels(m, all, train)}, Fit{Fahrenheit: in.Fit.Fahrenheit}, all, a, b)
}

func changeDefaults(period eaio.Period, compare eaio.Compare) (eaio.Period, eaio.Compare) {
	if period == "" {
		period = eaio.LastMonth
	}
	if compare == eaio.CompareNone {
		compare = eaio.ComparePrevious
	}
	return period, compare
}

// changeWindow holds both windows and the year before the later one.
func changeWindow(now, then eaio.Window, loc *time.Location) eaio.Window {
	return around(then, eaio.Window{From: addDays(now.From, -daysOfYear, loc), To: now.To})
}

// dayModel is a weather model with a level for each type of day.
type dayModel struct {
	baseline.Model
	level [dayTypes]float64 // added to the model's use
}

// levels are the mean residuals of each type of day.
func levels(m baseline.Model, d dailyData, span baseline.Span) (out [dayTypes]float64) {
	var n [dayTypes]int
	for i := span.First; i < span.End; i++ {
		if e := d.use[i] - m.Predict(d.degF[i]); !math.IsNaN(e) {
			out[d.types[i]] += e
			n[d.types[i]]++
		}
	}
	for t := range out {
		out[t] /= float64(max(n[t], 1))
	}
	return out
}

// asked is what a window asks of the model: its weather and its days.
type asked struct {
	metered float64
	mean    float64       // of the model's use per day without levels, at the window's weather
	days    [dayTypes]int // that count
	on      basis
}

func (d dailyData) asked(m dayModel, span baseline.Span) (x asked) {
	x.on = basis{window: d.on(span).window}
	n := 0
	for i := span.First; i < span.End; i++ {
		p := m.Predict(d.degF[i])
		if math.IsNaN(p + d.use[i]) {
			continue
		}
		x.metered += d.use[i]
		x.mean += p
		x.days[d.types[i]]++
		n++
		x.on.n += d.n[i]
	}
	x.mean /= float64(max(n, 1))
	x.on.of = d.on(span).of
	return x
}

func (x asked) count() (n int) {
	for _, k := range x.days {
		n += k
	}
	return n
}

// use is what the model says of one window's weather on another's days.
func (m dayModel) use(weather, calendar asked) float64 {
	total := 0.0
	for t, n := range calendar.days {
		total += float64(n) * (weather.mean + m.level[t])
	}
	return total
}

// explain adds the three terms. They are rounded before they are added up, so that
// they add up as told.
func (r *report) explain(m dayModel, fit Fit, d dailyData, now, then baseline.Span) eaio.Result {
	a, b := d.asked(m, now), d.asked(m, then)
	if !enoughDays(a, now) || !enoughDays(b, then) {
		r.count("days_compared", min(a.count(), b.count()), "days", "days with use and temperature", a.on)
		return r.decline(eaio.ResultInsufficientData, ReasonNoChange)
	}
	weather := ((m.use(a, a) - m.use(b, a)) + (m.use(a, b) - m.use(b, b))) / 2
	calendar := ((m.use(a, a) - m.use(a, b)) + (m.use(b, a) - m.use(b, b))) / 2
	diff, weather, calendar := round(a.metered-b.metered, 3), round(weather, 3), round(calendar, 3)
	operations := round(diff-weather-calendar, 3)
	r.changeTotals(a, b, diff)
	r.term("change_weather", weather, "model at the period's temperatures − at the comparison's; "+averageMethod, a.on)
	r.term("change_calendar", calendar, "model on the period's working and weekend days − on the comparison's; "+averageMethod, a.on)
	r.term("change_operations", operations, "change − weather − calendar", a.on)
	band := baseline.Combined(m.Band(m.use(a, a), a.count(), baseline.Days), m.Band(m.use(b, b), b.count(), baseline.Days))
	r.band("change_band", band, "of the operations term: ASHRAE Guideline 14 for both windows, combined; half width at 90 %", a.on)
	r.signature(m.Model, fit, d.on(d.within(eaio.Window{From: d.days[max(now.First-daysOfYear, 0)].From, To: a.on.window.From})))
	reason := ReasonWithinModelError
	if math.Abs(operations) > band {
		reason = ReasonOperationsChanged
	}
	r.warn(reason)
	return r.Result
}

func enoughDays(x asked, span baseline.Span) bool {
	return float64(x.count()) >= minChangeDays*float64(span.End-span.First)
}

func (r *report) changeTotals(a, b asked, diff float64) {
	r.energy("energy", a.metered, "sum of the days that are compared", a.on)
	r.energy("compare_energy", b.metered, "sum of the days that are compared", b.on)
	r.energy("change", diff, "period − comparison", a.on)
	if b.metered > 0 {
		r.percent("change_percent", diff/b.metered, "change of comparison", a.on)
	}
	r.cost("change_cost", diff, "change", a.on)
	r.count("days_compared", a.count(), "days", "days of the period that are compared", a.on)
	r.count("compare_days", b.count(), "days", "days of the comparison that are compared", b.on)
}

// term adds one of the terms, and its money.
func (r *report) term(name string, x float64, method string, on basis) {
	r.energy(name, x, method, on)
	r.cost(name+"_cost", x, name, on)
}

// changeWithoutWeather tells the calendar's part by the mean use of each type of day
// in the comparison.
func (r *report) changeWithoutWeather(d dailyData, now, then baseline.Span) eaio.Result {
	r.warn(ReasonNoTemperature)
	a, b := d.byType(now), d.byType(then)
	if !enoughDays(a.asked, now) || !enoughDays(b.asked, then) {
		return r.decline(eaio.ResultInsufficientData, ReasonNoChange)
	}
	calendar := 0.0
	for t, n := range a.days {
		if n > 0 && b.days[t] == 0 {
			return r.decline(eaio.ResultInsufficientData, ReasonNoChange)
		}
		calendar += float64(n-b.days[t]) * b.sum[t] / float64(max(b.days[t], 1))
	}
	diff, calendar := round(a.metered-b.metered, 3), round(calendar, 3)
	r.changeTotals(a.asked, b.asked, diff)
	r.term("change_calendar", calendar, "difference in working and weekend days × the comparison's mean use of each", a.on)
	r.term("change_weather_and_operations", round(diff-calendar, 3), "change − calendar; not told apart without temperatures", a.on)
	return r.Result
}

// typed is a window whose use is summed by type of day, without a model.
type typed struct {
	asked
	sum [dayTypes]float64
}

func (d dailyData) byType(span baseline.Span) (x typed) {
	x.on = d.on(span)
	for i := span.First; i < span.End; i++ {
		if v := d.use[i]; !math.IsNaN(v) {
			x.metered += v
			x.sum[d.types[i]] += v
			x.days[d.types[i]]++
		}
	}
	return x
}
