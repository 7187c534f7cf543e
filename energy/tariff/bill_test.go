package tariff_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio/energy/tariff"
)

// 744 h of 1 kW: 300 kWh at 0.10 + 0.01, 200 at 0.15, 244 at 0.20: 33.00 + 30.00 +
// 48.80; with 12.50 fixed 124.30; 8 % of it is 9.944.
func TestTiers(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	x := parse(t,
		`"energyratestructure":[[{"max":300,"rate":0.1,"adj":0.01},{"max":500,"rate":0.15},{"rate":0.2}]]`,
		`"fixedchargefirstmeter":12.5`, `"fixedchargeunits":"$/month"`,
		`"taxes":[{"name":"VAT","percent":8}]`)
	u := usage(date(loc, 2017, 7, 1), date(loc, 2017, 8, 1), time.Hour, one)
	wantBill(t, bill(t, x, u, date(loc, 2017, 7, 1), date(loc, 2017, 8, 1)), "134.24", []string{
		"2017-07 energy 1.1 300 kWh × 0.11 = 33.00",
		"2017-07 energy 1.2 200 kWh × 0.15 = 30.00",
		"2017-07 energy 1.3 244 kWh × 0.2 = 48.80",
		"2017-07 fixed 1 month × 12.5 = 12.50",
		"tax 124.3 USD × 0.08 = 9.94",
	})
}

// Tiers start anew with each calendar month: 744 h and 744 h, not 1488.
func TestTiersByCalendarMonth(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	x := parse(t, `"energyratestructure":[[{"max":700,"rate":0.1},{"rate":0.2}]]`)
	u := usage(date(loc, 2017, 7, 1), date(loc, 2017, 9, 1), time.Hour, one)
	wantBill(t, bill(t, x, u, date(loc, 2017, 7, 1), date(loc, 2017, 9, 1)), "157.6", []string{
		"2017-07 energy 1.1 700 kWh × 0.1 = 70.00",
		"2017-07 energy 1.2 44 kWh × 0.2 = 8.80",
		"2017-08 energy 1.1 700 kWh × 0.1 = 70.00",
		"2017-08 energy 1.2 44 kWh × 0.2 = 8.80",
	})
}

// June 2017 has 22 weekdays and 8 days of weekend. Peak: 22 × 10 h × 20 kW = 4,400
// kWh; else 22 × 14 h × 10 + 8 × 24 h × 10 = 5,000. 4,400 × 0.2345 = 1,031.80 and
// 5,000 × 0.0987 = 493.50.
func TestTimeOfUse(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	x := parse(t,
		`"energyratestructure":[[{"rate":0.0987}],[{"rate":0.2345}]]`,
		`"energyweekdayschedule":`+hours(8, 18), `"energyweekendschedule":`+always)
	for _, step := range []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute, 5 * time.Minute} {
		u := usage(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), step, office)
		wantBill(t, bill(t, x, u, date(loc, 2017, 6, 1), date(loc, 2017, 7, 1)), "1525.3", []string{
			"2017-06 energy 1.1 5000 kWh × 0.0987 = 493.50",
			"2017-06 energy 2.1 4400 kWh × 0.2345 = 1031.80",
		})
	}
}

// London's clock has no 01:00 to 02:00 on 26 March 2017 and two of them on 29
// October: that hour's period has 30 and 32 hours, the month 743 and 745.
func TestClockChanges(t *testing.T) {
	loc := zone(t, "Europe/London")
	x := parse(t,
		`"currency":"GBP"`,
		`"energyratestructure":[[{"rate":0.1}],[{"rate":1}]]`,
		`"energyweekdayschedule":`+hours(1, 2), `"energyweekendschedule":`+hours(1, 2))
	u := usage(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), 30*time.Minute, one)
	march, err := x.Month(u, 2017, time.March)
	if err != nil {
		t.Fatal(err)
	}
	wantBill(t, march, "101.3", []string{
		"2017-03 energy 1.1 713 kWh × 0.1 = 71.30",
		"2017-03 energy 2.1 30 kWh × 1 = 30.00",
	})
	october, err := x.Month(u, 2017, time.October)
	if err != nil {
		t.Fatal(err)
	}
	wantBill(t, october, "103.3", []string{
		"2017-10 energy 1.1 713 kWh × 0.1 = 71.30",
		"2017-10 energy 2.1 32 kWh × 1 = 32.00",
	})
}

