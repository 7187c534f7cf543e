package analyse

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// Document is what `eaio analyse --json` prints. Fields are added, never renamed.
type Document struct {
	Analysis     string             `json:"analysis"`
	Status       eaio.ResultStatus  `json:"status"`
	Reasons      []string           `json:"reasons"`
	Explanations map[string]string  `json:"explanations,omitempty"` // of the reasons that need one
	Facts        []Fact             `json:"facts"`
	Coefficients map[string]float64 `json:"coefficients,omitempty"` // of the model, by the names of their facts
	Events       []Event            `json:"events,omitzero"`        // of anomalies, the largest first
	Series       []Series           `json:"series,omitempty"`
	Months       []Month            `json:"months,omitempty"` // of cost and carbon, where two whole months are in the period
	Inputs       Inputs             `json:"inputs"`

	peers []float64 // site EUIs of the same use, sorted: for the plot of benchmark
}

// Month is a fact of one calendar month.
type Month struct {
	Month string     `json:"month"` // such as 2017-06
	Name  string     `json:"name"`  // of the fact
	Value eaio.Value `json:"value"`
	Unit  string     `json:"unit"`
}

// Inputs are what the document was computed from.
type Inputs struct {
	Meters          []File    `json:"meters"`
	Temperature     *File     `json:"temperature,omitempty"`
	TemperatureUnit string    `json:"temperature_unit,omitempty"` // of balance points and slopes: "C" or "F"
	DayBoundary     string    `json:"day_boundary"`               // the clock whose midnights part the days
	AsOf            time.Time `json:"as_of,omitzero"`             // nothing at or after it was looked at
	MethodVersion   string    `json:"method_version"`

	clock *time.Location // that a table tells instants on
}

// Fact is one computed value.
type Fact struct {
	ID      string       `json:"id"` // F1, F2, … within the document
	Name    string       `json:"name"`
	Value   eaio.Value   `json:"value"`
	Unit    string       `json:"unit"`
	Method  string       `json:"method"`
	Window  eaio.Window  `json:"window"`
	N       int          `json:"n"`
	Quality eaio.Quality `json:"quality"`
}

// Event is a span of readings that deserves a look. Energies are in kWh; those of a
// meter that counts no energy are in its Unit.
type Event struct {
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"` // exclusive
	Kind     string    `json:"kind"`
	KWh      float64   `json:"kwh"`  // metered − expected; negative: less than expected
	Cost     *string   `json:"cost"` // of KWh at the flat price, a decimal; null without a price
	Currency string    `json:"currency,omitempty"`
	Severity string    `json:"severity"`
	Score    float64   `json:"score"` // in robust standard deviations
	Metered  float64   `json:"metered_kwh"`
	Expected float64   `json:"expected_kwh"`
	Unit     string    `json:"unit"`
}

func newEvent(e energy.Event) Event {
	out := Event{
		Start: e.Start, End: e.End, Kind: string(e.Kind), KWh: e.Excess, Currency: e.Currency,
		Severity: string(e.Severity), Score: e.Score, Metered: e.Energy, Expected: e.Expected, Unit: e.Unit,
	}
	if e.Cost != "" {
		out.Cost = &e.Cost
	}
	return out
}

// Series is a row of values at a regular step: of time from Start, or, where Start
// is zero, of the time of day from midnight, or of how long a load is exceeded.
type Series struct {
	Name        string    `json:"name"`
	Unit        string    `json:"unit"`
	Start       time.Time `json:"start,omitzero"`
	StepSeconds int       `json:"step_seconds"`
	Values      Values    `json:"values"`
}

// at returns the instant of place i.
func (s Series) at(i int) time.Time {
	return s.Start.Add(time.Duration(i*s.StepSeconds) * time.Second)
}

// Values are numbers; what is not finite is null in JSON.
type Values []float64

// MarshalJSON writes the shortest decimals that keep seven digits.
func (v Values) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 8*len(v)+2), '[')
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			b = append(b, "null"...)
			continue
		}
		short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 7, 64), 64)
		if err != nil {
			return nil, err
		}
		b = strconv.AppendFloat(b, short, 'f', -1, 64)
	}
	return append(b, ']'), nil
}

// document numbers the facts of a result.
func document(r eaio.Result) Document {
	d := Document{Analysis: r.Analysis, Status: r.Status, Reasons: append([]string{}, r.Reasons...), Facts: []Fact{}}
	for _, f := range r.Facts {
		d.add(f)
	}
	return d
}

func (d *Document) add(f eaio.Fact) {
	d.Facts = append(d.Facts, Fact{
		ID: fmt.Sprintf("F%d", len(d.Facts)+1), Name: f.Name, Value: f.Value, Unit: f.Unit,
		Method: f.Method, Window: f.Window, N: f.N, Quality: f.Quality,
	})
}

// fractions turns every CVRMSE in percent into a fraction, as all the others are.
func (d *Document) fractions() {
	for i, f := range d.Facts {
		if x, ok := f.Value.Float(); ok && f.Unit == "%" && strings.HasSuffix(f.Name, "cvrmse") {
			d.Facts[i].Value, d.Facts[i].Unit = eaio.Number(math.Round(x*1e4)/1e6), ""
		}
	}
}

// fact returns the fact with that name; ok is false if there is none.
func (d *Document) fact(name string) (f Fact, ok bool) {
	for _, f := range d.Facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}

// series returns the series with that name; ok is false if there is none.
func (d *Document) series(name string) (s Series, ok bool) {
	for _, s := range d.Series {
		if s.Name == name {
			return s, true
		}
	}
	return Series{}, false
}
