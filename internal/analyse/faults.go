package analyse

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

// declined is a document that claims nothing, for a reason.
func (q *Request) declined(reason string) Document {
	d := document(eaio.Result{Analysis: q.Analysis, Status: eaio.ResultInsufficientData, Reasons: []string{reason}})
	if q.Analysis == energy.NameAnomalies {
		d.Events = []Event{}
	}
	return d
}

const (
	yearToTell  = 300 // days of temperatures, with which a unit can be told by its looks
	hottestHalf = 35  // °C that no place has as the median of a year
)

// weatherFault is why a temperature file cannot be that of the meter, whatever the
// analysis makes of it; "" where it may be.
func (q *Request) weatherFault() string {
	if q.Temperature == nil {
		return ""
	}
	from, to := q.Meters[0].span()
	t := q.Temperature.For(q.Meters[0], q.Boundary)
	if end := t.Start.Add(time.Duration(len(t.DegC)) * t.Step); !t.Start.Before(to) || !from.Before(end) {
		return energy.ReasonNoTemperature
	}
	daily := q.Temperature.grid
	if !q.Temperature.dated {
		daily = q.Temperature.byDate(q.Boundary)
	}
	means := slices.DeleteFunc(slices.Clone(daily.DegC), math.IsNaN)
	switch q.Temperature.File.Unit {
	case "F":
		if baseline.CheckTemperature(baseline.FahrenheitAll(means), 1) == baseline.ReasonCelsius {
			return baseline.ReasonCelsius
		}
	default:
		slices.Sort(means)
		if len(means) >= yearToTell && means[len(means)/2] > hottestHalf {
			return energy.ReasonTemperatureFahrenheit
		}
	}
	return ""
}

// span is from the start of a meter's first reading or bill to the end of the last.
func (m *Meter) span() (from, to time.Time) {
	if len(m.Bills) == 0 {
		return m.Series.Start, m.Series.Start.Add(time.Duration(len(m.Series.Values)) * m.Series.Step)
	}
	last := m.Bills[len(m.Bills)-1]
	return m.First, m.First.AddDate(0, 0, last.First+last.Days)
}

// A change of the weather by so much can multiply the use of a heated building, too.
const (
	weatherStep    = 8  // °C between the means of two fortnights
	weatherFactors = 10 // times, which no weather changes at once
)

// unitStep declines a document on a meter that changes its unit in a window, with the
// facts that tell when and by how much. A step of about 3.412 that comes with a change of
// the weather is left to the model.
func (q *Request) unitStep(in energy.Input, w eaio.Window) (d Document, found bool) {
	r := energy.Quality(in.Series, w, energy.Temperature{})
	ratio, ok1 := r.Fact("unit_step_ratio")
	date, ok2 := r.Fact("unit_step_date")
	if !ok1 || !ok2 {
		return d, false
	}
	x, _ := ratio.Value.Float()
	on, err := Instant("", date.Value.String(), location(in.Series))
	if err != nil {
		return d, false
	}
	m := in.Temperature.Means([]eaio.Window{{From: ratio.Window.From, To: on}, {From: on, To: ratio.Window.To}})
	if x < weatherFactors && x > 1./weatherFactors && math.Abs(m[1]-m[0]) > weatherStep {
		return d, false
	}
	d = q.declined(energy.ReasonUnitStep)
	d.add(ratio)
	d.add(date)
	return d, true
}
