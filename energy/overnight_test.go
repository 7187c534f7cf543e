package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// nights makes a building with 20 kW by day and, in the night that ends on a
// date, 9, 10 or 11 kW in turn: of the nights Monday to Friday in any four weeks
// the median is 10 and the median deviation 1.
func nights(loc *time.Location, from, to time.Time, step time.Duration) energy.Series {
	return electricity(from, to, step, func(t time.Time) float64 {
		if t.Hour() >= 6 && t.Hour() < 22 {
			return 20 + float64(t.Hour())/16
		}
		y, m, d := t.Add(2 * time.Hour).Date()
		n := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400) % 3
		return float64(9 + n)
	})
}

func TestOvernight(t *testing.T) {
	loc := zone(t, "Europe/London")
	// Wednesday 14 June 2017, the as-of instant of Tuesday 13 June: the night that
	// ended on Tuesday at 06:00.
	asOf, from, to := date(loc, 2017, 6, 14), time.Date(2017, 6, 12, 22, 0, 0, 0, loc), time.Date(2017, 6, 13, 6, 0, 0, 0, loc)
	for _, c := range []struct {
		name    string
		load    float64
		status  eaio.ResultStatus
		reasons []string
		facts   map[string]string
	}{
		{
			// 60 % and 6 kW over, 3.5 sigma are 5.19 kW
			"left on", 16, eaio.ResultWarn,
			[]string{energy.ReasonUnusualNight},
			map[string]string{
				"night_energy": "128 kWh", "night_cost": "32.00 GBP", "night_load": "16 kW",
				"usual_night_energy": "80 kWh", "night_excess": "48 kWh", "night_excess_percent": "60 %", "night_excess_cost": "12.00 GBP",
				"usual_night_spread": "11.861 kWh", "night_verdict": "unusual", "nights_compared": "20 nights",
				"best_night_energy": "72 kWh", "possible_saving": "56 kWh", "possible_saving_cost": "14.00 GBP",
			},
		},
		{
			"a high night within the spread", 15, eaio.ResultOK, nil,
			map[string]string{"night_energy": "120 kWh", "night_excess": "40 kWh", "night_excess_percent": "50 %", "night_verdict": "usual"},
		},
		{
			"a low night", 4.5, eaio.ResultWarn,
			[]string{energy.ReasonLowNight},
			map[string]string{"night_energy": "36 kWh", "night_excess": "-44 kWh", "night_excess_percent": "-55 %", "night_excess_cost": "-11.00 GBP", "night_verdict": "unusually low", "possible_saving": "0 kWh", "possible_saving_cost": "0.00 GBP"},
		},
	} {
		for _, step := range []time.Duration{time.Hour, 15 * time.Minute} {
			s := nights(loc, date(loc, 2017, 1, 1), asOf, step)
			set(s, from, to, c.load*step.Hours())
			r := energy.Overnight(s, asOf, pounds("0.25"))
			t.Run(c.name+" "+step.String(), func(t *testing.T) {
				wantWhole(t, r)
				wantStatus(t, r, c.status, c.reasons...)
				wantFacts(t, r, c.facts)
				if f, _ := r.Fact("night_energy"); !f.Window.From.Equal(from) || !f.Window.To.Equal(to) {
					t.Errorf("the night is %s to %s", f.Window.From, f.Window.To)
				}
			})
		}
	}
}

// Ten percent is the floor where the nights hardly differ.
func TestOvernightFloor(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	asOf := date(loc, 2017, 6, 14)
	for _, c := range []struct{ load, verdict string }{{"10.5", "usual"}, {"11", "usual"}, {"11.5", "unusual"}} {
		s := electricity(date(loc, 2017, 5, 1), asOf, time.Hour, func(t time.Time) float64 {
			if t.Hour() >= 6 && t.Hour() < 22 {
				return 20
			}
			return 10
		})
		load, _ := eaio.Text(c.load).Float()
		set(s, date(loc, 2017, 6, 12).Add(22*time.Hour), date(loc, 2017, 6, 13).Add(6*time.Hour), load)
		wantFacts(t, energy.Overnight(s, asOf, energy.Price{}), map[string]string{"night_verdict": c.verdict, "usual_night_spread": "0 kWh"})
	}
}

// Which night is the last one before an instant.
func TestOvernightTakesTheLatestNightThatEnded(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := nights(loc, date(loc, 2017, 1, 1), date(loc, 2017, 7, 1), 30*time.Minute)
	for asOf, want := range map[time.Time]int{
		date(loc, 2017, 6, 14): 13,
		date(loc, 2017, 6, 14).Add(5*time.Hour + 59*time.Minute): 13,
		date(loc, 2017, 6, 14).Add(6 * time.Hour):                14,
		date(loc, 2017, 6, 14).Add(23 * time.Hour):               14,
	} {
		f, _ := energy.Overnight(s, asOf, energy.Price{}).Fact("night_energy")
		if f.Window.To.In(loc).Day() != want {
			t.Errorf("as of %s the night ended %s, want on the %dth", asOf, f.Window.To, want)
		}
	}
}

