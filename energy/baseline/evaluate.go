package baseline

import "math"

// Span is a stretch of days, by index: First counts, End does not.
type Span struct{ First, End int }

// CheckSpans returns why a baseline and a reporting period of a record of so many
// days cannot be compared, or "".
func CheckSpans(baseline, reporting Span, days int) string {
	for _, s := range []Span{baseline, reporting} {
		if s.First < 0 || s.End > days || s.End <= s.First {
			return ReasonOutside
		}
	}
	switch {
	case reporting.End <= baseline.First:
		return ReasonReportingFirst
	case reporting.First < baseline.End:
		return ReasonOverlap
	}
	return ""
}

// Judgement is the answer to "did it save?".
type Judgement struct {
	Saving  Saving
	Placebo Placebo
	Band    float64   // the wider of Saving.Band and the placebo's
	Verdict Verdict   // by Band
	CUSUM   []float64 // per day of the reporting period
	Reasons []string  // why there is no verdict
}

// Evaluation is a Judgement by a daily model.
type Evaluation struct {
	Model Model
	Judgement
}

// HourlyEvaluation is a Judgement by an hourly model.
type HourlyEvaluation struct {
	Model *TOWT
	Judgement
}

// Evaluate fits CalTRACK's daily model to the baseline, sums up what the reporting
// period saved, and judges it by the wider of the two bands: residuals of real
// buildings are correlated for longer than G14 allows for, which placebo periods
// show. They are taken from all days before the baseline's end.
func Evaluate(use, degF []float64, baseline, reporting Span, o Meter) Evaluation {
	if len(use) != len(degF) {
		return Evaluation{Judgement: noJudgement(ReasonLengths)}
	}
	if reason := CheckSpans(baseline, reporting, len(use)); reason != "" {
		return Evaluation{Judgement: noJudgement(reason)}
	}
	use = o.readings(use)
	m := FitDaily(use[baseline.First:baseline.End], degF[baseline.First:baseline.End], o)
	if !m.OK() {
		return Evaluation{m, noJudgement(m.Reasons...)}
	}
	after, weather := use[reporting.First:reporting.End], degF[reporting.First:reporting.End]
	if stuckShare(after, stuckDays) > maxStuck {
		return Evaluation{m, noJudgement(ReasonStuck)}
	}
	j := judge(m.Avoided(after, weather), func() Placebo {
		return PlaceboTest(use[:baseline.End], degF[:baseline.End], len(after), o)
	})
	if len(j.Reasons) == 0 {
		j.CUSUM = CUSUM(m.PredictAll(weather), after)
	}
	return Evaluation{m, j}
}

// EvaluateHourly does the same with hourly readings and the hourly model. The spans
// are of hours. Where the history is too short for placebos of the hourly model, they
// are those of the daily model: what they show is mostly the building.
func EvaluateHourly(h Hours, baseline, reporting Span, o Meter) HourlyEvaluation {
	if !h.ok() {
		return HourlyEvaluation{Model: &TOWT{}, Judgement: noJudgement(ReasonLengths)}
	}
	if reason := CheckSpans(baseline, reporting, len(h.Use)); reason != "" {
		return HourlyEvaluation{Model: &TOWT{}, Judgement: noJudgement(reason)}
	}
	h.Use = o.readings(h.Use)
	m := FitTOWT(h.between(baseline.First, baseline.End), o)
	if !m.OK() {
		return HourlyEvaluation{m, noJudgement(m.Reasons...)}
	}
	after := h.between(reporting.First, reporting.End)
	if stuckShare(after.Use, stuckHours) > maxStuck {
		return HourlyEvaluation{m, noJudgement(ReasonStuck)}
	}
	metered, predicted := after.daySums(after.Use, m.Predict(after))
	history := h.between(0, baseline.End)
	j := judge(m.Avoided(after), func() Placebo {
		if p := PlaceboTestHourly(history, len(metered), o); p.OK() {
			return p
		}
		use, degF := history.days()
		return PlaceboTest(use, degF, len(metered), o)
	})
	if len(j.Reasons) == 0 {
		j.CUSUM = CUSUM(predicted, metered)
	}
	return HourlyEvaluation{m, j}
}

func judge(s Saving, placebo func() Placebo) Judgement {
	if len(s.Reasons) > 0 {
		return noJudgement(s.Reasons...)
	}
	j := Judgement{Saving: s, Placebo: placebo(), Band: s.Band}
	if j.Placebo.OK() {
		j.Band = max(j.Band, j.Placebo.Band(s.Predicted))
	}
	if j.Placebo.Scheme != Rolling {
		j.Saving.Warnings = append(j.Saving.Warnings, WarnDrift)
	}
	j.Verdict = Judge(s.Saved, j.Band)
	return j
}

func noJudgement(reasons ...string) Judgement {
	return Judgement{Saving: noSaving(reasons...), Verdict: Inconclusive, Band: math.NaN(), Reasons: reasons}
}
