package energy_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// peersOf makes offices of 50, 60, … kWh/m².
func peersOf(n int) []energy.Peer {
	peers := []energy.Peer{{Use: "school", SiteEUI: 1}, {Use: "Office"}, {Use: "office", SiteEUI: nan}}
	for i := range n {
		peers = append(peers, energy.Peer{
			Use: "Office", SiteEUI: 50 + 10*float64(i), SourceEUI: 140 + 28*float64(i),
			Coefficients: map[string]float64{"base": float64(i), "nothing": nan, "even": 3},
		})
	}
	return peers
}

func constant(kW float64) func(time.Time) float64 { return func(time.Time) float64 { return kW } }

// 8,760 kWh on 100 m² are 87.6: 4 of 10 peers from 50 to 140 use less. Their median
// is 95 and their quartile 72.5, 15.1 below: 1,510 kWh. Source 245.28 of 140, 168, …
func TestBenchmark(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2018, 1, 1)
	s := electricity(date(loc, 2017, 1, 1), asOf, time.Hour, constant(1))
	site := energy.BenchmarkSite{Meters: []energy.Series{s}, AreaM2: 100, Use: "office"}
	r := energy.Benchmark(site, peersOf(10), asOf)
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultOK)
	wantFacts(t, r, map[string]string{
		"site_eui": "87.6 kWh/m2", "site_peers": "10", "site_percentile": "40 %", "site_percentile_low": "19.42 %", "site_percentile_high": "64.84 %",
		"site_eui_median": "95 kWh/m2", "site_eui_p25": "72.5 kWh/m2", "potential_to_median": "0 kWh", "potential_to_p25": "1510 kWh",
		"source_eui": "245.28 kWh/m2", "source_percentile": "40 %",
	})
	for _, f := range r.Facts {
		if strings.Contains(f.Name, "star") || strings.Contains(f.Name, "score") {
			t.Errorf("%s is called a score", f.Name)
		}
	}
	mega := s
	mega.Unit, mega.Values = "MWh", append([]float64(nil), s.Values...)
	for i := range mega.Values {
		mega.Values[i] /= 1000
	}
	wantFacts(t, energy.Benchmark(energy.BenchmarkSite{Meters: []energy.Series{mega}, AreaM2: 100, Use: "office"}, peersOf(10), asOf), map[string]string{"site_eui": "87.6 kWh/m2", "source_eui": "245.28 kWh/m2"})
	// Ties count by half: 90 is one of them.
	site.AreaM2 = 8760.0 / 90
	wantFacts(t, energy.Benchmark(site, peersOf(10), asOf), map[string]string{"site_percentile": "45 %"})
	site.AreaM2 = 50 // 175.2
	r = energy.Benchmark(site, peersOf(10), asOf)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonHighUse)
	wantFacts(t, r, map[string]string{"site_percentile": "100 %", "potential_to_median": "4010 kWh"}) // 80.2 × 50
}

// Of 0 … 30 the median is 15 and the MAD 8 (|x − 15| are 0, 1, 1, … 15, 15; the
// 16th of 31): (30 − 15)/(1.4826 × 8) = 1.265.
func TestBenchmarkCoefficients(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2018, 1, 1)
	s := electricity(date(loc, 2017, 1, 1), asOf, time.Hour, constant(1))
	site := energy.BenchmarkSite{Meters: []energy.Series{s}, AreaM2: 100, Use: "office", Coefficients: map[string]float64{"base": 30, "even": 3, "nothing": 1}}
	r := energy.Benchmark(site, peersOf(31), asOf)
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonTooFewForZ) // nobody has "nothing"
	wantFacts(t, r, map[string]string{"z_base": "1.265", "z_even": "", "z_nothing": ""})
	wantFacts(t, energy.Benchmark(site, peersOf(29), asOf), map[string]string{"z_base": "", "site_peers": "29"})
}

func TestBenchmarkDeclines(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2018, 1, 1)
	s := electricity(date(loc, 2017, 1, 1), asOf, time.Hour, constant(1))
	half := electricity(date(loc, 2017, 7, 1), asOf, time.Hour, constant(1))
	water, heat := gasMeter(date(loc, 2017, 1, 1), asOf, 1), gasMeter(date(loc, 2017, 1, 1), asOf, 1)
	water.Unit, heat.Commodity = "m3", "heat"
	for _, c := range []struct {
		meters []energy.Series
		area   float64
		peers  int
		status eaio.ResultStatus
		reason string
	}{
		{[]energy.Series{s}, 100, 9, eaio.ResultInsufficientData, energy.ReasonTooFewPeers},
		{[]energy.Series{s}, 0, 50, eaio.ResultInsufficientData, energy.ReasonNoArea},
		{[]energy.Series{s}, nan, 50, eaio.ResultInsufficientData, energy.ReasonNoArea},
		{nil, 100, 50, eaio.ResultInsufficientData, energy.ReasonNoReadings},
		{[]energy.Series{s, half}, 100, 50, eaio.ResultInsufficientData, energy.ReasonIncompletePeriod},
		{[]energy.Series{s, water}, 100, 50, eaio.ResultInsufficientData, energy.ReasonUnsupportedUnit},
		{[]energy.Series{s, {Unit: "kWh"}}, 100, 50, eaio.ResultInsufficientData, energy.ReasonUnsupportedInterval},
		{[]energy.Series{s, heat}, 1e5, 50, eaio.ResultWarn, energy.ReasonNoSourceRatio},
	} {
		r := energy.Benchmark(energy.BenchmarkSite{Meters: c.meters, AreaM2: c.area, Use: "office"}, peersOf(c.peers), asOf)
		wantWhole(t, r)
		wantStatus(t, r, c.status, c.reason)
		if _, ok := r.Fact("site_percentile"); ok != (c.status == eaio.ResultWarn) {
			t.Errorf("%s: percentile %v", c.reason, ok)
		}
	}
}

