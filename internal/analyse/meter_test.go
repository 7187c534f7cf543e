package analyse_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/internal/analyse"
)

// rows makes n rows of a value from a local time on, which may skip or repeat hours.
func rows(from time.Time, step time.Duration, n int, layout string, value func(i int) float64) string {
	var b strings.Builder
	b.WriteString("when,how much\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,%v\n", from.Add(time.Duration(i)*step).Format(layout), value(i))
	}
	return b.String()
}

func one(int) float64 { return 1 }

func TestReadMeter(t *testing.T) {
	london := clock(t, "Europe/London")
	const naive = "2006-01-02 15:04"
	spring := time.Date(2017, 3, 26, 0, 0, 0, 0, london)
	for _, c := range []struct {
		name  string
		file  string
		o     analyse.MeterOptions
		start string
		step  time.Duration
		n     int
		sum   float64
		dated bool
	}{
		{"instants", rows(spring, time.Hour, 48, time.RFC3339, one), analyse.MeterOptions{}, "2017-03-26T00:00:00Z", time.Hour, 48, 48, false},
		{"a spring day of 23 hours", rows(spring, time.Hour, 23, naive, one), analyse.MeterOptions{Timezone: "Europe/London"}, "2017-03-26T00:00:00Z", time.Hour, 23, 23, false},
		{"an autumn day of 25 hours", rows(time.Date(2017, 10, 29, 0, 0, 0, 0, london), time.Hour, 25, naive, one), analyse.MeterOptions{Timezone: "Europe/London"}, "2017-10-28T23:00:00Z", time.Hour, 25, 25, false},
		{"quarters of an hour", rows(spring, 15*time.Minute, 96, time.RFC3339, one), analyse.MeterOptions{}, "2017-03-26T00:00:00Z", 15 * time.Minute, 96, 96, false},
		{"minutes", rows(spring, time.Minute, 180, time.RFC3339, one), analyse.MeterOptions{}, "2017-03-26T00:00:00Z", time.Minute, 180, 180, false},
		{"half hours in India", "t,v\n2017-01-01 00:00,1\n2017-01-01 00:30,2\n", analyse.MeterOptions{Timezone: "Asia/Kolkata"}, "2016-12-31T18:30:00Z", 30 * time.Minute, 2, 3, false},
		{"with a hole", "t,v\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,1\n2017-01-01T04:00Z,\n2017-01-01T05:00Z,1\n", analyse.MeterOptions{}, "2017-01-01T00:00:00Z", time.Hour, 6, 3, false},
		{"days of a zone", "t,v\n2017-03-25T00:00:00Z,1\n2017-03-26T00:00:00Z,2\n2017-03-27T00:00:00+01:00,3\n2017-03-28T00:00:00+01:00,4\n", analyse.MeterOptions{Boundary: london}, "2017-03-25T00:00:00Z", 24 * time.Hour, 4, 10, true},
		{"naive days", "t,v\n2017-03-25,1\n2017-03-26,2\n2017-03-28,3\n", analyse.MeterOptions{Boundary: clock(t, "Asia/Tokyo")}, "2017-03-25T00:00:00Z", 24 * time.Hour, 4, 6, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, packed := range []bool{false, true} {
				read := meterOf
				if packed {
					read = func(t testing.TB, file string, o analyse.MeterOptions) *analyse.Meter {
						m, err := analyse.ReadMeter("test.csv.gz", pack(t, file), withDefaults(o))
						if err != nil {
							t.Fatal(err)
						}
						return m
					}
				}
				m := read(t, c.file, c.o)
				s := m.Series
				sum := 0.0
				for _, v := range s.Values {
					if !math.IsNaN(v) {
						sum += v
					}
				}
				if got := s.Start.UTC().Format(time.RFC3339); got != c.start || s.Step != c.step || len(s.Values) != c.n || sum != c.sum || m.Dated() != c.dated {
					t.Errorf("from %s every %v: %d values of %v, dated %v", got, s.Step, len(s.Values), sum, m.Dated())
				}
			}
		})
	}
}

