package energy

import (
	"math"
	"slices"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// NameSavings is the analysis of what a measure saved.
const NameSavings = "savings"

// Reasons that Savings gives besides those of package baseline, which it passes on.
const (
	ReasonNoReporting        = "no_reporting_period"  // neither a window nor a period is named
	ReasonSavingWithinBand   = "saving_within_band"   // the band crosses zero: neither a saving nor a loss is shown
	ReasonPlaceboUndercovers = "band_misses_placebos" // on dates without a change the band holds zero less often than it says
	ReasonUseIncreased       = "use_increased"        // a loss, not a saving
)

const (
	placeboYears   = 2   // of history before the baseline, in which placebo dates are tried
	bandConfidence = 0.9 // that every band has
	avoidedMethod  = "IPMVP option C: Σ(baseline model at the reporting period's weather − metered) over the days that have both"
)

// SavingsDays is the reporting period day by day, in the meter's unit; NaN where
// there is none. CUSUM is the running sum of predicted minus metered.
type SavingsDays struct {
	Days               []eaio.Window
	Predicted, Metered []float64
	CUSUM              []float64
}

// Savings tells what a building used less in the reporting window than the model of
// its baseline window says (IPMVP option C; CalTRACK's daily model, or the hourly TOWT
// where in.Fit asks for it), with half widths of the band at 90 % in the meter's unit:
// by ASHRAE Guideline 14, by eemeter's reading of it, and by what the same method finds
// on placebo dates before the baseline's end. The wider of the first and the last
// decides the verdict. A band that crosses zero makes the result inconclusive. With
// in.Fit.NormalYear and a reporting period that carries a model, the saving of a year of
// that weather is told too. Windows are cut to whole days of the model's clock.
func Savings(in Input, base, reporting eaio.Window) (eaio.Result, SavingsDays) {
	r := newReport(NameSavings, in.Series, in.Price)
	s := in.fitDays()
	switch {
	case s.unsupported(maxStep):
		return r.decline(eaio.ResultInsufficientData, ReasonUnsupportedInterval), SavingsDays{}
	case reporting.From.IsZero():
		return r.decline(eaio.ResultInsufficientData, ReasonNoReporting), SavingsDays{}
	}
	base, reporting = s.wholeDays(base), s.wholeDays(reporting)
	if reason := windowsFault(base, reporting); reason != "" {
		return r.decline(eaio.ResultInsufficientData, reason), SavingsDays{}
	}
	d := daily(s, in.Temperature, s.savingsWindow(base, reporting))
	before, after := d.within(base), d.within(reporting)
	if d.unitChanges(r, base.From) {
		return r.Result, SavingsDays{}
	}
	if d.step != nil {
		d = d.inOneUnit()
		r.step(*d.step)
	}
	for _, span := range []baseline.Span{before, after} {
		if reason := d.declines(span); reason != "" {
			return r.decline(eaio.ResultInsufficientData, reason), SavingsDays{}
		}
	}
	if d.stuck {
		r.warn(ReasonStuckReadings)
	}
	if in.Fit.Hourly {
		return r.savingsByHour(in, base, reporting, d)
	}
	e := baseline.Evaluate(d.use, d.degF, before, after, in.Series.meter())
	if len(e.Reasons) > 0 {
		r.declineAll(e.Reasons)
		r.sufficiency(d, before, d.on(before))
		return r.Result, SavingsDays{}
	}
	r.savings(e.Judgement, d.on(after), after.End-after.First)
	fit := in.Fit
	fit.ChangePoint = false
	r.signature(e.Model, fit, d.on(before))
	r.normalSaving(e.Model, in, d, after, d.on(after))
	r.judge(e.Judgement, e.Model.Warnings)
	return r.Result, SavingsDays{
		Days:      d.days[after.First:after.End],
		Predicted: e.Model.PredictAll(d.degF[after.First:after.End]),
		Metered:   d.use[after.First:after.End],
		CUSUM:     e.CUSUM,
	}
}

// declineAll ends the analysis for several reasons.
func (r *report) declineAll(reasons []string) eaio.Result {
	for _, reason := range reasons {
		r.decline(eaio.ResultInsufficientData, reason)
	}
	return r.Result
}

// wholeDays cuts a window to the days of the clock that lie wholly in it.
func (s Series) wholeDays(w eaio.Window) eaio.Window {
	if w.From.IsZero() {
		return w
	}
	loc := s.location()
	from, to := dayOf(w.From, loc), dayOf(w.To, loc)
	if from.Before(w.From) {
		from = addDays(from, 1, loc)
	}
	return eaio.Window{From: from, To: to}
}

// savingsWindow holds both windows and the history that placebo dates need.
func (s Series) savingsWindow(base, reporting eaio.Window) eaio.Window {
	if base.From.IsZero() || reporting.From.IsZero() {
		return eaio.Window{}
	}
	from := addDays(dayOf(base.From, s.location()), -placeboYears*daysOfYear, s.location())
	return around(eaio.Window{From: from, To: base.To}, reporting)
}

// windowsFault returns why two windows cannot be a baseline and what follows it.
func windowsFault(base, reporting eaio.Window) string {
	switch {
	case !base.From.Before(base.To) || !reporting.From.Before(reporting.To):
		return baseline.ReasonOutside
	case !reporting.To.After(base.From):
		return baseline.ReasonReportingFirst
	case reporting.From.Before(base.To):
		return baseline.ReasonOverlap
	}
	return ""
}

// savings adds what was saved and its bands.
func (r *report) savings(e baseline.Judgement, on basis, days int) {
	v := e.Saving
	r.text("verdict", string(e.Verdict), "confirmed: the wider band excludes zero and is at most half of the saving (ASHRAE Guideline 14); indicative: it excludes zero; else inconclusive", on)
	r.energy("avoided_energy_use", v.Saved, avoidedMethod, on)
	if v.Predicted > 0 {
		r.percent("avoided_energy_use_percent", v.Fraction, "avoided energy use of the baseline model's", on)
	}
	r.cost("avoided_energy_cost", v.Saved, "avoided energy use", on)
	r.energy("baseline_energy", v.Predicted, "baseline model at the reporting period's weather", on)
	r.energy("metered_energy", v.Metered, "sum of the days that have a prediction", on)
	r.count("days_compared", v.N, "days", "days of the reporting period with a prediction and a reading", on)
	r.count("days_expected", days, "days", "days of the reporting period", on)
	if share(v.N, days) < minCompleteness {
		r.warn(ReasonIncompletePeriod)
	}
	r.band("uncertainty_band", v.Band, "ASHRAE Guideline 14, improved polynomial, E of the reporting period; half width at 90 %", on)
	r.band("uncertainty_band_eemeter", v.BandEEMeter, "the same with E of the whole baseline, as eemeter has it; half width at 90 %", on)
	r.fraction("fractional_savings_uncertainty", v.FSU, "uncertainty_band / |avoided energy use|, ASHRAE Guideline 14: at most 0.5", on)
	if e.Placebo.OK() {
		how := "same method on " + string(e.Placebo.Scheme) + " placebo periods before the change"
		r.band("placebo_band", e.Placebo.Band(v.Predicted), how+"; 90 % of them find no more, as a share", on)
		r.percent("placebo_coverage", e.Placebo.Coverage, how+"; share whose band holds zero, 90 % if it is right", on)
		r.count("placebo_periods", len(e.Placebo.Fractions), "", how, on)
	}
	r.band("verdict_band", e.Band, "the wider of uncertainty_band and placebo_band; half width at 90 %", on)
}

// band adds a half width; nothing where it has no value.
func (r *report) band(name string, x float64, method string, on basis) {
	if !math.IsNaN(x) && !math.IsInf(x, 0) {
		r.energy(name, x, method, on)
	}
}

// judge turns the verdict and the warnings into a status.
func (r *report) judge(e baseline.Judgement, warnings []string) {
	if e.Saving.Saved < 0 && e.Verdict != baseline.Inconclusive {
		r.warn(ReasonUseIncreased)
	}
	if e.Placebo.OK() && e.Placebo.Coverage < bandConfidence {
		r.warn(ReasonPlaceboUndercovers)
	}
	for _, w := range slices.Concat(warnings, e.Saving.Warnings) {
		r.warn(w)
	}
	if e.Verdict == baseline.Inconclusive {
		r.Reasons = append([]string{ReasonSavingWithinBand}, r.Reasons...)
		r.Status = eaio.ResultInconclusive
	}
}
