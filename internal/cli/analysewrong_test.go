package cli

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// daysOf makes a daily CSV of n days from a date on.
func daysOf(first string, n int, value func(day int) string) string {
	at, err := time.Parse(time.DateOnly, first)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	b.WriteString("day,value\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,%s\n", at.AddDate(0, 0, i).Format(time.DateOnly), value(i))
	}
	return b.String()
}

// warmth is a made-up temperature of a day in °C.
func warmth(day int) float64 {
	return 10 + 11*math.Sin(2*math.Pi*float64(day-110)/365) + 3*math.Sin(float64(day)*1.7)
}

// heated is a made-up use of a day in kWh, which follows the weather.
func heated(day int) float64 {
	return 80 + 6*max(0, 16-warmth(day)) + 4*rand.New(rand.NewPCG(1, uint64(day))).NormFloat64()
}

func number(f func(int) float64) func(int) string {
	return func(day int) string { return fmt.Sprintf("%.3f", f(day)) }
}

// Whatever is wrong with the files or the periods is said in words, with what would be
// right, and no figure is claimed.
func TestWrongInput(t *testing.T) {
	const n, first = 3 * 365, "2015-01-01"
	good := daysOf(first, n, number(heated))
	lines := strings.SplitAfter(strings.TrimSuffix(good, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	celsius := write(t, "t.csv", daysOf(first, n, number(warmth)))
	fahrenheit := write(t, "tf.csv", daysOf(first, n, number(func(d int) float64 { return warmth(d)*9/5 + 32 })))
	with := func(mark string, every int) string {
		return daysOf(first, n, func(d int) string {
			if d%every == 7 {
				return mark
			}
			return number(heated)(d)
		})
	}
	shuffled := append([]string{}, lines[1:]...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	step := func(ratio float64) string {
		return daysOf(first, n, number(func(d int) float64 {
			if d > 600 {
				return heated(d) * ratio
			}
			return heated(d)
		}))
	}
	packed := pack(t, good)

	const usual = "--baseline-end 2017-01-01"
	for _, c := range []struct {
		name, file, temperature, args string
		code                          int
		want                          []string
	}{
		{"nothing is wrong", good, celsius, usual, 0, []string{"savings: ", "avoided energy use"}},
		{"half a year", daysOf("2016-07-01", 365, number(heated)), celsius, usual, 3, []string{"savings: insufficient data", "too many days missing", "365 days"}},
		{"no weather signal", daysOf(first, n, number(func(d int) float64 { return 100 + heated(d) - 6*max(0, 16-warmth(d)) })), celsius, usual, 0, []string{"savings: inconclusive", "no weather signal", "cannot correct for weather"}},
		{"stuck", daysOf(first, n, number(func(int) float64 { return 12.5 })), celsius, usual, 3, []string{"stuck readings", "no meter measures"}},
		{"a step of 1000", step(1000), celsius, usual, 3, []string{"unit step", "two units", "unit step date", "2016-08-24"}},
		{"a step of 3.412", step(3.412), celsius, usual, 3, []string{"unit step", "two units"}},
		{"-99999 for none", with("-99999", 50), celsius, usual, 0, []string{"22 that stand for none"}},
		{"-99 for none", with("-99", 50), celsius, usual, 0, []string{"22 that stand for none", "metered energy"}},
		{"°F called °C", good, fahrenheit, usual, 2, []string{"--temperature-unit F"}},
		{"°C called °F", good, celsius, usual + " --temperature-unit F", 3, []string{"temperature in celsius", "--temperature-unit C"}},
		{"-9999 for no temperature", good, write(t, "holes.csv", daysOf(first, n, func(d int) string {
			if d%50 == 7 {
				return "-9999"
			}
			return number(warmth)(d)
		})), usual, 0, []string{"22 refused (implausible temperature; the first on line 9)"}},
		{"many -9999 for no temperature", good, write(t, "more.csv", daysOf(first, n, func(d int) string {
			if d%9 == 7 {
				return "-9999"
			}
			return number(warmth)(d)
		})), usual, 2, []string{"more than 1 in 20", `value "-9999"`}},
		{"periods overlap", good, celsius, usual + " --reporting-start 2016-06-01", 2, []string{"before the baseline ends"}},
		{"reported on before the baseline", good, celsius, usual + " --reporting-start 2015-02-01 --reporting-end 2015-03-01", 2, []string{"before the baseline ends"}},
		{"weather of other years", good, write(t, "late.csv", daysOf("2024-01-01", n, number(warmth))), usual, 3, []string{"no temperature", "first and last days"}},
		{"unsorted and repeated", lines[0] + strings.Join(append(shuffled, shuffled[:50]...), ""), celsius, usual, 0, []string{"50 repeated"}},
		{"one row", lines[0] + lines[1], celsius, usual, 2, []string{"one timestamp", "two rows at least"}},
		{"empty", "", celsius, usual, 2, []string{"the file is empty"}},
		{"a cut gzip", string(packed[:len(packed)/2]), celsius, usual, 2, []string{"cut short"}},
		{"semicolons", strings.ReplaceAll(good, ",", ";"), celsius, usual, 0, []string{"1095 readings"}},
		{"semicolons and decimal commas", strings.ReplaceAll(strings.ReplaceAll(good, ",", ";"), ".", ","), celsius, usual, 0, []string{"1095 readings"}},
		{"commas and decimal commas", strings.ReplaceAll(good, ".", ","), celsius, usual, 2, []string{"line 2", "write a point, or separate the columns by semicolons"}},
		{"no zone", "t,v\n2017-01-01 00:00,1\n2017-01-01 01:00,1\n", celsius, usual, 2, []string{"line 2", "--timezone"}},
		{"marks for none", with("N/A", 50), celsius, usual, 0, []string{"22 empty"}},
		{"NaN for none", with("NaN", 50), celsius, usual, 0, []string{"22 empty"}},
		{"a word", with("broken", 1000), celsius, usual, 0, []string{"2 refused (not a number; the first on line 9)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"analyse", "savings", "--meter", write(t, "m.csv", c.file), "--temperature", c.temperature}, strings.Fields(c.args)...)
			out, errs, code := shell(t, args...)
			if code != c.code {
				t.Errorf("exit %d, want %d", code, c.code)
			}
			flat := strings.Join(strings.Fields(out+errs), " ")
			for _, w := range c.want {
				if !strings.Contains(flat, w) {
					t.Errorf("no %q in:\n%s%s", w, out, errs)
				}
			}
			if code != 0 && strings.Contains(out, "avoided energy use ") {
				t.Errorf("a figure is claimed:\n%s", out)
			}
		})
	}
}

// An order of rows, and rows that are there twice, change nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	good := daysOf("2015-01-01", 1095, number(heated))
	head, body, _ := strings.Cut(good, "\n")
	rows := strings.SplitAfter(body, "\n")
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	temperature := write(t, "t.csv", daysOf("2015-01-01", 1095, number(warmth)))
	facts := func(file string) string {
		out, errs, code := shell(t, "analyse", "savings", "--meter", write(t, "m.csv", file), "--temperature", temperature, "--baseline-end", "2017-01-01")
		if code != 0 {
			t.Fatal(errs)
		}
		_, out, _ = strings.Cut(out, "\n\n")
		return out
	}
	if a, b := facts(good), facts(head+"\n"+strings.Join(rows, "")+rows[0]+rows[1]); a != b {
		t.Errorf("in order:\n%s\nelse:\n%s", a, b)
	}
}

// Temperatures that cannot be the meter's decline where they are not needed, too: to
// leave them out in silence would tell another result than was asked for.
func TestWrongWeather(t *testing.T) {
	meter := write(t, "m.csv", daysOf("2015-01-01", 1095, number(heated)))
	late := write(t, "late.csv", daysOf("2024-01-01", 400, number(warmth)))
	celsius := write(t, "t.csv", daysOf("2015-01-01", 1095, number(warmth)))
	for _, name := range []string{"signature", "change", "anomalies", "forecast"} {
		for args, want := range map[string]string{
			"--temperature " + late:                              "no temperature",
			"--temperature " + celsius + " --temperature-unit F": "temperature in celsius",
		} {
			out, errs, code := shell(t, append([]string{"analyse", name, "--meter", meter}, strings.Fields(args)...)...)
			if code != 3 || !strings.HasPrefix(out, name+": insufficient data ("+want+")") {
				t.Errorf("%s %s: exit %d\n%s%s", name, args, code, out, errs)
			}
		}
	}
}

// Bills go into savings and signature; every other analysis says that it needs readings.
func TestBillsElsewhere(t *testing.T) {
	bills := write(t, "bills.csv", "month,kWh\n2017-01-01,310\n2017-02-01,280\n2017-03-01,310\n")
	for _, name := range names() {
		out, errs, code := shell(t, "analyse", name, "--meter", bills)
		switch name {
		case "savings", "signature":
			if code != 2 || !strings.Contains(errs, "--temperature") {
				t.Errorf("%s: exit %d %s%s", name, code, out, errs)
			}
		default:
			if code != 2 || !strings.Contains(errs, "holds bills") || !strings.Contains(errs, "savings and signature take bills") {
				t.Errorf("%s: exit %d %s%s", name, code, out, errs)
			}
		}
	}
}

// The saving of bills has money where there is a price, and says that no placebo was tried.
func TestSavingsOfBillsAtAPrice(t *testing.T) {
	var bills strings.Builder
	bills.WriteString("month,kWh\n")
	first := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	for m := range 36 {
		from := first.AddDate(0, m, 0)
		sum := 0.0
		for d := from; d.Before(first.AddDate(0, m+1, 0)); d = d.AddDate(0, 0, 1) {
			use := heated(int(d.Sub(first) / (24 * time.Hour)))
			if m >= 24 {
				use *= 0.7
			}
			sum += use
		}
		fmt.Fprintf(&bills, "%s,%.1f\n", from.Format(time.DateOnly), sum)
	}
	out, errs, code := shell(t, "analyse", "savings", "--meter", write(t, "bills.csv", bills.String()),
		"--temperature", write(t, "t.csv", daysOf("2015-01-01", 1096, number(warmth))),
		"--baseline-end", "2017-01-01", "--price", "0.25", "--currency", "EUR", "--plot", filepath.Join(t.TempDir(), "x.svg"))
	flat := strings.Join(strings.Fields(out), " ")
	if code != 0 || !strings.HasPrefix(out, "savings: warn (drift between years unseen)") {
		t.Fatalf("exit %d %s\n%s", code, errs, out)
	}
	for _, want := range []string{"verdict confirmed", "avoided energy cost", "EUR", "verdict band", "days billed 365 days"} {
		if !strings.Contains(flat, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func pack(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A plot is written in the format that its name says.
func TestPlotFormats(t *testing.T) {
	meter := write(t, "m.csv", daysOf("2015-01-01", 1095, number(heated)))
	for _, format := range []string{"svg", "png"} {
		file := filepath.Join(t.TempDir(), "x."+format)
		if _, errs, code := shell(t, "analyse", "consumption", "--period", "last_month", "--meter", meter, "--plot", file); code != 0 {
			t.Fatal(errs)
		}
		if b, err := os.ReadFile(file); err != nil || len(b) < 1000 {
			t.Errorf("%s: %d bytes, %v", format, len(b), err)
		}
	}
}

// A cold spell that multiplies the use of a heated building is no change of its unit.
func TestColdSpellIsNoUnitStep(t *testing.T) {
	cold := func(day int) float64 {
		if day > 600 {
			return -2 + math.Sin(float64(day))
		}
		return 13 + math.Sin(float64(day))
	}
	use := func(day int) float64 { return 7.5 * (20 - cold(day)) }
	args := []string{
		"analyse", "savings", "--commodity", "gas", "--meter", write(t, "m.csv", daysOf("2015-01-01", 1095, number(use))),
		"--temperature", write(t, "t.csv", daysOf("2015-01-01", 1095, number(cold))), "--baseline-end", "2017-01-01",
	}
	out, errs, code := shell(t, args...)
	if code == 2 || strings.Contains(out, "unit step") {
		t.Errorf("exit %d %s\n%s", code, errs, out)
	}
	quality, _, _ := shell(t, "analyse", "quality", "--commodity", "gas", "--meter", args[5], "--as-of", "2017-06-01")
	if !strings.Contains(quality, "unit step") {
		t.Errorf("the readings alone do not look like a step, so nothing was tried:\n%s", quality)
	}
}
