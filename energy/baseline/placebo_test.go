package baseline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

// Where residuals are independent or fade in days, the band of Guideline 14 holds
// zero about as often as it says; where they stay for a season it does not, and the
// placebo periods show it.
func TestPlaceboCoverage(t *testing.T) {
	t.Parallel()
	covered := func(rho float64) (byBand, byPlacebo float64) {
		const buildings = 30
		for seed := range uint64(buildings) {
			degF := weather(3*365, seed)
			use := building(degF, 10, rho, seed)
			p := baseline.PlaceboTest(use, degF, 365, baseline.Meter{})
			if !p.OK() || p.Scheme != baseline.Rolling || p.Days != 365 {
				t.Fatalf("%+v", p)
			}
			within := 0
			for _, f := range p.Fractions {
				if math.Abs(f) <= p.Quantile {
					within++
				}
			}
			byBand += p.Coverage / buildings
			byPlacebo += float64(within) / float64(len(p.Fractions)) / buildings
		}
		return byBand, byPlacebo
	}
	near1, placebo1 := covered(.3)
	near2, placebo2 := covered(.98)
	t.Logf("independent: %.3f, drifting: %.3f", near1, near2)
	near(t, "coverage with fading residuals", near1, .9, .06)
	if near2 > near1-.1 {
		t.Errorf("coverage %.3f with drift, %.3f without", near2, near1)
	}
	if placebo1 < .9 || placebo2 < .9 {
		t.Errorf("calibrated bands hold %.3f and %.3f of what they were calibrated on", placebo1, placebo2)
	}
}

func TestPlaceboSchemes(t *testing.T) {
	degF := weather(800, 2)
	use := building(degF, 5, .3, 2)
	for _, c := range []struct {
		name            string
		days, reporting int
		scheme          baseline.Scheme
		length          int
	}{
		{"two years and a season", 800, 90, baseline.Rolling, 90},
		{"a year: stretches left out", 365, 30, baseline.HeldOut, 30},
		{"a year, a year asked for", 365, 365, baseline.HeldOut, 91},
		{"half a year", 182, 30, "", 0},
	} {
		p := baseline.PlaceboTest(use[:c.days], degF[:c.days], c.reporting, baseline.Meter{})
		if p.Scheme != c.scheme || p.Days != c.length {
			t.Errorf("%s: %s of %d days, want %s of %d", c.name, p.Scheme, p.Days, c.scheme, c.length)
		}
		if c.scheme == "" {
			if !slices.Equal(p.Reasons, []string{baseline.ReasonTooLittleForPlacebo}) || !math.IsNaN(p.Band(100)) {
				t.Errorf("%s: %+v", c.name, p)
			}
			continue
		}
		near(t, c.name+": band", p.Band(-200), 200*p.Quantile, 1e-12)
		if p.Coverage < 0 || p.Coverage > 1 || p.Quantile <= 0 || p.Quantile > .2 {
			t.Errorf("%s: coverage %v, quantile %v", c.name, p.Coverage, p.Quantile)
		}
	}
}

// A meter that stopped, or a thermometer in another unit, saves nothing.
func TestEvaluateDoubtsTheReportingPeriod(t *testing.T) {
	degF := weather(730, 4)
	use := building(degF, 6, .4, 4)
	for want, c := range map[string]struct{ use, degF []float64 }{
		baseline.ReasonStuck:       {with(use, func(x []float64) { fill(x[365:], 20) }), degF},
		baseline.ReasonCelsius:     {use, with(degF, func(x []float64) { scale(x[365:], .4) })},
		baseline.ReasonTemperature: {use, with(degF, func(x []float64) { x[500] = -99 })},
		baseline.ReasonNoDays:      {with(use, func(x []float64) { clear(x[365:]) }), degF},
	} {
		e := baseline.Evaluate(c.use, c.degF, baseline.Span{First: 0, End: 365}, baseline.Span{First: 365, End: 730}, baseline.Meter{})
		if !e.Model.OK() || e.Verdict != baseline.Inconclusive || !slices.Equal(e.Reasons, []string{want}) || e.CUSUM != nil {
			t.Errorf("%s %q, want %q", e.Verdict, e.Reasons, want)
		}
	}
}