// Where a month has periods and tiers, each period has its part of each tier. 10
// days of 24 h × 1 kW in 30: 720 kWh, of them 240 from 08:00 to 16:00. With tiers at
// 360 kWh, half of the month is in each: 240 and 240, 120 and 120.
func TestTiersOverPeriods(t *testing.T) {
	x := parse(t,
		`"energyratestructure":[[{"max":360,"rate":0.1},{"rate":0.2}],[{"max":360,"rate":0.3},{"rate":0.4}]]`,
		`"energyweekdayschedule":`+hours(8, 16), `"energyweekendschedule":`+hours(8, 16))
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1), time.Hour, one)
	wantBill(t, bill(t, x, u, date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)), "156", []string{
		"2017-06 energy 1.1 240 kWh × 0.1 = 24.00",
		"2017-06 energy 1.2 240 kWh × 0.2 = 48.00",
		"2017-06 energy 2.1 120 kWh × 0.3 = 36.00",
		"2017-06 energy 2.2 120 kWh × 0.4 = 48.00",
	})
}

// Hours of use: the first 200 kWh per kW of the month's 2 kW demand are 400 kWh.
// June: 719 h of 1 kW and one of 2 kW are 721 kWh. By the day: 10 kWh × 30 = 300;
// 5 kWh/kW × 2 kW × 30 = 300.
func TestTierUnits(t *testing.T) {
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1), time.Hour, one)
	set(u, date(time.UTC, 2017, 6, 10), 2)
	for _, c := range []struct {
		unit, limit, first, second, total string
		reasons                           []string
	}{
		{"kWh/kW", "200", "400 kWh × 0.1 = 40.00", "321 kWh × 0.2 = 64.20", "104.2", []string{tariff.ReasonDemandInterval}},
		{"kWh daily", "10", "300 kWh × 0.1 = 30.00", "421 kWh × 0.2 = 84.20", "114.2", nil},
		{"kWh/kW daily", "5", "300 kWh × 0.1 = 30.00", "421 kWh × 0.2 = 84.20", "114.2", []string{tariff.ReasonDemandInterval}},
	} {
		x := parse(t, `"energyratestructure":[[{"max":`+c.limit+`,"rate":0.1,"unit":"`+c.unit+`"},{"rate":0.2,"unit":"`+c.unit+`"}]]`)
		wantBill(t, bill(t, x, u, date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)), c.total,
			[]string{"2017-06 energy 1.1 " + c.first, "2017-06 energy 1.2 " + c.second}, c.reasons...)
	}
}

// 500 kWh in June at 0.02 is 10.00, with 5.00 fixed 15.00: 10.00 short of 25.00.
func TestMinimum(t *testing.T) {
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1), time.Hour, func(at time.Time) float64 {
		if at.Day() == 1 {
			return 500.0 / 24
		}
		return 0
	})
	fields := []string{`"energyratestructure":[[{"rate":0.02}]]`, `"fixedmonthlycharge":5`}
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	x := parse(t, append(fields, `"mincharge":25`, `"minchargeunits":"$/month"`)...)
	wantBill(t, bill(t, x, u, from, to), "25", []string{
		"2017-06 energy 1.1 500 kWh × 0.02 = 10.00",
		"2017-06 fixed 1 month × 5 = 5.00",
		"2017-06 minimum 10 USD × 1 = 10.00",
	})
	x = parse(t, append(fields, `"minmonthlycharge":15`)...)
	if b := bill(t, x, u, from, to); len(b.Items) != 2 {
		t.Errorf("a reached minimum has a line: %v", lines(b))
	}
	x = parse(t, append(fields, `"mincharge":0.6`, `"minchargeunits":"$/day"`)...) // 30 × 0.6 = 18
	if b := bill(t, x, u, from, to); b.Total.String() != "18" {
		t.Errorf("30 days at 0.60 are %s", b.Total)
	}
}

