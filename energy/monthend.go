package energy

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/internal/stat"
)

// Reasons about the end of the month.
const (
	ReasonMonthIncomplete = "month_incomplete"          // over a tenth of the month's days so far are missing: no total of it
	ReasonTooFewToProject = "too_few_days_for_the_rest" // less than 10 working and 4 weekend days in the last 40
	ReasonNoBacktest      = "no_backtest"               // the history is too short to tell how far off such a forecast was
)

// The rest of a month is projected day by day from the latest days of the same type.
const (
	projectWorkdays = 10
	projectRestDays = 4
	projectLookBack = 40 // days
	projectTrials   = 180
	leastTrials     = 20
	bandLow         = 0.1 // the ends of an 80 % band
	bandHigh        = 0.9
	projectMethod   = "each day: mean of the last 10 working or 4 weekend days in the 40 before"
)

// monthEnd adds what the month that holds asOf's day will come to: what was used so
// far and a projection of the days that are missing or to come.
func (r *report) monthEnd(d dailyData, asOf time.Time, loc *time.Location) {
	end := dayOf(asOf, loc)
	y, m, _ := end.Date()
	month := eaio.Window{From: dayStart(y, m, 1, loc), To: dayStart(y, m+1, 1, loc)}
	span := d.within(eaio.Window{From: month.From, To: end})
	used, missing := 0.0, 0
	var rest []dayType
	for i := span.First; i < span.End; i++ {
		if math.IsNaN(d.use[i]) {
			missing++
			rest = append(rest, d.types[i])
			continue
		}
		used += d.use[i]
	}
	if float64(missing) > (1-minChangeDays)*float64(span.End-span.First) {
		r.warn(ReasonMonthIncomplete)
		return
	}
	for at := end; at.Before(month.To); at = addDays(at, 1, loc) {
		rest = append(rest, dayTypeOf(at.Weekday()))
	}
	expected, ok := d.project(len(d.days), rest)
	if !ok {
		r.warn(ReasonTooFewToProject)
		return
	}
	on := d.on(d.all())
	on.window = month
	if span.First < span.End {
		r.energy("month_energy_so_far", used, "sum of the month's days before the forecast", d.on(span))
	}
	r.energy("month_energy_forecast", used+expected, "so far + rest of the month; "+projectMethod, on)
	r.cost("month_cost_forecast", used+expected, "forecast of the month's energy", on)
	ratios := d.projectRatios(rest)
	if len(ratios) < leastTrials {
		r.warn(ReasonNoBacktest)
		return
	}
	low, high := expected*stat.Quantile(ratios, bandLow), expected*stat.Quantile(ratios, bandHigh)
	how := "80 % band: what the same projection was off by on each of the last days with as many days ahead"
	r.energy("month_energy_low", used+min(low, high), how, on)
	r.energy("month_energy_high", used+max(low, high), how, on)
	r.cost("month_cost_low", used+min(low, high), "lower end of the month's energy", on)
	r.cost("month_cost_high", used+max(low, high), "upper end of the month's energy", on)
	r.count("month_backtests", len(ratios), "", "past days on which the projection was tried; they overlap", on)
}

// project sums the use of days of given types as seen from the start of day at.
func (d dailyData) project(at int, rest []dayType) (total float64, ok bool) {
	want := [dayTypes]int{workingDay: projectWorkdays, restDay: projectRestDays}
	var mean [dayTypes]float64
	var n [dayTypes]int
	for i := at - 1; i >= max(0, at-projectLookBack); i-- {
		if t := d.types[i]; n[t] < want[t] && !math.IsNaN(d.use[i]) {
			mean[t] += d.use[i]
			n[t]++
		}
	}
	for _, t := range rest {
		if n[t] < want[t] {
			return 0, false
		}
		total += mean[t] / float64(n[t])
	}
	return total, true
}

// projectRatios are what was used by what had been projected, on past days with as many
// days ahead as there are now; sorted.
func (d dailyData) projectRatios(rest []dayType) []float64 {
	var out []float64
	ahead := len(rest)
	for at := len(d.days) - ahead; at >= max(0, len(d.days)-ahead-projectTrials); at-- {
		actual := 0.0
		for i := at; i < at+ahead; i++ {
			actual += d.use[i]
		}
		expected, ok := d.project(at, d.types[at:at+ahead])
		if ok && !math.IsNaN(actual) && expected > 0 {
			out = append(out, actual/expected)
		}
	}
	slices.Sort(out)
	return out
}
