package energy_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

func urdb(t testing.TB, fields ...string) tariff.Tariff {
	t.Helper()
	x, err := tariff.Parse([]byte("{" + strings.Join(fields, ",") + "}"))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func flatRate(t testing.TB, name, rate string) tariff.Tariff {
	return urdb(t, `"name":"`+name+`"`, `"energyratestructure":[[{"rate":`+rate+`}]]`)
}

func given(s string) *decimal.Decimal {
	d := decimal.RequireFromString(s)
	return &d
}

// June 2017 has 9,400 kWh (22 × 10 h × 20 + 22 × 14 h × 10 + 8 × 24 h × 10), in
// tiers of 5,000 at 0.10 and 4,400 at 0.12; 20 kW at 8; 30 fixed: 500 + 528 + 160 +
// 30 = 1,218.00; 10 % on it 121.80.
func TestCost(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2016, 1, 1), date(loc, 2017, 9, 1), 15*time.Minute, office)
	c := energy.Contract{
		Tariff: urdb(t, `"name":"GS"`, `"energyratestructure":[[{"max":5000,"rate":0.1},{"rate":0.12}]]`,
			`"flatdemandstructure":[[{"rate":8}]]`, `"fixedmonthlycharge":30`, `"taxes":[{"name":"tax","percent":10}]`),
		Alternatives: []tariff.Tariff{flatRate(t, "dear", "0.15"), flatRate(t, "cheap", "0.14"), urdb(t, `"currency":"EUR"`, `"energyratestructure":[[{"rate":0.1}]]`)},
		Billed:       given("1400"),
	}
	r := energy.Cost(s, date(loc, 2017, 7, 1), eaio.LastMonth, c)
	wantWhole(t, r)
	// The readings of a weekend repeat for two days: stuck.
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonOtherCurrency, energy.ReasonStuckReadings)
	wantFacts(t, r, map[string]string{
		"cost_total": "1339.80 USD", "energy": "9400 kWh", "cost_per_kwh": "0.1425 USD/kWh",
		"cost_energy": "1028.00 USD", "cost_flat_demand": "160.00 USD", "cost_fixed": "30.00 USD", "cost_tax": "121.80 USD",
		"line_1": "500.00 USD", "line_2": "528.00 USD", "line_3": "160.00 USD", "line_4": "30.00 USD", "line_5": "121.80 USD", "line_6": "",
		"alternative_1": "cheap", "alternative_1_cost": "1316.00 USD", "alternative_1_saving": "23.80 USD",
		"alternative_2": "dear", "alternative_2_saving": "-70.20 USD", "alternative_3": "",
		"billed": "1400.00 USD", "billed_difference": "60.20 USD", "billed_difference_percent": "4.49 %", "bill_verdict": "agrees",
	})
	if f, _ := r.Fact("line_2"); f.Method != "energy, period 1, tier 2: 4400 kWh × 0.12 USD" {
		t.Errorf("the line reads %q", f.Method)
	}
	// A year is twelve whole months, told by charge.
	year := energy.Cost(s, date(loc, 2017, 7, 20), eaio.LastYear, c)
	if f, _ := year.Fact("cost_total"); !f.Window.From.Equal(date(loc, 2016, 7, 1)) || !f.Window.To.Equal(date(loc, 2017, 7, 1)) {
		t.Errorf("a year of bills is %v", f.Window)
	}
	wantFacts(t, year, map[string]string{"line_1": "", "cost_flat_demand": "1920.00 USD", "cost_fixed": "360.00 USD"})
}

func TestCostChecksABill(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	whole := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), time.Hour, restless)
	gap := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), time.Hour, restless)
	set(gap, date(loc, 2017, 6, 5), date(loc, 2017, 6, 6), nan)
	for _, c := range []struct {
		s       energy.Series
		billed  string
		verdict string
		reasons []string
	}{
		{whole, "971", "agrees", nil}, // 9,715 kWh: 9,400 + 90 × Σ(0 … 7)/8
		{whole, "1100", "off", []string{energy.ReasonBillOff}},
		{gap, "1100", "inconclusive", []string{tariff.ReasonMissingReadings, energy.ReasonBillUnclear}},
		{gap, "800", "off", []string{tariff.ReasonMissingReadings, energy.ReasonBillOff}},
	} {
		r := energy.Cost(c.s, date(loc, 2017, 7, 1), eaio.LastMonth, energy.Contract{Tariff: flatRate(t, "flat", "0.1"), Billed: given(c.billed)})
		wantWhole(t, r)
		wantFacts(t, r, map[string]string{"bill_verdict": c.verdict})
		status := eaio.ResultOK
		if len(c.reasons) > 0 {
			status = eaio.ResultWarn
		}
		wantStatus(t, r, status, c.reasons...)
	}
}

