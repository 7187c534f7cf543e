package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// Four weeks of the office: 10 kW, and 20 kW on the 20 weekdays from 08:00 to
// 18:00. 200 of 672 hours are in operation.
func TestBaseLoadOfAnOffice(t *testing.T) {
	for _, name := range []string{"America/Phoenix", "Asia/Ho_Chi_Minh"} {
		for _, step := range []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute} {
			loc := zone(t, name)
			from, asOf := date(loc, 2017, 5, 1), date(loc, 2017, 5, 29)
			s := electricity(from, asOf, step, func(t time.Time) float64 {
				// One weekend night in four is 13 kW; a quarter of an hour differs
				// at noon, so that no value lasts a day.
				switch {
				case t.Day() == 13 && t.Hour() < 6 || t.Day() == 12 && t.Hour() >= 22:
					return 13
				case t.Hour() == 12 && office(t) == 10:
					return 11
				}
				return office(t)
			})
			r := energy.BaseLoad(s, asOf, pounds("0.2"))
			wantWhole(t, r)
			wantStatus(t, r, eaio.ResultOK)
			wantFacts(t, r, map[string]string{
				"base_load": "10 kW", "peak_load": "20 kW", "base_peak_ratio": "0.5",
				"night_load":    "10.107 kW", // 10 + 3·5/140
				"weekday_start": "08:00", "weekday_stop": "18:00", "weekday_schedule": "",
				"weekend_schedule": "no operating hours", "weekend_start": "", "saturday_start": "",
				// outside: 472 h · 10 + 8 h · 3 + 8 h at noon · 1 = 4752 kWh; inside 20 kW
				"unoccupied_ratio": "0.503", // 4752 / 472 / 20
				"days_present":     "28 days",
				"best_night_load":  "10 kW", "waste_energy": "32 kWh", "waste_cost": "6.40 GBP", // 8·3 + 8·1
				"worst_night_1": "104 kWh", "worst_night_2": "80 kWh", "worst_night_3": "80 kWh",
			})
			if f, _ := r.Fact("worst_night_1"); !f.Window.From.Equal(time.Date(2017, 5, 12, 22, 0, 0, 0, loc)) {
				t.Errorf("the worst night began %s", f.Window.From)
			}
		}
	}
}

// 35 days, of which the nights use 10 kW and the other hours out of operation 14.
func TestBaseLoadWaste(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	from, asOf := date(loc, 2017, 5, 1), date(loc, 2017, 6, 5)
	s := electricity(from, asOf, time.Hour, func(t time.Time) float64 {
		switch {
		case office(t) == 20:
			return 20
		case t.Hour() >= 22 || t.Hour() < 6:
			return 10
		}
		return 14
	})
	r := energy.BaseLoad(s, asOf, pounds("0.205"))
	// On 25 weekdays 6 hours of 14 kW, on 10 weekend days 16: (150 + 160) h · 4 kW.
	// All: 25·(200 + 84 + 80) + 10·(224 + 80) = 12,140 kWh. 254.20 is money.
	wantFacts(t, r, map[string]string{
		"best_night_load": "10 kW", "waste_energy": "1240 kWh", "waste_percent": "10.21 %", "waste_cost": "254.20 GBP",
		"unoccupied_ratio": "0.605", // (310·14 + 280·10) / 590 / 20
		"weekend_schedule": "no operating hours",
	})
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonHighUnoccupied)
}

func TestBaseLoadSchedules(t *testing.T) {
	loc := zone(t, "Europe/London")
	from, asOf := date(loc, 2017, 1, 2), date(loc, 2017, 10, 30) // over both clock changes
	between := func(t time.Time, start, stop int) bool { return t.Hour() >= start && t.Hour() < stop }
	for _, c := range []struct {
		name  string
		on    func(time.Time) bool
		facts map[string]string
	}{
		{"a shop open on Saturdays", func(t time.Time) bool {
			return t.Weekday() != time.Sunday && between(t, 9, 17) && (t.Weekday() != time.Saturday || between(t, 10, 14))
		}, map[string]string{"weekday_start": "09:00", "weekday_stop": "17:00", "saturday_start": "10:00", "saturday_stop": "14:00", "sunday_schedule": "no operating hours", "weekend_schedule": ""}},
		{
			"early on Fridays, an hour later on Tuesdays", func(t time.Time) bool {
				switch t.Weekday() {
				case time.Friday:
					return between(t, 8, 13)
				case time.Tuesday:
					return between(t, 9, 18)
				}
				return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && between(t, 8, 18)
			},
			map[string]string{
				"weekday_start": "08:00", "weekday_stop": "18:00", "friday_start": "08:00", "friday_stop": "13:00",
				"tuesday_start": "", "monday_start": "", "weekend_schedule": "no operating hours",
			},
		},
		{
			"closed on Mondays", func(t time.Time) bool { return t.Weekday() != time.Monday && between(t, 8, 18) },
			map[string]string{"monday_schedule": "no operating hours", "weekday_start": "08:00", "weekend_start": "08:00"},
		},
		{
			"a bar", func(t time.Time) bool { return t.Hour() >= 18 || t.Hour() < 2 },
			map[string]string{"weekday_start": "18:00", "weekday_stop": "02:00", "weekend_start": "18:00", "weekend_stop": "02:00"},
		},
		{
			"three shifts on weekdays", func(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday },
			map[string]string{"weekday_schedule": "runs around the clock", "weekday_start": "", "weekend_schedule": "no operating hours"},
		},
	} {
		s := electricity(from, asOf, time.Hour, func(t time.Time) float64 {
			load := 10 + float64(t.Hour()%5)/10
			if c.on(t) {
				load += 15
			}
			return load
		})
		r := energy.BaseLoad(s, asOf, energy.Price{})
		t.Run(c.name, func(t *testing.T) { wantWhole(t, r); wantFacts(t, r, c.facts) })
	}
}

