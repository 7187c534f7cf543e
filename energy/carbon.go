package energy

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// NameCarbon is the analysis of greenhouse gas.
const NameCarbon = "carbon"

// Reasons that Carbon gives.
const (
	ReasonNoEmissionFactor    = "no_emission_factor"         // a commodity has no factor: it is left out
	ReasonUnsupportedUnit     = "unsupported_unit"           // a meter does not read energy: it is left out
	ReasonDefaultFactor       = "default_emission_factor"    // a factor of the United States stands in
	ReasonFactorOfAnotherYear = "emission_factor_other_year" // the table has none for the year
	ReasonNoArea              = "no_area"                    // no intensity without the area
)

const (
	carbonMethod          = "Σ energy × factor(region, year, hour)"
	constantFactorsMethod = "both windows at the factors of the period: what the building did"
	actualFactorsMethod   = "each window at the factors of its own year: with what the grid did"
	emissionUnit          = "kgCO2"
	emissionIntensityUnit = "kgCO2/m2"
)

// CarbonSite is a building's meters and what their energy stands for.
type CarbonSite struct {
	Meters  []Series // one per commodity or several, all of the same building
	Region  string   // as in Factors
	AreaM2  float64  // 0: unknown
	Factors []EmissionFactor
}

// CarbonWindow returns the span of readings of a meter that Carbon looks at.
func CarbonWindow(asOf time.Time, loc *time.Location, period eaio.Period, compare eaio.Compare) eaio.Window {
	w := PeriodWindow(asOf, loc, yearUnless(period))
	if c := CompareWindow(w, loc, yearUnless(period), compare); !c.From.IsZero() {
		w.From = c.From
	}
	return w
}

// yearUnless is the last year where no period is named.
func yearUnless(p eaio.Period) eaio.Period {
	if p == "" {
		return eaio.LastYear
	}
	return p
}

// Carbon adds up the greenhouse gas of a period: each reading times the factor of
// its commodity, region, year and local hour. Fuel burnt on site is scope 1, bought
// energy scope 2 (GHG Protocol). The change against the comparison is told at
// constant factors and at each window's own. Only readings that are there count. An
// empty period is the last year.
func Carbon(site CarbonSite, asOf time.Time, period eaio.Period, compare eaio.Compare) eaio.Result {
	r := newReport(NameCarbon, Series{}, Price{})
	period = yearUnless(period)
	now, then := emission{}, emission{}
	compared := false
	for _, s := range site.Meters {
		if s.unsupported(maxStep) {
			r.warn(ReasonUnsupportedInterval)
			continue
		}
		w := PeriodWindow(asOf, s.location(), period)
		used := now.add(r, s, w, w, site)
		if c := CompareWindow(w, s.location(), period, compare); used && !c.From.IsZero() {
			then.add(r, s, c, w, site)
			compared = true
		}
	}
	if now.on.n == 0 {
		if len(r.Reasons) == 0 {
			r.warn(ReasonNoReadings)
		}
		r.Status = eaio.ResultInsufficientData
		return r.Result
	}
	r.emission(now, site.AreaM2)
	if compared {
		r.emissionChange(now, then)
	}
	return r.Result
}

// emission sums several meters over a window.
type emission struct {
	scope    [3]float64 // by scope, kg
	constant float64    // kg at the factors of the period
	on       basis
	weakest  float64 // share of readings of the meter with the fewest
	sources  []string
}

func (e *emission) total() float64 { return e.scope[1] + e.scope[2] }

// add adds a meter's window; it reports whether the meter could be used. Constant
// factors are those of the year in which the period w ends.
func (e *emission) add(r *report, s Series, window, w eaio.Window, site CarbonSite) bool {
	perUnit, ok := kWhOf[s.Unit]
	if !ok {
		r.warn(ReasonUnsupportedUnit)
		return false
	}
	loc := s.location()
	constant, how := factorFor(site.Factors, s.Commodity, site.Region, w.To.Add(-time.Nanosecond).In(loc).Year())
	if how == factorNone {
		r.warn(ReasonNoEmissionFactor)
		return false
	}
	p := s.cut(window)
	_, n := p.sum(0, len(p.values))
	r.warnUnitChange(stretch{part: p, days: p.days()})
	var f EmissionFactor
	year := math.MinInt
	for i, v := range p.values {
		if math.IsNaN(v) {
			continue
		}
		at := p.at(i).In(loc)
		if at.Year() != year {
			year = at.Year()
			f, how = factorFor(site.Factors, s.Commodity, site.Region, year)
			e.remark(r, f, how)
		}
		e.scope[f.scope()] += v * perUnit * f.at(at.Hour())
		e.constant += v * perUnit * constant.at(at.Hour())
	}
	if share := share(n, len(p.values)); e.on.of == 0 || share < e.weakest {
		e.weakest = share
	}
	if e.on.of == 0 {
		e.on.window = window
	}
	e.on.n, e.on.of = e.on.n+n, e.on.of+len(p.values)
	return true
}

// remark keeps the source of a factor and how well it fits.
func (e *emission) remark(r *report, f EmissionFactor, how int) {
	if source := f.Commodity + ": " + f.Source; !slices.Contains(e.sources, source) {
		e.sources = append(e.sources, source)
	}
	switch how {
	case factorDefault:
		r.warn(ReasonDefaultFactor)
	case factorOtherYear:
		r.warn(ReasonFactorOfAnotherYear)
	}
}

// emission adds the facts of the period itself.
func (r *report) emission(e emission, area float64) {
	r.number("emissions", e.total(), emissionUnit, carbonMethod, e.on)
	r.number("emissions_scope_1", e.scope[1], emissionUnit, carbonMethod+", fuel burnt on site (GHG Protocol)", e.on)
	r.number("emissions_scope_2", e.scope[2], emissionUnit, carbonMethod+", bought energy, location-based (GHG Protocol)", e.on)
	r.text("emission_factors", strings.Join(e.sources, "; "), "sources of the factors used", e.on)
	if e.weakest < minCompleteness {
		r.warn(ReasonIncompletePeriod)
	}
	if area < minAreaM2 || math.IsInf(area, 0) || math.IsNaN(area) {
		r.warn(ReasonNoArea)
		return
	}
	r.number("emission_intensity", e.total()/area, emissionIntensityUnit, "emissions / floor area", e.on)
}

// emissionChange adds the change at constant and at actual factors, where both
// windows have nine tenths of the readings of every meter.
func (r *report) emissionChange(now, then emission) {
	if then.on.n == 0 {
		r.warn(ReasonNoComparison)
		return
	}
	if min(now.weakest, then.weakest) < minCompleteness {
		r.warn(ReasonNoChange)
		return
	}
	r.number("compare_emissions", then.total(), emissionUnit, carbonMethod, then.on)
	r.number("change_actual_factors", now.total()-then.total(), emissionUnit, actualFactorsMethod, now.on)
	r.number("change_constant_factors", now.constant-then.constant, emissionUnit, constantFactorsMethod, now.on)
	if then.total() > 0 && then.constant > 0 {
		r.percent("change_actual_factors_percent", now.total()/then.total()-1, actualFactorsMethod, now.on)
		r.percent("change_constant_factors_percent", now.constant/then.constant-1, constantFactorsMethod, now.on)
	}
}
