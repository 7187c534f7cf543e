package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

func gasMeter(from, to time.Time, therms float64) energy.Series {
	s := electricity(from, to, time.Hour, func(time.Time) float64 { return therms })
	s.Commodity, s.Unit = "gas", "therm"
	return s
}

// 8,760 kWh × 0.390 = 3,416.4 kg. 876 therms × 29.307 kWh × 53.06/293.071 kg =
// 4,648.04. Together 8,064.44; of 100 m² 80.644.
func TestCarbonByDefault(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	from, to := date(loc, 2017, 1, 1), date(loc, 2018, 1, 1)
	site := energy.CarbonSite{AreaM2: 100, Meters: []energy.Series{
		electricity(from, to, time.Hour, func(time.Time) float64 { return 1 }), gasMeter(from, to, 0.1),
	}}
	r := energy.Carbon(site, to, "", eaio.CompareNone)
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonDefaultFactor)
	wantFacts(t, r, map[string]string{
		"emissions_scope_2": "3416.4 kgCO2", "emissions_scope_1": "4648.04 kgCO2", "emissions": "8064.44 kgCO2", "emission_intensity": "80.644 kgCO2/m2",
		"emission_factors": "electricity: EIA, United States grid mean 2022, 0.390 kg CO2/kWh; gas: EPA 2024, natural gas, 53.06 kg CO2/MMBtu",
	})
}

// By hour: 12 hours of the day at 0.2 and 12 at 0.6 are 0.4 in the mean; a load by
// day only has the day's factor.
func TestCarbonByHour(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	from, to := date(loc, 2017, 6, 1), date(loc, 2017, 7, 1)
	var hours [24]float64
	for h := range hours {
		hours[h] = 0.6
		if h >= 6 && h < 18 {
			hours[h] = 0.2
		}
	}
	factors := []energy.EmissionFactor{{Commodity: "electricity", Region: "VN", Year: 2017, ByHour: &hours, Source: "made up"}}
	for _, c := range []struct {
		load func(time.Time) float64
		want string
	}{
		{func(time.Time) float64 { return 1 }, "288 kgCO2"}, // 720 × 0.4
		{func(at time.Time) float64 {
			if h := at.Hour(); h < 6 || h >= 18 {
				return 1e-9 // zero would be missing
			}
			return 1
		}, "72 kgCO2"}, // 360 × 0.2
	} {
		r := energy.Carbon(energy.CarbonSite{Meters: []energy.Series{electricity(from, to, time.Hour, c.load)}, AreaM2: 50, Region: "VN", Factors: factors}, to, eaio.LastMonth, eaio.CompareNone)
		wantWhole(t, r)
		wantStatus(t, r, eaio.ResultOK)
		wantFacts(t, r, map[string]string{"emissions": c.want, "emissions_scope_1": "0 kgCO2"})
	}
}

// June 2016 at 0.5 and June 2017 at 0.4: 720 kWh and 1,440. At their own factors 360
// and 576, up by 216 and 60 %; at 2017's 288 and 576, up by 288 and 100 %.
func TestCarbonTrend(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2016, 1, 1), date(loc, 2017, 7, 1), time.Hour, func(at time.Time) float64 { return float64(at.Year() - 2015) })
	site := energy.CarbonSite{Meters: []energy.Series{s}, AreaM2: 10, Region: "GB", Factors: []energy.EmissionFactor{
		{Commodity: "electricity", Region: "GB", Year: 2016, KgPerKWh: 0.5, Source: "a"},
		{Commodity: "electricity", Region: "GB", Year: 2017, KgPerKWh: 0.4, Source: "b"},
		{Commodity: "electricity", KgPerKWh: 9, Source: "everywhere"},
		{Commodity: "electricity", Region: "FR", Year: 2017, KgPerKWh: 8, Source: "c"},
	}}
	r := energy.Carbon(site, date(loc, 2017, 7, 1), eaio.LastMonth, eaio.CompareYearAgo)
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultOK)
	wantFacts(t, r, map[string]string{
		"emissions": "576 kgCO2", "compare_emissions": "360 kgCO2",
		"change_actual_factors": "216 kgCO2", "change_actual_factors_percent": "60 %",
		"change_constant_factors": "288 kgCO2", "change_constant_factors_percent": "100 %",
	})
	// No change is claimed against a window with holes.
	set(s, date(loc, 2016, 6, 3), date(loc, 2016, 6, 8), nan)
	r = energy.Carbon(site, date(loc, 2017, 7, 1), eaio.LastMonth, eaio.CompareYearAgo)
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonNoChange)
	wantFacts(t, r, map[string]string{"emissions": "576 kgCO2", "compare_emissions": "", "change_actual_factors": "", "change_constant_factors": ""})
}

