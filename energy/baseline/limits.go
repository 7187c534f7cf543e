package baseline

import "math"

// Limits are what ASHRAE Guideline 14 lets a calibrated model be off by, as fractions.
type Limits struct{ CVRMSE, NMBE float64 }

// MonthlyLimits are those of a model judged by months.
func MonthlyLimits() Limits { return Limits{CVRMSE: .15, NMBE: .05} }

// HourlyLimits are those of a model judged by hours.
func HourlyLimits() Limits { return Limits{CVRMSE: .30, NMBE: .10} }

// Faults of a model beyond its limits.
const (
	FaultCVRMSE  = "cvrmse_above_limit"
	FaultNMBE    = "nmbe_above_limit"
	FaultUnknown = "too_few_readings_to_judge"
)

// Check returns which limits are not met; none if both are.
func (l Limits) Check(s Stats) []string {
	if math.IsNaN(s.CVRMSE+s.NMBE) || s.N <= s.Params {
		return []string{FaultUnknown}
	}
	var out []string
	if s.CVRMSE > l.CVRMSE {
		out = append(out, FaultCVRMSE)
	}
	if math.Abs(s.NMBE) > l.NMBE {
		out = append(out, FaultNMBE)
	}
	return out
}

// ByMonth judges a model by the months' sums: predictions and readings per day or
// hour, and the month of each, in order; a month is a stretch of equal numbers.
// Where either is NaN neither counts. c is 0: the model was not fitted to months.
func ByMonth(predicted, metered []float64, month []uint8) Stats {
	var p, u []float64
	n := 0
	for i, v := range predicted {
		if i == 0 || month[i] != month[i-1] {
			p, u = closeMonth(p, u, n)
			p, u, n = append(p, 0), append(u, 0), 0
		}
		if !math.IsNaN(v + metered[i]) {
			p[len(p)-1] += v
			u[len(u)-1] += metered[i]
			n++
		}
	}
	p, u = closeMonth(p, u, n)
	return NewStats(u, p, 0)
}

// closeMonth drops the last month if nothing was added to it.
func closeMonth(p, u []float64, n int) (predicted, metered []float64) {
	if len(p) > 0 && n == 0 {
		return p[:len(p)-1], u[:len(u)-1]
	}
	return p, u
}
