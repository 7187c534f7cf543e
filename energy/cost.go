package energy

import (
	"fmt"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// NameCost is the analysis that bills a period.
const NameCost = "cost"

// Reasons that Cost gives besides those of package tariff, which it passes on.
const (
	ReasonNoTariff      = "no_tariff"        // the contract names none
	ReasonUnitNotKWh    = "unit_not_kwh"     // a tariff is for kWh
	ReasonOtherCurrency = "other_currency"   // an alternative in another currency is left out
	ReasonBillOff       = "bill_off"         // the given bill differs by more than 5 %
	ReasonBillUnclear   = "bill_not_checked" // the given bill cannot be judged from what there is
)

// Contract is what a meter's energy is paid by, and what it could be paid by.
type Contract struct {
	Tariff       tariff.Tariff
	Alternatives []tariff.Tariff
	Billed       *decimal.Decimal // total of the bill that came for the period; nil: none given
}

// monthsOfYear is the number of whole calendar months that a year of bills has.
const monthsOfYear = 12

// billingWindow is the window of a period for what is paid by the month: a year is
// the last twelve whole calendar months. An empty period is the last month.
func billingWindow(asOf time.Time, loc *time.Location, period eaio.Period) eaio.Window {
	switch period {
	case "":
		period = eaio.LastMonth
	case eaio.LastYear:
		y, m, _ := dayOf(asOf, loc).Date()
		return eaio.Window{From: dayStart(y, m-monthsOfYear, 1, loc), To: dayStart(y, m, 1, loc)}
	}
	return PeriodWindow(asOf, loc, period)
}

// WindowNeeded returns the span of readings that Cost and Peak look at: the period
// and the months before it that a ratchet needs.
func (c Contract) WindowNeeded(asOf time.Time, loc *time.Location, period eaio.Period) eaio.Window {
	if loc == nil {
		loc = time.UTC
	}
	back := c.Tariff.Lookback()
	for i := range c.Alternatives {
		back = max(back, c.Alternatives[i].Lookback())
	}
	return withMonthsBefore(billingWindow(asOf, loc, period), loc, back)
}

func withMonthsBefore(w eaio.Window, loc *time.Location, months int) eaio.Window {
	if months > 0 {
		y, m, _ := w.From.In(loc).Date()
		w.From = dayStart(y, m-time.Month(months), 1, loc)
	}
	return w
}

// usage is the part of s inside w as package tariff takes it.
func (s Series) usage(w eaio.Window) tariff.Usage {
	p := s.cut(w)
	return tariff.Usage{Start: p.at(0), Step: s.Step, KWh: p.values, Location: s.location()}
}

// Cost bills a period by the contract's tariff, line by line where it is within one
// month, else by charge; sets it against the alternatives, the cheapest first, at
// the same use; and checks a given bill, which is off where it differs by more than
// 5 %. Money is decimal, rounded line by line (package tariff says how). An empty
// period is the last month; a year is the last twelve whole calendar months.
func Cost(s Series, asOf time.Time, period eaio.Period, c Contract) eaio.Result {
	r := newReport(NameCost, s, Price{})
	switch {
	case c.Tariff.Currency == "":
		return r.decline(eaio.ResultInsufficientData, ReasonNoTariff)
	case s.Unit != "kWh":
		return r.decline(eaio.ResultInsufficientData, ReasonUnitNotKWh)
	case s.unsupported(maxStep):
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	w := billingWindow(asOf, s.location(), period)
	part := s.cut(w)
	_, n := part.sum(0, len(part.values))
	if n == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoReadings)
	}
	on := basis{w, n, len(part.values)}
	others := make([]tariff.Tariff, 0, len(c.Alternatives))
	for _, t := range c.Alternatives {
		if t.Currency == c.Tariff.Currency {
			others = append(others, t)
		}
	}
	bill, alternatives, err := tariff.Compare(s.usage(c.WindowNeeded(asOf, s.location(), period)), w.From, w.To, c.Tariff, others...)
	if err != nil {
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval)
	}
	for _, reason := range bill.Reasons {
		r.warn(reason)
	}
	if bill.Status == tariff.StatusInsufficient {
		r.Status = eaio.ResultInsufficientData
		return r.Result
	}
	if len(others) < len(c.Alternatives) {
		r.warn(ReasonOtherCurrency)
	}
	if len(part.stuck()) > 0 {
		r.warn(ReasonStuckReadings)
	}
	r.warnUnitChange(part.stretch())
	r.bill(bill, on)
	r.alternatives(alternatives, on)
	if c.Billed != nil {
		r.checkBill(bill, *c.Billed, on)
	}
	return r.Result
}