// Which factor is taken for 1,440 kWh in 2017 in GB.
func TestCarbonChoosesAFactor(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), time.Hour, constant(2))
	factor := func(region string, year int, kg float64) energy.EmissionFactor {
		return energy.EmissionFactor{Commodity: "electricity", Region: region, Year: year, KgPerKWh: kg, Source: "made up"}
	}
	other := []string{energy.ReasonFactorOfAnotherYear}
	for _, c := range []struct {
		name    string
		table   []energy.EmissionFactor
		want    string
		reasons []string
	}{
		{"its own", []energy.EmissionFactor{factor("", 2017, 9), factor("FR", 2017, 8), factor("GB", 2017, 0.4), factor("GB", 0, 7)}, "576 kgCO2", nil},
		{"its own of any year", []energy.EmissionFactor{factor("GB", 2016, 9), factor("GB", 0, 0.4), factor("", 2017, 7)}, "576 kgCO2", nil},
		{"the latest before", []energy.EmissionFactor{factor("GB", 2014, 9), factor("GB", 2016, 0.5), factor("GB", 2018, 7), factor("", 2017, 6)}, "720 kgCO2", other},
		{"the earliest after", []energy.EmissionFactor{factor("GB", 2020, 9), factor("GB", 2018, 0.5)}, "720 kgCO2", other},
		{"everywhere's", []energy.EmissionFactor{factor("FR", 2017, 9), factor("", 2017, 0.5)}, "720 kgCO2", nil},
		{"none of its own", []energy.EmissionFactor{factor("FR", 2017, 9)}, "561.6 kgCO2", []string{energy.ReasonDefaultFactor}},
		{"no number", []energy.EmissionFactor{factor("GB", 2017, math.Inf(1)), factor("GB", 2017, nan), factor("GB", 2017, -1), factor("GB", 2017, 0.4)}, "576 kgCO2", nil},
	} {
		r := energy.Carbon(energy.CarbonSite{Meters: []energy.Series{s}, AreaM2: 10, Region: "GB", Factors: c.table}, date(loc, 2017, 7, 1), eaio.LastMonth, eaio.CompareNone)
		t.Run(c.name, func(t *testing.T) {
			wantWhole(t, r)
			wantFacts(t, r, map[string]string{"emissions": c.want})
			status := eaio.ResultOK
			if len(c.reasons) > 0 {
				status = eaio.ResultWarn
			}
			wantStatus(t, r, status, c.reasons...)
		})
	}
}

func TestCarbonLeavesOutWhatItCannotCount(t *testing.T) {
	loc := zone(t, "Europe/London")
	from, to := date(loc, 2017, 6, 1), date(loc, 2017, 7, 1)
	water, heat, holes := gasMeter(from, to, 1), gasMeter(from, to, 1), electricity(from, to, time.Hour, restless)
	water.Commodity, water.Unit = "water", "m3"
	heat.Commodity, heat.Unit = "heat", "kWh"
	set(holes, from, from.Add(4*24*time.Hour), nan)
	power := electricity(from, to, time.Hour, restless)
	own := []energy.EmissionFactor{{Commodity: "electricity", KgPerKWh: 0.1, Source: "own"}}
	for _, c := range []struct {
		meters  []energy.Series
		status  eaio.ResultStatus
		reasons []string
	}{
		{nil, eaio.ResultInsufficientData, []string{energy.ReasonNoReadings}},
		{[]energy.Series{water}, eaio.ResultInsufficientData, []string{energy.ReasonUnsupportedUnit}},
		{[]energy.Series{heat}, eaio.ResultInsufficientData, []string{energy.ReasonNoEmissionFactor}},
		{[]energy.Series{{}}, eaio.ResultInsufficientData, []string{energy.ReasonUnsupportedInterval}},
		{[]energy.Series{power, heat}, eaio.ResultWarn, []string{energy.ReasonNoEmissionFactor, energy.ReasonNoArea}},
		{[]energy.Series{holes}, eaio.ResultWarn, []string{energy.ReasonIncompletePeriod, energy.ReasonNoArea}},
	} {
		r := energy.Carbon(energy.CarbonSite{Meters: c.meters, Factors: own}, to, eaio.LastMonth, eaio.ComparePrevious)
		wantWhole(t, r)
		reasons := c.reasons
		if c.status == eaio.ResultWarn {
			reasons = append(reasons, energy.ReasonNoComparison)
		}
		wantStatus(t, r, c.status, reasons...)
	}
}

// Constant factors are those of the year in which the period ends, by the hour: at noon
// 1 kWh more on each of 365 days, at 0.4. 2018, which begins where it ends, has no part.
func TestConstantFactorsAreOfThePeriodsYear(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2018, 1, 1)
	s := electricity(date(loc, 2015, 12, 1), asOf, time.Hour, func(at time.Time) float64 {
		if at.Hour() == 12 && at.Year() == 2017 {
			return 2
		}
		return 1
	})
	var factors []energy.EmissionFactor
	for year, kg := range map[int]float64{2016: 0.5, 2017: 0.4, 2018: 0.1} {
		var hours [24]float64
		hours[12] = kg
		factors = append(factors, energy.EmissionFactor{Commodity: "electricity", Year: year, ByHour: &hours, Source: "made up"})
	}
	r := energy.Carbon(energy.CarbonSite{Meters: []energy.Series{s}, Factors: factors}, asOf, eaio.LastYear, eaio.CompareYearAgo)
	near(t, r, "emissions", 365*2*0.4, 0.001)
	near(t, r, "change_constant_factors", 365*0.4, 0.001)
	near(t, r, "change_actual_factors", 365*(2*0.4-0.5), 0.001)
}
