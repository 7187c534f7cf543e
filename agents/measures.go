package agents

import (
	"cmp"
	"slices"

	"github.com/eaio/eaio"
)

// coefficientNames are the parts of a signature that are compared, in the order in
// which they are told.
func coefficientNames() []string {
	return []string{"base_load", "cooling_balance_point", "cooling_slope", "heating_balance_point", "heating_slope"}
}

// measures words what could be done: the joint saving, then where to look.
func (n *narration) measures(r eaio.Result) {
	if contains(r.Reasons, "at_peer_median") {
		n.para(n.atMedian(r))
		n.note(r, "at_peer_median")
		return
	}
	n.para(n.jointSaving(r))
	n.para(n.whereToLook(r)...)
	n.note(r)
}

func (n *narration) atMedian(r eaio.Result) string {
	for _, name := range coefficientNames() {
		own, ok := r.Fact(name)
		middle, also := r.Fact(name + "_median")
		if ok && also {
			return n.say("In no part of its use is %s worse than the middle of similar buildings; its %s, for one, is %s against their %s.",
				"Không có phần nào trong mức dùng của %s kém hơn mức giữa của các tòa nhà tương tự; chẳng hạn %s là %s so với %s của họ.",
				n.building(), n.label(name), n.value(own), n.value(middle))
		}
	}
	return ""
}

// jointSaving is the total: what single parts would save overlaps and is not added up.
func (n *narration) jointSaving(r eaio.Result) string {
	saving, ok := r.Fact("joint_saving")
	if !ok {
		return ""
	}
	amount := n.value(saving)
	if p, ok := r.Fact("joint_saving_percent"); ok {
		amount += n.say(" or ", " hay ") + n.value(p)
	}
	cost, priced := r.Fact("joint_saving_cost")
	if priced && owner(n.who) {
		amount = n.money(cost) + n.say(", that is ", ", tức ") + amount
	} else if priced {
		amount += n.say(", worth ", ", trị giá ") + n.money(cost)
	}
	if co2, ok := r.Fact("joint_saving_emissions"); ok {
		amount += n.say(" and ", " và ") + n.value(co2)
	}
	s := n.say("By its use %s, %s could save in a year: %s, if every part that is worse than in similar buildings came to the middle of them.",
		"Theo mức dùng %s, mỗi năm %s có thể tiết kiệm: %s, nếu các phần kém hơn những tòa nhà tương tự đạt mức giữa của họ.", n.days(saving), n.building(), amount)
	if f, ok := r.Fact("confidence"); ok {
		s += " " + n.say("How far this can be relied on: %s.", "Độ tin cậy: %s.", n.value(f))
	}
	return s
}

// whereToLook names what each worse part points at, the largest saving first; these
// are places to look, not findings.
func (n *narration) whereToLook(r eaio.Result) (out []string) {
	worse := n.worse(r)
	if n.who != eaio.AudienceAnalyst {
		worse = worse[:min(len(worse), maxPlaces)]
	}
	for _, name := range worse {
		look, _ := r.Fact(name + "_candidates")
		s := n.worseWord(name)
		own, there := r.Fact(name)
		middle, also := r.Fact(name + "_median")
		if there && also && n.who == eaio.AudienceAnalyst {
			s += n.say(" (%s against %s)", " (%s so với %s)", n.value(own), n.value(middle))
		}
		s += n.say(": look at %s", ": nên xem %s", n.value(look))
		if saving, ok := r.Fact(name + "_saving"); ok && signOf(saving) > 0 {
			s += n.say("; alone it would save %s a year", "; riêng phần này mỗi năm tiết kiệm được %s", n.value(saving))
		}
		out = append(out, s+".")
	}
	if f, ok := r.Fact("joint_candidates"); ok {
		out = append(out, n.say("All together point at %s.", "Tất cả gợi ý nên xem %s.", n.value(f)))
	}
	if len(out) > 0 {
		out = append(out, n.say("These are places to look, not findings, and their savings overlap.", "Đây là những chỗ nên xem, chưa phải kết luận, và các mức tiết kiệm trùng lên nhau."))
	}
	return out
}

// maxPlaces is how many places to look a manager and an owner read of.
const maxPlaces = 3

// worse are the parts that are worse than in similar buildings, by saving.
func (n *narration) worse(r eaio.Result) (names []string) {
	for _, name := range coefficientNames() {
		if _, ok := r.Fact(name + "_candidates"); ok {
			names = append(names, name)
		}
	}
	saving := func(name string) float64 {
		f, _ := r.Fact(name + "_saving")
		x, _ := f.Value.Float()
		return x
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(saving(b), saving(a)) })
	return names
}

// worseWord says what it is about a part that is worse than in similar buildings.
func (n *narration) worseWord(name string) string {
	switch name {
	case "base_load":
		return n.say("More runs whatever the weather", "Phụ tải luôn chạy, không theo thời tiết, là cao")
	case "cooling_balance_point":
		return n.say("Cooling starts when it is still cool outdoors", "Làm mát bắt đầu khi ngoài trời còn mát")
	case "cooling_slope":
		return n.say("Cooling takes much for each degree", "Làm mát tốn nhiều cho mỗi độ")
	case "heating_balance_point":
		return n.say("Heating starts when it is still mild outdoors", "Sưởi bắt đầu khi ngoài trời còn ấm")
	}
	return n.say("Heating takes much for each degree", "Sưởi tốn nhiều cho mỗi độ")
}

func candidateWord(s string) (en, vi string) {
	switch s {
	case "schedules of equipment; lighting; plug loads":
		return "schedules of equipment, lighting and plug loads", "lịch chạy thiết bị, chiếu sáng và thiết bị cắm điện"
	case "cooling setpoint; economiser; heat gains by lighting and plugs":
		return "the cooling setpoint, free cooling by outdoor air, and heat from lighting and plugs", "nhiệt độ đặt làm mát, làm mát bằng không khí ngoài trời, và nhiệt từ chiếu sáng và thiết bị"
	case "efficiency of the cooling plant; outdoor air; envelope":
		return "the efficiency of the cooling plant, outdoor air and the envelope", "hiệu suất hệ thống làm mát, gió tươi và vỏ công trình"
	case "heating setpoint; night setback; envelope":
		return "the heating setpoint, night setback and the envelope", "nhiệt độ đặt sưởi, giảm nhiệt ban đêm và vỏ công trình"
	case "efficiency of the heating plant; outdoor air; envelope":
		return "the efficiency of the heating plant, outdoor air and the envelope", "hiệu suất hệ thống sưởi, gió tươi và vỏ công trình"
	case "envelope: insulation, windows, air tightness":
		return "the envelope: insulation, windows, air tightness", "vỏ công trình: cách nhiệt, cửa sổ, độ kín gió"
	}
	return "", ""
}

func confidenceWord(s string) (en, vi string) {
	switch s {
	case "high":
		return "high", "cao"
	case "medium":
		return "medium", "trung bình"
	case "low":
		return "low", "thấp"
	}
	return "", ""
}
