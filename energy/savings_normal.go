package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// normalSaving adds what a year with the normal year's weather uses less by a model of
// the reporting period than by the baseline's (CalTRACK 2.0, annualised saving).
// Nothing where there is no normal year or the reporting period carries no model.
func (r *report) normalSaving(before baseline.Model, in Input, d dailyData, after baseline.Span, on basis) {
	degF := in.normalYear()
	if degF == nil {
		return
	}
	m := baseline.FitDaily(d.use[after.First:after.End], d.degF[after.First:after.End], in.Series.meter())
	saved, band := baseline.NormalSaving(before, m, degF)
	if !m.OK() || math.IsNaN(saved+band) {
		return
	}
	how := "model of the baseline − model of the reporting period, over the days of the normal year"
	r.energy("normal_year_saving", saved, how, on)
	r.energy("normal_year_band", band, how+"; both models' bands by ASHRAE Guideline 14, combined; half width at 90 %", on)
	r.text("normal_year_verdict", string(baseline.Judge(saved, band)), "as verdict, by normal_year_band", on)
}

// normalYear are the daily means of the typical year in °F; nil where there is none, or
// less of it than a year's model may lack.
func (in Input) normalYear() []float64 {
	normal := in.Fit.NormalYear
	if !normal.known() {
		return nil
	}
	w := eaio.Window{From: normal.Start, To: normal.Start.Add(daysOfYear * 24 * time.Hour)}
	degF, known := normal.dailyFahrenheit(w), 0
	for _, t := range degF {
		if !math.IsNaN(t) {
			known++
		}
	}
	if known < daysOfYear-maxMissingDays {
		return nil
	}
	return degF
}
