package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// The office uses 340 kWh on a weekday (14·10 + 10·20) and 240 kWh on a weekend day.
func TestConsumption(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	for _, step := range []time.Duration{time.Hour, 15 * time.Minute} {
		s := electricity(date(loc, 2016, 1, 1), date(loc, 2017, 7, 1), step, office)
		set(s, time.Date(2017, 6, 13, 14, 0, 0, 0, loc), time.Date(2017, 6, 13, 15, 0, 0, 0, loc), 50*step.Hours()) // Tuesday: 30 kWh more
		set(s, time.Date(2017, 6, 17, 3, 0, 0, 0, loc), time.Date(2017, 6, 17, 4, 0, 0, 0, loc), 4*step.Hours())    // Saturday: 6 kWh less
		for i := range s.Values {                                                                                   // a weekend of one value would be stuck
			if at := s.Start.Add(time.Duration(i) * step).In(loc); at.Hour() == 12 {
				s.Values[i] += step.Hours() // a kWh more on every day
			}
		}
		asOf := date(loc, 2017, 6, 19)
		week := energy.Consumption(s, asOf, eaio.LastWeek, eaio.ComparePrevious, pounds("0.125"))
		wantWhole(t, week)
		wantStatus(t, week, eaio.ResultOK)
		wantFacts(t, week, map[string]string{
			"energy":      "2211 kWh",   // 5·341 + 2·241 + 30 − 6
			"energy_cost": "276.38 GBP", // 276.375, half to even
			"daily_mean":  "315.857 kWh/day",
			"peak":        "50 kW", "peak_time": "2017-06-13T14:00:00-07:00",
			"highest_day_energy": "371 kWh", "lowest_day_energy": "235 kWh",
			"compare_energy": "2187 kWh", "change": "24 kWh", "change_percent": "1.1 %", "change_cost": "3.00 GBP",
			"completeness": "", "compared_energy": "", "compare_completeness": "", "daily_mean_change_percent": "",
		})
		if f, _ := week.Fact("highest_day_energy"); !f.Window.From.Equal(date(loc, 2017, 6, 13)) {
			t.Errorf("the highest day is %s", f.Window.From)
		}
		if f, _ := week.Fact("lowest_day_energy"); !f.Window.From.Equal(date(loc, 2017, 6, 17)) {
			t.Errorf("the lowest day is %s", f.Window.From)
		}
		day := energy.Consumption(s, date(loc, 2017, 6, 14), eaio.LatestDay, eaio.CompareYearAgo, energy.Price{})
		wantFacts(t, day, map[string]string{"energy": "371 kWh", "compare_energy": "341 kWh", "change_percent": "8.8 %", "energy_cost": "", "change_cost": "", "daily_mean": "", "highest_day_energy": ""})
		if f, _ := day.Fact("compare_energy"); !f.Window.From.Equal(date(loc, 2016, 6, 14)) {
			t.Errorf("a year ago is %s", f.Window.From)
		}
		// April has 20 weekdays, May 23: 20·341 + 10·241 and 23·341 + 8·241.
		month := energy.Consumption(s, date(loc, 2017, 6, 1), eaio.LastMonth, eaio.ComparePrevious, energy.Price{})
		wantFacts(t, month, map[string]string{
			"energy": "9771 kWh", "compare_energy": "9230 kWh", "change": "541 kWh", "change_percent": "5.86 %",
			"daily_mean_change_percent": "2.45 %", // 9771/31 over 9230/30
		})
		if len(month.Facts) > 12 || len(week.Facts) > 12 {
			t.Errorf("%d and %d facts are too many to read", len(month.Facts), len(week.Facts))
		}
	}
}

// Days of 23 and 25 hours are whole days.
func TestConsumptionAcrossClockChanges(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), 30*time.Minute, func(t time.Time) float64 { return 8 + float64(t.Hour()%2) })
	for asOf, want := range map[time.Time]string{
		date(loc, 2017, 3, 27):  "195 kWh", // 12·8 + 11·9
		date(loc, 2017, 3, 28):  "204 kWh",
		date(loc, 2017, 10, 30): "213 kWh", // 12·8 + 13·9
	} {
		r := energy.Consumption(s, asOf, eaio.LatestDay, eaio.CompareNone, energy.Price{})
		wantStatus(t, r, eaio.ResultOK)
		wantFacts(t, r, map[string]string{"energy": want})
	}
	r := energy.Consumption(s, date(loc, 2017, 3, 27), eaio.LastWeek, eaio.ComparePrevious, energy.Price{})
	wantFacts(t, r, map[string]string{"energy": "1419 kWh", "compare_energy": "1428 kWh", "change": "-9 kWh", "change_percent": "-0.63 %"})
}