// Six-hourly readings of a wall clock begin beside the grid in summer: each still
// counts on its own day.
func TestLongIntervalsAcrossClockChanges(t *testing.T) {
	for _, zone := range []string{"Europe/London", "Australia/Sydney"} {
		loc := clock(t, zone)
		for _, step := range []int{2, 3, 4, 6, 12} {
			var b strings.Builder
			b.WriteString("t,v\n")
			first := time.Date(2017, 1, 1, 0, 0, 0, 0, loc)
			for d := range 365 {
				for h := 0; h < 24; h += step {
					fmt.Fprintf(&b, "%s,%d\n", time.Date(2017, 1, 1+d, h, 0, 0, 0, time.UTC).Format("2006-01-02 15:04"), 1+d)
				}
			}
			m := meterOf(t, b.String(), analyse.MeterOptions{Timezone: zone, Boundary: loc})
			sums := map[string]float64{}
			for i, v := range m.Series.Values {
				if !math.IsNaN(v) {
					sums[m.Series.Start.Add(time.Duration(i)*m.Series.Step).In(loc).Format(time.DateOnly)] += v
				}
			}
			for d := range 365 {
				date := first.AddDate(0, 0, d).Format(time.DateOnly)
				want := float64((1 + d) * 24 / step)
				// The row in the hour that a spring change skips cannot be read.
				if got := sums[date]; got != want && got != want-float64(1+d) {
					t.Fatalf("%s every %d h, %s: %v, want %v", zone, step, date, got, want)
				}
			}
		}
	}
}

func TestBills(t *testing.T) {
	calendar := meterOf(t, "t,v\n2017-01-01,310\n2017-02-01,280\n2017-03-01,310\n", analyse.MeterOptions{})
	if n := len(calendar.Bills); n != 3 || calendar.Bills[1].Days != 28 || calendar.Bills[2].Days != 31 || len(calendar.Series.Values) != 0 {
		t.Errorf("%d bills: %+v", n, calendar.Bills)
	}
	ended := meterOf(t, "t,v\n2017-01-05T00:00:00-06:00,310\n2017-02-04T00:00:00-06:00,\n2017-03-08T00:00:00-06:00,310\n2017-04-07T00:00:00-05:00,\n", analyse.MeterOptions{})
	if n := len(ended.Bills); n != 3 || ended.Bills[0].Days != 30 || !math.IsNaN(ended.Bills[1].Use) || ended.Bills[2].Use != 310 || ended.Bills[2].Days != 30 {
		t.Errorf("%d bills: %+v", n, ended.Bills)
	}
	open := meterOf(t, "t,v\n2017-01-05,310\n2017-02-04,280\n2017-03-08,310\n", analyse.MeterOptions{})
	if n := len(open.Bills); n != 2 {
		t.Errorf("the end of the last bill is not known, but there are %d: %+v", n, open.Bills)
	}
}

