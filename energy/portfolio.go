package energy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// NamePortfolio is the analysis that ranks buildings.
const NamePortfolio = "portfolio"

// Reasons that Portfolio gives for the whole.
const (
	ReasonPartialFailure = "some_buildings_failed" // they are named and not ranked
	ReasonNoOpportunity  = "no_opportunity_found"  // no building has a figure to rank by
)

// Reasons why a building is not ranked, besides those of its analyses and whatever
// the caller puts into PortfolioEntry.Unjudged.
const (
	ReasonNothingFound = "nothing_found"           // its analyses claim nothing to rank by
	ReasonNoPrice      = "no_price"                // what it could save has no amount
	ReasonOtherMoney   = "money_in_other_currency" // its money cannot be set against the others'
	ReasonNotReached   = "not_reached_in_time"     // the time of the analysis was over
	ReasonUnreadable   = "readings_not_read"       // the store or an analysis failed
)

// PortfolioEntry is what is known about a building: the results of BaseLoad, Cost
// and Benchmark as far as they were computed, or why none was.
type PortfolioEntry struct {
	Building string
	Price    Price // of a saved kWh, where Cost tells none
	Results  []eaio.Result
	Unjudged string // a stable reason why nothing was computed; empty: it was
}

// Ranking is how Portfolio ranks.
type Ranking struct {
	Currency string
	Top      int // buildings to tell; 0: 20, which is also the most
	Beyond   int // buildings that there are besides the entries
}

// The weight of a figure by the quality of the data it rests on.
var qualityWeight = map[eaio.Quality]float64{eaio.QualityGood: 1, eaio.QualityFair: 0.75, eaio.QualityPoor: 0.5}

// The texts that tell what the energy of a ranked building is.
const (
	SourceWaste = "waste out of hours"
	SourcePeers = "energy above the peers' median"
)

const (
	maxRanked     = 20
	minAnnualDays = 350 // that a tariff's saving must cover to be a year's
)

