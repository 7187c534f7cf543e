package baseline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

// degreeDays counts the days with degree days beyond a balance point and adds them.
func degreeDays(degF []float64, beyond func(t float64) float64) (nonZero int, total float64) {
	for _, t := range degF {
		if v := beyond(t); v > 0 {
			nonZero++
			total += v
		}
	}
	return nonZero, total
}

// brute fits every candidate of CalTRACK's grid one by one, by QR.
func brute(use, degF []float64) (best baseline.Model, candidates int) {
	score := 0.0
	best = baseline.FitAt(baseline.Mean, 0, 0, use, degF)
	try := func(k baseline.Kind, h, c float64) {
		candidates++
		m := baseline.FitAt(k, h, c, use, degF)
		if m.OK() && m.AdjR2 > score && m.Base >= 0 && m.Heating >= 0 && m.Cooling >= 0 {
			best, score = m, m.AdjR2
		}
	}
	var heats, cools []float64
	for b := 30.0; b <= 90; b++ {
		if n, total := degreeDays(degF, func(t float64) float64 { return b - t }); n >= 10 && total >= 20 {
			heats = append(heats, b)
			try(baseline.HDD, b, 0)
		}
		if n, total := degreeDays(degF, func(t float64) float64 { return t - b }); n >= 10 && total >= 20 {
			cools = append(cools, b)
			try(baseline.CDD, 0, b)
		}
	}
	for _, h := range heats {
		for _, c := range cools {
			if c >= h {
				try(baseline.CDDHDD, h, c)
			}
		}
	}
	return best, candidates
}

// The search by sums must find what fitting every candidate finds.
func TestSearchEqualsEveryFit(t *testing.T) {
	t.Parallel()
	use, degF := lizbeth(t)
	home := byDay(t, "il-electricity-cdd-hdd-daily", 1, false)
	homeF := byDay(t, "il-tempF", 12, true)
	made := weather(365, 3)
	valley, tent, net, heat := make([]float64, 365), make([]float64, 365), make([]float64, 365), make([]float64, 365)
	hot := with(made, func(x []float64) {
		for i, f := range x {
			x[i] = min(f, 84)
			noise := math.Sin(float64(i))
			valley[i] = 30 + 1.5*max(0, 60-f) + 2*max(0, f-60) + noise // no flat part
			tent[i] = 90 - math.Abs(f-55) + noise                      // both slopes would be negative
			net[i] = 2*math.Abs(f-60) - 15 + noise                     // less than nothing in spring: solar cells
			heat[i] = 50 + noise
			if i >= 200 && i < 212 { // a dozen days with a dozen degree days above 85 °F
				x[i] = 85.2 + .15*float64(i-200)
				heat[i] += 30 * (x[i] - 85)
			}
		}
	})
	for name, c := range map[string]struct{ use, degF []float64 }{
		"laboratory": {use[:366], degF[:366]},
		"home":       {span(home, 2015, 12, 27), span(homeF, 2015, 12, 27)},
		"made":       {building(made, 8, .5, 4), made},
		"valley":     {valley, made},
		"tent":       {tent, made},
		"net":        {net, made},
		"few hot":    {heat, hot},
		"no signal":  {building(weather(365, 9), 8, .5, 4), made},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			paired := with(c.degF, func(x []float64) {
				for i, v := range c.use {
					if math.IsNaN(v) {
						x[i] = v
					}
				}
			})
			want, n := brute(c.use, paired)
			got := baseline.FitDaily(c.use, c.degF, baseline.Meter{})
			if got.Kind != want.Kind || math.Abs(got.AdjR2-want.AdjR2) > 1e-12 {
				t.Errorf("%s %.12f, want %s %.12f of %d candidates", got.Kind, got.AdjR2, want.Kind, want.AdjR2, n)
			}
			if name == "valley" && got.HeatingBalance != got.CoolingBalance {
				t.Error("the valley's sides do not meet")
			}
			if s := fmtBalance(got); s != fmtBalance(want) {
				t.Errorf("balance points %s, want %s", s, fmtBalance(want))
			}
		})
	}
}

// The same for the change points, whose grid is finer.
func TestChangePointSearchEqualsEveryFit(t *testing.T) {
	t.Parallel()
	use, degF := lizbeth(t)
	use, degF = use[:366], degF[:366]
	lowest := map[baseline.Kind]float64{}
	try := func(k baseline.Kind, h, c float64) {
		if m := baseline.FitAt(k, h, c, use, degF); m.OK() && (lowest[k] == 0 || m.SSE < lowest[k]) {
			lowest[k] = m.SSE
		}
	}
	// All that leave ten days on either side: from the eleventh coldest to the eleventh warmest.
	var sorted []float64
	for i, f := range degF {
		if !math.IsNaN(f) && !math.IsNaN(use[i]) {
			sorted = append(sorted, f)
		}
	}
	slices.Sort(sorted)
	low, high := math.Ceil(2*sorted[10])/2, sorted[len(sorted)-11]
	for h := low; h <= high; h += .5 {
		try(baseline.P3H, h, 0)
		try(baseline.P3C, 0, h)
		try(baseline.P4, h, h)
		for c := h + .5; c <= high; c += .5 {
			try(baseline.P5, h, c)
		}
	}
	valley := make([]float64, len(degF))
	for i, f := range degF {
		valley[i] = math.Abs(f - 60)
	}
	if m := baseline.FitKind(baseline.P5, valley, degF); m.HeatingBalance >= m.CoolingBalance {
		t.Errorf("5P without a flat part, at %s", fmtBalance(m))
	}
	for k, want := range lowest {
		if got := baseline.FitKind(k, use, degF); math.Abs(got.SSE/want-1) > 1e-12 {
			t.Errorf("%s at %s: Σe² %.3f, want %.3f", k, fmtBalance(got), got.SSE, want)
		}
	}
}
