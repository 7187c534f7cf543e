package baseline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

func TestDeclines(t *testing.T) {
	degF := weather(365, 1)
	use := building(degF, 5, .3, 1)
	degC := make([]float64, len(degF))
	kelvin := make([]float64, len(degF))
	for i, f := range degF {
		degC[i] = baseline.Celsius(f)
		kelvin[i] = degC[i] + 273.15
	}
	gap := func(from, to int) func(x []float64) {
		return func(x []float64) {
			for i := from; i < to; i++ {
				x[i] = math.NaN()
			}
		}
	}
	for _, c := range []struct {
		name      string
		use, degF []float64
		want      string // "": a model
	}{
		{"a year", use, degF, ""},
		{"half a year", use[:182], degF[:182], baseline.ReasonTooShort},
		{"a year less a day", use[:364], degF[:364], baseline.ReasonTooShort},
		{"37 days missing", with(use, gap(100, 137)), degF, ""},
		{"38 days missing", with(use, gap(100, 138)), degF, baseline.ReasonMissing},
		{"38 temperatures missing", use, with(degF, gap(0, 38)), baseline.ReasonMissing},
		{"20 and 18 missing", with(use, gap(0, 20)), with(degF, gap(50, 68)), baseline.ReasonMissing},
		{"38 zeros", with(use, func(x []float64) { clear(x[200:238]) }), degF, baseline.ReasonMissing},
		{"stuck for two months", with(use, func(x []float64) { fill(x[200:260], 41.5) }), degF, baseline.ReasonStuck},
		{"stuck for a week", with(use, func(x []float64) { fill(x[200:207], 41.5) }), degF, ""},
		{"stuck all year", with(use, func(x []float64) { fill(x, 41.5) }), degF, baseline.ReasonStuck},
		{"°C", use, degC, baseline.ReasonCelsius},
		{"kelvin", use, kelvin, baseline.ReasonKelvin},
		{"converted twice", use, baseline.FahrenheitAll(degF), baseline.ReasonTemperature},
		{"sentinel", use, with(degF, func(x []float64) { x[9] = -99 }), baseline.ReasonTemperature},
		{"nothing", nil, nil, baseline.ReasonTooShort},
		{"no pair", use, degF[:364], baseline.ReasonLengths},
		{"feeds in", times(use, -1), degF, baseline.ReasonZeroUse},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, m := range map[string]baseline.Model{
				"daily":        baseline.FitDaily(c.use, c.degF, baseline.Meter{}),
				"change point": baseline.FitChangePoint(c.use, c.degF, baseline.Meter{}),
			} {
				if c.want == "" && !m.OK() || c.want != "" && (m.OK() || !slices.Contains(m.Reasons, c.want)) {
					t.Errorf("%s: %s %q, want %q", name, m.Kind, m.Reasons, c.want)
				}
				if s := m.Avoided(use, degF); c.want != "" && (s.Verdict != baseline.Inconclusive || !slices.Contains(s.Reasons, baseline.ReasonNoModel)) {
					t.Errorf("%s: a saving without a model: %+v", name, s)
				}
				if !m.OK() && !math.IsNaN(m.Predict(50)) {
					t.Error("a prediction without a model")
				}
			}
		})
	}
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// A flat load has a baseline; it says that the weather has no part in it. The change
// point model drops slopes that residuals so alike make by chance.
func TestNoWeatherSignal(t *testing.T) {
	degF := weather(365, 1)
	mild := slices.Repeat([]float64{60}, 365)
	for _, rho := range []float64{.3, .8} {
		constant := 0
		for seed := range uint64(20) {
			flat := building(mild, 5, rho, seed)
			for name, fit := range fits {
				m := fit(flat, degF)
				if !m.OK() || rho < .5 && !slices.Contains(m.Warnings, baseline.WarnNoWeather) {
					t.Errorf("%s, seed %d: %s, adjusted R² %.3f, %q, %q", name, seed, m.Kind, m.AdjR2, m.Reasons, m.Warnings)
				}
				if m.Kind == baseline.P1 {
					constant++
				}
			}
		}
		if constant < 18 {
			t.Errorf("lag-1 %v: a constant in %d of 20", rho, constant)
		}
		t.Logf("lag-1 %v: a constant in %d of 20", rho, constant)
	}
	heated := building(degF, 5, .3, 1)
	if m := baseline.FitDaily(heated, degF, baseline.Meter{}); len(m.Warnings) != 0 {
		t.Error(m.Warnings)
	}
}

// A slope that explains less than chance would is not worth its parameter.
func TestMeanAlone(t *testing.T) {
	use, degF := make([]float64, 365), make([]float64, 365)
	for i := range use {
		degF[i] = 70 + 2*float64(i%2)
		use[i] = 50 + float64(i/2%2)
	}
	if m := baseline.FitDaily(use, degF, baseline.Meter{}); m.Kind != baseline.Mean || m.R2 != 0 || m.AdjR2 != 0 {
		t.Errorf("%s, adjusted R² %v", m.Kind, m.AdjR2)
	}
}