// opportunity is the money of a year that a building could save.
type opportunity struct {
	building        string
	money, weighted float64
	tariff, bill    float64 // the parts of money that another tariff saves and a bill asked too much
	kWh             float64 // the energy in money
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
// than the ranking's cannot be ranked with the rest; such buildings and those that
// failed are named with a stable reason, at most 20, and all are counted. The highest
// come first, equals by name; a building's share is of all that the ranked ones could
// save.
func Portfolio(entries []PortfolioEntry, by Ranking) eaio.Result {
	r := newReport(NamePortfolio, Series{Unit: "kWh"}, Price{})
	var ranked []opportunity
	var failed []unjudged
	for _, e := range entries {
		o, why := e.opportunity(by.Currency)
		if why != "" {
			failed = append(failed, unjudged{e.Building, why})
			continue
		}
		ranked = append(ranked, o)
	}
	slices.SortFunc(ranked, func(a, b opportunity) int {
		return cmp.Or(cmp.Compare(b.weighted, a.weighted), cmp.Compare(a.building, b.building))
	})
	on := basis{n: len(ranked), of: len(entries) + by.Beyond}
	for _, o := range ranked {
		on.window = around(on.window, o.window)
	}
	r.count("buildings", on.of, "", "buildings asked for", on)
	r.count("buildings_ranked", len(ranked), "", "buildings with a figure", on)
	r.unjudged(failed, by.Beyond, on)
	if len(ranked) == 0 {
		return r.decline(eaio.ResultInsufficientData, ReasonNoOpportunity)
	}
	if len(failed) > 0 || by.Beyond > 0 {
		r.warn(ReasonPartialFailure)
	}
	r.ranking(ranked, by, on)
	return r.Result
}

// unjudged is a building that is not ranked, and the stable reason why.
type unjudged struct{ building, why string }

// unjudged names the buildings that are not ranked, by name, and counts them.
func (r *report) unjudged(failed []unjudged, beyond int, on basis) {
	if len(failed) > 0 {
		r.count("buildings_failed", len(failed), "", "buildings without a figure", on)
	}
	if beyond > 0 {
		r.count("buildings_beyond", beyond, "", "buildings beyond the number that one ranking looks at", on)
	}
	slices.SortFunc(failed, func(a, b unjudged) int {
		return cmp.Or(cmp.Compare(a.building, b.building), cmp.Compare(a.why, b.why))
	})
	for i, f := range failed[:min(len(failed), maxRanked)] {
		name := fmt.Sprintf("failed_%d", i+1)
		r.text(name, f.building, "buildings that are not ranked, by name", on)
		r.text(name+"_reason", f.why, "why it is not ranked", on)
	}
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

func (r *report) ranking(ranked []opportunity, by Ranking, on basis) {
	total := 0.0
	for _, o := range ranked {
		total += o.money
	}
	r.money("opportunity_total", decimal.NewFromFloat(round(total, 3)), by.Currency, "sum of the buildings' money of a year", on)
	top := maxRanked
	if by.Top > 0 {
		top = min(top, by.Top)
	}
	for i, o := range ranked[:min(len(ranked), top)] {
		r.ranked(fmt.Sprintf("rank_%d", i+1), o, total, by.Currency)
	}
}

// ranked adds what is told of a building in the ranking.
func (r *report) ranked(name string, o opportunity, total float64, currency string) {
	first := len(r.Facts)
	on := basis{window: o.window, n: o.n}
	amount := func(name string, x float64, method string) {
		r.money(name, decimal.NewFromFloat(round(x, 3)), currency, method, on)
	}
	r.text(name, o.building, "buildings by money times quality of data", on)
	amount(name+"_money", o.money, "a year: "+o.energyFrom+" + cheapest other tariff + overbilled")
	if total > 0 {
		r.percent(name+"_share", o.money/total, "money of all ranked buildings", on)
	}
	if o.kWh > 0 {
		r.energy(name+"_energy", o.kWh, o.energyFrom+", a year", on)
		r.text(name+"_source", o.energyFrom, "what the energy is", on)
	}
	amount(name+"_weighted", o.weighted, "money × weight of its data: good 1, fair 0.75, poor 0.5")
	if o.tariff > 0 {
		amount(name+"_tariff", o.tariff, "saving of the cheapest other tariff, a year")
	}
	if o.bill > 0 {
		amount(name+"_overbilled", o.bill, "given bill − our bill, off by more than 5 %, once")
	}
	for i := range r.Facts[first:] {
		r.Facts[first+i].Quality = o.quality
	}
}

// opportunity takes the facts apart that a building's results hold, or tells why
// there is nothing to rank by.
func (e PortfolioEntry) opportunity(currency string) (o opportunity, why string) {
	if e.Unjudged != "" {
		return opportunity{}, e.Unjudged
	}
	o = opportunity{building: e.Building, quality: eaio.QualityGood}
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
	energy, from := waste, SourceWaste
	if !energy.ok || excess.ok && excess.amount > energy.amount {
		energy, from = excess, SourcePeers
	}
	if !energy.ok && !rate.ok && !bill.ok {
		if other || e.Price.Currency != "" && e.Price.Currency != currency {
			return opportunity{}, ReasonOtherMoney
		}
		return opportunity{}, e.why(price)
	}
	o.tariff, o.bill, o.energyFrom = rate.amount, bill.amount, from
	if energy.ok {
		x, _ := energy.fact.Value.Float()
		o.kWh = max(0, x)
	}
	for _, m := range []yearly{energy, rate, bill} {
		if m.ok {
			o.take(m)
		}
	}
	return o, ""
}

// why is the first reason that the analyses give, or that there is no price.
func (e PortfolioEntry) why(price float64) string {
	for _, res := range e.Results {
		declined := res.Status != eaio.ResultOK && res.Status != eaio.ResultWarn
		switch {
		case math.IsNaN(price) && !declined:
			return ReasonNoPrice
		case len(res.Reasons) > 0:
			return res.Reasons[0]
		}
	}
	if math.IsNaN(price) {
		return ReasonNoPrice
	}
	return ReasonNothingFound
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
