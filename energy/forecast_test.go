package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// busy is an office that runs from 08:00 to 18:00 on weekdays, the more the nearer to
// noon; its week repeats exactly.
func busy(t time.Time) float64 { return restless(t) - math.Abs(float64(t.Hour())-12.5)/4 }

func TestForecastOfAWeekThatRepeats(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := time.Date(2017, 6, 16, 9, 30, 0, 0, loc) // a Friday; the forecast starts at its midnight
	for _, step := range []time.Duration{time.Hour, 15 * time.Minute} {
		in := energy.Input{Series: electricity(date(loc, 2016, 10, 1), date(loc, 2017, 7, 1), step, busy), Price: pounds("0.1")}
		hourly := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), time.Hour, busy)
		truth := func(from, to int) (sum float64) {
			for i := (from - 1) * 24; i < (to-1)*24; i++ {
				sum += hourly.Values[i]
			}
			return sum
		}
		r, hours := energy.Forecast(in, asOf)
		wantWhole(t, r)
		wantStatus(t, r, eaio.ResultOK)
		near(t, r, "next_24_h_energy", truth(16, 17), 0.002)
		near(t, r, "next_48_h_energy", truth(16, 18), 0.002)
		near(t, r, "next_24_h_low", truth(16, 17), 0.002)
		near(t, r, "next_48_h_high", truth(16, 18), 0.002)
		near(t, r, "month_energy_so_far", truth(1, 16), 0.002)
		near(t, r, "month_energy_forecast", truth(1, 31), 0.01)
		near(t, r, "month_cost_forecast", 0.1*truth(1, 31), 0.011)
		near(t, r, "month_energy_low", truth(1, 31), 0.01)
		near(t, r, "backtest_cvrmse", 0, 1e-4)
		if len(hours) != 48 || !hours[0].Start.Equal(date(loc, 2017, 6, 16)) {
			t.Fatalf("%d hours from %v", len(hours), hours[0].Start)
		}
		top := 0
		for i, h := range hours {
			if math.Abs(h.Expected-hourly.Values[15*24+i]) > 1e-9 || math.Abs(h.Upper-h.Lower) > 1e-9 {
				t.Fatalf("%v: %v, want %v", h.Start, h.Expected, hourly.Values[15*24+i])
			}
			if i < 24 && h.Expected > hours[top].Expected {
				top = i
			}
		}
		if got := text(t, r, "peak_hour"); got != hours[top].Start.Format(time.RFC3339) || text(t, r, "forecast_method") != "rule" {
			t.Errorf("peak at %s by %s", got, text(t, r, "forecast_method"))
		}
	}
}

func TestForecastBandHoldsFourFifths(t *testing.T) {
	loc := time.UTC
	load := func(at time.Time) float64 { return busy(at) * (1 + 0.2*jitter(at)) }
	s := electricity(date(loc, 2016, 10, 1), date(loc, 2017, 8, 1), time.Hour, load)
	day, month, n := 0, 0, 0
	one, two := 0.0, 0.0 // widths: the errors of two days are independent here
	for asOf := date(loc, 2017, 3, 15); asOf.Before(date(loc, 2017, 7, 1)); asOf = asOf.AddDate(0, 0, 5) {
		r, _ := energy.Forecast(energy.Input{Series: s}, asOf)
		sum := func(to time.Time) (sum float64) {
			for i := int(asOf.Sub(s.Start) / time.Hour); i < int(to.Sub(s.Start)/time.Hour); i++ {
				sum += s.Values[i]
			}
			return sum
		}
		n++
		one += number(t, r, "next_24_h_high") - number(t, r, "next_24_h_low")
		two += number(t, r, "next_48_h_high") - number(t, r, "next_48_h_low")
		if x := sum(asOf.AddDate(0, 0, 1)); x >= number(t, r, "next_24_h_low") && x <= number(t, r, "next_24_h_high") {
			day++
		}
		so := 0.0
		if f, ok := r.Fact("month_energy_so_far"); ok {
			so, _ = f.Value.Float()
		}
		if x := so + sum(date(loc, 2017, asOf.Month()+1, 1)); x >= number(t, r, "month_energy_low") && x <= number(t, r, "month_energy_high") {
			month++
		}
	}
	if ratio := two / one; ratio < 1.2 || ratio > 1.6 {
		t.Errorf("the band of two days is %v times that of one", ratio)
	}
	for name, k := range map[string]int{"day": day, "month": month} {
		if covered := float64(k) / float64(n); covered < 0.6 || covered > 0.95 {
			t.Errorf("the %s's band holds %v of %d truths", name, covered, n)
		}
	}
}