// A night of 7 or 9 hours is set against the usual load, not the usual sum.
func TestOvernightAcrossClockChanges(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), time.Hour, func(t time.Time) float64 {
		if t.Hour() >= 6 && t.Hour() < 22 {
			return 20
		}
		return 10
	})
	for asOf, hours := range map[time.Time]string{
		date(loc, 2017, 3, 27):  "70 kWh", // of 26 March, 01:00 skipped
		date(loc, 2017, 3, 28):  "80 kWh",
		date(loc, 2017, 10, 30): "90 kWh", // of 29 October, 01:00 twice
	} {
		r := energy.Overnight(s, asOf, energy.Price{})
		wantStatus(t, r, eaio.ResultOK)
		wantFacts(t, r, map[string]string{"night_energy": hours, "usual_night_energy": hours, "night_excess": "0 kWh", "night_excess_percent": "0 %", "possible_saving": "0 kWh"})
	}
}

func TestOvernightComparesLikeWithLike(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2017, 7, 1), time.Hour, func(t time.Time) float64 {
		morning := t.Add(2 * time.Hour)
		switch {
		case t.Hour() >= 6 && t.Hour() < 22:
			return 20
		case morning.Weekday() == time.Saturday || morning.Weekday() == time.Sunday:
			return 5
		}
		return 10
	})
	for asOf, want := range map[time.Time][2]string{
		date(loc, 2017, 6, 18): {"40 kWh", "8 nights"},  // Friday to Saturday
		date(loc, 2017, 6, 19): {"40 kWh", "8 nights"},  // Saturday to Sunday
		date(loc, 2017, 6, 20): {"80 kWh", "20 nights"}, // Sunday to Monday
	} {
		wantFacts(t, energy.Overnight(s, asOf, energy.Price{}), map[string]string{"night_energy": want[0], "usual_night_energy": want[0], "nights_compared": want[1], "night_cost": "", "night_excess_cost": ""})
	}
}

func TestOvernightWithGaps(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 6, 14)
	night := date(loc, 2017, 6, 12).Add(22 * time.Hour)
	fresh := func() energy.Series { return nights(loc, date(loc, 2017, 1, 1), asOf, time.Hour) }

	s := fresh()
	set(s, night, night.Add(2*time.Hour), nan) // 6 of 8 hours: enough, and judged by them
	set(s, night.Add(2*time.Hour), night.Add(8*time.Hour), 16)
	r := energy.Overnight(s, asOf, energy.Price{})
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonUnusualNight)
	wantFacts(t, r, map[string]string{"night_energy": "96 kWh", "usual_night_energy": "60 kWh", "night_excess_percent": "60 %"})

	set(s, night, night.Add(3*time.Hour), 0)
	r = energy.Overnight(s, asOf, energy.Price{})
	wantStatus(t, r, eaio.ResultInsufficientData, energy.ReasonNightIncomplete)
	wantFacts(t, r, map[string]string{"night_completeness": "62.5 %", "night_energy": "", "night_verdict": ""})

	quarters := nights(loc, date(loc, 2017, 1, 1), asOf, 15*time.Minute)
	set(quarters, night, night.Add(2*time.Hour), nan) // 24 of 32 quarters are enough, 23 are not
	wantFacts(t, energy.Overnight(quarters, asOf, energy.Price{}), map[string]string{"night_verdict": "usual"})
	set(quarters, night, night.Add(135*time.Minute), nan)
	wantStatus(t, energy.Overnight(quarters, asOf, energy.Price{}), eaio.ResultInsufficientData, energy.ReasonNightIncomplete)

	s = fresh()
	set(s, date(loc, 2017, 6, 12), date(loc, 2017, 6, 13).Add(3*time.Hour), 12.25)
	r = energy.Overnight(s, asOf, pounds("0.25"))
	wantStatus(t, r, eaio.ResultInconclusive, energy.ReasonStuckReadings)
	wantFacts(t, r, map[string]string{"night_energy": "", "night_verdict": ""})

	s = fresh()
	set(s, date(loc, 2017, 1, 1), date(loc, 2017, 6, 7), nan) // nights ending 7 (six hours of it), 8, 9 and 12 June are left
	r = energy.Overnight(s, asOf, energy.Price{})
	wantStatus(t, r, eaio.ResultInsufficientData, energy.ReasonTooFewNights)
	wantFacts(t, r, map[string]string{"nights_compared": "4 nights", "nights_required": "5 nights", "night_verdict": "", "usual_night_energy": ""})

	s = fresh()
	set(s, date(loc, 2017, 1, 1), date(loc, 2017, 5, 31), nan) // nine nights to compare, too few for a best one
	r = energy.Overnight(s, asOf, energy.Price{})
	wantFacts(t, r, map[string]string{"nights_compared": "9 nights", "night_verdict": "usual", "best_night_energy": "", "possible_saving": ""})

	s = fresh()
	s.Step = 24 * time.Hour
	wantStatus(t, energy.Overnight(s, asOf, energy.Price{}), eaio.ResultInsufficientData, energy.ReasonUnsupportedInterval)
}
