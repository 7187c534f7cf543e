package tariff_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio/energy/tariff"
)

var quarter = 15 * time.Minute

// flatDemand is 5.00 per kW for the first 50 kW and 8.25 above.
const flatDemand = `"flatdemandstructure":[[{"max":50,"rate":5},{"rate":8,"adj":0.25}]],"flatdemandunit":"kW","demandwindow":15`

// January peaks at 100 kW for a quarter of an hour, every other month at 60.
func peaks(loc *time.Location, from, to time.Time) tariff.Usage {
	u := usage(from, to, quarter, func(time.Time) float64 { return 10 })
	for m := from; m.Before(to); m = m.AddDate(0, 1, 0) {
		set(u, time.Date(m.Year(), m.Month(), 9, 14, 30, 0, 0, loc), 60*0.25)
	}
	set(u, time.Date(2017, 1, 20, 11, 15, 0, 0, loc), 100*0.25)
	return u
}

// January: 50 × 5 + 50 × 8.25 = 662.50. With a ratchet of 80 % every month until
// December pays for 80 kW: 250 + 30 × 8.25 = 497.50. The January after looks back
// to February, at 60 kW: 0.8 × 60 = 48 is below its own 60: 250 + 82.50.
func TestRatchet(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := peaks(loc, date(loc, 2016, 1, 1), date(loc, 2018, 3, 1))
	x := parse(t, flatDemand, `"demandratchetpercentage":`+repeat12("0.8"))
	at80 := func(m string) []string {
		return []string{m + " flat_demand 1.1 ratchet 50 kW × 5 = 250.00", m + " flat_demand 1.2 ratchet 30 kW × 8.25 = 247.50"}
	}
	for _, c := range []struct {
		from  time.Time
		total string
		want  []string
	}{
		{date(loc, 2017, 1, 1), "662.5", []string{"2017-01 flat_demand 1.1 50 kW × 5 = 250.00", "2017-01 flat_demand 1.2 50 kW × 8.25 = 412.50"}},
		{date(loc, 2017, 2, 1), "497.5", at80("2017-02")},
		{date(loc, 2017, 12, 1), "497.5", at80("2017-12")},
		{date(loc, 2018, 1, 1), "332.5", []string{"2018-01 flat_demand 1.1 50 kW × 5 = 250.00", "2018-01 flat_demand 1.2 10 kW × 8.25 = 82.50"}},
	} {
		wantBill(t, bill(t, x, u, c.from, c.from.AddDate(0, 1, 0)), c.total, c.want)
	}
	// Within one bill the months before count as well.
	b := bill(t, x, u, date(loc, 2017, 1, 1), date(loc, 2018, 2, 1))
	if b.Total.String() != "6467.5" { // 662.50 + 11 × 497.50 + 332.50
		t.Errorf("13 months cost %s, want 6467.5", b.Total)
	}
	// The month's own days before the bill are not a month before: 0.8 × 60 kW of
	// December, for 11 of 31 days; 48 × 5 × 11/31 = 85.16.
	wantBill(t, bill(t, x, u, date(loc, 2017, 1, 21), date(loc, 2017, 2, 1)), "85.16",
		[]string{"2017-01 flat_demand 1.1 ratchet 48 kW × 5 × 0.3548 = 85.16"}, tariff.ReasonPartMonth)
}

// URDB's other form: half of the highest demand of the last three months, of which
// only January to March count.
func TestLookback(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := peaks(loc, date(loc, 2016, 1, 1), date(loc, 2017, 8, 1))
	set(u, time.Date(2017, 5, 20, 11, 15, 0, 0, loc), 100*0.25)
	x := parse(t, `"flatdemandstructure":[[{"rate":10}]]`, `"lookbackPercent":0.9`, `"lookbackRange":3`,
		`"lookbackMonths":[true,true,1,false,false,false,0,false,false,false,false,false]`)
	for m, want := range map[time.Month]string{
		time.January: "1000", time.March: "900", time.April: "900", // 0.9 × 100 kW
		time.May: "1000", time.June: "600", time.July: "600", // own 60 kW; 0.9 × 60 = 54
	} {
		b, err := x.Month(u, 2017, m)
		if err != nil || b.Total.String() != want {
			t.Errorf("%s costs %s (%v), want %s", m, b.Total, err, want)
		}
	}
}

func TestRatchetWithoutHistory(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := peaks(loc, date(loc, 2017, 1, 1), date(loc, 2017, 3, 1))
	x := parse(t, flatDemand, `"demandratchetpercentage":`+repeat12("0.8"))
	b, err := x.Month(u, 2017, time.February)
	if err != nil {
		t.Fatal(err)
	}
	wantBill(t, b, "497.5", []string{
		"2017-02 flat_demand 1.1 ratchet 50 kW × 5 = 250.00",
		"2017-02 flat_demand 1.2 ratchet 30 kW × 8.25 = 247.50",
	}, tariff.ReasonRatchetHistory)
}