func TestConsumptionWithGaps(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	asOf := date(loc, 2017, 6, 19) // Monday; last week is from 12 June
	now, before := date(loc, 2017, 6, 12), date(loc, 2017, 6, 5)
	ten := func(t time.Time) float64 {
		if t.Before(now) {
			return 10 + float64(t.Hour()%2) // 252 kWh a day
		}
		return 12 + float64(t.Hour()%2) // 300 kWh a day
	}
	for _, c := range []struct {
		name    string
		spoil   func(energy.Series)
		reasons []string
		facts   map[string]string
	}{
		{
			"nothing missing", func(energy.Series) {}, nil,
			map[string]string{"energy": "2100 kWh", "compare_energy": "1764 kWh", "change": "336 kWh", "change_percent": "19.05 %", "change_cost": "33.60 GBP"},
		},
		{
			// 12 of 168 hours, 6 pairs of 10 and 11 kWh
			"hours missing in the comparison", func(s energy.Series) { set(s, before, before.Add(12*time.Hour), nan) }, nil,
			map[string]string{"energy": "2100 kWh", "compared_energy": "1950 kWh", "compare_energy": "1638 kWh", "change": "312 kWh", "change_percent": "19.05 %", "completeness": ""},
		},
		{
			"hours missing in both", func(s energy.Series) {
				set(s, before, before.Add(4*time.Hour), nan)
				set(s, now.Add(4*time.Hour), now.Add(8*time.Hour), 0)
			}, nil,
			map[string]string{"energy": "2050 kWh", "compared_energy": "2000 kWh", "compare_energy": "1680 kWh", "change": "320 kWh", "change_percent": "19.05 %"},
		},
		{
			"hours missing in the period only", func(s energy.Series) { set(s, now, now.Add(12*time.Hour), nan) }, nil,
			map[string]string{"energy": "1950 kWh", "compared_energy": "", "compare_energy": "1638 kWh", "change": "312 kWh", "completeness": "92.86 %"},
		},
		{
			"a day missing in the period", func(s energy.Series) { set(s, now, now.Add(24*time.Hour), nan) },
			[]string{energy.ReasonIncompletePeriod},
			map[string]string{"energy": "1800 kWh", "completeness": "85.71 %", "change": "288 kWh", "change_percent": "19.05 %", "change_cost": "", "daily_mean": "300 kWh/day"},
		},
		{
			"a day missing in the comparison", func(s energy.Series) { set(s, before, before.Add(24*time.Hour), nan) },
			[]string{energy.ReasonIncompleteComparison},
			map[string]string{"energy": "2100 kWh", "compare_completeness": "85.71 %", "compared_energy": "1800 kWh", "compare_energy": "1512 kWh", "change_percent": "19.05 %", "change_cost": ""},
		},
		{
			"two days missing in the period", func(s energy.Series) { set(s, now, now.Add(48*time.Hour), nan) },
			[]string{energy.ReasonIncompletePeriod, energy.ReasonNoChange},
			map[string]string{"energy": "1500 kWh", "completeness": "71.43 %", "compare_energy": "1764 kWh", "change": "", "change_percent": "", "change_cost": ""},
		},
		{
			"other days missing in each", func(s energy.Series) {
				set(s, before, before.Add(24*time.Hour), nan)
				set(s, now.Add(24*time.Hour), now.Add(48*time.Hour), nan)
			},
			[]string{energy.ReasonIncompletePeriod, energy.ReasonIncompleteComparison, energy.ReasonNoChange},
			map[string]string{"energy": "1800 kWh", "compare_energy": "1512 kWh", "change": "", "change_percent": ""},
		},
		{
			"no comparison", func(s energy.Series) { set(s, before, now, nan) },
			[]string{energy.ReasonNoComparison},
			map[string]string{"energy": "2100 kWh", "compare_energy": "", "change": "", "change_percent": ""},
		},
		{
			"a stuck day", func(s energy.Series) { set(s, now, now.Add(24*time.Hour), 0.5) },
			[]string{energy.ReasonStuckReadings},
			map[string]string{
				"energy": "1812 kWh", "lowest_day_energy": "300 kWh", "daily_mean": "300 kWh/day",
				"compared_energy": "1800 kWh", "compare_energy": "1512 kWh", "change_percent": "19.05 %",
			},
		},
		{
			"a stuck comparison", func(s energy.Series) { set(s, before, now, 0.5) },
			[]string{energy.ReasonStuckReadings, energy.ReasonNoChange},
			map[string]string{"energy": "2100 kWh", "compare_energy": "", "change": "", "change_percent": "", "change_cost": ""},
		},
	} {
		s := electricity(date(loc, 2017, 5, 1), asOf, time.Hour, ten)
		c.spoil(s)
		r := energy.Consumption(s, asOf, eaio.LastWeek, eaio.ComparePrevious, pounds("0.1"))
		t.Run(c.name, func(t *testing.T) {
			wantWhole(t, r)
			status := eaio.ResultOK
			if len(c.reasons) > 0 {
				status = eaio.ResultWarn
			}
			wantStatus(t, r, status, c.reasons...)
			wantFacts(t, r, c.facts)
			if len(r.Facts) > 12 {
				t.Errorf("%d facts are too many to read", len(r.Facts))
			}
			if _, ok := r.Fact("change"); ok {
				a := number(t, r, "energy")
				if _, ok := r.Fact("compared_energy"); ok {
					a = number(t, r, "compared_energy")
				}
				if got := a - number(t, r, "compare_energy"); got != number(t, r, "change") {
					t.Errorf("change is not the difference, %v", got)
				}
			}
		})
	}
}

