package energy

import (
	"math"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// Price is a flat price of energy. The zero Currency means that it is not known;
// then no analysis speaks of money.
type Price struct {
	PerKWh   decimal.Decimal
	Currency string // ISO 4217
}

// report gathers the facts of one analysis.
type report struct {
	eaio.Result
	unit  string // of energy
	price Price
}

// basis is what a fact rests on: where its readings lie, how many there are, and
// how many there should be.
type basis struct {
	window eaio.Window
	n, of  int
}

func newReport(name string, s Series, p Price) *report {
	r := &report{unit: s.Unit, price: p}
	r.Analysis, r.Status, r.Facts = name, eaio.ResultOK, []eaio.Fact{}
	return r
}

// warn adds a reason once and lets the result ask for attention.
func (r *report) warn(reason string) {
	r.Status = eaio.ResultWarn
	for _, have := range r.Reasons {
		if have == reason {
			return
		}
	}
	r.Reasons = append(r.Reasons, reason)
}

// decline ends the analysis without a finding.
func (r *report) decline(status eaio.ResultStatus, reason string) eaio.Result {
	r.warn(reason)
	r.Status = status
	return r.Result
}

func (r *report) add(name string, v eaio.Value, unit, method string, b basis) {
	r.Facts = append(r.Facts, eaio.Fact{
		Name: name, Value: v, Unit: unit, Method: method,
		Window: b.window, N: b.n, Quality: eaio.QualityOf(share(b.n, b.of)),
	})
}

// number adds a value to a thousandth of its unit.
func (r *report) number(name string, x float64, unit, method string, b basis) {
	r.add(name, eaio.Number(round(x, 3)), unit, method, b)
}

func (r *report) energy(name string, x float64, method string, b basis) {
	r.number(name, x, r.unit, method, b)
}

func (r *report) percent(name string, x float64, method string, b basis) {
	r.add(name, eaio.Number(round(100*x, 2)), "%", method, b)
}

func (r *report) count(name string, n int, unit, method string, b basis) {
	r.add(name, eaio.Number(float64(n)), unit, method, b)
}

func (r *report) text(name, s, method string, b basis) {
	r.add(name, eaio.Text(s), "", method, b)
}

// cost adds the money for x kWh; nothing where there is no price or the meter
// does not read kWh.
func (r *report) cost(name string, x float64, of string, b basis) {
	if r.price.Currency == "" || r.unit != "kWh" {
		return
	}
	r.add(name, eaio.Text(r.price.amount(x)), r.price.Currency, of+" × flat price per kWh", b)
}

// amount is the price of kWh taken to a thousandth, rounded half to even to the
// currency's smallest unit.
func (p Price) amount(kWh float64) string {
	places := minorDigits(p.Currency)
	return decimal.NewFromFloat(round(kWh, 3)).Mul(p.PerKWh).RoundBank(places).StringFixedBank(places)
}

// money adds an amount to the currency's smallest unit.
func (r *report) money(name string, x decimal.Decimal, currency, method string, b basis) {
	r.add(name, eaio.Text(x.StringFixedBank(tariff.MinorDigits(currency))), currency, method, b)
}

// minorDigits returns the decimal places of a currency in use (ISO 4217).
func minorDigits(currency string) int32 { return tariff.MinorDigits(currency) }

// round rounds half away from zero and never returns −0.
func round(x float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(x*scale)/scale + 0
}