// June in three forms: 1 month; 30 days at 0.55 = 16.50; a twelfth of 100 = 8.33.
func TestFixedCharges(t *testing.T) {
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1), time.Hour, one)
	for units, want := range map[string]string{
		`7,"fixedchargeunits":"$/month"`:  "2017-06 fixed 1 month × 7 = 7.00",
		`7`:                               "2017-06 fixed 1 month × 7 = 7.00",
		`0.55,"fixedchargeunits":"$/day"`: "2017-06 fixed 30 day × 0.55 = 16.50",
		`100,"fixedchargeunits":"$/year"`: "2017-06 fixed 1 year × 100 × 0.0833 = 8.33",
	} {
		b := bill(t, parse(t, `"fixedchargefirstmeter":`+units), u, date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1))
		if got := lines(b); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", units, got, want)
		}
	}
}

// 10 of June's 30 days, 240 kWh: a third of the limits of 300 and 600 kWh and of 12.00.
func TestPartOfAMonth(t *testing.T) {
	x := parse(t, `"energyratestructure":[[{"max":300,"rate":0.1},{"max":600,"rate":0.2},{"rate":0.3}]]`, `"fixedmonthlycharge":12`)
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1), time.Hour, one)
	wantBill(t, bill(t, x, u, date(time.UTC, 2017, 6, 11), date(time.UTC, 2017, 6, 21)), "46", []string{
		"2017-06 energy 1.1 100 kWh × 0.1 = 10.00",
		"2017-06 energy 1.2 100 kWh × 0.2 = 20.00",
		"2017-06 energy 1.3 40 kWh × 0.3 = 12.00",
		"2017-06 fixed 1 month × 12 × 0.3333 = 4.00",
	}, tariff.ReasonPartMonth)
}

// In a currency without a smaller unit: 744 kWh × 2536 = 1,886,784; 8 % of it is
// 150,942.72.
func TestCurrencyWithoutCents(t *testing.T) {
	loc := zone(t, "Asia/Ho_Chi_Minh")
	x := parse(t, `"currency":"VND"`, `"country":"VNM"`, `"energyratestructure":[[{"rate":2536}]]`, `"taxes":[{"name":"VAT","percent":8}]`)
	u := usage(date(loc, 2017, 7, 1), date(loc, 2017, 8, 1), time.Hour, one)
	wantBill(t, bill(t, x, u, date(loc, 2017, 7, 1), date(loc, 2017, 8, 1)), "2037727", []string{
		"2017-07 energy 1.1 744 kWh × 2536 = 1886784",
		"tax 1886784 VND × 0.08 = 150943",
	})
}

// Half a cent goes to the even one: 100.5 × 0.05 = 5.025 and 100.7 × 0.05 = 5.035.
func TestRounding(t *testing.T) {
	x := parse(t, `"energyratestructure":[[{"rate":0.05}]]`)
	for kWh, want := range map[float64]string{100.5: "5.02", 100.7: "5.04", 0.1: "0", 0.3: "0.02"} {
		u := tariff.Usage{Start: date(time.UTC, 2017, 6, 1), Step: 24 * time.Hour, KWh: make([]float64, 30)}
		u.KWh[3] = kWh
		if b := bill(t, x, u, u.Start, date(time.UTC, 2017, 7, 1)); b.Total.String() != want {
			t.Errorf("%v kWh cost %s, want %s", kWh, b.Total, want)
		}
	}
}