func TestBaseLoadAroundTheClock(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2017, 6, 1), time.Hour, func(t time.Time) float64 { return 100 + float64(t.Hour()%8) })
	r := energy.BaseLoad(s, date(loc, 2017, 6, 1), pounds("0.1"))
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonAroundTheClock)
	wantFacts(t, r, map[string]string{"schedule": "runs around the clock", "unoccupied_ratio": "", "waste_energy": "", "waste_cost": "", "weekday_start": ""})
}

func TestBaseLoadNeedsFourWeeks(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 6, 1)
	s := electricity(date(loc, 2017, 5, 5), asOf, time.Hour, restless) // 27 days
	r := energy.BaseLoad(s, asOf, energy.Price{})
	wantWhole(t, r)
	wantStatus(t, r, eaio.ResultInsufficientData, energy.ReasonTooFewDays)
	wantFacts(t, r, map[string]string{"days_present": "27 days", "days_required": "28 days", "base_load": ""})

	s = electricity(date(loc, 2017, 5, 4), asOf, time.Hour, restless)
	wantFacts(t, energy.BaseLoad(s, asOf, energy.Price{}), map[string]string{"days_present": "28 days", "base_load": "10 kW"})
	set(s, date(loc, 2017, 5, 10), date(loc, 2017, 5, 11).Add(6*time.Hour), 15) // stuck: 10 May does not count
	r = energy.BaseLoad(s, asOf, energy.Price{})
	wantStatus(t, r, eaio.ResultInsufficientData, energy.ReasonStuckReadings, energy.ReasonTooFewDays)
	wantFacts(t, r, map[string]string{"days_present": "27 days"})
}

// What runs on a Friday afternoon that is free counts as outside the hours; with less
// than eight Fridays it is not told from chance.
func TestBaseLoadOfAFreeAfternoon(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 1, 2), date(loc, 2017, 2, 27), time.Hour, func(at time.Time) float64 {
		if at.Weekday() == time.Friday && at.Hour() >= 13 {
			return 10.5
		}
		return office(at)
	})
	r := energy.BaseLoad(s, date(loc, 2017, 2, 27), energy.Price{})
	wantFacts(t, r, map[string]string{"friday_stop": "13:00", "waste_energy": "44 kWh", "unoccupied_ratio": "0.504"}) // 8 × 11 h × 0.5; 5,484 kWh in 544 h that are not stuck
	r = energy.BaseLoad(s, date(loc, 2017, 2, 20), energy.Price{})
	wantFacts(t, r, map[string]string{"friday_stop": "", "weekday_stop": "18:00"})
}

// Outside the hours 11.9, 12, 15.9 or 16 of 20 kW run: 0.6 and 0.8 of it are the limits.
func TestBaseLoadLimits(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	for outside, reasons := range map[float64][]string{
		11.9: nil, 12: {energy.ReasonHighUnoccupied}, 15.9: {energy.ReasonHighUnoccupied}, 16: {energy.ReasonFaultUnoccupied},
	} {
		s := electricity(date(loc, 2017, 5, 1), date(loc, 2017, 5, 29), time.Hour, func(at time.Time) float64 {
			if h := at.Hour(); h >= 8 && h < 18 {
				return 20
			}
			return outside
		})
		r := energy.BaseLoad(s, date(loc, 2017, 5, 29), energy.Price{})
		status := eaio.ResultOK
		if len(reasons) > 0 {
			status = eaio.ResultWarn
		}
		wantStatus(t, r, status, reasons...)
	}
}

// The night mean is of the hours from 00 to 05, the night's energy of those from 22 to 06.
func TestBaseLoadNightHours(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	s := electricity(date(loc, 2017, 5, 1), date(loc, 2017, 5, 29), time.Hour, func(at time.Time) float64 {
		switch h := at.Hour(); {
		case h < 5:
			return 10
		case h < 6, h >= 22:
			return 14
		}
		return 20
	})
	r := energy.BaseLoad(s, date(loc, 2017, 5, 29), energy.Price{})
	wantFacts(t, r, map[string]string{"night_load": "10 kW", "worst_night_1": "92 kWh"}) // 5 × 10 + 3 × 14
}

// An hour that is on in half of the weeks belongs to the hours of operation.
func TestBaseLoadOfEveryOtherWeek(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	for weeks, stop := range map[int]string{1: "18:00", 2: "19:00"} {
		s := electricity(date(loc, 2017, 5, 1), date(loc, 2017, 5, 29), time.Hour, func(at time.Time) float64 {
			if office(at.Add(-time.Hour)) == 20 && at.Day() <= 7*weeks {
				return 20 + restless(at) - office(at)
			}
			return restless(at)
		})
		wantFacts(t, energy.BaseLoad(s, date(loc, 2017, 5, 29), energy.Price{}), map[string]string{"weekday_start": "08:00", "weekday_stop": stop})
	}
}
