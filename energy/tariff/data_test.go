package tariff_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// A bill is for the readings there are; below nine tenths there is none.
func TestMissingReadings(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	x := parse(t, `"energyratestructure":[[{"rate":0.1}]]`, `"fixedmonthlycharge":3`)
	for missing, want := range map[int]struct{ status, total string }{
		0: {"ok", "75"}, 1: {"warn", "74.9"}, 72: {"warn", "67.8"}, 73: {"insufficient_data", "0"}, 720: {"insufficient_data", "0"},
	} {
		for _, gap := range []float64{nan, math.Inf(1), math.Inf(-1), 1e9, -1e300} {
			u := usage(from, to, time.Hour, one)
			for i := range missing {
				u.KWh[i] = gap
			}
			b := bill(t, x, u, from, to)
			if string(b.Status) != want.status || b.Total.String() != want.total || b.Readings != 720-missing || b.Expected != 720 {
				t.Errorf("%d × %v: %s %s of %d, want %+v", missing, gap, b.Status, b.Total, b.Readings, want)
			}
		}
	}
	if b := bill(t, x, tariff.Usage{Start: to, Step: time.Hour, KWh: []float64{1}}, from, to); b.Status != tariff.StatusInsufficient {
		t.Errorf("readings of another time: %s", b.Status)
	}
}

// What is fed in lowers the energy of its month and period, to zero at most.
func TestExports(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	x := parse(t, `"energyratestructure":[[{"rate":0.1}],[{"rate":0.5}]]`, `"energyweekdayschedule":`+hours(10, 14), `"energyweekendschedule":`+hours(10, 14))
	u := usage(from, to, time.Hour, func(at time.Time) float64 {
		if at.Hour() >= 10 && at.Hour() < 14 {
			return -2
		}
		return 1
	})
	wantBill(t, bill(t, x, u, from, to), "60", []string{"2017-06 energy 1.1 600 kWh × 0.1 = 60.00"}, tariff.ReasonExports)
}

func TestInForce(t *testing.T) {
	u := usage(date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 8, 1), time.Hour, one)
	x := parse(t, `"energyratestructure":[[{"rate":0.1}]]`, `"startdate":1498867200`) // 1 July 2017
	for m, want := range map[time.Month]tariff.Status{time.June: tariff.StatusWarn, time.July: tariff.StatusOK} {
		b, err := x.Month(u, 2017, m)
		if err != nil || b.Status != want {
			t.Errorf("%s: %s %v, %v", m, b.Status, b.Reasons, err)
		}
	}
}

func TestBillRefuses(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	x := parse(t, `"energyratestructure":[[{"rate":0.1}]]`)
	u := usage(from, to, time.Hour, one)
	quick, slow := u, u
	quick.Step, slow.Step = time.Second, 48*time.Hour
	for name, c := range map[string]struct {
		x        tariff.Tariff
		u        tariff.Usage
		from, to time.Time
	}{
		"no tariff":     {tariff.Tariff{}, u, from, to},
		"no interval":   {x, tariff.Usage{}, from, to},
		"too quick":     {x, quick, from, to},
		"too slow":      {x, slow, from, to},
		"backwards":     {x, u, to, from},
		"nothing":       {x, u, from, from},
		"eleven years":  {x, u, from, from.AddDate(11, 0, 0)},
		"within a day":  {x, u, from.Add(time.Hour), to},
		"to within one": {x, u, from, to.Add(-time.Second)},
	} {
		if b, err := c.x.Bill(c.u, c.from, c.to); err == nil {
			t.Errorf("%s: bills %s", name, b.Total)
		}
	}
}

// 1,525.30 by time of use (see TestTimeOfUse); 9,400 kWh at 0.16 are 1,504.00, at
// 0.17 1,598.00.
func TestCompare(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	from, to := date(loc, 2017, 6, 1), date(loc, 2017, 7, 1)
	u := usage(from, to, time.Hour, office)
	tou := parse(t, `"name":"time of use"`, `"energyratestructure":[[{"rate":0.0987}],[{"rate":0.2345}]]`,
		`"energyweekdayschedule":`+hours(8, 18), `"energyweekendschedule":`+always)
	dear, cheap := parse(t, `"name":"dear"`, `"energyratestructure":[[{"rate":0.17}]]`), parse(t, `"name":"cheap"`, `"energyratestructure":[[{"rate":0.16}]]`)
	now, others, err := tariff.Compare(u, from, to, tou, dear, cheap)
	if err != nil || now.Total.String() != "1525.3" || len(others) != 2 {
		t.Fatalf("%s, %d others, %v", now.Total, len(others), err)
	}
	for i, want := range []struct{ name, saving string }{{"cheap", "21.3"}, {"dear", "-72.7"}} {
		if a := others[i]; a.Bill.Name != want.name || a.Saving.String() != want.saving {
			t.Errorf("%s saves %s, want %+v", a.Bill.Name, a.Saving, want)
		}
	}
	if _, _, err := tariff.Compare(u, from, to, tou, parse(t, `"currency":"EUR"`, `"energyratestructure":[[{"rate":0.1}]]`)); err == nil {
		t.Error("dollars compared with euros")
	}
	// A daily meter can be billed at a flat rate only.
	daily := usage(from, to, 24*time.Hour, one)
	now, others, err = tariff.Compare(daily, from, to, cheap, tou, dear)
	if err != nil || others[0].Bill.Name != "dear" || others[1].Bill.Status != tariff.StatusInsufficient || !others[1].Saving.IsZero() || now.Total.String() != "115.2" {
		t.Errorf("%s, %+v, %v", now.Total, others, err)
	}
}

func TestCheck(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	whole := usage(from, to, time.Hour, one) // 720 kWh at 0.1: 72.00, 5 % of it 3.60
	gap, tooFew := usage(from, to, time.Hour, one), usage(from, to, time.Hour, one)
	set(gap, from, nan) // 71.90
	for i := range 100 {
		tooFew.KWh[i] = nan
	}
	x := parse(t, `"energyratestructure":[[{"rate":0.1}]]`)
	for _, c := range []struct {
		u       tariff.Usage
		billed  string
		verdict tariff.Verdict
		percent string
	}{
		{whole, "72", tariff.VerdictAgrees, "0"},
		{whole, "75.60", tariff.VerdictAgrees, "5"},
		{whole, "75.61", tariff.VerdictOff, "5.01"},
		{whole, "68.40", tariff.VerdictAgrees, "-5"},
		{whole, "68.39", tariff.VerdictOff, "-5.01"},
		{whole, "0", tariff.VerdictOff, "-100"},
		{gap, "80", tariff.VerdictInconclusive, "11.27"},
		{gap, "60", tariff.VerdictOff, "-16.55"},
		{tooFew, "72", tariff.VerdictInconclusive, "0"},
	} {
		b := bill(t, x, c.u, from, to)
		got := b.Check(decimal.RequireFromString(c.billed))
		if got.Verdict != c.verdict || got.Percent.String() != c.percent {
			t.Errorf("%s against %s: %+v, want %s, %s %%", c.billed, b.Total, got, c.verdict, c.percent)
		}
	}
}