// All charges of the example at once. July 2017 has 21 weekdays and 10 days of
// weekend; 100 kW from 14:00 to 19:00 on weekdays, 40 kW else. Period 3: 21 × 5 h ×
// 100 = 10,500 kWh; period 2: 21 × 19 h × 40 + 10 × 24 h × 40 = 25,560; together
// 36,060. Of each, 20,000/36,060 is in tier 1: 5,823.627 and 14,176.373.
//
//	14,176.373 × 0.0936 = 1,326.9085    5,823.627 × 0.1505 = 876.4559
//	11,383.627 × 0.0830 =   944.8410    4,676.373 × 0.1399 = 654.2246
//
// Demand 100 × 9.40 = 940.00 and 100 × 11.25 = 1,125.00; 35.50 fixed; together
// 5,902.93. Tax 5.6 %: 330.5641.
func TestAllCharges(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	x, err := tariff.Parse(example(t))
	if err != nil {
		t.Fatal(err)
	}
	u := usage(date(loc, 2016, 7, 1), date(loc, 2017, 8, 1), 15*time.Minute, func(at time.Time) float64 {
		if w := at.Weekday(); w != time.Saturday && w != time.Sunday && at.Hour() >= 14 && at.Hour() < 19 {
			return 100
		}
		return 40
	})
	wantBill(t, bill(t, x, u, date(loc, 2017, 7, 1), date(loc, 2017, 8, 1)), "6233.49", []string{
		"2017-07 energy 2.1 14176.373 kWh × 0.0936 = 1326.91",
		"2017-07 energy 2.2 11383.627 kWh × 0.083 = 944.84",
		"2017-07 energy 3.1 5823.627 kWh × 0.1505 = 876.46",
		"2017-07 energy 3.2 4676.373 kWh × 0.1399 = 654.22",
		"2017-07 flat_demand 2.1 100 kW × 9.4 = 940.00",
		"2017-07 period_demand 2.1 100 kW × 11.25 = 1125.00",
		"2017-07 fixed 1 month × 35.5 = 35.50",
		"tax 5902.93 USD × 0.056 = 330.56",
	}, tariff.ReasonChargesNotBilled)
}

// Half of June: 200 kWh per kW of 2 kW, by half: 200 kWh; 361 kWh in all.
func TestHoursOfUseOfPartOfAMonth(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 6, 16)
	u := usage(from, to, time.Hour, one)
	set(u, date(time.UTC, 2017, 6, 10), 2)
	x := parse(t, `"energyratestructure":[[{"max":200,"rate":0.1,"unit":"kWh/kW"},{"rate":0.2,"unit":"kWh/kW"}]]`)
	wantBill(t, bill(t, x, u, from, to), "52.2", []string{
		"2017-06 energy 1.1 200 kWh × 0.1 = 20.00", "2017-06 energy 1.2 161 kWh × 0.2 = 32.20",
	}, tariff.ReasonDemandInterval, tariff.ReasonPartMonth)
}

// A charge by the day is for the days there are: 15 × 2, and half of 12 a month or a
// 24th of 144 a year.
func TestFixedChargesOfPartOfAMonth(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 6, 16)
	u := usage(from, to, time.Hour, one)
	for units, c := range map[string][3]string{
		"$/day":   {"2", "2017-06 fixed 15 day × 2 = 30.00", "30"},
		"$/month": {"12", "2017-06 fixed 1 month × 12 × 0.5 = 6.00", "6"},
		"$/year":  {"144", "2017-06 fixed 1 year × 144 × 0.0417 = 6.00", "6"},
	} {
		x := parse(t, `"fixedchargefirstmeter":`+c[0], `"fixedchargeunits":"`+units+`"`)
		wantBill(t, bill(t, x, u, from, to), c[2], []string{c[1]}, tariff.ReasonPartMonth)
	}
}
