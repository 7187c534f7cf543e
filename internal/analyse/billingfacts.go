package analyse

import (
	"math"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// billingFacts gathers the facts of an analysis of bills, by the names and to the
// places that package energy has.
type billingFacts struct {
	eaio.Result
	unit, degrees string
	price         energy.Price
}

func (q *Request) billingFacts(name string) *billingFacts {
	b := &billingFacts{unit: q.Meters[0].Series.Unit, degrees: q.degrees(), price: q.Input.Price}
	b.Analysis, b.Status, b.Facts = name, eaio.ResultOK, []eaio.Fact{}
	return b
}

func (b *billingFacts) warn(reason string) {
	b.Reasons = append(b.Reasons, reason)
	if b.Status == eaio.ResultOK {
		b.Status = eaio.ResultWarn
	}
}

func (b *billingFacts) decline(reason string) {
	b.Reasons = append(b.Reasons, reason)
	b.Status = eaio.ResultInsufficientData
}

func (b *billingFacts) add(name string, v eaio.Value, unit, method string, w eaio.Window, n int) {
	b.Facts = append(b.Facts, eaio.Fact{Name: name, Value: v, Unit: unit, Method: method, Window: w, N: n, Quality: eaio.QualityGood})
}

// number adds a value to so many decimal places; nothing where it is none.
func (b *billingFacts) number(name string, x float64, places int, unit, method string, w eaio.Window, n int) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return
	}
	scale := math.Pow10(places)
	b.add(name, eaio.Number(math.Round(x*scale)/scale+0), unit, method, w, n)
}

func (b *billingFacts) count(name string, n int, method string, w eaio.Window, of int) {
	b.add(name, eaio.Number(float64(n)), "", method, w, of)
}

// cost adds the money for so many kWh; nothing without a price or of another unit.
func (b *billingFacts) cost(name string, kWh float64, of string, w eaio.Window, n int) {
	if b.price.Currency == "" || b.unit != "kWh" {
		return
	}
	places := tariff.MinorDigits(b.price.Currency)
	amount := decimal.NewFromFloat(kWh).Round(3).Mul(b.price.PerKWh).RoundBank(places)
	b.add(name, eaio.Text(amount.StringFixedBank(places)), b.price.Currency, of+" × flat price per kWh", w, n)
}

// minBilledShare is the share of a period's days that bills must cover for it to be whole.
const minBilledShare = 0.9

// savings adds what was saved, its bands and the verdict by ASHRAE Guideline 14's. Placebo
// periods are not tried: years of bills would be needed, and that is warned of. days are
// those of the reporting period, billed those that bills cover.
func (b *billingFacts) savings(s baseline.Saving, w eaio.Window, billed, days int) {
	b.add("verdict", eaio.Text(string(s.Verdict)), "", "confirmed: the band excludes zero and is at most half of the saving (ASHRAE Guideline 14); indicative: it excludes zero; else inconclusive", w, s.N)
	b.number("avoided_energy_use", s.Saved, 3, b.unit, avoidedMethod, w, s.N)
	b.number("avoided_energy_use_percent", 100*s.Fraction, 2, "%", "avoided energy use of the baseline model's", w, s.N)
	b.cost("avoided_energy_cost", s.Saved, "avoided energy use", w, s.N)
	b.number("baseline_energy", s.Predicted, 3, b.unit, "baseline model at the bills' weather", w, s.N)
	b.number("metered_energy", s.Metered, 3, b.unit, "sum of the bills that have a prediction", w, s.N)
	b.count("bills_compared", s.N, "bills of the reporting period with a prediction", w, s.N)
	b.add("days_billed", eaio.Number(float64(billed)), "days", "days of the reporting period that lie in bills within it", w, s.N)
	b.add("days_expected", eaio.Number(float64(days)), "days", "days of the reporting period", w, s.N)
	b.number("uncertainty_band", s.Band, 3, b.unit, "ASHRAE Guideline 14, improved polynomial for bills, E of the reporting period; half width at 90 %", w, s.N)
	b.number("uncertainty_band_eemeter", s.BandEEMeter, 3, b.unit, "the same with E of the whole baseline, as eemeter has it; half width at 90 %", w, s.N)
	b.number("fractional_savings_uncertainty", s.FSU, 4, "", "uncertainty_band / |avoided energy use|, ASHRAE Guideline 14: at most 0.5", w, s.N)
	b.number("verdict_band", s.Band, 3, b.unit, "uncertainty_band: bills are too few to try placebo periods; half width at 90 %", w, s.N)
	if float64(billed) < minBilledShare*float64(days) {
		b.warn(energy.ReasonIncompletePeriod)
	}
	for _, reason := range s.Warnings {
		b.warn(reason)
	}
	b.warn(baseline.WarnDrift)
	switch {
	case s.Verdict == baseline.Inconclusive:
		b.Reasons = append([]string{energy.ReasonSavingWithinBand}, b.Reasons...)
		b.Status = eaio.ResultInconclusive
	case s.Saved < 0:
		b.warn(energy.ReasonUseIncreased)
	}
}

// model adds the coefficients of a model, or why there is none.
func (b *billingFacts) model(m baseline.Model, w eaio.Window, bills int) {
	if !m.OK() {
		for _, reason := range m.Reasons {
			b.decline(reason)
		}
		b.count("bills_present", bills, "bills that lie wholly in the period", w, bills)
		return
	}
	temperature, slope := baseline.Celsius, baseline.PerCelsius
	if b.degrees == "F" {
		same := func(x float64) float64 { return x }
		temperature, slope = same, same
	}
	perDay := b.unit + "/day"
	perDegree, degrees := perDay+"/°"+b.degrees, "°"+b.degrees
	b.add("model", eaio.Text(string(m.Kind)), "", billingMethod, w, m.N)
	b.number("intercept", m.Base, 3, perDay, billingMethod, w, m.N)
	if m.Heating != 0 {
		b.number("heating_slope", slope(m.Heating), 3, perDegree, billingMethod, w, m.N)
		b.number("heating_balance_point", temperature(m.HeatingBalance), 3, degrees, billingMethod, w, m.N)
	}
	if m.Cooling != 0 {
		b.number("cooling_slope", slope(m.Cooling), 3, perDegree, billingMethod, w, m.N)
		b.number("cooling_balance_point", temperature(m.CoolingBalance), 3, degrees, billingMethod, w, m.N)
	}
	b.number("r_squared", m.R2, 4, "", "1 − Σe²/Σ(y−ȳ)²", w, m.N)
	b.number("adjusted_r_squared", m.AdjR2, 4, "", "1 − (1−R²)(n−1)/(n−c−1), c slopes", w, m.N)
	b.number("cvrmse", m.CVRMSE, 4, "", "sqrt(Σe²/(n−c))/ȳ", w, m.N)
	b.number("nmbe", m.NMBE, 4, "", "Σe/((n−c)·ȳ)", w, m.N)
	b.count("bills_fitted", m.N, "bills with use and temperature", w, m.N)
	for _, reason := range m.Warnings {
		b.warn(reason)
	}
}
