package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// 2017 has 260 weekdays: 8,760 h × 10 kW + 2,600 h × 10 more, and 30 more in one
// hour: 113,630 kWh, 12.9715 kW in the mean, 25.94 % of the peak of 50. Cutting one
// hour a month takes 30 kW off June's peak and nothing off the others: 2.5 in the
// mean; worth 30 × 10 of demand and 30 kWh × 0.1.
func TestPeak(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), time.Hour, office)
	top := time.Date(2017, 6, 15, 14, 0, 0, 0, loc)
	set(s, top, top.Add(time.Hour), 50)
	x := urdb(t, `"energyratestructure":[[{"rate":0.1}]]`, `"flatdemandstructure":[[{"rate":10}]]`)
	r := energy.Peak(s, date(loc, 2018, 1, 1), "", energy.PeakInputs{Tariff: &x})
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonStuckReadings, energy.ReasonShorterPeaks)
	wantFacts(t, r, map[string]string{
		"peak": "50 kW", "peak_time": "2017-06-15T14:00:00-07:00", "load_factor": "25.94 %", "hours_near_peak": "1 h",
		"load_exceeded_1_percent": "20 kW", "load_exceeded_10_percent": "20 kW", "load_exceeded_50_percent": "10 kW", "load_exceeded_90_percent": "10 kW",
		"peak_2017_06": "50 kW", "peak_time_2017_06": "2017-06-15T14:00:00-07:00", "load_factor_2017_06": "26.19 %", // 9,430 kWh / 720 h / 50
		"peak_2017_07": "20 kW", "peak_time_2017_07": "2017-07-03T08:00:00-07:00",
		"shave_1_h_demand": "2.5 kW", "shave_1_h_energy": "30 kWh", "shave_1_h_value": "303.00 USD",
		"shave_20_h_demand": "2.5 kW", "shave_20_h_value": "303.00 USD",
	})
	wantFacts(t, energy.Peak(s, date(loc, 2018, 1, 1), "", energy.PeakInputs{}), map[string]string{"shave_1_h_value": "", "shave_1_h_demand": "2.5 kW"})
}

// At a quarter of an hour the peak of the same energy is not lower, and nothing
// needs to be said about shorter ones.
func TestPeakOfAQuarter(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), 15*time.Minute, func(at time.Time) float64 {
		return restless(at) + float64(at.Minute())/15
	})
	r := energy.Peak(s, date(loc, 2018, 1, 1), eaio.LastMonth, energy.PeakInputs{})
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultOK)
	// 20 kW on weekdays at 15:45, and 7/8 for the hour, 3 for the quarter
	wantFacts(t, r, map[string]string{"peak": "23.875 kW", "peak_time": "2017-12-01T15:45:00Z", "peak_2017_12": "", "shave_1_h_value": ""})
}

func TestPeakWithGaps(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), 15*time.Minute, restless)
	set(s, date(loc, 2017, 3, 1), date(loc, 2017, 3, 20), nan) // 12 of 31 days left
	r := energy.Peak(s, date(loc, 2018, 1, 1), "", energy.PeakInputs{})
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonIncompletePeriod)
	wantFacts(t, r, map[string]string{"peak_2017_03": "", "peak_2017_02": "20.875 kW"})
}

// A peak has the temperature of its hour, and none where there is none.
func TestPeakTemperature(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 8, 1), 15*time.Minute, restless)
	for m := time.June; m <= time.July; m++ {
		top := time.Date(2017, m, 15, 14, 30, 0, 0, loc)
		set(s, top, top.Add(15*time.Minute), 50/4.0)
	}
	air := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), time.Hour, func(at time.Time) float64 { return float64(at.Hour()) - 14 })
	air.Unit, air.Commodity = "degC", ""
	r := energy.Peak(s, date(loc, 2017, 8, 1), "", energy.PeakInputs{Temperature: air})
	wantWhole(t, r)
	wantFacts(t, r, map[string]string{"peak_temperature": "0 degC", "peak_temperature_2017_06": "0 degC", "peak_temperature_2017_07": ""})
}

// 46 of 50 kW are near the peak, 45 and 44 are not.
func TestHoursNearThePeak(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), 15*time.Minute, restless)
	for i, kW := range []float64{50, 46, 45, 44} {
		at := date(loc, 2017, 6, 10+i)
		set(s, at, at.Add(time.Hour), kW/4)
	}
	r := energy.Peak(s, date(loc, 2017, 7, 1), eaio.LastMonth, energy.PeakInputs{})
	wantFacts(t, r, map[string]string{"hours_near_peak": "2 h", "shave_1_h_demand": "4 kW", "shave_5_h_demand": "29.125 kW"}) // to 46, and to the office's 20.875
}
