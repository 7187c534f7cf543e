package energy

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// NamePortfolio is the analysis that ranks buildings.
const NamePortfolio = "portfolio"

// Reasons that Portfolio gives.
const (
	ReasonPartialFailure = "some_buildings_failed" // they are named and not ranked
	ReasonNoOpportunity  = "no_opportunity_found"  // no building has a figure to rank by
)

// PortfolioEntry is what is known about a building: the results of BaseLoad, Cost
// and Benchmark as far as they were computed, or why none was.
type PortfolioEntry struct {
	Building string
	Price    Price // of a saved kWh, where Cost tells none
	Results  []eaio.Result
	Err      error // the analyses failed; nil: they did not
}

// The weight of a figure by the quality of the data it rests on.
var qualityWeight = map[eaio.Quality]float64{eaio.QualityGood: 1, eaio.QualityFair: 0.75, eaio.QualityPoor: 0.5}

const (
	maxRanked     = 20
	minAnnualDays = 350 // that a tariff's saving must cover to be a year's
)

// opportunity is the money of a year that a building could save.
type opportunity struct {
	building        string
	money, weighted float64
	tariff, bill    float64 // the parts of money that another tariff saves and a bill asked too much
	energyFrom      string
	window          eaio.Window
	n               int
	quality         eaio.Quality // the worst of its figures
}

// Portfolio ranks buildings by the money they could save in a year. Waste outside
// the hours of operation (BaseLoad) and energy above the peers' median (Benchmark)
// are the same kilowatt-hours seen twice, so that the larger of the two counts; the
// saving of the cheapest other tariff (Cost over a year) and what a bill that Cost
// found off asked too much, once, come on top. The rank is by money times the weight
// of its data's quality: good 1, fair 0.75, poor 0.5. Amounts in another currency
// than currency cannot be ranked with the rest; such buildings and those that failed
// are named. At most 20 are told, the highest first, equals by name.
func Portfolio(entries []PortfolioEntry, currency string) eaio.Result {
	r := newReport(NamePortfolio, Series{}, Price{})
	var ranked []opportunity
	var failed []string
	for _, e := range entries {
		o, err := e.opportunity(currency)
		if err != nil {
			failed = append(failed, e.Building+": "+err.Error())
			continue
		}
		ranked = append(ranked, o)
	}
	slices.SortFunc(ranked, func(a, b opportunity) int {
		return cmp.Or(cmp.Compare(b.weighted, a.weighted), cmp.Compare(a.building, b.building))
	})
	on := basis{n: len(ranked), of: len(entries)}
	for _, o := range ranked {
		on.window = around(on.window, o.window)
	}
	r.count("buildings", len(entries), "", "buildings asked for", on)
	r.count("buildings_ranked", len(ranked), "", "buildings with a figure", on)
	slices.Sort(failed)
	for i, f := range failed[:min(len(failed), maxRanked)] {
		r.text(fmt.Sprintf("failed_%d", i+1), f, "building: why it is not ranked", on)
	}
	if len(ranked) == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoOpportunity)
	}
	if len(failed) > 0 {
		r.warn(ReasonPartialFailure)
	}
	r.ranking(ranked, currency, on)
	return r.Result
}

// around returns the window that holds both; the zero window holds nothing.
func around(a, b eaio.Window) eaio.Window {
	switch {
	case a.From.IsZero():
		return b
	case b.From.IsZero():
		return a
	}
	if b.From.Before(a.From) {
		a.From = b.From
	}
	if b.To.After(a.To) {
		a.To = b.To
	}
	return a
}

func (r *report) ranking(ranked []opportunity, currency string, on basis) {
	total := 0.0
	for _, o := range ranked {
		total += o.money
	}
	amount := func(name string, x float64, method string, f eaio.Fact) {
		r.money(name, decimal.NewFromFloat(round(x, 3)), currency, method, basis{window: f.Window, n: f.N})
		r.Facts[len(r.Facts)-1].Quality = f.Quality
	}
	amount("opportunity_total", total, "sum of the buildings' money of a year", eaio.Fact{Window: on.window, N: on.n, Quality: eaio.QualityOf(on.share())})
	for i, o := range ranked[:min(len(ranked), maxRanked)] {
		name := fmt.Sprintf("rank_%d", i+1)
		f := eaio.Fact{Window: o.window, N: o.n, Quality: o.quality}
		r.text(name, o.building, "buildings by money times quality of data", basis{window: o.window, n: o.n})
		r.Facts[len(r.Facts)-1].Quality = o.quality
		amount(name+"_money", o.money, "a year: "+o.energyFrom+" + cheapest other tariff + overbilled", f)
		amount(name+"_weighted", o.weighted, "money × weight of its data: good 1, fair 0.75, poor 0.5", f)
		if o.tariff > 0 {
			amount(name+"_tariff", o.tariff, "saving of the cheapest other tariff, a year", f)
		}
		if o.bill > 0 {
			amount(name+"_overbilled", o.bill, "given bill − our bill, off by more than 5 %, once", f)
		}
	}
}

