package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// Reasons that analyses of weather give, besides those of package baseline, which
// they pass on.
const (
	ReasonNoTemperature         = "no_temperature"            // none is known for the period
	ReasonTemperatureMissing    = "temperature_missing"       // on more than a tenth of the days
	ReasonTemperatureFahrenheit = "temperature_in_fahrenheit" // what should be °C never was on Earth, and would be in °F
	ReasonTemperatureKelvin     = baseline.ReasonKelvin
)

// Temperature is the outdoor temperature on a regular grid of instants. Analyses
// read it and never write to it. The zero Temperature is unknown.
type Temperature struct {
	Start time.Time     // start of the first interval
	Step  time.Duration // length of an interval, 1 minute to 24 hours
	DegC  []float64     // mean over the interval, or its value at the start; NaN: missing
}

// known reports whether there is any temperature.
func (t Temperature) known() bool {
	return len(t.DegC) > 0 && t.Step >= minStep && t.Step <= maxStep
}

// series is the temperature as other analyses take it.
func (t Temperature) series() Series {
	return Series{Start: t.Start, Step: t.Step, Values: t.DegC, Unit: "degC"}
}

// part cuts the temperature to a window, with nothing taken for missing but what is
// no number.
func (t Temperature) part(w eaio.Window) part {
	return t.series().cut(w)
}

// Means returns the mean temperature of each window in °C, NaN where less than half
// of its readings are there (CalTRACK 2.0). The windows must be in order of time.
func (t Temperature) Means(windows []eaio.Window) []float64 {
	out := make([]float64, len(windows))
	if !t.known() || len(windows) == 0 {
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	p := t.part(eaio.Window{From: windows[0].From, To: windows[len(windows)-1].To})
	for i, w := range windows {
		lo, hi := p.span(w.From, w.To)
		sum, n := p.sum(lo, hi)
		if n == 0 || 2*n < hi-lo {
			out[i] = math.NaN()
			continue
		}
		out[i] = sum / float64(n)
	}
	return out
}

// hottestDayC is warmer than the mean of any day on Earth; a summer in °F is hotter.
const hottestDayC = 50

// temperatureFault returns why daily means cannot be °C, or "".
func temperatureFault(degC []float64) string {
	low, high, n := math.Inf(1), math.Inf(-1), 0
	for _, v := range degC {
		if !math.IsNaN(v) {
			low, high, n = min(low, v), max(high, v), n+1
		}
	}
	switch {
	case n == 0:
		return ReasonNoTemperature
	case low > 200:
		return ReasonTemperatureKelvin
	case high > hottestDayC && high < 130 && low > -60:
		return ReasonTemperatureFahrenheit
	case high > hottestDayC || low < -75:
		return baseline.ReasonTemperature
	}
	return ""
}
