package analyse_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/internal/analyse"
)

func wide(t testing.TB, file, timezone string) analyse.Wide {
	t.Helper()
	w, err := analyse.ReadWide("w.csv", strings.NewReader(file), timezone, "electricity")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Meters that begin on different days stand on one grid; one without values is empty.
func TestReadWide(t *testing.T) {
	w := wide(t, "local;early;late;none\n2017-01-01 22:00;1,5;;\n2017-01-01 23:00;2;;\n2017-01-02 00:00;;3;\n2017-01-02 01:00;;4;\n2017-01-02 02:00;;0;\n", "")
	if w.First.Format(time.DateOnly) != "2017-01-01" || w.Days != 2 || strings.Join(w.Names, " ") != "early late none" {
		t.Fatalf("%v, %d days of %v", w.First, w.Days, w.Names)
	}
	for place, want := range map[[2]int]float64{{0, 22}: 1.5, {0, 23}: 2, {0, 24}: math.NaN(), {1, 23}: math.NaN(), {1, 24}: 3, {1, 25}: 4, {1, 26}: 0, {2, 24}: math.NaN()} {
		if got := w.Meters[place[0]].Load[place[1]]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("meter %d, hour %d: %v, want %v", place[0], place[1], got, want)
		}
	}
	if !w.Meters[1].ZeroMissing || len(w.Meters[2].Load) != 48 {
		t.Errorf("zero missing %v, %d hours", w.Meters[1].ZeroMissing, len(w.Meters[2].Load))
	}
}

// Where the clock is set back the hour is the mean of both, where it is set forward
// there is none; an hour counts only with all of its quarters.
func TestWideHours(t *testing.T) {
	var b strings.Builder
	b.WriteString("local,a\n")
	for _, from := range []time.Time{time.Date(2017, 3, 26, 0, 0, 0, 0, clock(t, "Europe/London")), time.Date(2017, 10, 29, 0, 0, 0, 0, clock(t, "Europe/London"))} {
		for q := range 16 {
			fmt.Fprintf(&b, "%s,%d\n", from.Add(time.Duration(q)*15*time.Minute).Format("2006-01-02 15:04"), q)
		}
	}
	b.WriteString("2017-10-30 00:00,7\n")
	w := wide(t, b.String(), "Europe/London")
	load := w.Meters[0].Load
	autumn := load[(time.Date(2017, 10, 29, 0, 0, 0, 0, time.UTC).Unix()-w.First.Unix())/3600:]
	for place, want := range map[int]float64{0: 6, 1: math.NaN(), 2: 22, 3: 38, 4: 54} {
		if got := load[place]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("spring, hour %d: %v, want %v", place, got, want)
		}
	}
	for place, want := range map[int]float64{0: 6, 1: 30, 2: 54, 3: math.NaN(), 24: math.NaN()} {
		if got := autumn[place]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("autumn, hour %d: %v, want %v", place, got, want)
		}
	}
}

// A meter that repeats itself is forecast to the letter; the temperature brings in the
// methods that see it.
func TestRunBacktest(t *testing.T) {
	first := time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
	var b, temperatures strings.Builder
	b.WriteString("local,steady,none\n")
	temperatures.WriteString("local,t\n")
	for h := range 120 * 24 {
		at := first.Add(time.Duration(h) * time.Hour).Format("2006-01-02 15:04")
		fmt.Fprintf(&b, "%s,%d,\n", at, 10+h%24)
		fmt.Fprintf(&temperatures, "%s,%d\n", at, h%17)
	}
	w := wide(t, b.String(), "")
	from, to := first.AddDate(0, 0, 90), first.AddDate(0, 0, 100)
	heard := []int{}
	got, err := analyse.RunBacktest(t.Context(), w, from, to, func(done, of int) { heard = append(heard, done, of) })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard, []int{1, 2, 2, 2}) {
		t.Errorf("heard of %v", heard)
	}
	if len(got.Meters) != 2*len(got.Summary) || got.From != "2017-04-01" || got.To != "2017-04-11" {
		t.Fatalf("%+v", got)
	}
	for i, m := range got.Meters {
		switch m.ID {
		case "steady":
			if m.N != 240 || m.CVRMSE == nil || *m.CVRMSE > 0.02 {
				t.Errorf("%d: %+v", i, m)
			}
		case "none":
			if m.N != 0 || m.CVRMSE != nil {
				t.Errorf("%d: %+v", i, m)
			}
		}
	}
	methods := len(got.Summary)
	for _, s := range got.Summary {
		if s.N != 1 || s.Median == nil || strings.Contains(s.Method, "temperature") {
			t.Errorf("%+v", s)
		}
	}
	if got.Summary[methods-1].Method != analyse.ChosenMethod {
		t.Errorf("the last is %s", got.Summary[methods-1].Method)
	}
	var table bytes.Buffer
	if err := analyse.BacktestTable(&table, got); err != nil || !strings.Contains(table.String(), "upper quartile") || strings.Count(table.String(), "–") != methods {
		t.Errorf("%v:\n%s", err, table.String())
	}

	x, err := analyse.ReadTemperature("t.csv", strings.NewReader(temperatures.String()), "C", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SetTemperature(x, time.UTC); err != nil {
		t.Fatal(err)
	}
	if w.Meters[0].Temperature[18] != 1 {
		t.Errorf("hour 18 has %v °C", w.Meters[0].Temperature[18])
	}
	if got, err = analyse.RunBacktest(t.Context(), w, from, to, nil); err != nil || len(got.Summary) != methods+2 {
		t.Errorf("%d methods with temperature, %d without: %v", len(got.Summary), methods, err)
	}
	for _, span := range [][2]int{{-1, 5}, {5, 5}, {5, 121}} {
		if _, err := analyse.RunBacktest(t.Context(), w, first.AddDate(0, 0, span[0]), first.AddDate(0, 0, span[1]), nil); !isInvalid(err) {
			t.Errorf("days %v: %v", span, err)
		}
	}
}

// FuzzReadWide checks that every meter of a file is on the grid of all.
func FuzzReadWide(f *testing.F) {
	f.Add([]byte("t,a,b\n2017-01-01 00:00,1,\n2017-01-01 01:00,2,3\n"), "")
	f.Add([]byte("t\ta\n2017-10-29 01:00\t1\n2017-10-29 01:00\t2\n"), "Europe/London")
	f.Fuzz(func(t *testing.T, file []byte, zone string) {
		if len(file) > 2048 {
			return
		}
		w, err := analyse.ReadWide("w", bytes.NewReader(file), zone, "gas")
		if err != nil {
			return
		}
		if len(w.Names) != len(w.Meters) || w.Days < 1 {
			t.Fatalf("%d names, %d meters, %d days", len(w.Names), len(w.Meters), w.Days)
		}
		for _, m := range w.Meters {
			if len(m.Load) != 24*w.Days || m.Validate() != nil {
				t.Fatalf("%d hours in %d days: %v", len(m.Load), w.Days, m.Validate())
			}
		}
	})
}
