package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// The texts of a saving's verdict.
const (
	verdictIndicative   = "indicative"
	verdictInconclusive = "inconclusive"
)

// savings words what a measure saved: the verdict in the first sentence, then how far
// it can be trusted.
func (n *narration) savings(r eaio.Result) {
	avoided, ok := r.Fact("avoided_energy_use")
	if !ok {
		n.withoutFigures(r)
		return
	}
	n.para(n.savingFirst(r, avoided), n.savingBand(r))
	if n.who == eaio.AudienceAnalyst {
		n.para(n.savingModel(r))
	}
	n.note(r, "saving_within_band", "use_increased")
}

// savingFirst is the first sentence.
func (n *narration) savingFirst(r eaio.Result, avoided eaio.Fact) string {
	lead := n.savingLead(r, avoided)
	when := n.days(avoided)
	baseline := n.say("than its earlier use predicts for the same weather", "so với mức dự kiến theo cách dùng trước đó ở cùng thời tiết")
	amount := n.apartGain(avoided)
	return n.say("%s: %s %s used %s %s%s.", "%s: %s, %s đã dùng %s %s%s.", lead, when, n.building(), amount, baseline, n.savingAmounts(r, avoided))
}

// savingLead words the verdict.
func (n *narration) savingLead(r eaio.Result, avoided eaio.Fact) (lead string) {
	saved := signOf(avoided) > 0
	verdict, ok := r.Fact("verdict")
	switch text := verdict.Value.String(); {
	case r.Status == eaio.ResultInconclusive || text == verdictInconclusive:
		lead = n.say("The result is inconclusive, neither a saving nor a loss is shown", "Chưa thể kết luận, số liệu không cho thấy tiết kiệm hay tăng thêm")
	case text == verdictIndicative && saved:
		lead = n.say("A saving is likely but not certain", "Có khả năng đã tiết kiệm nhưng chưa chắc chắn")
	case text == verdictIndicative:
		lead = n.say("There is no saving, use has probably gone up", "Không có tiết kiệm, mức dùng có lẽ đã tăng")
	case saved:
		lead = n.say("Yes, a saving is confirmed", "Có, đã xác nhận là có tiết kiệm")
	default:
		lead = n.say("No, use has gone up", "Không, mức dùng đã tăng")
	}
	if ok && verdict.Ref != "" {
		lead = n.cite(lead, verdict)
	}
	return lead
}

// apartGain says "420 kWh less" of energy that was avoided, "more" where it was not.
func (n *narration) apartGain(f eaio.Fact) string {
	less := signOf(f) >= 0
	if n.vi {
		return pick(less, "ít hơn ", "nhiều hơn ") + n.size(f)
	}
	return n.size(f) + pick(less, " less", " more")
}

// savingAmounts adds the percentage and the money.
func (n *narration) savingAmounts(r eaio.Result, avoided eaio.Fact) string {
	percent, ok := r.Fact("avoided_energy_use_percent")
	cost, priced := r.Fact("avoided_energy_cost")
	var parts []string
	if ok && signOf(percent) == signOf(avoided) {
		parts = append(parts, n.size(percent))
	}
	if priced && signOf(cost) == signOf(avoided) {
		parts = append(parts, n.size(cost))
	}
	if len(parts) == 0 || signOf(avoided) == 0 {
		return ""
	}
	if owner(n.who) {
		parts[0], parts[len(parts)-1] = parts[len(parts)-1], parts[0]
	}
	lead := n.say(", a saving of ", ", tức tiết kiệm ")
	switch {
	case r.Status == eaio.ResultInconclusive && signOf(avoided) > 0:
		lead = n.say(", a drop of ", ", tức giảm ")
	case signOf(avoided) < 0:
		lead = n.say(", an increase of ", ", tức tăng ")
	}
	amounts := lead + strings.Join(parts, n.say(" or ", " hay "))
	if priced {
		amounts = n.assuming(amounts)
	}
	return amounts
}

// savingBand says how far off the figure may be.
func (n *narration) savingBand(r eaio.Result) string {
	band, ok := r.Fact("verdict_band")
	if !ok {
		return ""
	}
	s := n.say("The figure may be off by %s either way", "Con số này có thể lệch %s về mỗi phía", n.value(band))
	if r.Status == eaio.ResultInconclusive {
		s += n.say(", which is more than the difference itself", ", nhiều hơn chính phần chênh lệch")
	}
	return s + "."
}

// savingModel tells an analyst of the baseline and the bands.
func (n *narration) savingModel(r eaio.Result) string {
	var s []string
	if f, ok := r.Fact("days_fitted"); ok && windowed(f) {
		s = append(s, n.say("The baseline runs %s, with %s.", "Đường cơ sở %s, gồm %s.", n.days(f), n.value(f)))
	}
	r2, ok := r.Fact("adjusted_r_squared")
	cv, also := r.Fact("cvrmse")
	if ok && also {
		s = append(s, n.say("Its model has an adjusted R² of %s and a CVRMSE of %s.", "Mô hình có R² hiệu chỉnh %s và CVRMSE %s.", n.value(r2), n.value(cv)))
	}
	if f, ok := r.Fact("verdict_band"); ok && f.Method != "" {
		s = append(s, n.bandMethod(f))
	}
	return strings.Join(s, " ")
}

// bandMethod quotes a band's method, in which its level is written.
func (n *narration) bandMethod(f eaio.Fact) string {
	m := oneLine(f.Method)
	if !contains(n.e.names(), m) && len(scan(prepare(m), nil)) > 0 || strings.ContainsAny(m, "[]<>") {
		return ""
	}
	return n.say("The band: %s.", "Biên sai số: %s.", m)
}
