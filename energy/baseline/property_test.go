package baseline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

func fmtBalance(m baseline.Model) string {
	return fmt.Sprint(m.HeatingBalance, "/", m.CoolingBalance)
}

// same compares all that a fit says, with the energy scaled by factor.
func same(t *testing.T, got, want baseline.Model, factor float64) {
	t.Helper()
	if got.Kind != want.Kind || fmtBalance(got) != fmtBalance(want) || got.N != want.N {
		t.Fatalf("%s %s n %d, want %s %s n %d", got.Kind, fmtBalance(got), got.N, want.Kind, fmtBalance(want), want.N)
	}
	for name, pair := range map[string][2]float64{
		"base": {got.Base, want.Base * factor}, "slope": {got.Slope, want.Slope * factor},
		"heating": {got.Heating, want.Heating * factor}, "cooling": {got.Cooling, want.Cooling * factor},
		"standard error": {got.BaseSE, want.BaseSE * factor}, "RMSE": {got.RMSE, want.RMSE * factor},
		"SSE": {got.SSE, want.SSE * factor * factor}, "R²": {got.R2, want.R2}, "CVRMSE": {got.CVRMSE, want.CVRMSE},
	} {
		if !(math.Abs(pair[0]-pair[1]) <= 1e-9*(1+math.Abs(pair[1]))) {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
}

// fits are the three ways from days to a model.
var fits = map[string]func(use, degF []float64) baseline.Model{
	"CalTRACK": func(use, degF []float64) baseline.Model { return baseline.FitDaily(use, degF, baseline.Meter{}) },
	"gas": func(use, degF []float64) baseline.Model {
		return baseline.FitDaily(use, degF, baseline.Meter{Gas: true})
	},
	"change point": func(use, degF []float64) baseline.Model { return baseline.FitChangePoint(use, degF, baseline.Meter{}) },
}

func TestUnitsAndOrderDoNotMatter(t *testing.T) {
	for name, fit := range fits {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(8) {
				degF := weather(365, seed)
				use := building(degF, 6, .4, seed)
				want := fit(use, degF)
				if !want.OK() {
					t.Fatal(want.Reasons)
				}
				same(t, fit(times(use, 1000), degF), want, 1000)
				same(t, fit(baseline.ThermsAsKWh(use), degF), want, baseline.KWhPerTherm)

				degC := make([]float64, len(degF))
				for i, f := range degF {
					degC[i] = baseline.Celsius(f)
				}
				same(t, fit(use, baseline.FahrenheitAll(degC)), want, 1)

				mixedUse, mixedF := append([]float64(nil), use...), append([]float64(nil), degF...)
				rand.New(rand.NewPCG(seed, 7)).Shuffle(len(use), func(i, j int) {
					mixedUse[i], mixedUse[j] = mixedUse[j], mixedUse[i]
					mixedF[i], mixedF[j] = mixedF[j], mixedF[i]
				})
				same(t, fit(mixedUse, mixedF), want, 1)

				total, bias := 0.0, 0.0
				for i, f := range degF {
					bias += use[i] - want.Predict(f)
					total += use[i]
				}
				if math.Abs(bias) > 1e-9*total || math.Abs(want.NMBE) > 1e-9 {
					t.Errorf("Σ residuals %g of %g", bias, total)
				}
			}
		})
	}
}

// A building without noise is found exactly, by days, bills and change points.
func TestKnownBuilding(t *testing.T) {
	degF := weather(365, 1)
	use := building(degF, 0, 0, 1)
	monthly := bills(use, 0, slices.Repeat([]int{30}, 12)...)
	for name, m := range map[string]baseline.Model{
		"daily":        baseline.FitDaily(use, degF, baseline.Meter{}),
		"change point": baseline.FitChangePoint(use, degF, baseline.Meter{}),
		"billing":      baseline.FitBilling(monthly, degF, baseline.Meter{}).Model,
	} {
		t.Run(name, func(t *testing.T) {
			if fmtBalance(m) != "55/68" {
				t.Fatalf("%s %s %v", m.Kind, fmtBalance(m), m.Reasons)
			}
			near(t, "base", m.Base, 40, 1e-8)
			near(t, "heating", m.Heating, 1.5, 1e-8)
			near(t, "cooling", m.Cooling, 2, 1e-8)
			base, heating, cooling := m.Split(45)
			near(t, "base of a cold day", base, 40, 1e-8)
			near(t, "heating of a cold day", heating, 15, 1e-7)
			near(t, "cooling of a cold day", cooling, 0, 0)
			base, heating, cooling = m.Normal([]float64{45, 78, math.NaN(), 60})
			near(t, "base of three days", base, 120, 1e-7)
			near(t, "heating of three days", heating, 15, 1e-7)
			near(t, "cooling of three days", cooling, 20, 1e-7)
		})
	}
}

func TestEveryReadingLessIsSaved(t *testing.T) {
	degF := weather(730, 5)
	use := building(degF, 4, .3, 5)
	m := baseline.FitDaily(use[:365], degF[:365], baseline.Meter{})
	before := m.Avoided(use[365:], degF[365:])
	after := m.Avoided(with(use[365:], func(x []float64) {
		for i := range x {
			x[i] -= 7
		}
	}), degF[365:])
	near(t, "more saved", after.Saved-before.Saved, 7*365, 1e-6)
	near(t, "same prediction", after.Predicted, before.Predicted, 1e-9)
	near(t, "same band", after.Band, before.Band, 1e-9)
	total := baseline.CUSUM(m.PredictAll(degF[365:]), use[365:])
	near(t, "last of the running sum", total[364], before.Saved, 1e-6)
}