func TestConsumptionAgainstZero(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2017, 5, 1), date(loc, 2017, 6, 19), time.Hour, restless)
	s.Commodity, s.Unit = "gas", "m3"
	set(s, date(loc, 2017, 6, 5), date(loc, 2017, 6, 12), 0)
	r := energy.Consumption(s, date(loc, 2017, 6, 19), eaio.LastWeek, eaio.ComparePrevious, pounds("0.1"))
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonNoPercent)
	wantFacts(t, r, map[string]string{"compare_energy": "0 m3", "change_percent": "", "energy_cost": "", "change_cost": ""})
	if f, _ := r.Fact("peak"); f.Unit != "m3/h" {
		t.Errorf("the peak is in %s", f.Unit)
	}
}

// A meter that reads once a day has sums, but no peak and no nights.
func TestDailyMeter(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	s := electricity(date(loc, 2017, 5, 1), date(loc, 2017, 6, 19), 24*time.Hour, func(t time.Time) float64 { return float64(t.Day()) })
	r := energy.Consumption(s, date(loc, 2017, 6, 19), eaio.LastWeek, eaio.ComparePrevious, energy.Price{})
	wantFacts(t, r, map[string]string{"energy": "2520 kWh", "compare_energy": "1344 kWh", "peak": "", "highest_day_energy": "432 kWh"})
	wantStatus(t, energy.BaseLoad(s, date(loc, 2017, 6, 19), energy.Price{}), eaio.ResultInsufficientData, energy.ReasonUnsupportedInterval)
}

func TestMoney(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	for _, c := range []struct{ kWh, price, currency, want string }{
		{"100.5", "0.05", "USD", "5.02"},     // 5.025
		{"100.7", "0.05", "USD", "5.04"},     // 5.035
		{"0.3335", "10", "USD", "3.34"},      // 0.334 kWh
		{"123.456", "0", "EUR", "0.00"},      //
		{"1234.5", "2536", "VND", "3130692"}, // no smaller unit; exactly 3,130,692
		{"10.5", "1", "JPY", "10"},           // half to even
		{"10", "0.1", "KWD", "1.000"},
	} {
		kWh, _ := eaio.Text(c.kWh).Float()
		s := electricity(date(loc, 2017, 6, 1), date(loc, 2017, 6, 2), time.Hour, func(t time.Time) float64 {
			if t.Hour() == 12 {
				return kWh
			}
			return nan
		})
		p := pounds(c.price)
		p.Currency = c.currency
		f, _ := energy.Consumption(s, date(loc, 2017, 6, 2), eaio.LatestDay, eaio.CompareNone, p).Fact("energy_cost")
		if f.Value.String() != c.want || f.Unit != c.currency || !f.Value.IsText() {
			t.Errorf("%s kWh at %s is %s %s, want %s %s", c.kWh, c.price, f.Value, f.Unit, c.want, c.currency)
		}
	}
}
