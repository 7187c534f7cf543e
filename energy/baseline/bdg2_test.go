package baseline_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/baseline"
)

var year2016 = time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)

// hourly reads a column of the BDG2 excerpt by the file's own stamps: 17,544 hours
// from the start of 2016.
func hourly(t testing.TB, file, column string) []float64 {
	t.Helper()
	f, err := os.Open("../testdata/bdg2/" + file)
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
	k := slices.Index(rows[0], column)
	out := make([]float64, 731*24)
	for i := range out {
		out[i] = math.NaN()
	}
	for _, row := range rows[1:] {
		at, err := time.Parse(time.DateTime, row[0])
		if err != nil {
			t.Fatal(err)
		}
		if v, err := strconv.ParseFloat(row[k], 64); err == nil {
			out[int(at.Sub(year2016).Hours())] = v
		}
	}
	return out
}

// perDay sums or averages hours by 24; a day with fewer than least is NaN.
func perDay(hours []float64, least int, average bool) []float64 {
	out := make([]float64, len(hours)/24)
	for d := range out {
		n := 0
		for _, v := range hours[d*24 : (d+1)*24] {
			if !math.IsNaN(v) {
				out[d] += v
				n++
			}
		}
		if n < least {
			out[d] = math.NaN()
		} else if average {
			out[d] /= float64(n)
		}
	}
	return out
}

// lizbeth is a university laboratory in London, 2016 and 2017, per day.
func lizbeth(t testing.TB) (use, degF []float64) {
	use = perDay(hourly(t, "electricity_hourly.csv.gz", "Robin_education_Lizbeth"), 1, false)
	degF = baseline.FahrenheitAll(perDay(hourly(t, "temperature_hourly.csv.gz", "Robin"), 20, true))
	return use, degF
}

// The figures are published by another program: camber, examples/mv_vectors (schema
// mv_vectors/1), Apache-2.0. It looks at 40 percentile points and keeps days by a
// rule of its own, which moves Σe² in the fifth digit.
func TestPublishedFitsOfARealMeter(t *testing.T) {
	use, degF := lizbeth(t)
	use, degF = use[:366], degF[:366]
	for _, c := range []struct {
		kind       baseline.Kind
		heat, cool float64
		sse        float64
	}{
		{baseline.P2, 0, 0, 17666970},
		{baseline.P3C, 0, 37.823, 17760690},
		{baseline.P3H, 68.6525, 0, 18472780},
		{baseline.P4, 50.471, 50.471, 17339540},
		{baseline.P5, 44.147, 46.5185, 17229120},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			m := baseline.FitAt(c.kind, c.heat, c.cool, use, degF)
			if m.N != 364 {
				t.Errorf("n %d", m.N)
			}
			near(t, "Σe²/published", m.SSE/c.sse, 1, 2e-4)
			// Our balance points are denser and reach further out.
			if ours := baseline.FitKind(c.kind, use, degF); ours.SSE > m.SSE*1.0005 || ours.SSE < m.SSE*.97 {
				t.Errorf("%v and %v: Σe² %.0f, published %.0f", ours.HeatingBalance, ours.CoolingBalance, ours.SSE, c.sse)
			}
		})
	}
	line := baseline.FitKind(baseline.P2, use, degF)
	near(t, "base", line.Base, 716.0959, .2)
	near(t, "slope", line.Slope, 43.14561, .005)
	near(t, "R²", line.R2, .7939, 5e-5)
	near(t, "adjusted R²", line.AdjR2, .7933, 5e-5)
	near(t, "CVRMSE", math.Sqrt(line.SSE/362)/line.Mean, .0734, 5e-5) // they take two parameters off
	near(t, "lag-1", line.Lag1, .5313, 2e-3)
	year, f := lizbeth(t)
	s := line.Avoided(year[366:], f[366:])
	near(t, "metered 2017", s.Metered, 1033212.2, .1)
	near(t, "saved/published", s.Saved/71504.65, 1, 1e-3)
	near(t, "fraction", s.Fraction, .0647, 1e-4)
	if s.N != 365 {
		t.Errorf("reporting days %d", s.N)
	}
}

// TestPublishedMonthlyFit takes the same meter by month: mean use against mean
// temperature, one equation for each month.
func TestPublishedMonthlyFit(t *testing.T) {
	use, degF := lizbeth(t)
	var months, temperatures []float64
	for m := time.January; m <= time.December; m++ {
		from := time.Date(2016, m, 1, 0, 0, 0, 0, time.UTC).YearDay() - 1
		to := time.Date(2016, m+1, 0, 0, 0, 0, 0, time.UTC).YearDay()
		months = append(months, mean(use[from:to]))
		temperatures = append(temperatures, mean(degF[from:to]))
	}
	m := baseline.FitAt(baseline.P3C, 0, 47.56068, months, temperatures)
	near(t, "base/published", m.Base/2652.98, 1, 1e-3)
	near(t, "slope/published", m.Cooling/50.86401, 1, 5e-3)
	near(t, "R²", m.R2, .9706, 1e-3)
}

func mean(x []float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}

func TestChosenForms(t *testing.T) {
	use, degF := lizbeth(t)
	use, degF = use[:366], degF[:366]
	changePoint := baseline.FitChangePoint(use, degF, baseline.Meter{})
	daily := baseline.FitDaily(use, degF, baseline.Meter{})
	t.Log(changePoint.Kind, daily.Kind)
	if changePoint.Kind != baseline.P4 || changePoint.HeatingBalance != 50.5 || changePoint.CoolingBalance != 50.5 {
		t.Errorf("change point: %s at %v", changePoint.Kind, changePoint.HeatingBalance)
	}
	if daily.Kind != baseline.CDD || daily.CoolingBalance != 36 {
		t.Errorf("CalTRACK: %s at %v", daily.Kind, daily.CoolingBalance)
	}
}
