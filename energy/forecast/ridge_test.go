package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Without noise and with hardly a penalty the coefficients come back, whatever
// the rows' weights.
func TestSolveFindsTheCoefficients(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	want := []float64{3, -1, 0, 0.5, 100}
	n := newNormal(len(want))
	for range 50 {
		x := make([]float64, len(want))
		for i := range x {
			x[i] = r.NormFloat64()
		}
		n.add(append(x, dot(x, want)), 0.1+r.Float64())
	}
	n.shrink(1e-9, make([]float64, len(want)))
	got := make([]float64, len(want))
	if !n.solve(got) {
		t.Fatal("not solved")
	}
	for i, b := range got {
		if math.Abs(b-want[i]) > 1e-6 {
			t.Errorf("coefficient %d: %v, want %v", i, b, want[i])
		}
	}
}

// One row x·β = y with a penalty on β−prior: β = prior + x(y−x·prior)/(λ+x·x).
func TestShrinkRestsOnThePrior(t *testing.T) {
	n := newNormal(2)
	n.add([]float64{1, 2, 10}, 1)
	n.shrink(5, []float64{1, 0})
	got := make([]float64, 2)
	if !n.solve(got) {
		t.Fatal("not solved")
	}
	if math.Abs(got[0]-1.9) > 1e-12 || math.Abs(got[1]-1.8) > 1e-12 {
		t.Errorf("%v, want [1.9 1.8]", got)
	}
}

func TestSolveRefusesWhatIsNotDefinite(t *testing.T) {
	n := newNormal(2)
	n.add([]float64{1, 0, 1}, 1)
	if n.solve(make([]float64, 2)) {
		t.Error("solved with a column of zeros")
	}
}
