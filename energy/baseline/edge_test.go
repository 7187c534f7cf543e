package baseline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

// With one slope, two readings leave one degree of freedom.
func TestBiasCountsSlopes(t *testing.T) {
	s := baseline.NewStats([]float64{12, 22}, []float64{10, 20}, 1)
	near(t, "NMBE", s.NMBE, 4./(1*17), 1e-15)
	near(t, "CVRMSE", s.CVRMSE, math.Sqrt(8)/17, 1e-15)
}

func TestUnits(t *testing.T) {
	near(t, "therm", baseline.ThermsAsKWh([]float64{2})[0], 58.614, 1e-12)
	near(t, "MMBtu", baseline.KWhPerMMBtu, 293.071, 0)
	near(t, "10 °C", baseline.Fahrenheit(10), 50, 0)
	near(t, "50 °F", baseline.Celsius(50), 10, 1e-15)
	near(t, "per °F", baseline.PerCelsius(1), 1.8, 0)
}

// A bin of twenty hours is kept, one of nineteen is not: a year of 60 °F, with some
// hours of 20 °F in June.
func TestBinOfTwentyHours(t *testing.T) {
	for cold, want := range map[int][]float64{20: {30}, 19: nil} {
		h := made(365)
		left := cold
		h.DegF = with(h.DegF, func(x []float64) {
			for i := range x {
				x[i] = 60 + math.Sin(float64(i))
				if h.Month[i] == 6 && i%7 == 0 && left > 0 {
					x[i] = 20
					left--
				}
			}
		})
		if got := baseline.FitTOWT(h, baseline.Meter{}).Months[5].Knots; !slices.Equal(got, want) {
			t.Errorf("%d hours: knots %v, want %v", cold, got, want)
		}
	}
}

// Half of a day's hours are a day.
func TestHalfADayCounts(t *testing.T) {
	h := made(365)
	m := baseline.FitTOWT(h, baseline.Meter{})
	for missing, want := range map[int]int{12: 365, 13: 364} {
		gap := h
		gap.Use = with(h.Use, func(x []float64) { fill(x[100*24:100*24+missing], math.NaN()) })
		if s := m.Avoided(gap); s.N != want {
			t.Errorf("%d hours missing: %d days, want %d", missing, s.N, want)
		}
	}
}

// A month of which the record has only a part is no whole one, however full the part.
func TestCutMonthHasNoModel(t *testing.T) {
	m := baseline.FitTOWT(made(365-16), baseline.Meter{})
	for i, month := range m.Months {
		if has, want := month.Hours > 0, i > 0 && i < 10; has != want {
			t.Errorf("month %d: a model %v", i+1, has)
		}
	}
}

// Every hour helps to fit three months: the parameters count by a third, and a day sees
// 7 of 168 levels.
func TestHourlyParameters(t *testing.T) {
	m := baseline.FitTOWT(made(365), baseline.Meter{})
	levels, slopes := 0, 0
	for _, month := range m.Months {
		for g, s := range month.Slopes {
			if slices.Contains(month.Occupied[:], g == 1) {
				slopes += len(s)
			}
		}
		levels += len(month.Level)
	}
	if want := (levels + slopes) / 3; m.Params != want {
		t.Errorf("c of hours %d, want %d", m.Params, want)
	}
	if want := (slopes + levels/24) / 3; m.Daily.Params != want {
		t.Errorf("c of days %d, want %d", m.Daily.Params, want)
	}
}

func TestLengthsOfBills(t *testing.T) {
	degF := weather(800, 1)
	use := building(degF, 3, .3, 1)
	for _, c := range []struct {
		lengths []int
		missing int // temperatures of the first bill
		n       int
	}{
		{append(slices.Repeat([]int{30}, 12), 25), 0, 13},
		{append(slices.Repeat([]int{30}, 12), 24), 0, 12},
		{[]int{70, 60, 60, 60, 60, 60}, 0, 6},
		{[]int{71, 60, 60, 60, 60, 60, 60}, 0, 6},
		{slices.Repeat([]int{30}, 13), 3, 13},
		{slices.Repeat([]int{30}, 13), 4, 12},
	} {
		gap := with(degF, func(x []float64) { fill(x[:c.missing], math.NaN()) })
		if m := baseline.FitBilling(bills(use, 0, c.lengths...), gap, baseline.Meter{}); m.N != c.n {
			t.Errorf("%v, %d missing: %d bills %q, want %d", c.lengths, c.missing, m.N, m.Reasons, c.n)
		}
	}
	m := baseline.FitBilling(bills(use, 0, slices.Repeat([]int{30}, 12)...), degF, baseline.Meter{})
	gap := with(degF, func(x []float64) { fill(x[400:404], math.NaN()) })
	if got := m.PredictBill(baseline.Bill{First: 400, Days: 30}, gap); !math.IsNaN(got) {
		t.Errorf("predicted %v for a bill without temperatures", got)
	}
	for _, b := range []baseline.Bill{{First: -1, Days: 30}, {First: 790, Days: 30}, {First: 3}} {
		if got := m.PredictBill(b, degF); !math.IsNaN(got) {
			t.Errorf("predicted %v for %+v", got, b)
		}
	}
}

