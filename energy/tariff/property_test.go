package tariff_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// random draws loads in steps of 0.001 kWh per interval, so that sums are exact.
func random(seed uint64, from, to time.Time, step time.Duration) tariff.Usage {
	r := rand.New(rand.NewPCG(seed, 1))
	u := tariff.Usage{Start: from.UTC(), Step: step, Location: from.Location()}
	for at := from; at.Before(to); at = at.Add(step) {
		u.KWh = append(u.KWh, float64(r.IntN(100_000))/1000)
	}
	return u
}

// The halves of a window cost what the whole does, at a flat rate: to the cent
// where they part at the end of a month, else but for the rounding of a line.
func TestHalvesAndWhole(t *testing.T) {
	x := parse(t, `"energyratestructure":[[{"rate":0.1234,"adj":0.0071}]]`)
	cent := decimal.New(1, -2)
	for _, name := range []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh", "America/St_Johns", "Africa/Cairo"} {
		loc := zone(t, name)
		from, to := date(loc, 2017, 1, 1), date(loc, 2018, 1, 1)
		u := random(7, from, to, 30*time.Minute)
		whole := bill(t, x, u, from, to)
		for day := 2; day < 365; day += 13 {
			at := date(loc, 2017, 1, day)
			a, b := bill(t, x, u, from, at), bill(t, x, u, at, to)
			if !a.KWh.Add(b.KWh).Equal(whole.KWh) {
				t.Errorf("%s, at %s: %s and %s kWh, whole %s", name, at, a.KWh, b.KWh, whole.KWh)
			}
			diff := a.Total.Add(b.Total).Sub(whole.Total).Abs()
			if diff.GreaterThan(cent) || at.Day() == 1 && !diff.IsZero() {
				t.Errorf("%s, at %s: %s and %s, whole %s", name, at, a.Total, b.Total, whole.Total)
			}
		}
	}
}

// Readings of 15 minutes and their hourly sums make the same bill of energy.
func TestReaggregation(t *testing.T) {
	loc := zone(t, "Europe/London")
	from, to := date(loc, 2017, 1, 1), date(loc, 2018, 1, 1)
	fine := random(11, from, to, quarter)
	coarse := tariff.Usage{Start: fine.Start, Step: time.Hour, Location: loc}
	for i := 0; i < len(fine.KWh); i += 4 {
		coarse.KWh = append(coarse.KWh, fine.KWh[i]+fine.KWh[i+1]+fine.KWh[i+2]+fine.KWh[i+3])
	}
	x := parse(t,
		`"energyratestructure":[[{"max":5000,"rate":0.07},{"rate":0.06}],[{"max":5000,"rate":0.2},{"rate":0.19}]]`,
		`"energyweekdayschedule":`+hours(7, 19), `"energyweekendschedule":`+always, `"fixedmonthlycharge":30`)
	a, b := bill(t, x, fine, from, to), bill(t, x, coarse, from, to)
	if !a.Total.Equal(b.Total) || !a.KWh.Equal(b.KWh) {
		t.Errorf("15 minutes: %s kWh, %s; an hour: %s kWh, %s", a.KWh, a.Total, b.KWh, b.Total)
	}
	if demandA, demandB := hourly(t, fine, from, to), hourly(t, coarse, from, to); demandA.LessThan(demandB) {
		t.Errorf("demand is %s over 15 minutes and %s over an hour", demandA, demandB)
	}
	// Averaged over the hour they are the same demand.
	y := parse(t, `"flatdemandstructure":[[{"rate":1}]]`, `"demandwindow":60`)
	if a, b := bill(t, y, fine, from, to), bill(t, y, coarse, from, to); !a.Total.Equal(b.Total) {
		t.Errorf("over an hour demand costs %s and %s", a.Total, b.Total)
	}
}

func hourly(t *testing.T, u tariff.Usage, from, to time.Time) decimal.Decimal {
	return bill(t, parse(t, `"flatdemandstructure":[[{"rate":1}]]`), u, from, to).Total
}

