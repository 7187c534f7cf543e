package energy

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/forecast"
	"github.com/eaio/eaio/energy/internal/stat"
)

// NameForecast is the analysis of what will be used.
const NameForecast = "forecast"

// Reasons that Forecast gives.
const (
	ReasonTooLittleToForecast = "too_little_to_forecast" // fewer than 20 past days could be tried, or an hour was never seen
	ReasonNewPeakLikely       = "new_monthly_peak_likely"
	ReasonLatestDayMissing    = "latest_day_missing" // the forecast rests on older days
)

const (
	forecastDays = 2 * daysOfYear // of history
	bandTrials   = 90             // days whose errors make the band of a sum
	likely       = 0.5
	hourBand     = "80 % band: errors of the method at that hour on the last 90 days, kept to its share (adaptive conformal inference)"
	sumBand      = "80 % band: errors of the rule's sums on the last 90 days × CVRMSE of the method / of the rule"
	trailedBy    = "sqrt(mean of squared errors) / mean over the hours of the last 84 days, each day forecast from what lay before it"
)

// HourForecast is the energy expected in one hour, with the 80 % band, in the meter's
// unit.
type HourForecast struct {
	Start    time.Time `json:"start"` // on the local clock
	Expected float64   `json:"expected"`
	Lower    float64   `json:"lower"`
	Upper    float64   `json:"upper"`
}

// Forecast tells what the meter will read in the two local days from the midnight at
// or before asOf, and by the end of the month, with 80 % bands, the peak hour, and the
// chance that the month's peak so far is exceeded in the first day. Of package
// forecast's methods the one that did best on the last 84 days is taken and named; the
// second day is forecast as if the first had come true. Methods that see the temperature
// compete where in.WeatherForecast has the days to come. Readings and
// temperatures at or after that midnight are not looked at.
func Forecast(in Input, asOf time.Time) (eaio.Result, []HourForecast) {
	r := newReport(NameForecast, in.Series, in.Price)
	s := in.Series
	if reason := s.hourly(); reason != "" {
		return r.decline(eaio.ResultInsufficientData, reason), nil
	}
	w, ok := s.judged(forecastWindow(asOf, s.location()))
	if !ok {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings), nil
	}
	p := s.cut(w)
	stuck := p.stuck()
	p.blank(stuck)
	_, n := p.sum(0, len(p.values))
	on := basis{w, n, len(p.values)}
	if n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings), nil
	}
	if len(stuck) > 0 {
		r.warn(ReasonStuckReadings)
	}
	g := p.hourGrid()
	if !g.days[len(g.days)-1].present() {
		r.warn(ReasonLatestDayMissing)
	}
	one, two := g.ruleErrors(bandTrials)
	first, second, hours := p.twoDays(g, in)
	if len(two) < leastTrials || !whole(hours) {
		r.count("days_tried", len(two), "days", "past days that a forecast of two days could be tried on", on)
		r.count("days_required", leastTrials, "days", "least number of them for a band", on)
		return r.decline(eaio.ResultInsufficientData, ReasonTooLittleToForecast), nil
	}
	ahead := on
	ahead.window.To = addDays(w.To, 2, s.location())
	r.forecast(hours, first, one, two, ahead)
	r.newPeak(p, first, w.To)
	r.text("forecast_method_day_2", string(second.Method), methodOf(second.Method), ahead)
	r.monthBill(p, g, in.Contract, on)
	r.monthEnd(daily(s, Temperature{}, w), asOf, s.location())
	return r.Result, hours
}

// forecastWindow is the history that goes into a forecast.
func forecastWindow(asOf time.Time, loc *time.Location) eaio.Window {
	end := dayOf(asOf, loc)
	return eaio.Window{From: addDays(end, -forecastDays, loc), To: end}
}

// twoDays forecasts the two days that follow a part, the second as if the first had
// come true.
func (p part) twoDays(g hourGrid, in Input) (first, second forecast.Forecast, hours []HourForecast) {
	loc := p.location()
	y, month, d := p.window.From.In(loc).Date()
	m := forecast.Meter{First: time.Date(y, month, d, 0, 0, 0, 0, time.UTC), ZeroMissing: p.zeroIsMissing()}
	for _, load := range g.load {
		m.Load = append(m.Load, load[:]...)
	}
	m.Temperature = p.hourlyDegC(in)
	model, err := in.Models.forecast(m)
	if err != nil { // the grid is whole by construction
		return first, second, nil
	}
	first, second = model.Next(), model.After()
	for i, f := range []forecast.Forecast{first, second} {
		hours = append(hours, onClock(f, addDays(p.window.To, i, loc), addDays(p.window.To, i+1, loc), loc)...)
	}
	return first, second, hours
}

