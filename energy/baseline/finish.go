package baseline

import (
	"math"
	"slices"
)

const (
	weatherSignal = 0.1  // of the variation; below it the weather says next to nothing. Our choice
	cvrmseLimit   = 0.25 // ASHRAE Guideline 14, whole building
)

// fitted is the data a model is fitted to: readings y, NaN where there is none,
// the regressor that a term has for each of them, and weights, nil for equal ones.
type fitted struct {
	y []float64
	x func(m *Model, t term, i int) float64 // NaN where there is no temperature
	w []float64
}

// byDay is a fit to days with their mean temperatures.
func byDay(use, degF []float64) fitted {
	return fitted{y: use, x: func(m *Model, t term, i int) float64 { return t.of(m, degF[i]) }}
}

// finish computes the coefficients of a chosen form by QR, and how well it fits.
func (f fitted) finish(m Model) Model {
	terms := m.terms()
	columns := 1 + len(terms)
	x := make([]float64, 0, columns*len(f.y))
	y := make([]float64, 0, len(f.y))
	var w []float64
	for i, v := range f.y {
		if math.IsNaN(v) || math.IsNaN(f.x(&m, temperature, i)) {
			continue
		}
		x = append(x, 1)
		for _, t := range terms {
			x = append(x, f.x(&m, t, i))
		}
		y = append(y, v)
		if f.w != nil {
			w = append(w, f.w[i])
		}
	}
	beta, se, ok := leastSquares(x, y, w, columns)
	if !ok {
		return declined(ReasonNoCandidate)
	}
	m.Base, m.BaseSE = beta[0], se[0]
	for i, t := range terms {
		*t.coefficient(&m), *t.error(&m) = beta[i+1], se[i+1]
	}
	fit := make([]float64, len(f.y))
	for i := range fit {
		fit[i] = m.Base
		if math.IsNaN(f.x(&m, temperature, i)) {
			fit[i] = math.NaN()
		}
		for j, t := range terms {
			fit[i] += beta[j+1] * f.x(&m, t, i)
		}
	}
	m.Stats = newStats(f.y, fit, f.w, len(terms))
	m.Warnings = m.warnings()
	return m
}

// warnings says what is weak about the fit.
func (m *Model) warnings() []string {
	var out []string
	if m.Params == 0 || m.AdjR2 < weatherSignal {
		out = append(out, WarnNoWeather)
	}
	if m.CVRMSE > cvrmseLimit {
		out = append(out, WarnCVRMSE)
	}
	return out
}

// term is a part of a Model that depends on temperature.
type term int

const (
	temperature term = iota
	heating
	cooling
)

// terms returns what the Kind has besides its constant.
func (m *Model) terms() []term {
	switch m.Kind {
	case P2:
		return []term{temperature}
	case HDD, P3H:
		return []term{heating}
	case CDD, P3C:
		return []term{cooling}
	case CDDHDD, P4, P5:
		return []term{heating, cooling}
	}
	return nil
}

// of is the term's regressor at a temperature.
func (t term) of(m *Model, degF float64) float64 {
	switch t {
	case heating:
		return max(0, m.HeatingBalance-degF)
	case cooling:
		return max(0, degF-m.CoolingBalance)
	}
	return degF
}

func (t term) coefficient(m *Model) *float64 {
	return [...]*float64{&m.Slope, &m.Heating, &m.Cooling}[t]
}

func (t term) error(m *Model) *float64 {
	return [...]*float64{&m.SlopeSE, &m.HeatingSE, &m.CoolingSE}[t]
}

// coldestAndWarmest are the extremes of the days that have both.
func coldestAndWarmest(use, degF []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i, t := range degF {
		if !math.IsNaN(use[i]) && !math.IsNaN(t) {
			low, high = min(low, t), max(high, t)
		}
	}
	return low, high
}

// newModel is a form without coefficients.
func newModel(k Kind, heatingBalance, coolingBalance float64) Model {
	m := Model{Kind: k, HeatingBalance: math.NaN(), CoolingBalance: math.NaN()}
	if slices.Contains(m.terms(), heating) {
		m.HeatingBalance = heatingBalance
	}
	if slices.Contains(m.terms(), cooling) {
		m.CoolingBalance = coolingBalance
	}
	return m
}