// Ten times the use at a tenth of the rates, with limits ten times as high, costs
// the same.
func TestScale(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	from, to := date(loc, 2017, 3, 1), date(loc, 2017, 9, 1)
	u := random(3, from.AddDate(-1, 0, 0), to, quarter)
	tenfold := u
	tenfold.KWh = make([]float64, len(u.KWh))
	for i, v := range u.KWh {
		tenfold.KWh[i] = math.Round(v*1e4) / 1e3
	}
	fields := func(energy1, energy2, limit, demand string) tariff.Tariff {
		return parse(t,
			`"energyratestructure":[[{"max":`+limit+`,"rate":`+energy1+`},{"rate":`+energy2+`}]]`,
			`"flatdemandstructure":[[{"rate":`+demand+`}]]`, `"demandratchetpercentage":`+repeat12("0.75"))
	}
	a := bill(t, fields("0.1", "0.2", "30000", "10"), u, from, to)
	b := bill(t, fields("0.01", "0.02", "300000", "1"), tenfold, from, to)
	if !a.Total.Equal(b.Total) || len(a.Items) != len(b.Items) || len(a.Items) != 6*3 {
		t.Errorf("%d lines for %s, %d for %s", len(a.Items), a.Total, len(b.Items), b.Total)
	}
}

// A period's energy is on its lines, whatever the tiers.
func TestEnergyIsKept(t *testing.T) {
	loc := zone(t, "Europe/London")
	from, to := date(loc, 2017, 3, 1), date(loc, 2017, 5, 17)
	u := random(5, from, to, quarter)
	x := parse(t,
		`"energyratestructure":[[{"max":1000.123,"rate":1},{"max":7000.77,"rate":1},{"rate":1}],[{"max":10,"rate":1,"unit":"kWh daily"},{"rate":1,"unit":"kWh daily"}],[{"rate":1}]]`,
		`"energyweekdayschedule":`+schedule(func(_, h int) int { return h % 3 }), `"energyweekendschedule":`+always)
	b, sum := bill(t, x, u, from, to), decimal.Zero
	for _, i := range b.Items {
		sum = sum.Add(i.Quantity)
	}
	if !sum.Equal(b.KWh) {
		t.Errorf("the lines hold %s kWh, the meter %s", sum, b.KWh)
	}
}

// Nothing at or after the end of the bill changes it.
func TestNothingLooksAhead(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	u := random(9, date(loc, 2016, 1, 1), date(loc, 2017, 9, 1), quarter)
	x, err := tariff.Parse(example(t))
	if err != nil {
		t.Fatal(err)
	}
	to := date(loc, 2017, 7, 1)
	want := bill(t, x, u, date(loc, 2017, 6, 1), to)
	short := u
	short.KWh = u.KWh[:int(to.Sub(u.Start)/u.Step)]
	if got := bill(t, x, short, date(loc, 2017, 6, 1), to); !got.Total.Equal(want.Total) || want.Total.IsZero() {
		t.Errorf("%s with what follows, %s without", want.Total, got.Total)
	}
}

// Every month of every awkward clock can be billed and has all of its readings.
func TestMonthsOfAwkwardClocks(t *testing.T) {
	for name, year := range map[string]int{
		"America/St_Johns":  2009, // 00:01 on 1 November: back to 23:01
		"America/Asuncion":  2017, // 1 October starts at 01:00
		"America/Havana":    2017, // midnight twice
		"Pacific/Apia":      2011, // no 30 December
		"Asia/Kathmandu":    2017,
		"Africa/Casablanca": 2017,
	} {
		loc := zone(t, name)
		u := usage(date(loc, year, 1, 1).Add(-48*time.Hour), date(loc, year+1, 1, 3), 30*time.Minute, one)
		x := parse(t, `"energyratestructure":[[{"rate":1}]]`)
		total := 0
		for m := time.January; m <= time.December; m++ {
			b, err := x.Month(u, year, m)
			if err != nil {
				t.Errorf("%s, %s: %v", name, m, err)
				continue
			}
			wantWhole(t, b)
			total += b.Readings
			if b.Status != tariff.StatusOK && name != "Pacific/Apia" {
				t.Errorf("%s, %s: %s %v", name, m, b.Status, b.Reasons)
			}
		}
		if want := int(date(loc, year+1, 1, 1).Sub(date(loc, year, 1, 1)) / u.Step); total != want {
			t.Errorf("%s: the months of %d have %d readings, the year %d", name, year, total, want)
		}
	}
}
