package tariff_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones on every machine

	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func date(loc *time.Location, y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, loc)
}

// usage makes readings of load(local start of the interval) in kW.
func usage(from, to time.Time, step time.Duration, load func(time.Time) float64) tariff.Usage {
	u := tariff.Usage{Start: from.UTC(), Step: step, Location: from.Location()}
	for at := from; at.Before(to); at = at.Add(step) {
		u.KWh = append(u.KWh, load(at)*step.Hours())
	}
	return u
}

func set(u tariff.Usage, at time.Time, kWh float64) {
	u.KWh[int(at.Sub(u.Start)/u.Step)] = kWh
}

func one(time.Time) float64 { return 1 }

// office is 20 kW from 08:00 to 18:00 on weekdays and 10 kW else.
func office(t time.Time) float64 {
	if w := t.Weekday(); w != time.Saturday && w != time.Sunday && t.Hour() >= 8 && t.Hour() < 18 {
		return 20
	}
	return 10
}

// schedule writes a 12×24 table.
func schedule(period func(month, hour int) int) string {
	rows := make([]string, 12)
	for m := range rows {
		hours := make([]string, 24)
		for h := range hours {
			hours[h] = fmt.Sprint(period(m, h))
		}
		rows[m] = "[" + strings.Join(hours, ",") + "]"
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// hours is 1 from a clock hour to another and 0 else.
func hours(from, to int) string {
	return schedule(func(_, h int) int {
		if h >= from && h < to {
			return 1
		}
		return 0
	})
}

// repeat12 writes a list of one value for every month.
func repeat12(x string) string { return "[" + strings.Repeat(x+",", 11) + x + "]" }

var always = hours(0, 0)

func parse(t testing.TB, fields ...string) tariff.Tariff {
	t.Helper()
	x, err := tariff.Parse([]byte("{" + strings.Join(fields, ",") + "}"))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func bill(t testing.TB, x tariff.Tariff, u tariff.Usage, from, to time.Time) tariff.Bill {
	t.Helper()
	b, err := x.Bill(u, from, to)
	if err != nil {
		t.Fatal(err)
	}
	wantWhole(t, b)
	return b
}

// wantWhole checks what every bill must keep: lines that multiply out, totals that
// are their sums, at most the currency's decimals, energy neither lost nor made.
func wantWhole(t testing.TB, b tariff.Bill) {
	t.Helper()
	places := tariff.MinorDigits(b.Currency)
	net, total := decimal.Zero, decimal.Zero
	for _, i := range b.Items {
		if want := i.Quantity.Mul(i.Rate).Mul(i.Share).RoundBank(places); !i.Amount.Equal(want) {
			t.Errorf("line %+v: amount %s, want %s", i, i.Amount, want)
		}
		total = total.Add(i.Amount)
		if i.Charge != tariff.ChargeTax {
			net = net.Add(i.Amount)
		}
		if i.Quantity.IsNegative() {
			t.Errorf("line %+v: negative quantity", i)
		}
	}
	if !b.Net.Equal(net) || !b.Total.Equal(total) {
		t.Errorf("net %s and total %s, the lines sum to %s and %s", b.Net, b.Total, net, total)
	}
	if (b.Status == tariff.StatusOK) != (len(b.Reasons) == 0) {
		t.Errorf("status %s with reasons %v", b.Status, b.Reasons)
	}
	if b.Status == tariff.StatusInsufficient && (len(b.Items) > 0 || !b.Total.IsZero()) {
		t.Errorf("a bill for too little data claims %s", b.Total)
	}
}

// lines prints a bill as "month charge period.tier quantity unit × rate = amount".
func lines(b tariff.Bill) []string {
	var out []string
	for _, i := range b.Items {
		s := fmt.Sprintf("%s %s", i.Month, i.Charge)
		if i.Period > 0 {
			s += fmt.Sprintf(" %d.%d", i.Period, i.Tier)
		}
		if i.Ratchet {
			s += " ratchet"
		}
		s += fmt.Sprintf(" %s %s × %s", i.Quantity, i.Unit, i.Rate)
		if !i.Share.Equal(decimal.New(1, 0)) {
			s += " × " + i.Share.Round(4).String()
		}
		out = append(out, strings.TrimSpace(s+" = "+i.Amount.StringFixed(tariff.MinorDigits(b.Currency))))
	}
	return out
}

func wantBill(t *testing.T, b tariff.Bill, total string, want []string, reasons ...string) {
	t.Helper()
	if got := lines(b); !slices.Equal(got, want) {
		t.Errorf("lines:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !b.Total.Equal(decimal.RequireFromString(total)) {
		t.Errorf("total %s, want %s", b.Total, total)
	}
	if !slices.Equal(b.Reasons, reasons) {
		t.Errorf("reasons %v, want %v", b.Reasons, reasons)
	}
}

var nan = math.NaN()
