package baseline_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/baseline"
)

// sample reads a file of instants and values.
func sample(t testing.TB, name string) (at []time.Time, values []float64) {
	t.Helper()
	f, err := os.Open("testdata/eemeter/" + name + ".csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		when, err := time.Parse(time.RFC3339, row[0])
		if err != nil {
			t.Fatal(err)
		}
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			v = math.NaN()
		}
		at, values = append(at, when.UTC()), append(values, v)
	}
	return at, values
}

// dayNumber counts UTC dates.
func dayNumber(t time.Time) int { return int(t.Unix() / 86400) }

var firstDay = dayNumber(time.Date(2015, 11, 22, 0, 0, 0, 0, time.UTC))

const sampleDays = 810

// byDay sums, or averages, what a sample holds of each UTC date; a date with fewer
// than least readings is NaN.
func byDay(t testing.TB, name string, least int, average bool) []float64 {
	t.Helper()
	at, values := sample(t, name)
	out := make([]float64, sampleDays)
	count := make([]int, sampleDays)
	for i, when := range at {
		if d := dayNumber(when) - firstDay; d < sampleDays && !math.IsNaN(values[i]) {
			out[d] += values[i]
			count[d]++
		}
	}
	for d := range out {
		switch {
		case count[d] < least:
			out[d] = math.NaN()
		case average:
			out[d] /= float64(count[d])
		}
	}
	return out
}

func span(x []float64, year int, month time.Month, day int) []float64 {
	from := dayNumber(time.Date(year, month, day, 0, 0, 0, 0, time.UTC)) - firstDay
	return x[from : from+365]
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %.5f, want %.5f", what, got, want)
	}
}

// The fixture that eemeter's own tests of the savings use: 59 days of 30 to 88 °F
// and a meter that counts one a day.
func fixture() (use, degF []float64) {
	for f := 30; f <= 88; f++ {
		use, degF = append(use, 1), append(degF, float64(f))
	}
	return use, degF
}

// The samples are simulated by their publisher; the savings of the first are those
// that eemeter 2.10.11 asserts, the rest was computed twice, by other programs.
func TestPublishedSamples(t *testing.T) {
	degF := byDay(t, "il-tempF", 12, true)
	for _, c := range []struct {
		name                            string
		o                               baseline.Meter
		kind                            baseline.Kind
		heatingBalance, coolingBalance  float64
		base, heating, cooling, adjR2   float64
		fixture, band, g14Band          float64
		modelled, reportBand, combined  float64
		saved, percent, yearBand, byG14 float64
	}{
		{
			name: "il-electricity-cdd-hdd-daily", kind: baseline.CDDHDD, heatingBalance: 53, coolingBalance: 68,
			base: 13.4724, heating: 1.1123, cooling: 2.5163, adjR2: .7685,
			fixture: 1571.28, band: 601.52, g14Band: 94.22, modelled: 168.58, reportBand: 534.78, combined: 804.87,
			saved: 793.91, percent: 8.04, yearBand: 315.4, byG14: 299.3,
		},
		{
			name: "il-electricity-cdd-hdd-hourly", kind: baseline.CDDHDD, heatingBalance: 53, coolingBalance: 67,
			base: 13.2129, heating: 1.1256, cooling: 2.2946, adjR2: .7788,
			fixture: 1561.27, band: 607.76, modelled: 160.28, reportBand: 526.28,
			saved: 830.11, percent: 8.38, yearBand: 318.7,
		},
		{
			name: "il-gas-hdd-only-daily", o: baseline.Meter{Gas: true}, kind: baseline.HDD, heatingBalance: 60, coolingBalance: math.NaN(),
			base: .7721, heating: .2185, adjR2: .9145,
			fixture: 88.15, band: 71.86, modelled: 9.42, reportBand: 55.88, combined: 91.03,
			saved: 83.65, percent: 8.01, yearBand: 37.7,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			use := byDay(t, c.name, 1, false)
			before := baseline.FitDaily(span(use, 2015, 12, 27), span(degF, 2015, 12, 27), c.o)
			if !before.OK() || before.Kind != c.kind {
				t.Fatalf("%s %v, want %s", before.Kind, before.Reasons, c.kind)
			}
			if before.N != 365 || before.HeatingBalance != c.heatingBalance ||
				!(before.CoolingBalance == c.coolingBalance || math.IsNaN(before.CoolingBalance) && math.IsNaN(c.coolingBalance)) {
				t.Errorf("n %d, balance points %v and %v", before.N, before.HeatingBalance, before.CoolingBalance)
			}
			near(t, "base", before.Base, c.base, 5e-5)
			near(t, "heating", before.Heating, c.heating, 5e-5)
			near(t, "cooling", before.Cooling, c.cooling, 5e-5)
			near(t, "adjusted R²", before.AdjR2, c.adjR2, 5e-5)
			near(t, "NMBE", before.NMBE, 0, 1e-9)

			one, range59 := fixture()
			s := before.Avoided(one, range59)
			near(t, "fixture's saving", s.Saved, c.fixture, .01)
			near(t, "fixture's band", s.BandEEMeter, c.band, .01)
			if c.g14Band != 0 {
				near(t, "fixture's band by G14", s.Band, c.g14Band, .01)
			}
			reportUse, reportF := span(use, 2017, 1, 4), span(degF, 2017, 1, 4)
			after := baseline.FitDaily(reportUse, reportF, c.o)
			modelled, _ := baseline.NormalSaving(before, after, range59)
			near(t, "modelled saving", modelled, c.modelled, .01)
			reportBand := after.BandEEMeter(59, baseline.Days)
			near(t, "reporting band", reportBand, c.reportBand, .01)
			if c.combined != 0 {
				near(t, "combined band", baseline.Combined(s.BandEEMeter, reportBand), c.combined, .01)
			}

			year := before.Avoided(reportUse, reportF)
			near(t, "whole year's saving", year.Saved, c.saved, .01)
			near(t, "whole year's percent", 100*year.Fraction, c.percent, .01)
			near(t, "whole year's band", year.BandEEMeter, c.yearBand, .05)
			if c.byG14 != 0 {
				near(t, "whole year's band by G14", year.Band, c.byG14, .05)
			}
			if year.N != 365 || year.Verdict != baseline.Confirmed {
				t.Errorf("%d days, %s", year.N, year.Verdict)
			}
		})
	}
}