// bill adds the total, the price of a kWh and the lines.
func (r *report) bill(b tariff.Bill, on basis) {
	if b.Name != "" {
		r.text("tariff", b.Name, "name of the tariff billed by", on)
	}
	r.money("cost_total", b.Total, b.Currency, "sum of the lines", on)
	r.add("energy", eaio.Number(b.KWh.InexactFloat64()), "kWh", "sum of intervals", on)
	if b.KWh.IsPositive() {
		r.add("cost_per_kwh", eaio.Text(b.Total.DivRound(b.KWh, 4).String()), b.Currency+"/kWh", "total cost / energy", on)
	}
	sums := map[tariff.Charge]decimal.Decimal{}
	for _, i := range b.Items {
		sums[i.Charge] = sums[i.Charge].Add(i.Amount)
	}
	for _, c := range []tariff.Charge{tariff.ChargeEnergy, tariff.ChargeFlatDemand, tariff.ChargePeriodDemand, tariff.ChargeFixed, tariff.ChargeMinimum, tariff.ChargeTax} {
		if sum, ok := sums[c]; ok {
			r.money("cost_"+string(c), sum, b.Currency, "sum of the lines of this charge", on)
		}
	}
	if oneMonth(b) {
		for k, i := range b.Items {
			r.money(fmt.Sprintf("line_%d", k+1), i.Amount, b.Currency, billLine(i, b.Currency), on)
		}
	}
}

func oneMonth(b tariff.Bill) bool {
	last := b.To.Add(-time.Nanosecond)
	return b.From.Year() == last.Year() && b.From.Month() == last.Month()
}

// billLine says in words how an amount came about.
func billLine(i tariff.Item, currency string) string {
	if i.Charge == tariff.ChargeTax {
		return fmt.Sprintf("%s, %s × %s %s", i.Name, i.Rate, i.Quantity, currency)
	}
	var s strings.Builder
	s.WriteString(strings.ReplaceAll(string(i.Charge), "_", " "))
	if i.Period > 0 {
		fmt.Fprintf(&s, ", period %d, tier %d", i.Period, i.Tier)
	}
	if i.Ratchet {
		s.WriteString(", by ratchet")
	}
	if i.Charge == tariff.ChargeMinimum {
		return s.String() + ": what was missing to it"
	}
	fmt.Fprintf(&s, ": %s %s × %s %s", i.Quantity, i.Unit, i.Rate, currency)
	if !i.Share.Equal(decimal.New(1, 0)) {
		fmt.Fprintf(&s, " × %s", i.Share.Round(6))
	}
	return s.String()
}

// maxAlternatives is how many other tariffs are told.
const maxAlternatives = 5

func (r *report) alternatives(all []tariff.Alternative, on basis) {
	for k, a := range all[:min(len(all), maxAlternatives)] {
		if a.Bill.Status == tariff.StatusInsufficient {
			return
		}
		name := fmt.Sprintf("alternative_%d", k+1)
		r.text(name, a.Bill.Name, "tariff, the cheapest first", on)
		r.money(name+"_cost", a.Bill.Total, a.Bill.Currency, "the same use billed by it", on)
		r.money(name+"_saving", a.Saving, a.Bill.Currency, "total cost − its cost; nobody is assumed to move load", on)
	}
}

func (r *report) checkBill(b tariff.Bill, billed decimal.Decimal, on basis) {
	c := b.Check(billed)
	r.money("billed", billed, b.Currency, "total of the given bill", on)
	r.money("billed_difference", c.Difference, b.Currency, "given bill − total cost", on)
	if !b.Total.IsZero() {
		r.add("billed_difference_percent", eaio.Number(c.Percent.InexactFloat64()), "%", "difference of total cost", on)
	}
	r.text("bill_verdict", string(c.Verdict), "off beyond 5 %; inconclusive where what our bill leaves out could explain it", on)
	switch c.Verdict {
	case tariff.VerdictOff:
		r.warn(ReasonBillOff)
	case tariff.VerdictInconclusive:
		r.warn(ReasonBillUnclear)
	}
}
