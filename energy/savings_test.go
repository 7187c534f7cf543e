package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

// retrofit cuts a heated building's use by a share from a day on; noise is a share too.
func retrofit(day time.Time, share, noise float64) func(time.Time) float64 {
	before := heated(200, 9, celsius(60))
	return func(d time.Time) float64 {
		use := before(d) * (1 + noise*jitter(d))
		if !d.Before(day) {
			use *= 1 - share
		}
		return use
	}
}

func TestSavingsOfAKnownMeasure(t *testing.T) {
	phoenix := zone(t, "America/Phoenix")
	from, change, asOf := date(phoenix, 2014, 1, 1), date(phoenix, 2016, 3, 1), date(phoenix, 2017, 3, 1)
	base, reporting := eaio.Window{From: date(phoenix, 2015, 3, 1), To: change}, eaio.Window{From: change, To: asOf}
	for _, c := range []struct {
		share, noise float64
		status       eaio.ResultStatus
		verdict      baseline.Verdict
	}{
		{0.15, 0.05, eaio.ResultWarn, baseline.Confirmed}, // some days are beyond the baseline's temperatures
		{0, 0.2, eaio.ResultInconclusive, baseline.Inconclusive},
		{-0.15, 0.05, eaio.ResultWarn, baseline.Confirmed},
	} {
		in := site(from, asOf, retrofit(change, c.share, c.noise))
		in.Price = pounds("0.2")
		r, days := energy.Savings(in, base, reporting)
		wantWhole(t, r)
		if r.Status != c.status || text(t, r, "verdict") != string(c.verdict) {
			t.Errorf("%v: %s %v, verdict %s, saved %v ± %v", c.share, r.Status, r.Reasons, text(t, r, "verdict"), number(t, r, "avoided_energy_use"), number(t, r, "verdict_band"))
		}
		truth := 0.0
		for d := change; d.Before(asOf); d = d.AddDate(0, 0, 1) {
			truth += c.share * heated(200, 9, celsius(60))(d) * (1 + c.noise*jitter(d))
		}
		band := number(t, r, "verdict_band")
		near(t, r, "avoided_energy_use", truth, band)
		near(t, r, "avoided_energy_use_percent", 100*c.share, 100*band/number(t, r, "baseline_energy"))
		near(t, r, "avoided_energy_use", number(t, r, "baseline_energy")-number(t, r, "metered_energy"), 0.002)
		near(t, r, "avoided_energy_use", days.CUSUM[len(days.CUSUM)-1], 0.001)
		near(t, r, "verdict_band", max(number(t, r, "uncertainty_band"), number(t, r, "placebo_band")), 0)
		near(t, r, "heating_balance_point", celsius(60), 1.2)
		if len(days.Days) != 365 || number(t, r, "uncertainty_band_eemeter") <= 0 || number(t, r, "placebo_coverage") < 50 {
			t.Errorf("%d days, band %v", len(days.Days), r.Facts)
		}
		if inside := math.Abs(number(t, r, "avoided_energy_use")) <= band; inside != (r.Status == eaio.ResultInconclusive) {
			t.Errorf("%v: the band crosses zero (%v) and the status is %s", c.share, inside, r.Status)
		}
		if c.status == eaio.ResultInconclusive && r.Reasons[0] != energy.ReasonSavingWithinBand {
			t.Errorf("the first reason is %s", r.Reasons[0])
		}
	}
}

func TestSavingsDeclinesWindows(t *testing.T) {
	loc := time.UTC
	in := site(date(loc, 2015, 1, 1), date(loc, 2017, 6, 1), heated(200, 9, celsius(60)))
	for name, c := range map[string]struct {
		base, reporting eaio.Window
		reason          string
	}{
		"overlap":                    {window(loc, 2015, 1, 1, 2016, 3, 1), window(loc, 2016, 2, 1, 2017, 1, 1), baseline.ReasonOverlap},
		"reporting before baseline":  {window(loc, 2016, 1, 1, 2017, 1, 1), window(loc, 2015, 1, 1, 2015, 12, 1), baseline.ReasonReportingFirst},
		"half a year of baseline":    {window(loc, 2015, 6, 1, 2016, 1, 1), window(loc, 2016, 1, 1, 2017, 1, 1), baseline.ReasonTooShort},
		"no reporting period":        {window(loc, 2015, 1, 1, 2016, 1, 1), eaio.Window{}, energy.ReasonNoReporting},
		"reporting of hours":         {window(loc, 2015, 1, 1, 2016, 1, 1), eaio.Window{From: date(loc, 2016, 1, 1), To: date(loc, 2016, 1, 1).Add(9 * time.Hour)}, baseline.ReasonOutside},
		"no readings in the period":  {window(loc, 2015, 1, 1, 2016, 1, 1), window(loc, 2018, 1, 1, 2018, 2, 1), energy.ReasonNoTemperature},
		"reporting ends before":      {window(loc, 2015, 1, 1, 2016, 1, 1), window(loc, 2017, 1, 1, 2016, 6, 1), baseline.ReasonOutside},
		"baseline before the record": {window(loc, 2013, 1, 1, 2014, 1, 1), window(loc, 2016, 1, 1, 2017, 1, 1), energy.ReasonNoTemperature},
	} {
		r, days := energy.Savings(in, c.base, c.reporting)
		wantWhole(t, r)
		if r.Status != eaio.ResultInsufficientData || !hasReason(r, c.reason) || days.CUSUM != nil {
			t.Errorf("%s: %s %v, want %s", name, r.Status, r.Reasons, c.reason)
		}
	}
}