// What is predicted is not fitted to.
func TestHeldOutStretchIsHeldOut(t *testing.T) {
	degF := weather(365, 6)
	truth := building(degF, 0, 0, 6)
	use := with(truth, func(x []float64) { scale(x[100:130], 2) })
	p := baseline.PlaceboTest(use, degF, 30, baseline.Meter{})
	if !p.OK() || p.Scheme != baseline.HeldOut {
		t.Fatalf("%+v", p)
	}
	doubled, year := 0.0, 0.0
	for i, v := range use {
		year += v / 365
		if i >= 100 && i < 130 {
			doubled += truth[i] / 30
		}
	}
	near(t, "fraction of the doubled stretch", slices.Min(p.Fractions), -doubled/year, 1e-9)
}

// A year holds four stretches of 91 days, whose errors add up like independent ones; the
// summer of a boiler is no fraction of nothing.
func TestHeldOutStretchesOfALongerPeriod(t *testing.T) {
	degF := weather(365, 6)
	use := building(degF, 5, .9, 6)
	quarter := baseline.PlaceboTest(use, degF, 91, baseline.Meter{})
	year := baseline.PlaceboTest(use, degF, 365, baseline.Meter{})
	near(t, "within", year.Quantile, quarter.Quantile*math.Sqrt(91./365), 1e-12)
	near(t, "coverage", year.Coverage, quarter.Coverage, 0)
	boiler := make([]float64, 365)
	for i, f := range degF {
		boiler[i] = .01*(2+math.Sin(float64(i))) + max(0, 60-f)*(1+.05*math.Sin(float64(i)))
	}
	if p := baseline.PlaceboTest(boiler, degF, 91, baseline.Meter{Gas: true}); !p.OK() || !(p.Quantile < .1) {
		t.Errorf("%+v", p)
	}
}

// Nothing after the baseline's end may move a placebo, nor the baseline.
func TestEvaluationSeesNoFuture(t *testing.T) {
	degF := weather(1200, 3)
	use := building(degF, 5, .5, 3)
	before, after := baseline.Span{First: 435, End: 800}, baseline.Span{First: 830, End: 1195}
	e := baseline.Evaluate(use, degF, before, after, baseline.Meter{})
	other := baseline.Evaluate(with(use, func(x []float64) {
		for i := 800; i < len(x); i++ {
			x[i] = 999 + float64(i)
		}
	}), degF, before, after, baseline.Meter{})
	same(t, other.Model, e.Model, 1)
	if !slices.Equal(other.Placebo.Fractions, e.Placebo.Fractions) || len(e.Placebo.Fractions) == 0 {
		t.Error("the reporting period moved a placebo")
	}
	if e.Saving.Saved == other.Saving.Saved {
		t.Error("the reporting period did not move the saving")
	}
}

func TestEvaluate(t *testing.T) {
	degF := weather(1095, 4)
	use := building(degF, 6, .4, 4)
	saving := func(factor float64) []float64 {
		return with(use, func(x []float64) {
			for i := 730; i < len(x); i++ {
				x[i] *= factor
			}
		})
	}
	for _, c := range []struct {
		factor float64
		want   baseline.Verdict
	}{{.85, baseline.Confirmed}, {1.15, baseline.Confirmed}, {1, baseline.Inconclusive}} {
		e := baseline.Evaluate(saving(c.factor), degF, baseline.Span{First: 365, End: 730}, baseline.Span{First: 730, End: 1095}, baseline.Meter{})
		if e.Verdict != c.want {
			t.Errorf("factor %v: %s, %.1f ± %.1f", c.factor, e.Verdict, e.Saving.Saved, e.Band)
		}
		near(t, "fraction", e.Saving.Fraction, 1-c.factor, .02)
		if !slices.Contains(e.Saving.Warnings, baseline.WarnDrift) {
			t.Errorf("placebo %s: %q", e.Placebo.Scheme, e.Saving.Warnings)
		}
		if e.Band < e.Saving.Band || e.Band < e.Placebo.Band(e.Saving.Predicted) {
			t.Errorf("band %v is not the wider of %v and %v", e.Band, e.Saving.Band, e.Placebo.Band(e.Saving.Predicted))
		}
		if len(e.CUSUM) != 365 || math.Abs(e.CUSUM[364]-e.Saving.Saved) > 1e-6 {
			t.Errorf("CUSUM of %d days ends at %v", len(e.CUSUM), e.CUSUM[len(e.CUSUM)-1])
		}
	}
}