// Months of OpenEEmeter's gas sample, as bills, save what its days do, about.
func TestSavingsOfBills(t *testing.T) {
	daily := meterFile(t, eemeter+"il-gas-hdd-only-daily.csv.gz", analyse.MeterOptions{Commodity: "gas", Unit: "therm"})
	var b strings.Builder
	b.WriteString("start,therms\n")
	sum, month := 0.0, daily.Series.Start
	for i, v := range daily.Series.Values {
		day := daily.Series.Start.AddDate(0, 0, i)
		if day.Day() == 1 && i > 0 {
			fmt.Fprintf(&b, "%s,%.3f\n", month.Format(time.DateOnly), sum)
			sum, month = 0, day
		}
		sum += v
	}
	fmt.Fprintf(&b, "%s,\n", month.Format(time.DateOnly))
	q := analyse.Request{Analysis: energy.NameSavings, Temperature: illinois(t), Fahrenheit: true}
	q.Meters = []*analyse.Meter{meterOf(t, b.String(), analyse.MeterOptions{Commodity: "gas", Unit: "therm"})}
	q.Input.Baseline.To, q.Input.Reporting.From = at(t, "2017-01-01"), at(t, "2017-02-01")
	q.Input.Reporting.To = at(t, "2018-01-01")
	d := run(t, q)
	if _, verdict := fact(d, "verdict"); verdict != "confirmed" && verdict != "indicative" {
		t.Errorf("%s, %v: verdict %s", d.Status, d.Reasons, verdict)
	}
	near(t, d, "bills_fitted", 12, 0)
	near(t, d, "bills_compared", 11, 0)
	near(t, d, "heating_balance_point", 60, 4)
	near(t, d, "heating_slope", .2185, .02)
	near(t, d, "avoided_energy_use", 57.80, 3) // by days
	saved, _ := fact(d, "avoided_energy_use")
	for _, s := range d.Series {
		if s.Name == "cumulative_saving" {
			if last := s.Values[len(s.Values)-1]; math.Abs(last-saved) > .001 {
				t.Errorf("summed up %v, saved %v", last, saved)
			}
		}
	}

	q.Analysis, q.AsOf = energy.NameSignature, at(t, "2017-01-01")
	near(t, run(t, q), "heating_balance_point", 60, 4)

	q.Analysis = energy.NameQuality
	if _, err := analyse.Run(q); !isInvalid(err) || !strings.Contains(err.Error(), "holds bills") {
		t.Errorf("quality of bills: %v", err)
	}

	q.Analysis, q.Input.Baseline.To = energy.NameSavings, at(t, "2016-06-01")
	q.Input.Reporting.From = at(t, "2016-06-01")
	if d := run(t, q); d.Status != eaio.ResultInsufficientData || len(d.Reasons) == 0 {
		t.Errorf("half a year of bills: %s %v", d.Status, d.Reasons)
	}
}

func TestBrokenMeters(t *testing.T) {
	for _, c := range []struct {
		name, file string
		o          analyse.MeterOptions
		want       string
	}{
		{"empty", "", analyse.MeterOptions{}, "the file is empty"},
		{"a header alone", "t,v\n", analyse.MeterOptions{}, "no rows"},
		{"one column", "t\n2017-01-01\n", analyse.MeterOptions{}, "must have two"},
		{"no header", "2017-01-01T00:00Z,1\n2017-01-01T01:00Z,1\n", analyse.MeterOptions{}, "put a line with the names of the columns before it"},
		{"no zone", "t,v\n2017-01-01 00:00,1\n2017-01-01 01:00,1\n", analyse.MeterOptions{}, "name the time zone"},
		{"day first", "t,v\n31/12/2017,1\n30/12/2017,2\n", analyse.MeterOptions{}, "day_first_date"},
		{"words", "t,v\n2017-01-01T00:00Z,many\n2017-01-01T01:00Z,more\n", analyse.MeterOptions{}, "not_a_number"},
		{"one row", "t,v\n2017-01-01T00:00Z,1\n", analyse.MeterOptions{}, "one timestamp"},
		{"seven minutes", "t,v\n2017-01-01T00:00Z,1\n2017-01-01T00:07Z,1\n2017-01-01T00:14Z,1\n", analyse.MeterOptions{}, "7m0s apart"},
		{"a century of minutes", "t,v\n1970-01-01T00:00Z,1\n1970-01-01T00:01Z,1\n1970-01-01T00:02Z,1\n2199-01-01T00:00Z,1\n", analyse.MeterOptions{}, "at most 30000000"},
		{"an unknown unit", "t,v\n", analyse.MeterOptions{Unit: "furlong"}, "is not known: use one of"},
		{"power", "t,v\n", analyse.MeterOptions{Unit: "kW"}, "is power, not energy"},
		{"an unknown column", "t,v\n2017-01-01T00:00Z,1\n", analyse.MeterOptions{Column: "w"}, "columns found"},
		{"a cut gzip", "\x1f\x8b\x08\x00", analyse.MeterOptions{}, "cut short"},
		{"a spreadsheet", "PK\x03\x04", analyse.MeterOptions{}, "export the sheet as CSV"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := analyse.ReadMeter("m.csv", strings.NewReader(c.file), withDefaults(c.o))
			if m != nil && err != nil && len(m.Series.Values) > 0 {
				t.Errorf("values beside an error")
			}
			if !isInvalid(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want a word of %q", err, c.want)
			}
		})
	}
}

