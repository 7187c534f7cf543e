package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// cost words the bill of a period by the building's tariff.
func (n *narration) cost(r eaio.Result) {
	total, ok := r.Fact("cost_total")
	if !ok {
		return
	}
	n.para(n.bill(r, total), n.charges(r), n.noTariff(r))
	n.para(n.billCheck(r), n.otherTariff(r))
	n.note(r, "bill_off", "bill_not_checked")
}

func (n *narration) bill(r eaio.Result, total eaio.Fact) string {
	by := n.say("by its tariff", "theo biểu giá")
	if f, ok := r.Fact("tariff"); ok && f.Value.String() == flatPrice {
		by = n.say("by its %s", "theo %s", n.value(f))
	} else if ok {
		by = n.say("by the tariff %s", "theo biểu giá %s", n.value(f))
	}
	s := n.say("%s the electricity of %s comes to %s %s", "%s, tiền điện của %s là %s %s", upper(n.days(total)), n.building(), n.value(total), by)
	if f, ok := r.Fact("energy"); ok {
		s += n.say(", for %s", ", cho %s", n.value(f))
	}
	if f, ok := r.Fact("cost_per_kwh"); ok {
		s += n.say(", or %s", ", tức %s", n.value(f))
	}
	return s + "."
}

// flatPrice is the name of the tariff that stands for a building's flat price.
const flatPrice = "flat price"

// noTariff says that the flat price stands in, and how to have a bill checked.
func (n *narration) noTariff(r eaio.Result) string {
	if f, ok := r.Fact("tariff"); !ok || f.Value.String() != flatPrice {
		return ""
	}
	return n.say("The building's tariff is not known, so that fixed charges, charges for high loads and taxes are left out and its bill cannot be checked: give “eaio analyse cost” the tariff as a file and the total of the bill.",
		"Chưa biết biểu giá của tòa nhà nên không tính phí cố định, phí công suất và thuế, và chưa kiểm tra được hóa đơn: hãy đưa cho “eaio analyse cost” biểu giá dạng tệp và tổng tiền của hóa đơn.")
}

func (n *narration) charges(r eaio.Result) string {
	var parts []string
	for _, c := range []struct{ name, en, vi string }{
		{"cost_energy", "energy", "điện năng"},
		{"cost_flat_demand", "highest load", "phụ tải cao nhất"},
		{"cost_period_demand", "highest load by time of day", "phụ tải cao nhất theo khung giờ"},
		{"cost_fixed", "fixed charge", "phí cố định"},
		{"cost_minimum", "minimum charge", "phí tối thiểu"},
		{"cost_tax", "taxes", "thuế"},
	} {
		if f, ok := r.Fact(c.name); ok && signOf(f) != 0 {
			parts = append(parts, n.say(c.en, c.vi)+" "+n.value(f))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return n.say("Of this: %s.", "Gồm: %s.", strings.Join(parts, ", "))
}

// billCheck sets a bill that came against what the readings give.
func (n *narration) billCheck(r eaio.Result) string {
	billed, ok := r.Fact("billed")
	verdict, also := r.Fact("bill_verdict")
	if !ok || !also {
		return ""
	}
	s := n.say("The bill that came is %s", "Hóa đơn nhận được là %s", n.value(billed))
	if f, ok := r.Fact("billed_difference"); ok && signOf(f) != 0 {
		s += ", " + n.moreOrLess(f, n.size(f)) + n.say(" than that", " so với mức trên")
	}
	return s + ": " + n.value(verdict) + "."
}

// otherTariff tells the cheapest other tariff.
func (n *narration) otherTariff(r eaio.Result) string {
	name, ok := r.Fact("alternative_1")
	cost, also := r.Fact("alternative_1_cost")
	saving, there := r.Fact("alternative_1_saving")
	if !ok || !also || !there {
		return ""
	}
	lead := n.say("The cheapest other tariff, %s, would come to %s", "Biểu giá khác rẻ nhất, %s, sẽ là %s", n.value(name), n.value(cost))
	switch signOf(saving) {
	case 1:
		return lead + n.say(", a saving of %s.", ", tiết kiệm %s.", n.size(saving))
	case -1:
		return lead + n.say(", %s more: the present one is the cheapest known.", ", nhiều hơn %s: biểu giá hiện tại là rẻ nhất đã biết.", n.size(saving))
	}
	n.told[saving.Ref] = true
	return lead + n.say(", the same.", ", bằng nhau.")
}

func billWord(s string) (en, vi string) {
	switch s {
	case "agrees":
		return "it agrees with the readings", "khớp với số đo"
	case "off":
		return "it does not agree with the readings, so ask the supplier", "không khớp với số đo, hãy hỏi bên bán điện"
	case verdictInconclusive:
		return "it cannot be judged from what is known of the tariff", "chưa thể đánh giá với những gì đã biết về biểu giá"
	}
	return "", ""
}
