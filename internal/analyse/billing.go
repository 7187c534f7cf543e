package analyse

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

const (
	billingMethod = "CalTRACK 2.0 billing: mean use per day of each bill = intercept + heating slope·HDD + cooling slope·CDD, degree days averaged over the bill, weighed by its days; balance points on a grid of 1 °F, highest adjusted R²"
	avoidedMethod = "IPMVP option C: Σ(baseline model at the bills' weather − billed)"
)

// within are the bills that lie wholly in a window, and where they begin and end.
func (m *Meter) within(w eaio.Window) (in []baseline.Bill, on eaio.Window) {
	for _, b := range m.Bills {
		from := m.First.AddDate(0, 0, b.First)
		to := from.AddDate(0, 0, b.Days)
		if from.Before(w.From) || to.After(w.To) {
			continue
		}
		if len(in) == 0 {
			on.From = from
		}
		on.To = to
		in = append(in, b)
	}
	return in, on
}

// dailyFahrenheit are the mean temperatures of the days that bills count, from the
// first one on.
func (m *Meter) dailyFahrenheit(t energy.Temperature) []float64 {
	last := m.Bills[len(m.Bills)-1]
	days := make([]eaio.Window, last.First+last.Days)
	for i := range days {
		from := m.First.AddDate(0, 0, i)
		days[i] = eaio.Window{From: from, To: from.Add(day)}
	}
	return baseline.FahrenheitAll(t.Means(days))
}

func (m *Meter) option() baseline.Meter {
	return baseline.Meter{Gas: energy.HeatsOnly(m.Series.Commodity)}
}

// billedSignature fits the bills of the last year and a bit: as many as end by as-of.
func (q *Request) billedSignature(in energy.Input) (Document, error) {
	m := q.Meters[0]
	to := q.AsOf
	if to.IsZero() {
		last := m.Bills[len(m.Bills)-1]
		to = m.First.AddDate(0, 0, last.First+last.Days)
	}
	q.AsOf = to
	bills, on := m.within(eaio.Window{From: to.AddDate(0, 0, -daysOfYear-billSlack), To: to})
	degF := m.dailyFahrenheit(in.Temperature)
	model := baseline.FitBilling(bills, degF, m.option())
	b := q.billingFacts(energy.NameSignature)
	b.model(model.Model, on, len(bills))
	d := document(b.Result)
	d.Coefficients = coefficients(d)
	if len(bills) > 0 {
		warmth := q.billTemperatures(bills, degF)
		days := m.billSeries(model, bills, degF)
		use, predicted := days[0], days[1]
		use.Name, predicted.Name = "energy", "model"
		warmth.Start, warmth.StepSeconds = use.Start, use.StepSeconds
		d.Series = []Series{warmth, use, predicted}
	}
	return d, nil
}

// billTemperatures are the means of the bills, day by day, as the request tells them.
func (q *Request) billTemperatures(bills []baseline.Bill, degF []float64) Series {
	first, last := bills[0].First, bills[len(bills)-1]
	values := unknown(last.First + last.Days - first)
	for _, b := range bills {
		sum, n := 0.0, 0
		for _, t := range degF[b.First : b.First+b.Days] {
			if !math.IsNaN(t) {
				sum += t
				n++
			}
		}
		mean := sum / float64(n) // 0/0 is NaN, as it should be
		if !q.Fahrenheit {
			mean = baseline.Celsius(mean)
		}
		for i := range b.Days {
			values[b.First-first+i] = mean
		}
	}
	return Series{Name: "temperature", Unit: "°" + q.degrees(), Values: values}
}

// billSlack lets a year of bills be a little longer than 365 days.
const billSlack = 5

// billedSavings sets the bills of the reporting period against those of the baseline.
func (q *Request) billedSavings(in energy.Input, base, reporting eaio.Window) (Document, error) {
	m := q.Meters[0]
	base.From = base.From.AddDate(0, 0, -billSlack)
	before, beforeOn := m.within(base)
	after, afterOn := m.within(reporting)
	q.AsOf = reporting.To
	b := q.billingFacts(energy.NameSavings)
	degF := m.dailyFahrenheit(in.Temperature)
	model := baseline.FitBilling(before, degF, m.option())
	s := model.Avoided(after, degF)
	if !model.OK() || len(s.Reasons) > 0 {
		for _, reason := range append(model.Reasons, s.Reasons...) {
			if reason != baseline.ReasonNoModel {
				b.decline(reason)
			}
		}
		b.count("bills_baseline", len(before), "bills that lie wholly in the baseline", beforeOn, len(before))
		b.count("bills_reporting", len(after), "bills that lie wholly in the reporting period", afterOn, len(after))
		return document(b.Result), nil
	}
	b.savings(s, afterOn, daysOf(after), dayIndex(reporting.From, reporting.To))
	b.model(model.Model, beforeOn, len(before))
	d := document(b.Result)
	d.Coefficients = coefficients(d)
	d.Series = m.billSeries(model, after, degF)
	return d, nil
}

func daysOf(bills []baseline.Bill) (n int) {
	for _, b := range bills {
		n += b.Days
	}
	return n
}

// billSeries are the bills' means per day, day by day, so that periods of any length
// stand on one axis.
func (m *Meter) billSeries(model baseline.BillingModel, bills []baseline.Bill, degF []float64) []Series {
	first := bills[0].First
	last := bills[len(bills)-1]
	n := last.First + last.Days - first
	metered, predicted, saved := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		metered[i], predicted[i], saved[i] = math.NaN(), math.NaN(), math.NaN()
	}
	total := 0.0
	for _, b := range bills {
		p := model.PredictBill(b, degF)
		for i := b.First - first; i < b.First-first+b.Days; i++ {
			metered[i], predicted[i] = b.Use/float64(b.Days), p/float64(b.Days)
			if !math.IsNaN(p - b.Use) {
				total += (p - b.Use) / float64(b.Days)
			}
			saved[i] = total
		}
	}
	start, step := m.First.AddDate(0, 0, first), int(day/time.Second)
	unit := m.Series.Unit
	return []Series{
		{Name: "metered", Unit: perDay(unit), Start: start, StepSeconds: step, Values: metered},
		{Name: "baseline", Unit: perDay(unit), Start: start, StepSeconds: step, Values: predicted},
		{Name: "cumulative_saving", Unit: unit, Start: start, StepSeconds: step, Values: saved},
	}
}