// With a normal year, the saving is told for its weather too.
func TestSavingsOfANormalYear(t *testing.T) {
	loc := time.UTC
	change := date(loc, 2016, 1, 1)
	in := site(date(loc, 2014, 1, 1), date(loc, 2017, 1, 1), retrofit(change, 0.2, 0.01))
	before, reporting := window(loc, 2015, 1, 1, 2016, 1, 1), window(loc, 2016, 1, 1, 2017, 1, 1)
	r, _ := energy.Savings(in, before, reporting)
	if _, ok := r.Fact("normal_year_saving"); ok {
		t.Error("a normal year's saving is told without one")
	}
	in.Fit.NormalYear = weather(date(loc, 2001, 1, 1), date(loc, 2002, 1, 1))
	for i := range in.Fit.NormalYear.DegC {
		in.Fit.NormalYear.DegC[i] = celsius(50)
	}
	r, _ = energy.Savings(in, before, reporting)
	wantWhole(t, r)
	near(t, r, "normal_year_saving", 0.2*365*(200+9*10/1.8), 600)
	if band := number(t, r, "normal_year_band"); band <= 0 || band > 1000 || text(t, r, "normal_year_verdict") != string(baseline.Confirmed) {
		t.Errorf("± %v, %s", band, text(t, r, "normal_year_verdict"))
	}
	r, _ = energy.Savings(in, before, window(loc, 2016, 1, 1, 2016, 7, 1))
	if _, ok := r.Fact("normal_year_saving"); ok || text(t, r, "verdict") == "" {
		t.Error("half a year carries a model of the reporting period")
	}
}

// A reporting period with gaps is told to have them.
func TestSavingsOfAPeriodWithGaps(t *testing.T) {
	loc := time.UTC
	in := site(date(loc, 2014, 1, 1), date(loc, 2017, 1, 1), retrofit(date(loc, 2016, 1, 1), 0.2, 0.05))
	set(in.Series, date(loc, 2016, 6, 1), date(loc, 2016, 9, 1), nan)
	r, days := energy.Savings(in, window(loc, 2015, 1, 1, 2016, 1, 1), window(loc, 2016, 1, 1, 2017, 1, 1))
	wantWhole(t, r)
	wantFacts(t, r, map[string]string{"days_compared": "274 days", "days_expected": "366 days"})
	if !hasReason(r, energy.ReasonIncompletePeriod) || !math.IsNaN(days.Metered[170]) || days.CUSUM[170] != days.CUSUM[160] {
		t.Errorf("%s %v, metered %v", r.Status, r.Reasons, days.Metered[170])
	}
	if f, _ := r.Fact("metered_energy"); f.Quality != eaio.QualityPoor {
		t.Errorf("quality %s with %d readings", f.Quality, f.N)
	}
}

// Run takes the 365 days before the period for a baseline, and never looks past asOf.
func TestRunChoosesTheBaseline(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 3, 1)
	in := site(date(loc, 2014, 1, 1), date(loc, 2017, 6, 1), retrofit(date(loc, 2016, 12, 1), 0.2, 0.05))
	byPeriod := runInput(t, eaio.Call{Analysis: energy.NameSavings, Period: eaio.Last30Days}, in, asOf)
	want, _ := energy.Savings(in, eaio.Window{From: date(loc, 2016, 1, 31), To: date(loc, 2017, 1, 30)}, eaio.Window{From: date(loc, 2017, 1, 30), To: asOf})
	if !same(byPeriod, want) {
		t.Errorf("by period: %v, want %v", byPeriod.Facts, want.Facts)
	}
	in.Reporting = window(loc, 2016, 12, 1, 2017, 6, 1)
	got := runInput(t, eaio.Call{Analysis: energy.NameSavings}, in, asOf)
	if f, _ := got.Fact("metered_energy"); !f.Window.To.Equal(asOf) {
		t.Errorf("the reporting period ends at %v", f.Window.To)
	}
}

