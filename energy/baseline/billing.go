package baseline

import (
	"cmp"
	"math"
	"slices"
)

// What a billing period and a billing baseline must have (CalTRACK 2.0, 2.2 and 3.2).
const (
	shortestBill = 25 // days; shorter ones are off-cycle reads
	longestBill  = 70 // days, two months
	leastBills   = 6  // a year of two-month bills
)

// Bill is the use of a billing period.
type Bill struct {
	First, Days int     // index of its first day among the temperatures, and how many days
	Use         float64 // energy of the whole period; NaN: missing or estimated
}

// BillingModel is a model fitted to bills. It predicts days, as the Model does, and
// bills; the Model's Stats are those of the periods' mean days, weighed by length.
type BillingModel struct {
	Model
	Periods Stats // of the periods' energy, for the uncertainty of a saving
}

// FitBilling fits CalTRACK's billing model: mean use per day of each period against
// degree days averaged over the period, weighed by its days. degF are daily mean
// temperatures in °F. Periods shorter than 25 or longer than 70 days, or with
// temperatures for less than nine tenths of their days, are left out.
func FitBilling(bills []Bill, degF []float64, o Meter) BillingModel {
	no := func(reason string) BillingModel { return BillingModel{Model: declined(reason)} }
	if reason := cmp.Or(checkBills(bills, len(degF)), CheckTemperature(degF, 1)); reason != "" {
		return no(reason)
	}
	p := periods{degF: degF}
	for _, b := range bills {
		p.add(b, o)
	}
	switch covered := sum(p.days); {
	case len(p.bills) < leastBills:
		return no(ReasonPeriods)
	case covered < baselineDays-maxMissing:
		return no(ReasonTooShort)
	}
	t := p.totals()
	if !(t.mean > 0) {
		return no(ReasonZeroUse)
	}
	heating, hx := p.regressors(t.mean, heating)
	cooling, cx := p.regressors(t.mean, cooling)
	if o.Gas {
		cooling = nil
	}
	cross := func(i, j int) float64 {
		both := 0.0
		for k, days := range p.days {
			both += days * hx[i][k] * cx[j][k]
		}
		return both
	}
	average := func(m *Model, t term, i int) float64 {
		return p.average(p.bills[i], func(f float64) float64 { return t.of(m, f) })
	}
	m := BillingModel{Model: fitted{y: p.perDay, x: average, w: p.days}.finish(calTRACK(t, heating, cooling, cross, 0))}
	m.MinT, m.MaxT = p.coldestAndWarmest()
	use, fit := make([]float64, len(p.bills)), make([]float64, len(p.bills))
	for i, b := range p.bills {
		use[i], fit[i] = b.Use, m.PredictBill(b, degF)
	}
	m.Periods = NewStats(use, fit, m.Params)
	return m
}

// PredictBill returns the use of a billing period by the mean of its days'
// predictions; NaN if fewer than nine tenths of its days have a temperature.
func (m BillingModel) PredictBill(b Bill, degF []float64) float64 {
	if b.First < 0 || b.Days <= 0 || b.First+b.Days > len(degF) || !enough(degF[b.First:b.First+b.Days]) {
		return math.NaN()
	}
	return float64(b.Days) * periods{degF: degF}.average(b, m.Predict)
}

// Avoided is the saving of a reporting period of bills.
func (m BillingModel) Avoided(bills []Bill, degF []float64) Saving {
	if !m.OK() {
		return noSaving(ReasonNoModel)
	}
	if reason := checkBills(bills, len(degF)); reason != "" {
		return noSaving(reason)
	}
	predicted, metered := make([]float64, len(bills)), make([]float64, len(bills))
	days := 0
	for i, b := range bills {
		predicted[i], metered[i] = m.PredictBill(b, degF), b.Use
		if !math.IsNaN(predicted[i] + metered[i]) {
			days += b.Days
		}
	}
	months := max(1, int(math.Round(float64(days)/30)))
	return saving(m.Periods, predicted, metered, months, Billing)
}

// checkBills returns what is wrong with the periods as such.
func checkBills(bills []Bill, days int) string {
	ordered := slices.SortedFunc(slices.Values(bills), func(a, b Bill) int { return cmp.Compare(a.First, b.First) })
	end := 0
	for _, b := range ordered {
		switch {
		case b.Days <= 0 || b.First < 0 || b.First+b.Days > days:
			return ReasonOutside
		case b.First < end:
			return ReasonOverlap
		}
		end = b.First + b.Days
	}
	return ""
}

// periods are the bills that count.
type periods struct {
	degF   []float64
	bills  []Bill
	days   []float64
	perDay []float64
}

func (p *periods) add(b Bill, o Meter) {
	if b.Days < shortestBill || b.Days > longestBill || math.IsNaN(b.Use) || b.Use == 0 && !o.Gas || !enough(p.degF[b.First:b.First+b.Days]) {
		return
	}
	p.bills = append(p.bills, b)
	p.days = append(p.days, float64(b.Days))
	p.perDay = append(p.perDay, b.Use/float64(b.Days))
}

// enough reports whether nine tenths of the days have a temperature.
func enough(degF []float64) bool {
	missing := 0
	for _, t := range degF {
		if math.IsNaN(t) {
			missing++
		}
	}
	return 10*missing <= len(degF)
}

func (p *periods) totals() totals {
	t := totals{n: len(p.bills), w: sum(p.days)}
	t.mean = dot(p.days, p.perDay) / t.w
	for i, y := range p.perDay {
		t.syy += p.days[i] * (y - t.mean) * (y - t.mean)
	}
	return t
}

// regressors returns the sums of every balance point, and the degree days per day of
// every balance point and period.
func (p *periods) regressors(mean float64, of term) ([]regressor, [][]float64) {
	grid := degreeGrid()
	sums, x := make([]regressor, len(grid)), make([][]float64, len(grid))
	for i, balance := range grid {
		m := Model{HeatingBalance: balance, CoolingBalance: balance}
		r := regressor{balance: balance}
		x[i] = make([]float64, len(p.bills))
		for k, b := range p.bills {
			v := p.average(b, func(f float64) float64 { return of.of(&m, f) })
			x[i][k] = v
			if v > 0 {
				r.nonZero++
			}
			w := p.days[k]
			r.s += w * v
			r.ss += w * v * v
			r.sy += w * v * (p.perDay[k] - mean)
		}
		sums[i] = r
	}
	return sums, x
}

// average is the mean of f over the days of a period that have a temperature.
func (p periods) average(b Bill, f func(degF float64) float64) float64 {
	total, n := 0.0, 0.0
	for _, t := range p.degF[b.First : b.First+b.Days] {
		if !math.IsNaN(t) {
			total += f(t)
			n++
		}
	}
	return total / n
}

func (p *periods) coldestAndWarmest() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, b := range p.bills {
		for _, t := range p.degF[b.First : b.First+b.Days] {
			if !math.IsNaN(t) {
				low, high = min(low, t), max(high, t)
			}
		}
	}
	return low, high
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

func dot(x, y []float64) float64 {
	total := 0.0
	for i, v := range x {
		total += v * y[i]
	}
	return total
}
