package baseline_test

import (
	"fmt"
	"math"

	"github.com/eaio/eaio/energy/baseline"
)

// A building with three years of days; a project in the last of them.
func ExampleEvaluate() {
	degF, use := make([]float64, 1095), make([]float64, 1095)
	for d := range use {
		season := -math.Cos(2 * math.Pi * float64(d) / 365)
		degF[d] = 55 + 22*season + 8*math.Sin(float64(d))
		use[d] = 200 + 6*max(0, 60-degF[d]) + 9*math.Sin(1.7*float64(d))
		if d >= 730 {
			use[d] *= 0.88
		}
	}
	e := baseline.Evaluate(use, degF, baseline.Span{First: 365, End: 730}, baseline.Span{First: 730, End: 1095}, baseline.Meter{})
	fmt.Printf("%s, balance point %.0f °F, R² %.2f\n", e.Model.Kind, e.Model.HeatingBalance, e.Model.R2)
	fmt.Printf("%.1f %% saved: %s\n", 100*e.Saving.Fraction, e.Verdict)
	// Output:
	// hdd_only, balance point 60 °F, R² 0.99
	// 12.0 % saved: confirmed
}
