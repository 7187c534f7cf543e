package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

func TestSignatureFindsTheTruth(t *testing.T) {
	phoenix := zone(t, "America/Phoenix")
	from, asOf := date(phoenix, 2016, 1, 1), date(phoenix, 2017, 1, 1)
	heat, cool := celsius(60), celsius(68)
	both := func(d time.Time) float64 {
		return 200 + 9*max(0, heat-outdoors(d)) + 18*max(0, outdoors(d)-cool)
	}
	in := site(from, asOf, both)
	r, days := energy.Signature(in, asOf)
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultOK)
	if text(t, r, "model") != string(baseline.CDDHDD) || text(t, r, "weather_year") != energy.OwnYear {
		t.Errorf("model %s of the %s", text(t, r, "model"), text(t, r, "weather_year"))
	}
	near(t, r, "intercept", 200, 0.001)
	near(t, r, "heating_slope", 9, 0.001)
	near(t, r, "cooling_slope", 18, 0.001)
	near(t, r, "heating_balance_point", heat, 0.001)
	near(t, r, "cooling_balance_point", cool, 0.001)
	near(t, r, "r_squared", 1, 1e-4)
	near(t, r, "adjusted_r_squared", 1, 1e-4)
	near(t, r, "cvrmse", 0, 1e-4)
	near(t, r, "nmbe", 0, 1e-4)
	total, n := 0.0, 0
	for i, use := range days.Use {
		total, n = total+use, n+1
		if math.Abs(days.Predicted[i]-use) > 1e-6 {
			t.Fatalf("the line is off on %v", days.Days[i])
		}
	}
	near(t, r, "normalised_annual_use", total, 0.01)
	parts := number(t, r, "normalised_annual_base") + number(t, r, "normalised_annual_heating") + number(t, r, "normalised_annual_cooling")
	near(t, r, "normalised_annual_use", parts, 0.002)
	near(t, r, "normalised_annual_base", 200*365, 0.01)
	if n != 365 {
		t.Errorf("%d days", n)
	}

	in.Fit.Fahrenheit = true
	f, _ := energy.Signature(in, asOf)
	wantFacts(t, f, map[string]string{
		"heating_balance_point": "60 °F", "cooling_balance_point": "68 °F", "heating_slope": "5 kWh/day/°F", "cooling_slope": "10 kWh/day/°F",
	})

	in.Fit.NormalYear = weather(date(time.UTC, 2001, 1, 1), date(time.UTC, 2002, 1, 1))
	for i := range in.Fit.NormalYear.DegC {
		in.Fit.NormalYear.DegC[i] = celsius(50)
	}
	f, _ = energy.Signature(in, asOf)
	if text(t, f, "weather_year") != energy.NormalYear {
		t.Error("the normal year was not used")
	}
	near(t, f, "normalised_annual_use", 365*(200+5*10), 0.01)
}

func TestSignatureOfChangePoints(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, func(d time.Time) float64 { return 400 - 6*outdoors(d) })
	in.Fit.ChangePoint = true
	r, _ := energy.Signature(in, asOf)
	wantWhole(t, r)
	if text(t, r, "model") != string(baseline.P2) {
		t.Fatalf("model %s", text(t, r, "model"))
	}
	near(t, r, "intercept", 400, 0.01) // at 0 °C
	near(t, r, "slope", -6, 0.001)
	in.Fit.Fahrenheit = true
	r, _ = energy.Signature(in, asOf)
	near(t, r, "intercept", 400+6*32/1.8, 0.01) // at 0 °F
}

func TestDayBoundariesMatter(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	asOf := date(loc, 2017, 1, 1)
	in := site(date(loc, 2015, 12, 1), asOf, func(d time.Time) float64 { return 100 + 10*max(0, outdoors(d)-celsius(60)) + 0.01*jitter(d) })
	own, _ := energy.Signature(in, asOf)
	in.Fit.UTCDays = true
	utc, days := energy.Signature(in, asOf)
	near(t, own, "r_squared", 1, 1e-4)
	if r2 := number(t, utc, "r_squared"); r2 > 0.9999 || days.Days[0].From.UTC().Hour() != 0 {
		t.Errorf("days of UTC start at %v and fit with R² %v", days.Days[0].From, r2)
	}
	a, _ := own.Fact("model")
	b, _ := utc.Fact("model")
	if a.Method == b.Method {
		t.Errorf("the method does not tell whose days were used: %s", a.Method)
	}
}

