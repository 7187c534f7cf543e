package stat_test

import (
	"math"
	"testing"

	"github.com/eaio/eaio/energy/internal/stat"
)

func TestQuantile(t *testing.T) {
	x := []float64{1, 2, 3, 4}
	for q, want := range map[float64]float64{0: 1, 0.1: 1.3, 0.5: 2.5, 0.95: 3.85, 1: 4} {
		if got := stat.Quantile(x, q); math.Round(got*1e9)/1e9 != want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
}
