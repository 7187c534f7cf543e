package energy

import (
	"fmt"
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/anomaly"
	"github.com/eaio/eaio/energy/baseline"
)

// NameAnomalies is the analysis of unusual loads.
const NameAnomalies = "anomalies"

// Reasons that Anomalies gives.
const (
	ReasonAnomalies      = "unusual_load_found"
	ReasonTooLittlePast  = "too_little_history"   // less than 28 days with half of their readings before the period's end
	ReasonUnevenInterval = "interval_not_in_hour" // the meter's interval does not divide an hour
)

// freshDays is how long a period may be for a model of the year before it. On 20 meters
// with known faults a month at a time it finds as many as the median does, but fewer
// over a year, in which buildings drift away from it (recall 0.87 against 0.92).
const freshDays = 31

const (
	toldEvents    = 5
	weatherMethod = "expected by time of week and temperature (TOWT, LBNL-4944E), fitted to the 365 days before the period"
	medianMethod  = "expected by the median of the same hour of the week, four weeks on either side"
	eventMethod   = "matched filter on the differences from the expected load; ranked by energy"
)

// Event is a span of a meter's load that is unusual. It describes the load and does
// not say why.
type Event struct {
	Start    time.Time        `json:"start"`
	End      time.Time        `json:"end"` // exclusive
	Kind     anomaly.Kind     `json:"kind"`
	Energy   float64          `json:"energy"`   // in Unit
	Expected float64          `json:"expected"` // in Unit
	Excess   float64          `json:"excess"`   // Energy − Expected; negative: less than expected
	Unit     string           `json:"unit"`
	Cost     string           `json:"cost,omitempty"` // of Excess, decimal; empty: no price
	Currency string           `json:"currency,omitempty"`
	Score    float64          `json:"score"` // in robust standard deviations
	Severity anomaly.Severity `json:"severity"`
}

// Anomalies finds the unusual spans of a period (empty: the last 30 days), the largest
// energies first, at most in.AlarmsPerMonth a month. For a month or less, what is usual
// comes from TOWT where there are hourly temperatures and a year of readings before it;
// else from the median of the same hour of the week. Totals and the five largest events
// are facts.
func Anomalies(in Input, asOf time.Time, period eaio.Period) (eaio.Result, []Event) {
	r := newReport(NameAnomalies, in.Series, in.Price)
	s := in.Series
	if reason := s.hourly(); reason != "" {
		return r.decline(eaio.ResultInsufficientData, reason), nil
	}
	judged := in.judged(asOf, period)
	p := s.cut(eaio.Window{From: addDays(judged.From, -daysOfYear, s.location()), To: judged.To})
	lo, hi := p.span(judged.From, judged.To)
	_, n := p.sum(lo, hi)
	on := basis{judged, n, hi - lo}
	if n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings), nil
	}
	days := p.days()
	if n := presentDays(days); n < minLoadDays {
		r.count("days_present", n, "days", daysPresentMethod, on)
		r.count("days_required", minLoadDays, "days", "least number of days to know what is usual", on)
		return r.decline(eaio.ResultInsufficientData, ReasonTooLittlePast), nil
	}
	if on.share() < minCompleteness {
		r.warn(ReasonIncompletePeriod)
	}
	var expected []float64
	method := medianMethod
	if daysBetween(judged.From, judged.To, s.location()) <= freshDays {
		if expected = p.expected(in, lo); expected != nil {
			method = weatherMethod
		}
	}
	found := anomaly.Detect(anomaly.Input{
		KWh: p.loads0(), StepsPerHour: int(time.Hour / s.Step), HourOfWeek: p.hoursOfWeek(days),
		Expected: expected, From: lo,
	}, anomaly.Options{AlarmsPerMonth: in.AlarmsPerMonth, ZeroIsReading: !s.zeroIsMissing()})
	events := make([]Event, len(found))
	for i, f := range found {
		events[i] = p.event(f, in.Price)
	}
	r.events(events, method+"; "+eventMethod, on)
	return r.Result, events
}

// judged is the window whose events are told, up to asOf.
func (in Input) judged(asOf time.Time, period eaio.Period) eaio.Window {
	if w := in.Judged; !w.From.IsZero() {
		if w.To.After(asOf) {
			w.To = asOf
		}
		return w
	}
	return PeriodWindow(asOf, in.Series.location(), anomalyPeriod(period))
}

func anomalyPeriod(period eaio.Period) eaio.Period {
	if period == "" {
		return eaio.Last30Days
	}
	return period
}

func presentDays(days []day) (n int) {
	for _, d := range days {
		if d.present() {
			n++
		}
	}
	return n
}