func TestGasHasNoCooling(t *testing.T) {
	degF := weather(365, 2)
	cooled := make([]float64, len(degF))
	for i, f := range degF {
		cooled[i] = 30 + 2*max(0, f-60) + math.Sin(float64(i))
	}
	for _, m := range []baseline.Model{
		baseline.FitDaily(cooled, degF, baseline.Meter{Gas: true}),
		baseline.FitChangePoint(cooled, degF, baseline.Meter{Gas: true}),
	} {
		if !m.OK() || m.Cooling != 0 || m.Slope > 0 || !math.IsNaN(m.CoolingBalance) {
			t.Errorf("%+v", m)
		}
	}
	tent := make([]float64, len(degF)) // most at 55 °F
	for i, f := range degF {
		tent[i] = 90 - math.Abs(f-55) + math.Sin(float64(i))
	}
	if m := baseline.FitChangePoint(tent, degF, baseline.Meter{}); m.Kind != baseline.P4 || !(m.Heating < 0) {
		t.Errorf("a tent: %s %v", m.Kind, m.Heating)
	}
	if m := baseline.FitChangePoint(tent, degF, baseline.Meter{Gas: true}); m.Kind == baseline.P4 || m.Heating < 0 || m.Cooling != 0 {
		t.Errorf("a tent of gas: %+v", m)
	}
	off := with(building(degF, 1, 0, 1), func(x []float64) { clear(x[150:250]) })
	if m := baseline.FitDaily(off, degF, baseline.Meter{Gas: true}); !m.OK() || m.N != 365 {
		t.Errorf("a gas meter at rest: n %d, %q", m.N, m.Reasons)
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		name                string
		baseline, reporting baseline.Span
		want                string
	}{
		{"one after the other", baseline.Span{First: 0, End: 365}, baseline.Span{First: 365, End: 730}, ""},
		{"with days between", baseline.Span{First: 0, End: 365}, baseline.Span{First: 380, End: 500}, ""},
		{"a shared day", baseline.Span{First: 0, End: 365}, baseline.Span{First: 364, End: 500}, baseline.ReasonOverlap},
		{"the same", baseline.Span{First: 0, End: 365}, baseline.Span{First: 0, End: 365}, baseline.ReasonOverlap},
		{"the other way", baseline.Span{First: 365, End: 730}, baseline.Span{First: 0, End: 365}, baseline.ReasonReportingFirst},
		{"reporting runs into the baseline", baseline.Span{First: 300, End: 665}, baseline.Span{First: 200, End: 400}, baseline.ReasonOverlap},
		{"too far", baseline.Span{First: 0, End: 365}, baseline.Span{First: 365, End: 731}, baseline.ReasonOutside},
		{"before the record", baseline.Span{First: -1, End: 365}, baseline.Span{First: 365, End: 700}, baseline.ReasonOutside},
		{"empty", baseline.Span{First: 0, End: 365}, baseline.Span{First: 400, End: 400}, baseline.ReasonOutside},
	} {
		degF := weather(730, 1)
		use := building(degF, 5, .3, 1)
		e := baseline.Evaluate(use, degF, c.baseline, c.reporting, baseline.Meter{})
		if got := baseline.CheckSpans(c.baseline, c.reporting, 730); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		} else if c.want != "" && (e.Model.OK() || !slices.Equal(e.Reasons, []string{c.want}) || e.Verdict != baseline.Inconclusive) {
			t.Errorf("%s: evaluated to %s %q", c.name, e.Verdict, e.Reasons)
		} else if c.want == "" && len(e.Reasons) > 0 {
			t.Errorf("%s: %q", c.name, e.Reasons)
		}
	}
	if s := baseline.FitDaily(building(weather(365, 1), 5, 0, 1), weather(365, 1), baseline.Meter{}).Avoided([]float64{math.NaN()}, []float64{50}); !slices.Contains(s.Reasons, baseline.ReasonNoDays) {
		t.Errorf("a saving of no day: %+v", s)
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		saved, band float64
		want        baseline.Verdict
	}{
		{100, 40, baseline.Confirmed},
		{100, 50, baseline.Confirmed},
		{100, 51, baseline.Indicative},
		{100, 99, baseline.Indicative},
		{100, 100, baseline.Inconclusive},
		{100, 300, baseline.Inconclusive},
		{-100, 40, baseline.Confirmed},
		{-100, 60, baseline.Indicative},
		{-100, 120, baseline.Inconclusive},
		{0, 0, baseline.Inconclusive},
		{math.NaN(), 1, baseline.Inconclusive},
		{1, math.NaN(), baseline.Inconclusive},
	} {
		if got := baseline.Judge(c.saved, c.band); got != c.want {
			t.Errorf("%v ± %v: %s, want %s", c.saved, c.band, got, c.want)
		}
	}
}