func TestForecastOfADayOf23Hours(t *testing.T) {
	loc := zone(t, "Europe/London")
	in := energy.Input{Series: electricity(date(loc, 2016, 1, 1), date(loc, 2017, 3, 26), time.Hour, busy)}
	r, hours := energy.Forecast(in, date(loc, 2017, 3, 26))
	wantWhole(t, r)
	if len(hours) != 47 || hours[1].Start.Hour() != 2 {
		t.Errorf("%d hours, the second starts at %v", len(hours), hours[1].Start)
	}
	autumn := energy.Input{Series: electricity(date(loc, 2016, 1, 1), date(loc, 2017, 10, 29), time.Hour, busy)}
	if _, hours := energy.Forecast(autumn, date(loc, 2017, 10, 29)); len(hours) != 49 {
		t.Errorf("%d hours from the day of 25", len(hours))
	}
}

func TestChanceOfANewPeak(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 6, 14)
	for name, c := range map[string]struct{ top, low, high float64 }{
		"out of reach": {1000, 0, 0},
		"below usual":  {0, 100, 100},
	} {
		s := electricity(date(loc, 2016, 6, 1), asOf, time.Hour, func(at time.Time) float64 {
			if c.top == 0 && !at.Before(date(loc, 2017, 6, 1)) && at.Before(date(loc, 2017, 6, 13)) {
				return busy(at) / 2
			}
			return busy(at) * (1 + 0.05*jitter(at))
		})
		if c.top > 0 {
			set(s, time.Date(2017, 6, 6, 12, 0, 0, 0, loc), time.Date(2017, 6, 6, 13, 0, 0, 0, loc), c.top)
		} else {
			set(s, date(loc, 2017, 6, 13), asOf, 5)
		}
		r, _ := energy.Forecast(energy.Input{Series: s}, asOf)
		wantWhole(t, r)
		if chance := number(t, r, "new_peak_chance"); c.top > 0 && chance > 2 || c.top == 0 && chance < 50 {
			t.Errorf("%s: %v %% of exceeding %v with %v expected", name, chance, number(t, r, "month_peak_so_far"), number(t, r, "peak_expected"))
		}
	}
	r, _ := energy.Forecast(energy.Input{Series: electricity(date(loc, 2016, 6, 1), asOf, time.Hour, busy)}, date(loc, 2017, 6, 1))
	if _, ok := r.Fact("new_peak_chance"); ok {
		t.Error("a chance is told on the first of a month")
	}
}

// Methods that see the temperature compete where the weather of the days to come is
// given, and only there.
func TestForecastByWeather(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	from, asOf := date(loc, 2016, 11, 1), date(loc, 2017, 6, 16)
	swing := func(t time.Time) float64 { return 10 * jitter(t.AddDate(0, 0, 1)) }
	load := func(t time.Time) float64 { return busy(t) + 0.8*(10+swing(t)) }
	outside := weather(from, asOf.AddDate(0, 0, 2))
	for i := range outside.DegC {
		outside.DegC[i] = 15 + swing(from.Add(time.Duration(i)*time.Hour))
	}
	in := energy.Input{Series: electricity(from, asOf.AddDate(0, 0, 2), time.Hour, load), Temperature: outside}
	blind, _ := energy.Forecast(in, asOf)
	if contains(text(t, blind, "forecast_method"), "temperature") {
		t.Errorf("%s looks at the weather to come", text(t, blind, "forecast_method"))
	}
	in.WeatherForecast = outside
	r, hours := energy.Forecast(in, asOf)
	wantWhole(t, r)
	if !contains(text(t, r, "forecast_method"), "temperature") {
		t.Errorf("%s does not see the weather forecast", text(t, r, "forecast_method"))
	}
	truth := in.Series.Values[len(in.Series.Values)-48:]
	sum := 0.0
	for _, v := range truth[:24] {
		sum += v
	}
	near(t, r, "next_24_h_energy", sum, 0.06*sum)
	if number(t, r, "backtest_cvrmse") > 0.7*number(t, blind, "backtest_cvrmse") || len(hours) != 48 {
		t.Errorf("with weather %v %%, without %v %%", number(t, r, "backtest_cvrmse"), number(t, blind, "backtest_cvrmse"))
	}
}

