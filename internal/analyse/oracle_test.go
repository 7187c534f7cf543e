package analyse_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/internal/analyse"
)

// The whole-year savings of OpenEEmeter's samples: those of the first row follow from
// what eemeter 2.10.11 asserts, the others were computed twice by other programs.
func TestSavingsOfEEMeterSamples(t *testing.T) {
	for _, c := range []struct {
		file, commodity, unit  string
		heating, cooling       float64 // balance points, °F
		intercept, hdd, cdd    float64
		adjusted               float64
		saved, percent, banded float64
		g14                    float64 // 0: not published
	}{
		{"il-electricity-cdd-hdd-daily", "electricity", "kWh", 53, 68, 13.4724, 1.1123, 2.5163, .7685, 793.91, 8.04, 315.4, 299.3},
		{"il-electricity-cdd-hdd-hourly", "electricity", "kWh", 53, 67, 13.2129, 1.1256, 2.2946, .7788, 830.11, 8.38, 318.7, 0},
		{"il-gas-hdd-only-daily", "gas", "therm", 60, math.NaN(), 0.7721, 0.2185, math.NaN(), .9145, 83.65, 8.01, 37.7, 0},
	} {
		t.Run(c.file, func(t *testing.T) {
			q := analyse.Request{
				Analysis: energy.NameSavings, Temperature: illinois(t), Fahrenheit: true, Boundary: time.UTC,
				Meters: []*analyse.Meter{meterFile(t, eemeter+c.file+".csv.gz", analyse.MeterOptions{Commodity: c.commodity, Unit: c.unit, Boundary: time.UTC})},
			}
			q.Input.Baseline.To, q.Input.Reporting.From = at(t, "2016-12-26T00:00:00Z"), at(t, "2017-01-04T00:00:00Z")
			d := run(t, q)
			near(t, d, "avoided_energy_use", c.saved, .01)
			near(t, d, "avoided_energy_use_percent", c.percent, .01)
			near(t, d, "uncertainty_band_eemeter", c.banded, .05)
			if c.g14 != 0 {
				near(t, d, "uncertainty_band", c.g14, .05)
			}
			near(t, d, "heating_balance_point", c.heating, 1e-9)
			near(t, d, "intercept", c.intercept, .001)
			near(t, d, "heating_slope", c.hdd, .001)
			near(t, d, "adjusted_r_squared", c.adjusted, 1e-4)
			if math.IsNaN(c.cooling) {
				if x, _ := fact(d, "cooling_slope"); !math.IsNaN(x) {
					t.Errorf("gas has a cooling slope of %v", x)
				}
			} else {
				near(t, d, "cooling_balance_point", c.cooling, 1e-9)
				near(t, d, "cooling_slope", c.cdd, .001)
			}
			if _, verdict := fact(d, "verdict"); verdict != "confirmed" {
				t.Errorf("verdict %s", verdict)
			}
			if _, unit := fact(d, "uncertainty_band"); unit != c.unit {
				t.Errorf("band in %s", unit)
			}
			near(t, d, "days_fitted", 365, 0)
			near(t, d, "days_compared", 365, 0)
			if d.Inputs.DayBoundary != "UTC" || d.Inputs.TemperatureUnit != "F" || d.Status == eaio.ResultInsufficientData {
				t.Errorf("%s, boundary %s, °%s", d.Status, d.Inputs.DayBoundary, d.Inputs.TemperatureUnit)
			}
		})
	}
}

// In °C the same model has its balance points and slopes in °C and saves the same.
func TestSavingsInCelsius(t *testing.T) {
	q := analyse.Request{
		Analysis: energy.NameSavings, Temperature: illinois(t),
		Meters: []*analyse.Meter{meterFile(t, eemeter+"il-electricity-cdd-hdd-daily.csv.gz", analyse.MeterOptions{})},
	}
	q.Input.Baseline.To, q.Input.Reporting.From = at(t, "2016-12-26"), at(t, "2017-01-04")
	d := run(t, q)
	near(t, d, "heating_balance_point", (53.-32)*5/9, .001)
	near(t, d, "cooling_balance_point", (68.-32)*5/9, .001)
	near(t, d, "heating_slope", 1.1123*1.8, .001)
	near(t, d, "avoided_energy_use", 793.91, .01)
}

// The days of the same meter begin elsewhere, so that its hours are summed, and
// temperatures averaged, over other days. A daily file keeps its dates.
func TestDayBoundaryMatters(t *testing.T) {
	saved := map[string]float64{}
	for _, file := range []string{"il-electricity-cdd-hdd-daily", "il-electricity-cdd-hdd-hourly"} {
		for _, boundary := range []string{"UTC", "America/Chicago", "Asia/Tokyo"} {
			loc := clock(t, boundary)
			m := meterFile(t, eemeter+file+".csv.gz", analyse.MeterOptions{Boundary: loc})
			q := analyse.Request{Analysis: energy.NameSavings, Temperature: illinois(t), Fahrenheit: true, Boundary: loc, Meters: []*analyse.Meter{m}}
			var err1, err2 error
			q.Input.Baseline.To, err1 = analyse.Instant("", "2016-12-26", loc)
			q.Input.Reporting.From, err2 = analyse.Instant("", "2017-01-04", loc)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			d := run(t, q)
			near(t, d, "days_fitted", 365, 0)
			near(t, d, "days_compared", 365, 0)
			saved[file+boundary], _ = fact(d, "avoided_energy_use")
			if f := d.Facts[0]; f.Window.From.In(loc).Format(time.DateOnly) != "2017-01-04" && f.Window.From.UTC().Format(time.DateOnly) != "2017-01-04" {
				t.Errorf("%s, %s: window from %v", file, boundary, f.Window.From)
			}
		}
	}
	// On the meter's own clock the daily file is what the hourly one sums up to, but for
	// rounding: its values have two decimals.
	daily, hourly := saved["il-electricity-cdd-hdd-dailyAmerica/Chicago"], saved["il-electricity-cdd-hdd-hourlyAmerica/Chicago"]
	if math.Abs(daily-hourly) > 1 {
		t.Errorf("on the meter's clock %v by days, %v by hours", daily, hourly)
	}
	if tokyo := saved["il-electricity-cdd-hdd-hourlyAsia/Tokyo"]; math.Abs(tokyo-hourly) < 5 {
		t.Errorf("another boundary changes nothing: %v and %v", tokyo, hourly)
	}
}
