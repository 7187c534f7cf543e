package baseline

import "math"

// Kind names the form of a model.
type Kind string

// The forms. CalTRACK's own words first, then those of ASHRAE's change-point
// models, whose number counts the parameters.
const (
	Mean   Kind = "intercept_only"
	HDD    Kind = "hdd_only"
	CDD    Kind = "cdd_only"
	CDDHDD Kind = "cdd_hdd"

	P1  Kind = "1P"  // a constant
	P2  Kind = "2P"  // a straight line in temperature
	P3H Kind = "3PH" // flat above a balance point
	P3C Kind = "3PC" // flat below a balance point
	P4  Kind = "4P"  // two slopes that meet in one balance point
	P5  Kind = "5P"  // two slopes with a flat part between two balance points
)

// Model says what a building uses at an outdoor temperature T in °F, per day:
//
//	Base + Slope·T + Heating·max(0, HeatingBalance−T) + Cooling·max(0, T−CoolingBalance)
//
// The zero Model predicts nothing. A term that the Kind has not is 0, its balance
// point NaN.
type Model struct {
	Kind           Kind
	Base           float64 // energy per day; of a 2P the value at 0 °F
	Slope          float64 // energy per day and °F, 2P only
	Heating        float64 // energy per heating degree day, °F
	Cooling        float64 // energy per cooling degree day, °F
	HeatingBalance float64 // °F
	CoolingBalance float64 // °F

	BaseSE, SlopeSE, HeatingSE, CoolingSE float64 // standard errors, as if residuals were independent

	MinT, MaxT float64 // °F, coldest and warmest day of the baseline
	Stats

	Reasons  []string // why there is no model; none if there is one
	Warnings []string
}

// OK reports whether there is a model.
func (m Model) OK() bool { return m.Kind != "" && len(m.Reasons) == 0 }

// Predict returns the use of a day with mean temperature degF; NaN for NaN, or
// if there is no model.
func (m Model) Predict(degF float64) float64 {
	base, heating, cooling := m.Split(degF)
	return base + heating + cooling
}

// PredictAll returns the use of every day.
func (m Model) PredictAll(degF []float64) []float64 {
	out := make([]float64, len(degF))
	for i, t := range degF {
		out[i] = m.Predict(t)
	}
	return out
}

// Split returns the use of a day that depends on no weather, on cold and on heat.
// The straight line of a 2P counts as the first; a side of a 4P that falls away from
// the balance point is negative.
func (m Model) Split(degF float64) (base, heating, cooling float64) {
	if !m.OK() || math.IsNaN(degF) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	base = m.Base
	if m.Slope != 0 {
		base += m.Slope * degF
	}
	if m.Heating != 0 {
		heating = m.Heating * max(0, m.HeatingBalance-degF)
	}
	if m.Cooling != 0 {
		cooling = m.Cooling * max(0, degF-m.CoolingBalance)
	}
	return base, heating, cooling
}

// Normal adds up Split over days, such as a normal year's: use under weather that is
// neither the baseline's nor the reporting period's. Days without a temperature add
// nothing.
func (m Model) Normal(degF []float64) (base, heating, cooling float64) {
	for _, t := range degF {
		if b, h, c := m.Split(t); !math.IsNaN(b) {
			base, heating, cooling = base+b, heating+h, cooling+c
		}
	}
	return base, heating, cooling
}

// declined is a model that there is not.
func declined(reasons ...string) Model { return Model{Reasons: reasons} }