// The hourly model tells the weekend of made() from the week, so it sees a tenth.
func TestEvaluateHourly(t *testing.T) {
	t.Parallel()
	h := made(1125)
	h.Use = with(h.Use, func(x []float64) {
		for i := range x {
			x[i] += math.Sin(float64(i) * float64(i))
			if i >= 760*24 {
				x[i] *= .9
			}
		}
	})
	e := baseline.EvaluateHourly(h, baseline.Span{First: 395 * 24, End: 760 * 24}, baseline.Span{First: 760 * 24, End: 1125 * 24}, baseline.Meter{})
	if e.Verdict != baseline.Confirmed || e.Placebo.Scheme != baseline.Rolling || len(e.CUSUM) != 365 {
		t.Fatalf("%s %q, placebo %s, %d days", e.Verdict, e.Reasons, e.Placebo.Scheme, len(e.CUSUM))
	}
	if slices.Contains(e.Saving.Warnings, baseline.WarnDrift) {
		t.Errorf("%q", e.Saving.Warnings)
	}
	near(t, "fraction", e.Saving.Fraction, .1, .005)
	near(t, "last of the running sum", e.CUSUM[364], e.Saving.Saved, 1e-6)
	overlap := baseline.EvaluateHourly(h, baseline.Span{First: 0, End: 9000}, baseline.Span{First: 8999, End: 10000}, baseline.Meter{})
	if !slices.Equal(overlap.Reasons, []string{baseline.ReasonOverlap}) || overlap.Model.OK() {
		t.Errorf("%q", overlap.Reasons)
	}
}

// A laboratory that nobody changed: what its own history says of the noise.
func TestPlaceboOfARealMeter(t *testing.T) {
	use, degF := lizbeth(t)
	for _, days := range []int{90, 180, 300} {
		p := baseline.PlaceboTest(use, degF, days, baseline.Meter{})
		t.Logf("%d days: %s, %d periods, coverage %.2f, bias %.3f, 90 %% within %.3f", days, p.Scheme, len(p.Fractions), p.Coverage, p.Bias, p.Quantile)
		if p.Scheme != baseline.Rolling || p.Coverage > .9 {
			t.Errorf("%s, coverage %.2f", p.Scheme, p.Coverage)
		}
	}
}

// What lies before the first reading is no history: a record that begins with the
// baseline has the placebos of that year, however far back it is looked.
func TestPlaceboOfARecordThatBeginsLate(t *testing.T) {
	degF := weather(730+365, 3)
	use := building(degF, 5, .9, 3)
	alone := baseline.PlaceboTest(use[730:], degF[730:], 365, baseline.Meter{})
	if !alone.OK() || alone.Scheme != baseline.HeldOut {
		t.Fatalf("%+v", alone)
	}
	for name, before := range map[string]func(x []float64){
		"nothing before":        func(x []float64) { fill(x[:730], math.NaN()) },
		"a week, then nothing":  func(x []float64) { fill(x[7:730], math.NaN()) },
		"now and then before":   func(x []float64) { fill(x[:360], math.NaN()); fill(x[420:730], math.NaN()) },
		"zeros, which are none": func(x []float64) { clear(x[:730]) },
	} {
		p := baseline.PlaceboTest(with(use, before), degF, 365, baseline.Meter{})
		if !p.OK() || p.Quantile != alone.Quantile || p.Days != alone.Days {
			t.Errorf("%s: %s, within %v of %d periods %q, want %v", name, p.Scheme, p.Quantile, len(p.Fractions), p.Reasons, alone.Quantile)
		}
		e := baseline.Evaluate(with(use, before), degF, baseline.Span{First: 730, End: 1000}, baseline.Span{First: 1000, End: 1095}, baseline.Meter{})
		if e.Verdict != baseline.Inconclusive || len(e.Reasons) == 0 {
			t.Errorf("%s: 270 days are a baseline", name)
		}
	}
	late := with(use, func(x []float64) { fill(x[:730], math.NaN()); fill(x[800:860], math.NaN()) })
	if p := baseline.PlaceboTest(late, degF, 365, baseline.Meter{}); p.OK() {
		t.Errorf("placebos of a year without two months: %+v", p)
	}
}

// A stretch counts with nine tenths of its days.
func TestPlaceboStretchesHaveTheirDays(t *testing.T) {
	degF := weather(365, 6)
	use := with(building(degF, 5, .3, 6), func(x []float64) { fill(x[103:123], math.NaN()) })
	want := 0
	for first := 0; first+30 <= 365; first += 5 {
		if missing := min(first+30, 123) - max(first, 103); missing <= 3 {
			want++
		}
	}
	if p := baseline.PlaceboTest(use, degF, 30, baseline.Meter{}); len(p.Fractions) != want {
		t.Errorf("%d stretches, want %d", len(p.Fractions), want)
	}
}
