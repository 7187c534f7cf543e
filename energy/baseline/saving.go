package baseline

import "math"

// Verdict is what may be said of a saving.
type Verdict string

// A saving, or a loss, is confirmed if its band excludes zero and is at most half
// of it, the limit of ASHRAE Guideline 14; indicative if the band excludes zero
// but is wider; else inconclusive.
const (
	Confirmed    Verdict = "confirmed"
	Indicative   Verdict = "indicative"
	Inconclusive Verdict = "inconclusive"
)

// Judge returns the verdict on a saving with the half width of its band.
func Judge(saved, band float64) Verdict {
	switch size := math.Abs(saved); {
	case !(size > band): // also NaN
		return Inconclusive
	case band > size/2:
		return Indicative
	}
	return Confirmed
}

// Saving is the avoided energy use of a reporting period. Sums run over the days
// (hours, billing periods) that have both a prediction and a reading.
type Saving struct {
	N           int     // days, hours or billing periods that count
	Predicted   float64 // what the baseline says of the reporting period's weather
	Metered     float64
	Saved       float64 // Predicted − Metered; negative is a loss
	Fraction    float64 // Saved/Predicted
	Band        float64 // half width at 90 %, with E = Predicted
	BandEEMeter float64 // the same with eemeter's E, see BandEEMeter
	FSU         float64 // fractional savings uncertainty, Band/|Saved|
	Verdict     Verdict // by Band
	BeyondDays  int     // days colder or warmer than any of the baseline; FitDaily's and FitChangePoint's models only
	Reasons     []string
	Warnings    []string
}

// Avoided is the saving of a reporting period: use per day and mean temperature in
// °F, both NaN where missing. A zero counts as it stands.
func (m Model) Avoided(use, degF []float64) Saving {
	if !m.OK() {
		return noSaving(ReasonNoModel)
	}
	if len(use) != len(degF) {
		return noSaving(ReasonLengths)
	}
	if reason := CheckTemperature(degF, 1); reason != "" {
		return noSaving(reason)
	}
	s := Avoided(m.Stats, m.PredictAll(degF), use)
	for i, t := range degF {
		if !math.IsNaN(use[i]) && (t < m.MinT || t > m.MaxT) {
			s.BeyondDays++
		}
	}
	if s.BeyondDays > 0 {
		s.Warnings = append(s.Warnings, WarnRange)
	}
	return s
}

// Avoided is the saving of a reporting period of days, given what the baseline
// predicts for each and what was metered.
func Avoided(base Stats, predicted, metered []float64) Saving {
	n := 0
	for i, p := range predicted {
		if !math.IsNaN(p + metered[i]) {
			n++
		}
	}
	return saving(base, predicted, metered, n, Days)
}

// saving sums up; q is what Stats.Band takes.
func saving(base Stats, predicted, metered []float64, q int, interval Interval) Saving {
	s := Saving{Verdict: Inconclusive}
	for i, p := range predicted {
		if math.IsNaN(p + metered[i]) {
			continue
		}
		s.N++
		s.Predicted += p
		s.Metered += metered[i]
	}
	if s.N == 0 {
		return noSaving(ReasonNoDays)
	}
	s.Saved = s.Predicted - s.Metered
	s.Fraction = s.Saved / s.Predicted
	s.Band = base.Band(s.Predicted, q, interval)
	s.BandEEMeter = base.BandEEMeter(q, interval)
	s.FSU = s.Band / math.Abs(s.Saved)
	s.Verdict = Judge(s.Saved, s.Band)
	if math.Abs(s.Fraction) < 0.1 {
		s.Warnings = append(s.Warnings, WarnSmall)
	}
	return s
}

func noSaving(reasons ...string) Saving {
	return Saving{Verdict: Inconclusive, Reasons: reasons}
}

// CUSUM is the running sum of prediction minus reading. A day without either adds
// nothing. Its slope is the saving per day; a bend is a change.
func CUSUM(predicted, metered []float64) []float64 {
	out := make([]float64, len(predicted))
	sum := 0.0
	for i, p := range predicted {
		if d := p - metered[i]; !math.IsNaN(d) {
			sum += d
		}
		out[i] = sum
	}
	return out
}

// NormalSaving is the difference of two models over one set of days: the saving
// with the weather of neither period but of degF, and the combined band of both.
func NormalSaving(baseline, reporting Model, degF []float64) (saved, band float64) {
	var before, after float64
	n := 0
	for _, t := range degF {
		if d := baseline.Predict(t) - reporting.Predict(t); !math.IsNaN(d) {
			n++
			before += baseline.Predict(t)
			after += reporting.Predict(t)
		}
	}
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	return before - after, Combined(baseline.Band(before, n, Days), reporting.Band(after, n, Days))
}
