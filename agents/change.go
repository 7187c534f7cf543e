package agents

import (
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// changeTerm is one part of a difference.
type changeTerm struct{ name, en, vi string }

func changeTerms() []changeTerm {
	return []changeTerm{
		{"change_weather", "the weather", "thời tiết"},
		{"change_calendar", "the number of working and weekend days", "số ngày làm việc và cuối tuần"},
		{"change_operations", "how the building was run", "cách vận hành tòa nhà"},
		{"change_weather_and_operations", "weather and operation together", "thời tiết và cách vận hành"},
	}
}

// change words what a difference between two periods is made of.
func (n *narration) change(r eaio.Result) {
	change, ok := r.Fact("change")
	if !ok {
		return
	}
	totals := ""
	if !n.toldElsewhere(r) {
		totals = n.changeTotals(r)
	}
	n.para(totals, n.changeParts(r, change), n.changeVerdict(r))
	n.note(r, "operations_within_model_error", "operations_changed", "no_temperature")
}

// toldElsewhere reports whether the answer has the totals of these days already.
func (n *narration) toldElsewhere(change eaio.Result) bool {
	mine, ok := change.Fact("energy")
	return ok && slices.ContainsFunc(n.e.Results, func(r eaio.Result) bool {
		f, there := r.Fact("energy")
		return r.Analysis == analysisConsumption && hasFigures(r) && there && n.days(f) == n.days(mine)
	})
}

func (n *narration) changeTotals(r eaio.Result) string {
	energy, ok := r.Fact("energy")
	then, also := r.Fact("compare_energy")
	if !ok || !also {
		return ""
	}
	s := n.say("%s %s used %s", "%s, %s đã dùng %s", upper(n.days(energy)), n.building(), n.value(energy))
	percent, ok := r.Fact("change_percent")
	if !ok || signOf(percent) == 0 {
		return s + n.say("; %s it was %s.", "; %s là %s.", n.days(then), n.value(then))
	}
	return s + n.say(", %s than the %s %s.", ", %s so với mức %s %s.", n.moreOrLess(percent, n.size(percent)), n.value(then), n.behind(then))
}

// changeParts gives each term with its sign; owners read money where there is a price.
func (n *narration) changeParts(r eaio.Result, change eaio.Fact) string {
	money := ""
	if _, priced := r.Fact("change_cost"); priced && owner(n.who) {
		money = "_cost"
		change, _ = r.Fact("change_cost")
	}
	var parts []string
	for _, t := range changeTerms() {
		if f, ok := r.Fact(t.name + money); ok {
			parts = append(parts, n.say(t.en, t.vi)+" "+n.signed(f))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	total := n.signed(change)
	if money != "" {
		total = n.assuming(total)
	}
	return n.say("The difference of %s is made up of: %s.", "Mức chênh lệch %s gồm: %s.", total, strings.Join(parts, "; "))
}

// signed writes a value with its sign, also where it is positive.
func (n *narration) signed(f eaio.Fact) string {
	if signOf(f) > 0 {
		return "+" + n.value(f)
	}
	return n.value(f)
}

// changeVerdict says whether the building was run differently.
func (n *narration) changeVerdict(r eaio.Result) string {
	band := ""
	if f, ok := r.Fact("change_band"); ok && n.who == eaio.AudienceAnalyst {
		band = " (± " + n.value(f) + ")"
	}
	switch {
	case contains(r.Reasons, "operations_changed"):
		return n.say("The part for how the building was run is more than the error of the calculation%s: something in the building or its use has changed.",
			"Phần do cách vận hành vượt quá sai số tính toán%s: trong tòa nhà hoặc cách sử dụng đã có thay đổi.", band)
	case contains(r.Reasons, "operations_within_model_error"):
		return n.say("The part for how the building was run is within the error of the calculation%s: nothing shows that it was run differently.",
			"Phần do cách vận hành nằm trong sai số tính toán%s: không có dấu hiệu tòa nhà được vận hành khác đi.", band)
	case contains(r.Reasons, "no_temperature"):
		return n.say("No outdoor temperatures are known for this building, so weather and operation cannot be told apart.",
			"Chưa có dữ liệu nhiệt độ ngoài trời của tòa nhà nên không tách được thời tiết và cách vận hành.")
	}
	return ""
}