// A saving of less than a tenth is hard to tell (IPMVP option C), and so is weather that
// the baseline has not seen; a day without a reading is not compared.
func TestWarningsOfASaving(t *testing.T) {
	degF := weather(365, 1)
	use := building(degF, 0, 0, 1)
	m := baseline.FitDaily(use, degF, baseline.Meter{})
	for share, small := range map[float64]bool{.05: true, .095: true, .105: false, .15: false, -.05: true, -.15: false} {
		s := m.Avoided(times(use, 1-share), degF)
		if got := slices.Contains(s.Warnings, baseline.WarnSmall); got != small || slices.Contains(s.Warnings, baseline.WarnRange) {
			t.Errorf("%v saved (%.4f): %v", share, s.Fraction, s.Warnings)
		}
	}
	beyond := with(degF, func(x []float64) { x[0], x[1], x[2], x[3] = m.MaxT+1, m.MaxT+2, m.MinT-1, m.MaxT+3 })
	s := m.Avoided(with(use, func(x []float64) { x[3] = math.NaN() }), beyond)
	if s.BeyondDays != 3 || !slices.Contains(s.Warnings, baseline.WarnRange) || s.N != 364 {
		t.Errorf("%d days beyond, %d compared, %v", s.BeyondDays, s.N, s.Warnings)
	}
}

// Where history is too short for placebos of the hourly model, those of the daily one
// stand in.
func TestHourlyTakesDailyPlacebos(t *testing.T) {
	h := made(365 + 60)
	h.Use = with(h.Use, func(x []float64) {
		for i := range x {
			x[i] += math.Sin(float64(i/24) * 12.9)
		}
	})
	e := baseline.EvaluateHourly(h, baseline.Span{First: 0, End: 365 * 24}, baseline.Span{First: 365 * 24, End: 425 * 24}, baseline.Meter{})
	if len(e.Reasons) > 0 || !e.Placebo.OK() || e.Placebo.Scheme != baseline.HeldOut {
		t.Fatalf("%q, placebo %+v", e.Reasons, e.Placebo)
	}
	use, degF := make([]float64, 365), make([]float64, 365)
	for d := range use {
		for hour := range 24 {
			use[d] += h.Use[24*d+hour]
			degF[d] += h.DegF[24*d+hour] / 24
		}
	}
	want := baseline.PlaceboTest(use, degF, 60, baseline.Meter{})
	near(t, "quantile", e.Placebo.Quantile, want.Quantile, 1e-12)
	near(t, "bias", e.Placebo.Bias, want.Bias, 1e-12)
}

// The calendar of a building is not asked for by a wrong shape.
func TestHourlyRefusesWrongShapes(t *testing.T) {
	h := made(400)
	wrong := h
	wrong.Week = slices.Clone(h.Week)
	wrong.Week[7] = 168
	for name, c := range map[string]struct {
		h               baseline.Hours
		base, reporting baseline.Span
		want            string
	}{
		"hour 168":     {wrong, baseline.Span{End: 365 * 24}, baseline.Span{First: 365 * 24, End: 400 * 24}, baseline.ReasonLengths},
		"they overlap": {h, baseline.Span{End: 365 * 24}, baseline.Span{First: 364 * 24, End: 400 * 24}, baseline.ReasonOverlap},
	} {
		if e := baseline.EvaluateHourly(c.h, c.base, c.reporting, baseline.Meter{}); !slices.Equal(e.Reasons, []string{c.want}) || e.Verdict != baseline.Inconclusive {
			t.Errorf("%s: %q, want %q", name, e.Reasons, c.want)
		}
	}
	stuck := h
	stuck.Use = with(h.Use, func(x []float64) { fill(x[365*24:390*24], 7.5) })
	if e := baseline.EvaluateHourly(stuck, baseline.Span{End: 365 * 24}, baseline.Span{First: 365 * 24, End: 400 * 24}, baseline.Meter{}); !slices.Equal(e.Reasons, []string{baseline.ReasonStuck}) {
		t.Errorf("a stuck reporting period: %q", e.Reasons)
	}
}
