package agents

import "github.com/eaio/eaio"

// carbon words the greenhouse gas of a period.
func (n *narration) carbon(r eaio.Result) {
	all, ok := r.Fact("emissions")
	if !ok {
		return
	}
	n.para(n.emitted(r, all), n.emissionChange(r))
	if f, ok := r.Fact("emission_factors"); ok && n.who != eaio.AudienceOwner {
		n.para(n.say("Emission factors: %s.", "Hệ số phát thải: %s.", n.value(f)))
	}
	n.note(r)
}

func (n *narration) emitted(r eaio.Result, all eaio.Fact) string {
	s := n.say("%s the energy of %s caused %s", "%s, điện năng của %s gây phát thải %s", upper(n.days(all)), n.building(), n.value(all))
	if f, ok := r.Fact("emission_intensity"); ok {
		s += n.say(", or %s", ", tức %s", n.value(f))
	}
	burnt, ok := r.Fact("emissions_scope_1")
	bought, also := r.Fact("emissions_scope_2")
	if ok && also && signOf(burnt) > 0 {
		s += n.say(": %s from fuel burnt on site and %s from bought energy", ": %s từ nhiên liệu đốt tại chỗ và %s từ năng lượng mua", n.value(burnt), n.value(bought))
	}
	return s + "."
}

// emissionChange compares at the same factors: what the building did.
func (n *narration) emissionChange(r eaio.Result) string {
	then, ok := r.Fact("compare_emissions")
	percent, also := r.Fact("change_constant_factors_percent")
	if !ok || !also {
		return ""
	}
	if signOf(percent) == 0 {
		n.told[percent.Ref] = true
		return n.say("That is the same as the %s %s.", "Như vậy bằng mức %s (%s).", n.value(then), n.days(then))
	}
	s := n.say("At the same factors that is %s than the %s %s", "Với cùng hệ số, như vậy là %s so với mức %s (%s)", n.moreOrLess(percent, n.size(percent)), n.value(then), n.days(then))
	return s + "."
}
