package energy

import (
	"fmt"
	"math"
	"time"

	"github.com/eaio/eaio"
)

// NameFollowUp is the analysis of what became of a measure.
const NameFollowUp = "follow_up"

// Reasons that FollowUp gives besides those of Savings, which it passes on.
const (
	ReasonTooSoon        = "too_soon_after_the_change" // fewer than 30 days have passed
	ReasonBelowEstimate  = "saving_below_estimate"     // the band of what was saved lies below the estimate
	ReasonNoEstimate     = "no_estimate"               // no positive saving was estimated
	ReasonOtherChangeToo = "saving_above_estimate"     // the band lies above it: something else may have changed
)

// followUpDays are the days after a change at which it is looked at.
var followUpDays = [...]int{30, 90, 365}

// Decision is a measure that was carried out.
type Decision struct {
	Implemented     time.Time // the first day with the measure
	EstimatePerYear float64   // energy of a year that it was said to save, in the meter's unit
}

// FollowUp sets what a measure saved in its first 30, 90 and 365 days, as far as they
// have passed by asOf, against its estimate. What was saved is that of Savings, with the
// 365 days before the measure for a baseline. Of the estimate a period has the part that
// the baseline's model has of a year's use, so that a measure on heating is not expected
// to save in summer what it does on average. The status is that of the longest period.
func FollowUp(in Input, d Decision, asOf time.Time) eaio.Result {
	r := newReport(NameFollowUp, in.Series, in.Price)
	if !(d.EstimatePerYear > 0) || math.IsInf(d.EstimatePerYear, 0) {
		return r.decline(eaio.ResultInsufficientData, ReasonNoEstimate)
	}
	clock := in.fitDays().location()
	first := dayOf(d.Implemented, clock)
	base := eaio.Window{From: addDays(first, -daysOfYear, clock), To: first}
	told := false
	for _, days := range followUpDays {
		reporting := eaio.Window{From: first, To: addDays(first, days, clock)}
		if reporting.To.After(asOf) {
			break
		}
		told = true
		saving, _ := Savings(in, base, reporting)
		r.Status, r.Reasons = saving.Status, saving.Reasons
		if share, ok := in.shareOfYear(saving, base); ok {
			r.realised(saving, days, d.EstimatePerYear*share)
		}
	}
	if !told {
		return r.decline(eaio.ResultInsufficientData, ReasonTooSoon)
	}
	return r.Result
}

// shareOfYear is the part that a period's predicted use is of the baseline year's.
func (in Input) shareOfYear(saving eaio.Result, base eaio.Window) (share float64, ok bool) {
	predicted, ok := saving.Fact("baseline_energy")
	x, _ := predicted.Value.Float()
	d := daily(in.fitDays(), Temperature{}, base)
	year, n := 0.0, 0
	for _, use := range d.use {
		if !math.IsNaN(use) {
			year, n = year+use, n+1
		}
	}
	if !ok || year <= 0 {
		return 0, false
	}
	return x / (year * daysOfYear / float64(n)), true
}

// realised adds what a period saved beside its part of the estimate.
func (r *report) realised(saving eaio.Result, days int, estimate float64) {
	avoided, ok1 := saving.Fact("avoided_energy_use")
	band, ok2 := saving.Fact("verdict_band")
	verdict, ok3 := saving.Fact("verdict")
	if !ok1 || !ok2 || !ok3 {
		return
	}
	x, _ := avoided.Value.Float()
	off, _ := band.Value.Float()
	on := basis{avoided.Window, avoided.N, avoided.N}
	add := func(name string, v eaio.Value, unit, method string) {
		r.add(fmt.Sprintf("%s_%d_days", name, days), v, unit, method, on)
		r.Facts[len(r.Facts)-1].Quality = avoided.Quality
	}
	add("avoided_energy_use", avoided.Value, r.unit, avoided.Method)
	add("verdict_band", band.Value, r.unit, band.Method)
	add("verdict", verdict.Value, "", verdict.Method)
	add("estimated_saving", eaio.Number(round(estimate, 3)), r.unit, "estimate of a year × the baseline model's use in the period / the baseline year's use")
	add("realised", eaio.Number(round(100*x/estimate, 2)), "%", "avoided energy use of its estimate")
	switch {
	case x+off < estimate:
		r.warnBeside(ReasonBelowEstimate)
	case x-off > estimate:
		r.warnBeside(ReasonOtherChangeToo)
	}
}

// warnBeside adds a reason and keeps a status that is worse.
func (r *report) warnBeside(reason string) {
	was := r.Status
	r.warn(reason)
	if was != eaio.ResultOK {
		r.Status = was
	}
}