func TestWeatherAnalysesDecline(t *testing.T) {
	from, asOf := date(time.UTC, 2015, 10, 1), date(time.UTC, 2017, 1, 1)
	perDay := heated(200, 9, celsius(60))
	good := func() energy.Input { return site(from, asOf, perDay) }
	degrees := func(f func(float64) float64) energy.Input {
		in := good()
		for i, v := range in.Temperature.DegC {
			in.Temperature.DegC[i] = f(v)
		}
		return in
	}
	half := site(date(time.UTC, 2016, 7, 1), asOf, perDay)
	half.Temperature = good().Temperature
	stuck := good()
	set(stuck.Series, date(time.UTC, 2016, 3, 1), date(time.UTC, 2016, 6, 1), 7.25)
	gap := good()
	for i := range 60 * 24 {
		gap.Temperature.DegC[100*24+i] = nan
	}
	without := good()
	without.Temperature = energy.Temperature{}
	days := good()
	days.Series.Step = 48 * time.Hour
	for name, c := range map[string]struct {
		in     energy.Input
		reason string
	}{
		"half a year":     {half, baseline.ReasonMissing},
		"no weather":      {without, energy.ReasonNoTemperature},
		"stuck":           {stuck, energy.ReasonStuckReadings},
		"fahrenheit":      {degrees(baseline.Fahrenheit), energy.ReasonTemperatureFahrenheit},
		"kelvin":          {degrees(func(c float64) float64 { return c + 273.15 }), energy.ReasonTemperatureKelvin},
		"nonsense":        {degrees(func(c float64) float64 { return 40 * c }), baseline.ReasonTemperature},
		"weather missing": {gap, energy.ReasonTemperatureMissing},
		"two days a step": {days, energy.ReasonUnsupportedInterval},
	} {
		c.in.AreaM2, c.in.Use, c.in.Peers = 1000, "office", peers(30, nil)
		signature, _ := energy.Signature(c.in, asOf)
		measures := energy.Measures(c.in, asOf)
		savings, _ := energy.Savings(c.in, window(time.UTC, 2015, 11, 1, 2016, 11, 1), window(time.UTC, 2016, 11, 1, 2017, 1, 1))
		for _, r := range []eaio.Result{signature, measures, savings} {
			wantWhole(t, r)
			if r.Status != eaio.ResultInsufficientData || !hasReason(r, c.reason) {
				t.Errorf("%s: %s is %s %v, want %s", name, r.Analysis, r.Status, r.Reasons, c.reason)
			}
			if _, ok := r.Fact("intercept"); ok {
				t.Errorf("%s: %s claims a model", name, r.Analysis)
			}
		}
	}
}

// A meter that the weather does not move gives a model that says so.
func TestFlatLoadIsNotRejected(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, func(d time.Time) float64 { return 300 + 20*jitter(d) })
	r, _ := energy.Signature(in, asOf)
	wantStatus(t, r, eaio.ResultWarn, baseline.WarnNoWeather)
	near(t, r, "intercept", 300, 5)
	if cv := number(t, r, "cvrmse"); cv > 0.06 {
		t.Errorf("CVRMSE %v", cv)
	}
}

func peers(n int, coefficients map[string]float64) []energy.Peer {
	out := make([]energy.Peer, n)
	for i := range out {
		out[i] = energy.Peer{Use: "Office", SiteEUI: 100 + float64(i), Coefficients: map[string]float64{}}
		for k, v := range coefficients {
			out[i].Coefficients[k] = v * (1 + 0.01*float64(i-n/2))
		}
	}
	return out
}
