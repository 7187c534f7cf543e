package baseline

import "math"

// Stats says how well a model fits the readings it was fitted to. A residual is
// reading minus prediction; c is Params. CVRMSE and NMBE are fractions.
type Stats struct {
	N      int     // readings used
	Params int     // c: coefficients besides the constant
	Mean   float64 // Ū, the mean reading
	R2     float64
	AdjR2  float64 // 1 − (1−R²)(n−1)/(n−c−1)
	SSE    float64 // Σe²
	RMSE   float64 // sqrt(SSE/n)
	RMSEc  float64 // sqrt(SSE/(n−c))
	CVRMSE float64 // RMSEc/Ū
	NMBE   float64 // Σe/((n−c)·Ū)
	Lag1   float64 // correlation of each residual with the one before it
}

// NewStats computes the figures for readings y, predictions fit and c params. A
// pair with a NaN is left out; Lag1 then joins the residuals on either side, as
// CalTRACK's reference implementation does. Figures that have no value for these
// readings are NaN.
func NewStats(y, fit []float64, params int) Stats { return newStats(y, fit, nil, params) }

// newStats weighs the squares by w, all equal if nil. R² is the weighted one; the
// mean, NMBE and Lag1 take the residuals as they are.
func newStats(y, fit, w []float64, params int) Stats {
	s := Stats{Params: params}
	var weight, sum, weighted, bias float64
	for i := range y {
		if math.IsNaN(y[i]) || math.IsNaN(fit[i]) {
			continue
		}
		k := at(w, i)
		s.N++
		weight += k
		sum += y[i]
		weighted += k * y[i]
		bias += y[i] - fit[i]
		s.SSE += k * (y[i] - fit[i]) * (y[i] - fit[i])
	}
	n := float64(s.N)
	s.Mean = sum / n
	scale := n / weight // weights have mean 1, so that RMSE keeps its unit
	s.SSE *= scale
	var total float64
	for i := range y {
		if !math.IsNaN(y[i]) && !math.IsNaN(fit[i]) {
			d := y[i] - weighted/weight
			total += at(w, i) * scale * d * d
		}
	}
	c := float64(params)
	s.R2 = 1 - s.SSE/total
	if params == 0 {
		s.R2 = 0
	}
	s.AdjR2 = 1 - (1-s.R2)*(n-1)/(n-c-1)
	s.RMSE = math.Sqrt(s.SSE / n)
	s.RMSEc = math.Sqrt(s.SSE / (n - c))
	s.CVRMSE = s.RMSEc / s.Mean
	s.NMBE = bias / ((n - c) * s.Mean)
	s.Lag1 = lag1(y, fit)
	return s
}

func at(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}

// lag1 is Pearson's correlation of successive residuals.
func lag1(y, fit []float64) float64 {
	var n, sx, sy, sxx, syy, sxy float64
	before := math.NaN()
	for i := range y {
		e := y[i] - fit[i]
		if math.IsNaN(e) {
			continue
		}
		if !math.IsNaN(before) {
			n++
			sx += before
			sy += e
			sxx += before * before
			syy += e * e
			sxy += before * e
		}
		before = e
	}
	return (sxy - sx*sy/n) / math.Sqrt((sxx-sx*sx/n)*(syy-sy*sy/n))
}