// loads0 are the readings with zeros as the meter gave them, which tell an outage.
func (p part) loads0() []float64 {
	out := make([]float64, len(p.values))
	for i := range out {
		out[i] = p.raw(i)
		if isSentinel(out[i]) {
			out[i] = math.NaN()
		}
	}
	return out
}

// hourOfWeek is that of interval i on the local clock, 0 for Monday 00:00.
func (p part) hourOfWeek(i int) int {
	at := p.at(i).In(p.location())
	return (int(at.Weekday())+6)%7*24 + at.Hour()
}

// hoursOfWeek tells hourOfWeek for all intervals of a part's days.
func (p part) hoursOfWeek(days []day) func(i int) int {
	slots := make([]uint8, len(p.values))
	for _, d := range days {
		first := (int(d.weekday) + 6) % 7 * 24
		for i := d.lo; i < d.hi; i++ {
			slots[i] = uint8(first + p.hourOf(d, i))
		}
	}
	return func(i int) int { return int(slots[i]) }
}

// expected is the use of every interval by TOWT, fitted to what lies before place
// from; nil where that is no year with hourly temperatures.
func (p part) expected(in Input, from int) []float64 {
	perHour := int(time.Hour / p.Step)
	if !in.Temperature.known() || in.Temperature.Step > time.Hour || from < daysOfYear*24*perHour-25*perHour {
		return nil
	}
	h := p.hourly(in.Temperature, perHour)
	cut := from / perHour
	model := baseline.FitTOWT(baseline.Hours{Use: h.Use[:cut], DegF: h.DegF[:cut], Week: h.Week[:cut], Month: h.Month[:cut]}, p.meter())
	if !model.OK() {
		return nil
	}
	out := make([]float64, len(p.values))
	for i, v := range model.Predict(h) {
		for k := i * perHour; k < min((i+1)*perHour, len(out)); k++ {
			out[k] = v / float64(perHour)
		}
	}
	return out
}

// hourly sums a part by the hour, with the temperature and place in the week of each.
func (p part) hourly(t Temperature, perHour int) baseline.Hours {
	n := (len(p.values) + perHour - 1) / perHour
	h := baseline.Hours{Use: make([]float64, n), Week: make([]uint8, n), Month: make([]uint8, n)}
	windows := make([]eaio.Window, n)
	for i := range n {
		lo, hi := i*perHour, min((i+1)*perHour, len(p.values))
		sum, have := p.sum(lo, hi)
		h.Use[i] = math.NaN()
		if have == hi-lo {
			h.Use[i] = sum
		}
		at := p.at(lo)
		h.Week[i], h.Month[i] = uint8(p.hourOfWeek(lo)), uint8(at.In(p.location()).Month())
		windows[i] = eaio.Window{From: at, To: at.Add(time.Hour)}
	}
	h.DegF = baseline.FahrenheitAll(t.Means(windows))
	return h
}

func (p part) event(f anomaly.Event, price Price) Event {
	loc := p.location()
	e := Event{
		Start: p.at(f.Start).In(loc), End: p.at(f.End).In(loc), Kind: f.Kind, Severity: f.Severity,
		Energy: round(f.ActualKWh, 3), Expected: round(f.ExpectedKWh, 3), Excess: round(f.ExcessKWh, 3),
		Unit: p.Unit, Score: round(f.Score, 2),
	}
	if price.Currency != "" && p.Unit == "kWh" {
		e.Cost, e.Currency = price.amount(f.ExcessKWh), price.Currency
	}
	return e
}

// events adds the totals and the largest events.
func (r *report) events(events []Event, method string, on basis) {
	high, low := 0.0, 0.0
	for _, e := range events {
		high, low = high+max(0, e.Excess), low+min(0, e.Excess)
	}
	r.count("events", len(events), "", method, on)
	r.energy("excess_energy", high, "energy of the events above what was expected", on)
	r.cost("excess_cost", high, "excess energy", on)
	r.energy("shortfall_energy", low, "energy of the events below what was expected", on)
	for i, e := range events[:min(len(events), toldEvents)] {
		name := fmt.Sprintf("event_%d", i+1)
		b := basis{eaio.Window{From: e.Start, To: e.End}, on.n, on.of}
		r.text(name, string(e.Kind), method, b)
		r.energy(name+"_excess", e.Excess, "energy − expected energy", b)
		r.cost(name+"_cost", e.Excess, "excess", b)
		r.text(name+"_start", e.Start.Format(time.RFC3339), "on the local clock", b)
		r.number(name+"_hours", e.End.Sub(e.Start).Hours(), "h", "length", b)
		r.text(name+"_severity", string(e.Severity), "major: 12 hours of the mean load or more; minor: less than 3", b)
		r.number(name+"_score", e.Score, "", "size in robust standard deviations of the filtered differences", b)
	}
	if len(events) > 0 {
		r.warn(ReasonAnomalies)
	}
}
