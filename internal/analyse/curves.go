package analyse

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

// coefficientNames are the facts of a model that stand in coefficients, too.
var coefficientNames = [...]string{
	"intercept", "slope", "heating_slope", "cooling_slope", "heating_balance_point", "cooling_balance_point",
	"r_squared", "adjusted_r_squared", "cvrmse", "nmbe",
}

func coefficients(d Document) map[string]float64 {
	out := map[string]float64{}
	for _, name := range coefficientNames {
		if f, ok := d.fact(name); ok {
			if x, isNumber := f.Value.Float(); isNumber {
				out[name] = x
			}
		}
	}
	return out
}

// temperatures are °C in the unit that the request tells.
func (q *Request) temperatures(degC []float64) *Series {
	s := &Series{Name: "temperature", Unit: "°" + q.degrees(), Values: degC}
	if q.Fahrenheit {
		s.Values = baseline.FahrenheitAll(degC)
	}
	return s
}

// appendKnown adds two rows of daily values, and a third with a unit of its own, if
// there are any days. Days are numbered by the date on which they start.
func appendKnown(all []Series, days []eaio.Window, unit string, other *Series, name1 string, values1 []float64, name2 string, values2 []float64) []Series {
	if len(days) == 0 {
		return all
	}
	start := dateOf(days[0].From, days[0].From.Location())
	step := int(day / time.Second)
	if other != nil {
		all = append(all, Series{Name: other.Name, Unit: other.Unit, Start: start, StepSeconds: step, Values: other.Values})
	}
	return append(all,
		Series{Name: name1, Unit: unit, Start: start, StepSeconds: step, Values: values1},
		Series{Name: name2, Unit: unit, Start: start, StepSeconds: step, Values: values2})
}

// judgedLoad is the load in the window that the result's facts are about.
func judgedLoad(s energy.Series, r eaio.Result) []Series {
	f, ok := r.Fact("events")
	if !ok {
		return nil
	}
	return []Series{loadBetween(s, "load", f.Window)}
}

// recentLoad is that of the three days before a forecast.
func recentLoad(s energy.Series, until time.Time) []Series {
	return []Series{loadBetween(s, "load", eaio.Window{From: until.Add(-3 * day), To: until})}
}

// loadBetween is the mean load of the intervals that start in a window.
func loadBetween(s energy.Series, name string, w eaio.Window) Series {
	lo := min(max(ceilDiv(w.From.Sub(s.Start), s.Step), 0), len(s.Values))
	hi := min(max(ceilDiv(w.To.Sub(s.Start), s.Step), lo), len(s.Values))
	values := make([]float64, hi-lo)
	for i, v := range s.Values[lo:hi] {
		values[i] = v / s.Step.Hours()
		if math.IsNaN(v) || v != 0 && !usable(s, v) {
			values[i] = math.NaN()
		}
	}
	return Series{
		Name: name, Unit: powerUnit(s.Unit), Start: s.Start.Add(time.Duration(lo) * s.Step).In(location(s)),
		StepSeconds: int(s.Step / time.Second), Values: values,
	}
}

// forecastSeries are the expected load and its band, hour by hour; hours that are not
// there are NaN.
func forecastSeries(s energy.Series, hours []energy.HourForecast) []Series {
	first := hours[0].Start
	n := int(hours[len(hours)-1].Start.Sub(first)/time.Hour) + 1
	rows := make([][]float64, 3)
	for k := range rows {
		rows[k] = make([]float64, n)
		for i := range rows[k] {
			rows[k][i] = math.NaN()
		}
	}
	for _, h := range hours {
		i := int(h.Start.Sub(first) / time.Hour)
		rows[0][i], rows[1][i], rows[2][i] = h.Expected, h.Lower, h.Upper
	}
	var out []Series
	for k, name := range []string{"forecast", "forecast_lower", "forecast_upper"} {
		out = append(out, Series{Name: name, Unit: powerUnit(s.Unit), Start: first, StepSeconds: 3600, Values: rows[k]})
	}
	return out
}