var (
	errOtherCurrency = errors.New("its money is in another currency")
	errNoFigure      = errors.New("no figure in money")
)

// opportunity takes the facts apart that a building's results hold.
func (e PortfolioEntry) opportunity(currency string) (opportunity, error) {
	if e.Err != nil {
		return opportunity{}, e.Err
	}
	o := opportunity{building: e.Building, quality: eaio.QualityGood}
	var waste, excess, rate, bill yearly
	other := false
	price := e.price(currency)
	for _, res := range e.Results {
		switch res.Analysis {
		case NameBaseLoad:
			waste = priced(res, "waste_energy", price)
		case NameBenchmark:
			excess = priced(res, "potential_to_median", price)
		case NameCost:
			var foreign bool
			rate, foreign = tariffSaving(res, currency)
			bill = overbilled(res, currency)
			other = other || foreign
		}
	}
	energy, from := waste, "waste out of hours"
	if !energy.ok || excess.ok && excess.amount > energy.amount {
		energy, from = excess, "energy above the peers' median"
	}
	if !energy.ok && !rate.ok && !bill.ok {
		if other || e.Price.Currency != "" && e.Price.Currency != currency {
			return opportunity{}, errOtherCurrency
		}
		return opportunity{}, fmt.Errorf("%w%s", errNoFigure, e.why())
	}
	o.tariff, o.bill, o.energyFrom = rate.amount, bill.amount, from
	for _, m := range []yearly{energy, rate, bill} {
		if m.ok {
			o.take(m)
		}
	}
	return o, nil
}

// why lists the reasons that the results give.
func (e PortfolioEntry) why() string {
	var s strings.Builder
	for _, res := range e.Results {
		if len(res.Reasons) > 0 {
			fmt.Fprintf(&s, "; %s: %s", res.Analysis, strings.Join(res.Reasons, ", "))
		}
	}
	return s.String()
}

// yearly is a year's amount with the fact it comes from.
type yearly struct {
	amount float64
	fact   eaio.Fact
	ok     bool
}

func (o *opportunity) take(m yearly) {
	o.money += m.amount
	o.weighted += m.amount * qualityWeight[m.fact.Quality]
	o.window = around(o.window, m.fact.Window)
	o.n += m.fact.N
	if qualityWeight[m.fact.Quality] < qualityWeight[o.quality] {
		o.quality = m.fact.Quality
	}
}

// price is what a saved kWh is worth: the bill's energy charge per kWh, which leaves
// out demand, fixed charges and taxes; else the entry's price; not a number where
// neither is known in the currency.
func (e PortfolioEntry) price(currency string) float64 {
	for _, res := range e.Results {
		charge, ok1 := res.Fact("cost_energy")
		used, ok2 := res.Fact("energy")
		if res.Analysis != NameCost || !ok1 || !ok2 || charge.Unit != currency {
			continue
		}
		x, _ := charge.Value.Float()
		kWh, _ := used.Value.Float()
		if kWh > 0 {
			return x / kWh
		}
	}
	if e.Price.Currency == currency {
		return e.Price.PerKWh.InexactFloat64()
	}
	return math.NaN()
}

// priced is a result's energy of a year in money.
func priced(res eaio.Result, name string, price float64) yearly {
	f, ok := res.Fact(name)
	x, isNumber := f.Value.Float()
	if !ok || !isNumber || f.Unit != "kWh" || math.IsNaN(price) {
		return yearly{}
	}
	return yearly{max(0, x*price), f, true}
}

// tariffSaving is what the cheapest other tariff saves in a year.
func tariffSaving(res eaio.Result, currency string) (m yearly, foreign bool) {
	f, ok := res.Fact("alternative_1_saving")
	if !ok {
		return yearly{}, false
	}
	x, isNumber := f.Value.Float()
	switch {
	case f.Unit != currency:
		return yearly{}, true
	case !isNumber || f.Window.To.Sub(f.Window.From) < minAnnualDays*24*time.Hour:
		return yearly{}, false
	}
	return yearly{max(0, x), f, true}, false
}

// overbilled is what the given bill asked too much.
func overbilled(res eaio.Result, currency string) yearly {
	f, ok := res.Fact("billed_difference")
	verdict, _ := res.Fact("bill_verdict")
	x, isNumber := f.Value.Float()
	if !ok || !isNumber || x <= 0 || f.Unit != currency || verdict.Value.String() != string(tariff.VerdictOff) {
		return yearly{}
	}
	return yearly{x, f, true}
}