func result(analysis string, w eaio.Window, q eaio.Quality, facts ...string) eaio.Result {
	r := eaio.Result{Analysis: analysis, Status: eaio.ResultOK}
	for _, f := range facts {
		part := strings.Fields(f)
		v := eaio.Text(part[1])
		if x, err := strconv.ParseFloat(part[1], 64); err == nil && part[2] == "kWh" {
			v = eaio.Number(x)
		}
		r.Facts = append(r.Facts, eaio.Fact{Name: part[0], Value: v, Unit: part[2], Method: "test", Window: w, N: 1, Quality: q})
	}
	return r
}

// a: waste 1,000 kWh at 1,200/10,000 = 120.00, above the peers only 500, and 80 by
// tariff: 200 of good data. b: 4,000 kWh above the peers at a flat 0.10 = 400, of
// poor data 200: equal to a in weight, second by name. c: 300 of fair data: 225.
func TestPortfolio(t *testing.T) {
	year := eaio.Window{From: date(time.UTC, 2017, 1, 1), To: date(time.UTC, 2018, 1, 1)}
	month := eaio.Window{From: date(time.UTC, 2017, 12, 1), To: date(time.UTC, 2018, 1, 1)}
	entries := []energy.PortfolioEntry{
		{Building: "b", Price: pounds("0.1"), Results: []eaio.Result{
			result("baseload", year, eaio.QualityGood, "waste_energy 3000 kWh"),
			result("benchmark", year, eaio.QualityPoor, "potential_to_median 4000 kWh"),
			result("cost", month, eaio.QualityGood, "alternative_1_saving 500 GBP"), // of a month only
		}},
		{Building: "a", Results: []eaio.Result{
			result("baseload", year, eaio.QualityGood, "waste_energy 1000 kWh"),
			result("benchmark", year, eaio.QualityGood, "potential_to_median 500 kWh"),
			result("cost", year, eaio.QualityGood, "energy 10000 kWh", "cost_energy 1200 GBP", "alternative_1_saving 80 GBP"),
		}},
		{Building: "c", Price: pounds("0.1"), Results: []eaio.Result{result("baseload", year, eaio.QualityFair, "waste_energy 3000 kWh")}},
		{Building: "d", Unjudged: energy.ReasonNotReached},
		{Building: "e", Results: []eaio.Result{result("cost", year, eaio.QualityGood, "energy 1 kWh", "cost_energy 1 USD", "alternative_1_saving 9999 USD")}},
		{Building: "f", Price: pounds("0.1"), Results: []eaio.Result{{Analysis: "baseload", Status: eaio.ResultInsufficientData, Reasons: []string{"too_few_days"}}}},
		{Building: "g", Results: []eaio.Result{result("cost", month, eaio.QualityGood, "billed_difference 70 GBP", "bill_verdict off -")}},
		{Building: "h", Results: []eaio.Result{result("cost", month, eaio.QualityGood, "billed_difference 70 GBP", "bill_verdict agrees -")}},
	}
	r := energy.Portfolio(entries, energy.Ranking{Currency: "GBP", Beyond: 2})
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonPartialFailure)
	wantFacts(t, r, map[string]string{
		"buildings": "10", "buildings_ranked": "4", "buildings_failed": "4", "buildings_beyond": "2", "opportunity_total": "970.00 GBP",
		"rank_1": "c", "rank_1_money": "300.00 GBP", "rank_1_weighted": "225.00 GBP", "rank_1_tariff": "",
		"rank_2": "a", "rank_2_money": "200.00 GBP", "rank_2_weighted": "200.00 GBP", "rank_2_tariff": "80.00 GBP",
		"rank_3": "b", "rank_3_money": "400.00 GBP", "rank_3_weighted": "200.00 GBP", "rank_3_overbilled": "",
		"rank_4": "g", "rank_4_money": "70.00 GBP", "rank_4_overbilled": "70.00 GBP", "rank_5": "",
		"rank_1_energy": "3000 kWh", "rank_1_share": "30.93 %", "rank_1_source": energy.SourceWaste,
		"rank_3_energy": "4000 kWh", "rank_3_share": "41.24 %", "rank_3_source": energy.SourcePeers, "rank_4_energy": "",
		"failed_1": "d", "failed_1_reason": "not_reached_in_time", "failed_2": "e", "failed_2_reason": "money_in_other_currency",
		"failed_3": "f", "failed_3_reason": "too_few_days", "failed_4": "h", "failed_4_reason": "no_price", "failed_5": "",
	})
	if f, _ := r.Fact("rank_3_money"); f.Quality != eaio.QualityPoor || !strings.Contains(f.Method, "peers") {
		t.Errorf("b rests on %s data: %s", f.Quality, f.Method)
	}
	first := energy.Portfolio(entries, energy.Ranking{Currency: "GBP", Top: 1})
	wantFacts(t, first, map[string]string{"opportunity_total": "970.00 GBP", "rank_1": "c", "rank_2": ""})
	none := energy.Portfolio(entries[3:6], energy.Ranking{Currency: "GBP"})
	wantWhole(t, none)
	wantStatus(t, none, eaio.ResultInsufficientData, energy.ReasonNoOpportunity)
	if r := energy.Portfolio(nil, energy.Ranking{Currency: "GBP"}); r.Status != eaio.ResultInsufficientData {
		t.Errorf("nothing at all: %s", r.Status)
	}
}