// eemeter's simulated meters, over days of UTC: the figures were computed with
// eemeter's method outside this module; see package baseline for more of them.
func TestSavingsAgreeWithEEMeter(t *testing.T) {
	for _, c := range []struct {
		name                        string
		step                        time.Duration
		commodity, unit             string
		want                        map[string]float64
		saved, percent, eemeterBand float64
	}{
		{"il-electricity-cdd-hdd-daily", 24 * time.Hour, "electricity", "kWh", map[string]float64{
			"heating_balance_point": 53, "cooling_balance_point": 68, "intercept": 13.4724, "heating_slope": 1.1123, "cooling_slope": 2.5163,
		}, 793.91, 8.04, 315.4},
		{"il-electricity-cdd-hdd-hourly", time.Hour, "electricity", "kWh", map[string]float64{
			"heating_balance_point": 53, "cooling_balance_point": 67, "intercept": 13.2129, "heating_slope": 1.1256, "cooling_slope": 2.2946,
		}, 830.11, 8.38, 318.7},
		{"il-gas-hdd-only-daily", 24 * time.Hour, "gas", "therm", map[string]float64{
			"heating_balance_point": 60, "intercept": 0.7721, "heating_slope": 0.2185,
		}, 83.65, 8.01, 37.7},
	} {
		in := energy.Input{Series: eemeterSeries(t, c.name, c.step), Temperature: eemeterTemperature(t), Fit: energy.Fit{UTCDays: true, Fahrenheit: true}}
		in.Series.Commodity, in.Series.Unit = c.commodity, c.unit
		r, _ := energy.Savings(in, window(time.UTC, 2015, 12, 27, 2016, 12, 26), window(time.UTC, 2017, 1, 4, 2018, 1, 4))
		wantWhole(t, r)
		for name, want := range c.want {
			near(t, r, name, want, 0.00006)
		}
		near(t, r, "avoided_energy_use", c.saved, 0.01)
		near(t, r, "avoided_energy_use_percent", c.percent, 0.01)
		near(t, r, "uncertainty_band_eemeter", c.eemeterBand, 0.06)
	}
}

func TestSavingsByTheHour(t *testing.T) {
	phoenix := zone(t, "America/Phoenix")
	from, change, asOf := date(phoenix, 2013, 6, 1), date(phoenix, 2016, 3, 1), date(phoenix, 2016, 9, 1)
	in := building(from, asOf)
	truth := 0.0
	for i := range in.Series.Values {
		if at := in.Series.Start.Add(time.Duration(i) * time.Hour); !at.Before(change) {
			truth += 0.2 * in.Series.Values[i]
			in.Series.Values[i] *= 0.8
		}
	}
	in.Fit.Hourly = true
	r, days := energy.Savings(in, window(phoenix, 2015, 3, 1, 2016, 3, 1), eaio.Window{From: change, To: asOf})
	wantWhole(t, r)
	near(t, r, "avoided_energy_use", truth, min(number(t, r, "verdict_band"), 0.05*truth))
	near(t, r, "avoided_energy_use", days.CUSUM[len(days.CUSUM)-1], 0.001)
	near(t, r, "hours_fitted", 366*24, 0)
	if text(t, r, "model") != "towt" || text(t, r, "verdict") != string(baseline.Confirmed) || len(days.Days) != 184 {
		t.Errorf("%s, %s over %d days", text(t, r, "model"), text(t, r, "verdict"), len(days.Days))
	}
	set(in.Series, date(phoenix, 2016, 5, 2), date(phoenix, 2016, 5, 6), 500) // stuck
	stuck, _ := energy.Savings(in, window(phoenix, 2015, 3, 1, 2016, 3, 1), eaio.Window{From: change, To: asOf})
	near(t, stuck, "avoided_energy_use", number(t, r, "avoided_energy_use"), 0.05*truth)
	near(t, stuck, "days_compared", 180, 0)
	in.Temperature.Step = 3 * time.Hour
	r, _ = energy.Savings(in, window(phoenix, 2015, 3, 1, 2016, 3, 1), eaio.Window{From: change, To: asOf})
	if r.Status != eaio.ResultInsufficientData || !hasReason(r, energy.ReasonTemperatureNotHourly) {
		t.Errorf("%s %v", r.Status, r.Reasons)
	}
}

// A window that begins within a day begins with the next one, and one that ends within a
// day without it: half a day is no day of a daily model.
func TestSavingsOfWholeDays(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	in := site(date(loc, 2014, 1, 1), date(loc, 2017, 1, 1), retrofit(date(loc, 2016, 1, 1), 0.2, 0.02))
	hour := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, loc) }
	r, days := energy.Savings(in,
		eaio.Window{From: hour(2014, 12, 31, 9), To: hour(2016, 1, 1, 15)},
		eaio.Window{From: hour(2016, 1, 1, 16), To: hour(2016, 12, 30, 8)})
	want, _ := energy.Savings(in, window(loc, 2015, 1, 1, 2016, 1, 1), window(loc, 2016, 1, 2, 2016, 12, 30))
	if !same(r, want) || !days.Days[0].From.Equal(date(loc, 2016, 1, 2)) || len(days.Days) != 363 {
		t.Errorf("from %v, %d days\n%v\n%v", days.Days[0].From, len(days.Days), r.Facts, want.Facts)
	}
}
