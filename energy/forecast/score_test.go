package forecast

import (
	"math"
	"testing"
)

func TestErrorSum(t *testing.T) {
	var e errorSum
	for _, p := range [][2]float64{{10, 12}, {20, 18}, {30, 34}, {math.NaN(), 5}, {5, math.NaN()}} {
		e.add(p[0], p[1])
	}
	// √((4+4+16)/3) of a mean of 20, and 4 too much of 60
	if got, want := e.cvrmse(), 100*math.Sqrt(8)/20; math.Abs(got-want) > 1e-12 {
		t.Errorf("CVRMSE %v, want %v", got, want)
	}
	if got, want := e.bias(), 100*4.0/60; math.Abs(got-want) > 1e-12 {
		t.Errorf("bias %v, want %v", got, want)
	}
	var none errorSum
	if !math.IsNaN(none.cvrmse()) || !math.IsNaN(none.bias()) {
		t.Error("a score without readings is a number")
	}
}

func TestQuartiles(t *testing.T) {
	low, mid, top := Quartiles([]float64{4, math.NaN(), 1, 3, 2})
	if low != 1.75 || mid != 2.5 || top != 3.25 {
		t.Errorf("%v %v %v, want 1.75 2.5 3.25", low, mid, top)
	}
	if _, mid, _ := Quartiles(nil); !math.IsNaN(mid) {
		t.Errorf("the median of nothing is %v", mid)
	}
}

func TestAgainst(t *testing.T) {
	got := Against([]float64{5, 20, math.NaN(), 0}, []float64{10, 10, 10, 10})
	if math.Abs(got) > 1e-12 {
		t.Errorf("half and double: %v %%, want 0", got)
	}
	if got := Against([]float64{9, 9}, []float64{10, 10}); math.Abs(got+10) > 1e-12 {
		t.Errorf("%v %%, want −10", got)
	}
	if got := Against(nil, nil); !math.IsNaN(got) {
		t.Errorf("nothing against nothing: %v", got)
	}
}