// hourlyDegC are the temperatures of a part's days and of the two that follow, as
// package forecast takes them; nil without a weather forecast.
func (p part) hourlyDegC(in Input) []float64 {
	if !in.WeatherForecast.known() || !in.Temperature.known() {
		return nil
	}
	measured := in.Temperature.part(p.window)
	measured.Location = p.location()
	ahead := in.WeatherForecast.part(eaio.Window{From: p.window.To, To: addDays(p.window.To, 2, p.location())})
	ahead.Location = p.location()
	var out []float64
	for _, x := range []part{measured, ahead} {
		perHour := float64(max(time.Hour/x.Step, 1))
		for _, load := range x.hourGrid().load {
			for _, v := range load {
				out = append(out, v/perHour) // the grid sums what lies in an hour
			}
		}
	}
	return out
}

// onClock puts a forecast day on the clock.
func onClock(f forecast.Forecast, from, to time.Time, loc *time.Location) (out []HourForecast) {
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		h := at.In(loc).Hour()
		out = append(out, HourForecast{Start: at.In(loc), Expected: f.Hours[h], Lower: f.Low[h], Upper: f.High[h]})
	}
	return out
}

func whole(hours []HourForecast) bool {
	return len(hours) > 0 && !slices.ContainsFunc(hours, func(h HourForecast) bool { return math.IsNaN(h.Expected + h.Lower + h.Upper) })
}

// forecast adds the totals with their bands, the peak hour and how good the method was.
func (r *report) forecast(hours []HourForecast, f forecast.Forecast, oneDay, twoDays []float64, on basis) {
	how := methodOf(f.Method)
	r.text("forecast_method", string(f.Method), how, on)
	day := eaio.Window{From: hours[0].Start, To: addDays(hours[0].Start, 1, hours[0].Start.Location())}
	one, two, top := 0.0, 0.0, 0
	for i, h := range hours {
		two += h.Expected
		if h.Start.Before(day.To) {
			one += h.Expected
			if h.Expected > hours[top].Expected {
				top = i
			}
		}
	}
	own, rule := trailing(f, f.Method), trailing(f, forecast.Rule)
	ratio := 1.0
	if rule > 0 && own > 0 {
		ratio = own / rule
	}
	first := basis{day, on.n, on.of}
	r.total("next_24_h", one, oneDay, ratio, how, first)
	r.total("next_48_h", two, twoDays, ratio, how, on)
	unit := Series{Unit: r.unit}.powerUnit()
	r.number("peak_expected", hours[top].Expected, unit, "highest hour of the next day; "+how, first)
	r.number("peak_expected_low", hours[top].Lower, unit, hourBand, first)
	r.number("peak_expected_high", hours[top].Upper, unit, hourBand, first)
	r.text("peak_hour", hours[top].Start.Format(time.RFC3339), "start of that hour on the local clock", first)
	if !math.IsNaN(own) && !math.IsNaN(rule) {
		r.percent("backtest_cvrmse", own/100, trailedBy, on)
		r.percent("rule_cvrmse", rule/100, trailedBy+"; of the rule", on)
	}
}

func methodOf(m forecast.Method) string { return "day-ahead by " + string(m) + " (package forecast)" }

// trailing is the CVRMSE of a method in percent.
func trailing(f forecast.Forecast, m forecast.Method) float64 {
	for _, s := range f.Trailing {
		if s.Method == m {
			return s.CVRMSE
		}
	}
	return math.NaN()
}

// total adds a sum of hours with the band of the rule's errors in such sums.
func (r *report) total(name string, x float64, errors []float64, ratio float64, how string, on basis) {
	sorted := readings(errors)
	low, high := x+ratio*stat.Quantile(sorted, bandLow), x+ratio*stat.Quantile(sorted, bandHigh)
	r.energy(name+"_energy", x, how, on)
	r.energy(name+"_low", min(low, x), sumBand, on)
	r.energy(name+"_high", max(high, x), sumBand, on)
	r.cost(name+"_cost", x, "forecast energy", on)
}

// newPeak adds the month's highest hour so far and the chance that the next day has a
// higher one. On the first of a month there is nothing to exceed.
func (r *report) newPeak(p part, f forecast.Forecast, from time.Time) {
	if math.IsNaN(f.MonthPeak) || math.IsNaN(f.NewPeak) {
		return
	}
	y, m, _ := from.In(p.location()).Date()
	month := eaio.Window{From: dayStart(y, m, 1, p.location()), To: from}
	lo, hi := p.span(month.From, month.To)
	_, n := p.sum(lo, hi)
	on := basis{month, n, hi - lo}
	r.number("month_peak_so_far", f.MonthPeak, Series{Unit: r.unit}.powerUnit(), "highest hour of the month so far", on)
	r.percent("new_peak_chance", f.NewPeak, "share of the last 90 days whose errors, laid over the forecast, exceed the month's highest hour so far", on)
	if f.NewPeak >= likely {
		r.warn(ReasonNewPeakLikely)
	}
}