func TestCostDeclines(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2017, 7, 1)
	s := electricity(date(loc, 2017, 6, 1), asOf, time.Hour, office)
	gas, holes, daily := s, electricity(date(loc, 2017, 6, 1), asOf, time.Hour, restless), electricity(date(loc, 2017, 6, 1), asOf, 24*time.Hour, restless)
	gas.Unit = "therm"
	set(holes, date(loc, 2017, 6, 1), date(loc, 2017, 6, 5), nan)
	demand := urdb(t, `"flatdemandstructure":[[{"rate":8}]]`)
	for _, c := range []struct {
		s      energy.Series
		t      tariff.Tariff
		reason string
	}{
		{s, tariff.Tariff{}, energy.ReasonNoTariff},
		{gas, demand, energy.ReasonUnitNotKWh},
		{energy.Series{Unit: "kWh"}, demand, energy.ReasonUnsupportedInterval},
		{daily, demand, tariff.ReasonUnsupportedInterval},
		{holes, flatRate(t, "flat", "0.1"), tariff.ReasonTooFewReadings},
		{electricity(asOf, date(loc, 2017, 8, 1), time.Hour, office), demand, energy.ReasonNoReadings},
	} {
		r := energy.Cost(c.s, asOf, "", energy.Contract{Tariff: c.t, Billed: given("1")})
		wantWhole(t, r)
		wantStatus(t, r, eaio.ResultInsufficientData, c.reason)
		if len(r.Facts) > 0 {
			t.Errorf("%s: claims %s", c.reason, r.Facts[0].Name)
		}
	}
}

// The figures were computed a second time from the same files in Python with
// fractions, without this package.
func TestCostOfARealMeter(t *testing.T) {
	phoenix := zone(t, "America/Phoenix")
	b, err := os.ReadFile("tariff/testdata/commercial.json")
	if err != nil {
		t.Fatal(err)
	}
	x, err := tariff.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	s := realMeter(t, "Fox_assembly_Boyce", phoenix)
	r := energy.Cost(s, date(phoenix, 2018, 1, 1), eaio.LastYear, energy.Contract{Tariff: x})
	wantWhole(t, r)
	wantFacts(t, r, map[string]string{"cost_total": "342427.66 USD", "cost_tax": "18159.04 USD"})
	wantStatus(t, r, eaio.ResultWarn, tariff.ReasonMissingReadings, tariff.ReasonDemandInterval, tariff.ReasonChargesNotBilled, tariff.ReasonRatchetHistory)
	for m, want := range map[time.Month]string{time.January: "21221.65", time.June: "31509.75", time.August: "43089.61", time.November: "23428.74"} {
		r := energy.Cost(s, date(phoenix, 2017, m+1, 1), eaio.LastMonth, energy.Contract{Tariff: x})
		total, _ := r.Fact("cost_total")
		tax, _ := r.Fact("cost_tax")
		a, _ := decimal.NewFromString(total.Value.String())
		b, _ := decimal.NewFromString(tax.Value.String())
		if got := a.Sub(b).StringFixed(2); got != want {
			t.Errorf("%s costs %s before tax, want %s", m, got, want)
		}
	}
}

// Cost, Peak and Carbon look at nothing outside the windows they ask for.
func TestMoneyWindows(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 10, 1)
	s := electricity(date(loc, 2015, 1, 1), date(loc, 2017, 12, 1), time.Hour, restless)
	c := energy.Contract{Tariff: urdb(t, `"energyratestructure":[[{"rate":0.1}]]`, `"flatdemandstructure":[[{"rate":8}]]`,
		`"lookbackPercent":0.9`, `"lookbackRange":6`), Alternatives: []tariff.Tariff{flatRate(t, "flat", "0.12")}}
	inside := func(w eaio.Window) energy.Series {
		cut := s
		cut.Start = w.From
		cut.Values = s.Values[int(w.From.Sub(s.Start)/s.Step):int(w.To.Sub(s.Start)/s.Step)]
		return cut
	}
	carbon := func(s energy.Series, p eaio.Period, compare eaio.Compare) eaio.Result {
		return energy.Carbon(energy.CarbonSite{Meters: []energy.Series{s}}, asOf, p, compare)
	}
	for _, p := range []eaio.Period{"", eaio.LastMonth, eaio.ThisMonth, eaio.LastYear, eaio.LatestDay} {
		if !same(energy.Cost(s, asOf, p, c), energy.Cost(inside(c.WindowNeeded(asOf, loc, p)), asOf, p, c)) {
			t.Errorf("cost of %q depends on what lies outside its window", p)
		}
		in := energy.PeakInputs{Tariff: &c.Tariff}
		if !same(energy.Peak(s, asOf, p, in), energy.Peak(inside(energy.PeakWindow(asOf, loc, p, in.Tariff)), asOf, p, in)) {
			t.Errorf("peak of %q depends on what lies outside its window", p)
		}
		for _, compare := range []eaio.Compare{eaio.CompareNone, eaio.ComparePrevious, eaio.CompareYearAgo} {
			if !same(carbon(s, p, compare), carbon(inside(energy.CarbonWindow(asOf, loc, p, compare)), p, compare)) {
				t.Errorf("carbon of %q against %q depends on what lies outside its window", p, compare)
			}
		}
	}
}