func TestForecastDeclines(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 6, 16)
	night := electricity(date(loc, 2016, 6, 1), asOf, time.Hour, func(at time.Time) float64 {
		if at.Hour() < 6 {
			return nan
		}
		return busy(at)
	})
	for name, c := range map[string]struct {
		s      energy.Series
		reason string
	}{
		"three weeks":       {electricity(date(loc, 2017, 5, 26), asOf, time.Hour, busy), energy.ReasonTooLittleToForecast},
		"hours never seen":  {night, energy.ReasonTooLittleToForecast},
		"days":              {electricity(date(loc, 2016, 1, 1), asOf, 24*time.Hour, busy), energy.ReasonUnsupportedInterval},
		"nothing":           {energy.Series{Step: time.Hour}, energy.ReasonNoReadings},
		"stuck all year":    {electricity(date(loc, 2016, 6, 1), asOf, time.Hour, func(time.Time) float64 { return 3 }), energy.ReasonNoReadings},
		"seven minute step": {electricity(date(loc, 2017, 1, 1), asOf, 7*time.Minute, busy), energy.ReasonUnevenInterval},
	} {
		r, hours := energy.Forecast(energy.Input{Series: c.s}, asOf)
		wantWhole(t, r)
		if r.Status != eaio.ResultInsufficientData || !hasReason(r, c.reason) || hours != nil {
			t.Errorf("%s: %s %v, want %s", name, r.Status, r.Reasons, c.reason)
		}
	}
}

// A level that came yesterday and stays, as the building's levels do, is in both days.
func TestSecondDayFollowsTheFirst(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 6, 14) // a Wednesday
	up := func(at time.Time) bool { return int(asOf.Sub(at).Hours()/24)/15%2 == 0 }
	in := energy.Input{Series: electricity(date(loc, 2016, 12, 1), asOf, time.Hour, func(at time.Time) float64 {
		if up(at.AddDate(0, 0, -13)) {
			return 1.5 * busy(at) * (1 + 0.02*jitter(at))
		}
		return busy(at) * (1 + 0.02*jitter(at))
	})}
	usual := 0.0
	for h := range 24 {
		usual += busy(asOf.Add(time.Duration(h) * time.Hour))
	}
	r, hours := energy.Forecast(in, asOf)
	var day [2]float64
	for i, h := range hours {
		day[i/24] += h.Expected / usual
	}
	if day[0] < 1.25 || day[1] < 1.25 {
		t.Errorf("the days are %v of usual by %s", day, text(t, r, "forecast_method"))
	}
}

// An hour that the clock showed twice is not twice the load.
func TestForecastAfterADayOf25Hours(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 10, 30)
	for _, step := range []time.Duration{time.Hour, 30 * time.Minute} {
		in := energy.Input{Series: electricity(date(loc, 2017, 4, 1), asOf, step, busy)}
		r, _ := energy.Forecast(in, asOf)
		sum := 0.0
		for h := range 24 {
			sum += busy(time.Date(2017, 10, 30, h, 0, 0, 0, loc))
		}
		near(t, r, "next_24_h_energy", sum, 0.001*sum)
		if f, _ := r.Fact("backtest_cvrmse"); f.Value.String() != "0" {
			t.Errorf("%s: CVRMSE %s %%", step, f.Value)
		}
	}
}

func TestForecastFromOlderDays(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 6, 16)
	s := electricity(date(loc, 2016, 12, 1), date(loc, 2017, 6, 15), time.Hour, busy)
	r, hours := energy.Forecast(energy.Input{Series: s}, asOf)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonLatestDayMissing)
	if len(hours) != 48 || !hours[0].Start.Equal(asOf) {
		t.Errorf("%d hours", len(hours))
	}
	if r, _ := energy.Forecast(energy.Input{Series: s}, asOf.AddDate(0, 3, 0)); r.Status != eaio.ResultInsufficientData {
		t.Errorf("three months later: %s %v", r.Status, r.Reasons)
	}
}
