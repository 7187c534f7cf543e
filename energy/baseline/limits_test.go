package baseline_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

func TestStats(t *testing.T) {
	// Worked by hand: residuals 1, −1, 2, −2; mean 25.
	s := baseline.NewStats([]float64{11, 19, 32, 38, math.NaN()}, []float64{10, 20, 30, 40, 50}, 1)
	near(t, "mean", s.Mean, 25, 0)
	near(t, "SSE", s.SSE, 10, 0)
	near(t, "R²", s.R2, 1-10./(14*14+6*6+7*7+13*13), 1e-15)
	near(t, "adjusted R²", s.AdjR2, 1-10./450*3/2, 1e-15)
	near(t, "RMSE", s.RMSE, math.Sqrt(2.5), 1e-15)
	near(t, "CVRMSE", s.CVRMSE, math.Sqrt(10./3)/25, 1e-15)
	near(t, "NMBE", s.NMBE, 0, 0)
	near(t, "lag-1", s.Lag1, (-7+2./3)/math.Sqrt((6-4./3)*(9-1./3)), 1e-12) // of (1,−1), (−1,2), (2,−2)
	if s.N != 4 || s.Params != 1 {
		t.Errorf("n %d, c %d", s.N, s.Params)
	}
	low := baseline.NewStats([]float64{12, 22}, []float64{10, 20}, 0)
	near(t, "NMBE of a model that is too low", low.NMBE, 4./(2*17), 1e-15)
}

func TestLimits(t *testing.T) {
	predicted := make([]float64, 365)
	month := make([]uint8, 365)
	for i := range predicted {
		predicted[i] = 100
		month[i] = uint8(1 + i/31)
	}
	for _, c := range []struct {
		name   string
		change func(x []float64)
		want   []string
	}{
		{"right", func([]float64) {}, nil},
		{"4 % low", func(x []float64) { scale(x, 1.04) }, nil},
		{"6 % low", func(x []float64) { scale(x, 1.06) }, []string{baseline.FaultNMBE}},
		{"6 % high", func(x []float64) { scale(x, .94) }, []string{baseline.FaultNMBE}},
		{"seasons wrong", func(x []float64) { scale(x[:180], 1.2); scale(x[186:], .8) }, []string{baseline.FaultCVRMSE}},
		{"nothing metered", func(x []float64) { fill(x, math.NaN()) }, []string{baseline.FaultUnknown}},
		{"a month missing", func(x []float64) { fill(x[31:62], math.NaN()) }, nil},
	} {
		s := baseline.ByMonth(predicted, with(predicted, c.change), month)
		if got := baseline.MonthlyLimits().Check(s); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q (n %d, CVRMSE %.3f, NMBE %.3f)", c.name, got, c.want, s.N, s.CVRMSE, s.NMBE)
		}
		if c.name == "a month missing" && s.N != 11 {
			t.Errorf("%s: n %d", c.name, s.N)
		}
	}
	if got := baseline.HourlyLimits().Check(baseline.Stats{N: 9, CVRMSE: .31, NMBE: -.11}); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func scale(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}