// The peak at 14:30 on a weekday is in period 2, that at 11:00 on a Saturday in
// period 1, where it is the highest: 90 × 3 = 270 and 60 × 12.5 = 750.
func TestPeriodDemand(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := usage(date(loc, 2017, 6, 1), date(loc, 2017, 7, 1), quarter, office)
	set(u, time.Date(2017, 6, 14, 14, 30, 0, 0, loc), 60*0.25)
	set(u, time.Date(2017, 6, 17, 11, 0, 0, 0, loc), 90*0.25)
	x := parse(t, `"demandratestructure":[[{"rate":3}],[{"rate":12.5}],[{"rate":99}]]`,
		`"demandweekdayschedule":`+hours(12, 18), `"demandweekendschedule":`+always)
	wantBill(t, bill(t, x, u, date(loc, 2017, 6, 1), date(loc, 2017, 7, 1)), "1020", []string{
		"2017-06 period_demand 1.1 90 kW × 3 = 270.00",
		"2017-06 period_demand 2.1 60 kW × 12.5 = 750.00",
	})
}

// A ratchet acts on flat demand, and on that of periods only where there is none:
// February's 60 kW become 80.
func TestRatchetOfPeriods(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := peaks(loc, date(loc, 2016, 1, 1), date(loc, 2017, 3, 1))
	ratchet := `"demandratchetpercentage":` + repeat12("0.8")
	demand := `"demandratestructure":[[{"rate":1}]]`
	for _, c := range []struct {
		x    tariff.Tariff
		want []string
	}{
		{parse(t, demand, ratchet), []string{"2017-02 period_demand 1.1 ratchet 80 kW × 1 = 80.00"}},
		{parse(t, demand, ratchet, `"flatdemandstructure":[[{"rate":2}]]`), []string{
			"2017-02 flat_demand 1.1 ratchet 80 kW × 2 = 160.00", "2017-02 period_demand 1.1 60 kW × 1 = 60.00",
		}},
	} {
		b := bill(t, c.x, u, date(loc, 2017, 2, 1), date(loc, 2017, 3, 1))
		wantBill(t, b, b.Total.String(), c.want)
	}
}

// With flat demand of winter and summer: 100 kW in January at 2, 60 in July at 4.
func TestSeasonalDemand(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := peaks(loc, date(loc, 2017, 1, 1), date(loc, 2017, 8, 1))
	x := parse(t, `"flatdemandstructure":[[{"rate":2}],[{"rate":4}]]`, `"flatdemandmonths":[0,0,0,0,1,1,1,1,1,0,0,0]`)
	for m, want := range map[time.Month]string{time.January: "200", time.July: "240"} {
		if b, err := x.Month(u, 2017, m); err != nil || b.Total.String() != want {
			t.Errorf("%s costs %s (%v), want %s", m, b.Total, err, want)
		}
	}
}

// Demand is a mean over the window: readings of 30, 60 and 90 kW over 5 minutes each
// are 60 kW over the quarter of an hour; across two quarters they are not.
func TestDemandWindow(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	x := parse(t, `"flatdemandstructure":[[{"rate":1}]]`)
	at := func(minute int) time.Time { return time.Date(2017, 6, 8, 9, minute, 0, 0, time.UTC) }
	for start, want := range map[int]string{15: "60", 20: "30"} { // (0 + 30 + 60)/3 and (90 + 0 + 0)/3
		u := usage(from, to, 5*time.Minute, func(time.Time) float64 { return 0 })
		for i, kW := range []float64{30, 60, 90} {
			set(u, at(start+5*i), kW/12)
		}
		if b := bill(t, x, u, from, to); b.Total.String() != want {
			t.Errorf("from 09:%d: %s, want %s", start, b.Total, want)
		}
	}
	// A window with a gap has no mean.
	u := usage(from, to, 5*time.Minute, one)
	set(u, at(15), 90)
	set(u, at(20), nan)
	wantBill(t, bill(t, x, u, from, to), "1", []string{"2017-06 flat_demand 1.1 1 kW × 1 = 1.00"}, tariff.ReasonMissingReadings)
}

func TestDemandAndInterval(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	for _, c := range []struct {
		step   time.Duration
		window string
		reason string
		status tariff.Status
	}{
		{quarter, "15", "", tariff.StatusOK},
		{5 * time.Minute, "30", "", tariff.StatusOK},
		{time.Hour, "60", "", tariff.StatusOK},
		{time.Hour, "15", tariff.ReasonDemandInterval, tariff.StatusWarn},
		{30 * time.Minute, "null", tariff.ReasonDemandInterval, tariff.StatusWarn},
		{10 * time.Minute, "15", tariff.ReasonDemandMismatch, tariff.StatusWarn},
		{24 * time.Hour, "15", tariff.ReasonUnsupportedInterval, tariff.StatusInsufficient},
	} {
		x := parse(t, `"flatdemandstructure":[[{"rate":1}]]`, `"demandwindow":`+c.window)
		b := bill(t, x, usage(from, to, c.step, one), from, to)
		if b.Status != c.status || c.reason != "" && (len(b.Reasons) != 1 || b.Reasons[0] != c.reason) {
			t.Errorf("%s against %s minutes: %s %v, want %s %s", c.step, c.window, b.Status, b.Reasons, c.status, c.reason)
		}
	}
}

// A meter that only feeds in has no demand, not a negative one.
func TestDemandOfExports(t *testing.T) {
	from, to := date(time.UTC, 2017, 6, 1), date(time.UTC, 2017, 7, 1)
	x := parse(t, `"flatdemandstructure":[[{"rate":10}]]`, `"fixedmonthlycharge":5`)
	u := usage(from, to, 15*time.Minute, func(time.Time) float64 { return -3 })
	wantBill(t, bill(t, x, u, from, to), "5", []string{"2017-06 fixed 1 month × 5 = 5.00"}, tariff.ReasonExports)
}