func TestTemperatures(t *testing.T) {
	file := rows(time.Date(2017, 3, 25, 0, 0, 0, 0, time.UTC), time.Hour, 96, time.RFC3339, func(i int) float64 { return float64(i / 24) })
	x, err := analyse.ReadTemperature("t.csv", strings.NewReader(file), "C", "")
	if err != nil {
		t.Fatal(err)
	}
	daily := meterOf(t, "t,v\n2017-03-25,1\n2017-03-26,2\n", analyse.MeterOptions{})
	if got := x.For(daily, time.UTC); got.Step != 24*time.Hour || len(got.DegC) < 4 || got.DegC[0] != 0 || got.DegC[3] != 3 {
		t.Errorf("by UTC's days: %v", got)
	}
	// Nine hours east, a date's day begins at 15:00 UTC of the day before.
	got := x.For(daily, clock(t, "Asia/Tokyo"))
	if i := int(at(t, "2017-03-26").Sub(got.Start) / (24 * time.Hour)); math.Abs(got.DegC[i]-15./24) > 1e-9 {
		t.Errorf("26 March in Tokyo: %v, want %v", got.DegC[i], 15./24)
	}
	days, err := analyse.ReadTemperature("t.csv", strings.NewReader("t,v\n2017-03-25,50\n2017-03-26,59\n"), "F", "")
	if err != nil {
		t.Fatal(err)
	}
	london := clock(t, "Europe/London")
	hourly := meterOf(t, file, analyse.MeterOptions{Boundary: london})
	if got := days.For(hourly, london); got.Start.In(london).Hour() != 12 || math.Abs(got.DegC[0]-10) > 1e-9 || math.Abs(got.DegC[1]-15) > 1e-9 {
		t.Errorf("daily means beside hours: %v", got)
	}
	for text, unit := range map[string]string{"t,v\n2017-01-01T00:00Z,1\n": "K", "t,temp_f\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,1\n": "", "t,v\n2017-01-01,1\n2017-02-01,2\n2017-03-01,2\n": "C"} {
		if _, err := analyse.ReadTemperature("t.csv", strings.NewReader(text), unit, ""); !isInvalid(err) {
			t.Errorf("%q in %q: %v", text, unit, err)
		}
	}
}

// FuzzReadMeter checks that no file makes a grid out of proportion or a value that is
// not of its rows.
func FuzzReadMeter(f *testing.F) {
	for _, s := range []string{
		"t,v\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,2\n2017-01-01T03:00Z,\n",
		"t,v\n2017-10-29 00:00,1\n2017-10-29 01:00,2\n2017-10-29 01:00,3\n2017-10-29 02:00,3\n",
		"t,v\n2017-03-25 00:00,1\n2017-03-25 06:00,1\n2017-03-26 00:00,1\n2017-03-26 06:00,9\n",
		"t,v\n2017-01-05,310\n2017-02-04,\n2017-03-08,310\n",
	} {
		f.Add([]byte(s))
	}
	london, err := analyse.Clock("Europe/London")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 4096 {
			return
		}
		m, err := analyse.ReadMeter("m", strings.NewReader(string(file)), analyse.MeterOptions{Commodity: "gas", Unit: "kWh", Timezone: "Europe/London", Boundary: london})
		if err != nil {
			return
		}
		if len(m.Bills) == 0 && (len(m.Series.Values) == 0 || m.Series.Step <= 0) {
			if m.File.Interval != "bills" { // one bill without an end is none
				t.Fatalf("neither readings nor bills: %+v", m)
			}
		}
		for i, b := range m.Bills {
			if b.Days <= 0 || i > 0 && b.First != m.Bills[i-1].First+m.Bills[i-1].Days {
				t.Fatalf("bills %+v", m.Bills)
			}
		}
		n := 0
		for _, v := range m.Series.Values {
			if !math.IsNaN(v) {
				n++
			}
		}
		if int64(n) > m.File.Accepted || n == 0 && len(m.Series.Values) > 0 {
			t.Fatalf("%d values of %d rows", n, m.File.Accepted)
		}
	})
}
