package baseline

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// confidence of every band.
const confidence = 0.9

// Interval is the length of the readings a model was fitted to. It picks the
// polynomial of the uncertainty.
type Interval int

// The intervals with a published polynomial.
const (
	Days    Interval = iota // days; hourly models count by their days' sums
	Billing                 // billing periods of about a month
)

// Band returns the half width of the 90 % band around the use, or the saving, that
// a baseline with these Stats gives for a reporting period of q days, or months if
// they are Stats of bills:
//
//	E·t·(aM²+bM+d)·(RMSE_c/Ȳ)·sqrt((n/n′)(1+2/n′)/q),  n′ = n(1−ρ)/(1+ρ)
//
// ASHRAE Guideline 14 with the improved polynomial of Sun and Baltazar (2013). M is
// the reporting period in months, ρ is Lag1, and t has n−c degrees of freedom.
// energy is E: what the baseline predicts for the reporting period.
func (s Stats) Band(energy float64, q int, interval Interval) float64 {
	n, months := float64(s.N), float64(q)/30
	a, b, d := -0.00024, 0.03535, 1.00286
	if interval == Billing {
		months = float64(q)
		a, b, d = -0.00022, 0.03306, 0.94054
	}
	independent := n * (1 - s.Lag1) / (1 + s.Lag1)
	return math.Abs(energy) * s.t() * (a*months*months + b*months + d) * s.RMSEc / s.Mean *
		math.Sqrt(n/independent*(1+2/independent)/float64(q))
}

// BandEEMeter is Band with E = Ȳ·n, the whole baseline's use, as the eemeter
// library computes it. It overstates the band of a short reporting period.
func (s Stats) BandEEMeter(q int, interval Interval) float64 {
	return s.Band(s.Mean*float64(s.N), q, interval)
}

// t is Student's two-sided quantile.
func (s Stats) t() float64 {
	return studentT(1-(1-confidence)/2, float64(s.N-s.Params))
}

func studentT(p, nu float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.Quantile(p)
}

// Combined is the band of the difference of two independent models.
func Combined(baseline, reporting float64) float64 { return math.Hypot(baseline, reporting) }
