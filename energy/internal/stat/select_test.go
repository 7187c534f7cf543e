package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/internal/stat"
)

// Select gives what Quantile does, also where values repeat.
func TestSelect(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 300; n += 1 + n/7 {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(r.IntN(1 + n/2))
		}
		sorted := slices.Sorted(slices.Values(x))
		for _, q := range []float64{0, 0.05, 0.25, 0.5, 0.9, 0.95, 1} {
			if got, want := stat.Select(x, q), stat.Quantile(sorted, q); got != want {
				t.Fatalf("quantile %v of %v is %v, want %v", q, sorted, got, want)
			}
			if again := slices.Sorted(slices.Values(x)); !slices.Equal(again, sorted) {
				t.Fatalf("%v became %v", sorted, again)
			}
		}
	}
	if v := stat.Select(nil, 0.5); !math.IsNaN(v) {
		t.Errorf("the median of nothing is %v", v)
	}
}
