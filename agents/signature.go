package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// signature words how much of a year's use is there whatever the weather, and how much
// heating and cooling add.
func (n *narration) signature(r eaio.Result) {
	use, ok := r.Fact("normalised_annual_use")
	if ok {
		n.para(n.yearOfUse(r, use), n.balancePoints(r))
	} else {
		n.para(n.balancePoints(r))
	}
	if n.who == eaio.AudienceAnalyst {
		n.para(n.fit(r))
	}
	n.note(r)
}

func (n *narration) yearOfUse(r eaio.Result, use eaio.Fact) string {
	year := n.say("With the weather %s", "Với thời tiết %s", n.days(use))
	if f, ok := r.Fact("weather_year"); ok && f.Value.String() == "normal year" {
		year = n.say("In a typical year", "Trong một năm điển hình")
	}
	cost, priced := r.Fact("normalised_annual_cost")
	said, verb := "", n.say("uses", "dùng")
	switch {
	case priced && owner(n.who):
		said, verb = n.money(cost)+n.say(", for ", ", cho ")+n.value(use), n.say("spends", "tốn")
	case priced:
		said = n.value(use) + n.say(" or ", " hay ") + n.money(cost)
	default:
		said = n.value(use)
	}
	s := n.say("%s, %s %s %s in a year", "%s, mỗi năm %s %s %s", year, n.building(), verb, said)
	var parts []string
	for _, p := range []struct{ name, en, vi string }{
		{"normalised_annual_base", "whatever the weather", "không phụ thuộc thời tiết"},
		{"normalised_annual_cooling", "for cooling", "cho làm mát"},
		{"normalised_annual_heating", "for heating", "cho sưởi"},
	} {
		if f, ok := r.Fact(p.name); ok {
			parts = append(parts, n.value(f)+" "+n.say(p.en, p.vi))
		}
	}
	if len(parts) > 1 {
		s += n.say(": ", ", trong đó: ") + strings.Join(parts, ", ")
	}
	return s + "."
}

// balancePoints tells from which outdoor temperature cooling and heating add to the use.
func (n *narration) balancePoints(r eaio.Result) string {
	var s []string
	for _, kind := range []struct{ name, en, vi string }{
		{"cooling", "Cooling adds to the use above %s outdoors%s.", "Làm mát làm mức dùng tăng khi ngoài trời trên %s%s."},
		{"heating", "Heating adds to the use below %s outdoors%s.", "Sưởi làm mức dùng tăng khi ngoài trời dưới %s%s."},
	} {
		at, ok := r.Fact(kind.name + "_balance_point")
		if !ok {
			continue
		}
		slope := ""
		if f, there := r.Fact(kind.name + "_slope"); there && n.who == eaio.AudienceAnalyst {
			slope = n.say(", by %s", ", mức %s", n.value(f))
		}
		s = append(s, n.say(kind.en, kind.vi, n.value(at), slope))
	}
	return strings.Join(s, " ")
}

// fit says how well a weather model fits.
func (n *narration) fit(r eaio.Result) string {
	model, ok := r.Fact("model")
	r2, also := r.Fact("adjusted_r_squared")
	cv, there := r.Fact("cvrmse")
	if !ok || !also || !there {
		return ""
	}
	s := n.say("The model is %s, with an adjusted R² of %s and a CVRMSE of %s", "Mô hình: %s, R² hiệu chỉnh %s, CVRMSE %s", n.value(model), n.value(r2), n.value(cv))
	if days, ok := r.Fact("days_fitted"); ok {
		s += n.say(" over %s", " trên %s", n.value(days))
	}
	return s + "."
}
