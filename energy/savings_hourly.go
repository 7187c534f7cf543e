package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/baseline"
)

// ReasonTemperatureNotHourly says that an hourly model needs temperatures by the hour.
const ReasonTemperatureNotHourly = "temperature_not_hourly"

const (
	hourlyModel  = "towt"
	hourlyMethod = "time of week and temperature (TOWT, LBNL-4944E; CalTRACK 2.0 hourly), one model per month"
)

// savingsByHour is Savings by the hourly model. The band is that of the days' sums.
func (r *report) savingsByHour(in Input, base, reporting eaio.Window, d dailyData) (eaio.Result, SavingsDays) {
	s := in.fitDays()
	reason := s.hourly()
	if reason == "" && in.Temperature.Step > time.Hour {
		reason = ReasonTemperatureNotHourly
	}
	if reason != "" {
		return r.decline(eaio.ResultInsufficientData, reason), SavingsDays{}
	}
	perHour := int(time.Hour / s.Step)
	p := s.cut(s.savingsWindow(base, reporting))
	p.blank(p.stuck())
	if d.step != nil { // before the baseline; Savings has said so
		_, hi := p.span(p.window.From, d.step.from)
		p.blank([]streak{{0, hi}})
	}
	h := p.hourly(in.Temperature, perHour)
	span := func(w eaio.Window) baseline.Span {
		lo, hi := p.span(w.From, w.To)
		return baseline.Span{First: lo / perHour, End: hi / perHour}
	}
	after := span(reporting)
	e := baseline.EvaluateHourly(h, span(base), after, in.Series.meter())
	before := d.on(d.within(base))
	if len(e.Reasons) > 0 {
		return r.declineAll(e.Reasons), SavingsDays{}
	}
	told := d.within(reporting)
	r.savings(e.Judgement, d.on(told), told.End-told.First)
	r.text("model", hourlyModel, hourlyMethod, before)
	r.goodness(e.Model.Stats, "hours", before)
	r.judge(e.Judgement, e.Model.Warnings)
	days := p.savingsDays(h, e.Model.Predict(h), after, perHour)
	days.CUSUM = e.CUSUM
	return r.Result, days
}

// savingsDays sums readings and predictions of hours by day, over the hours that have
// both; a day with less than half of its hours has none.
func (p part) savingsDays(h baseline.Hours, predicted []float64, hours baseline.Span, perHour int) SavingsDays {
	var out SavingsDays
	for _, x := range p.days() {
		lo, hi := x.lo/perHour, x.hi/perHour
		if lo < hours.First || hi > hours.End {
			continue
		}
		use, model, n := 0.0, 0.0, 0
		for i := lo; i < hi; i++ {
			if !math.IsNaN(h.Use[i] + predicted[i]) {
				use, model, n = use+h.Use[i], model+predicted[i], n+1
			}
		}
		if n == 0 || 2*n < hi-lo {
			use, model = math.NaN(), math.NaN()
		}
		out.Days = append(out.Days, x.window())
		out.Metered, out.Predicted = append(out.Metered, use), append(out.Predicted, model)
	}
	return out
}
