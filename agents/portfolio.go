package agents

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// portfolio words the ranking of the buildings of one currency: what they could save
// together, a line for each, and which could not be judged.
func (n *narration) portfolio(r eaio.Result) {
	n.para(n.currencies(), n.rankingLead(r))
	var lines []string
	for place := 1; ; place++ {
		line := n.ranked(r, place)
		if line == "" {
			break
		}
		lines = append(lines, line)
	}
	n.para(strings.Join(lines, "\n"))
	n.para(n.unjudged(r))
	if last := n.e.Results[len(n.e.Results)-1]; slices.EqualFunc(last.Facts, r.Facts, func(a, b eaio.Fact) bool { return a.Ref == b.Ref }) {
		n.para(n.rankedBy())
	}
}

// currencies says, once, why there is more than one ranking.
func (n *narration) currencies() string {
	const told = analysisPortfolio + " currencies"
	if len(n.e.Results) < 2 || n.noted[told] {
		return ""
	}
	n.noted[told] = true
	return n.say("Buildings whose money is in different currencies cannot be set against each other; each currency has its own order.",
		"Không thể so sánh các tòa nhà tính bằng loại tiền khác nhau; mỗi loại tiền có thứ tự riêng.")
}

// rankedBefore notes that an answer has told a ranking.
const rankedBefore = analysisPortfolio + " told"

// rankingLead is the first sentence: the days, the sum, and of how many buildings.
func (n *narration) rankingLead(r eaio.Result) string {
	total, ok := r.Fact("opportunity_total")
	ranked, also := r.Fact("buildings_ranked")
	if !ok || !also {
		return ""
	}
	all, _ := r.Fact("buildings")
	of := n.value(ranked)
	if x, _ := all.Value.Float(); x > 0 {
		of = n.say("%s of %s", "%s trên %s", of, n.value(all))
	}
	if n.noted[rankedBefore] {
		return n.say("Those judged in another currency (%s) could save up to %s a year together:", "Các tòa nhà tính bằng loại tiền khác (%s) mỗi năm có thể tiết kiệm tổng cộng tối đa %s:", of, n.value(total))
	}
	n.noted[rankedBefore] = true
	lead := n.say("By the year up to %s, the buildings that could be judged (%s) could save up to %s a year together.",
		"Theo số liệu một năm đến hết ngày %s, các tòa nhà đánh giá được (%s) mỗi năm có thể tiết kiệm tổng cộng tối đa %s.", n.asOfDay(), of, n.value(total))
	if _, several := r.Fact("rank_2"); several {
		lead += " " + n.say("See to them in this order:", "Nên xử lý theo thứ tự sau:")
	}
	return lead
}

// ranked is the line of one place; empty where there is none.
func (n *narration) ranked(r eaio.Result, place int) string {
	name := fmt.Sprintf("rank_%d", place)
	building, ok := r.Fact(name)
	money, also := r.Fact(name + "_money")
	if !ok || !also {
		return ""
	}
	s := n.say("– %s: %s a year", "– %s: mỗi năm %s", n.value(building), n.value(money))
	share, ok := r.Fact(name + "_share")
	n.told[share.Ref] = true
	if x, _ := share.Value.Float(); ok && x < 100 {
		s += n.say(" (%s of the sum)", " (%s của tổng)", n.value(share))
	}
	if f, ok := r.Fact(name + "_energy"); ok && signOf(f) > 0 {
		s += n.say(", for %s", ", ứng với %s", n.value(f))
		from, ok := r.Fact(name + "_source")
		n.told[from.Ref] = true
		if ok && from.Value.String() != usualSource {
			s += " " + n.value(from)
		}
	}
	if f, ok := r.Fact(name + "_tariff"); ok {
		s += n.say("; of it by another tariff: %s", "; trong đó nhờ biểu giá khác: %s", n.value(f))
	}
	if f, ok := r.Fact(name + "_overbilled"); ok {
		s += n.say("; of it the bill asked too much: %s", "; trong đó hóa đơn tính dư: %s", n.value(f))
	}
	if money.Quality == eaio.QualityPoor || money.Quality == eaio.QualityFair {
		s += n.say("; data quality is %s", "; chất lượng dữ liệu: %s", n.qualityWord(money.Quality))
	}
	return s + "."
}

// usualSource is where the energy of a ranked building goes unless its line says so.
const usualSource = "waste out of hours"

// rankedBy says what the order rests on.
func (n *narration) rankedBy() string {
	return n.say("The energy is what is used outside operation above the level of a building's own best nights, unless its line says otherwise; money is at each building's own assumed flat price. A building with poor data comes further down. These are places to look, not findings.",
		"Điện năng là phần dùng ngoài giờ vận hành vượt mức những đêm tốt nhất của chính tòa nhà, trừ khi dòng đó nêu khác; số tiền tính theo giá cố định giả định của từng tòa nhà. Tòa nhà có dữ liệu kém được xếp thấp hơn. Đây là những chỗ nên xem, chưa phải kết luận.")
}

// unjudged names the buildings that are not ranked, by reason, and counts those that
// are too many to name.
func (n *narration) unjudged(r eaio.Result) string {
	var s []string
	if f, ok := r.Fact("buildings_failed"); ok {
		s = append(s, n.say("Buildings that could not be judged: %s. %s", "Số tòa nhà chưa đánh giá được: %s. %s", n.value(f), n.byReason(r)))
	}
	if f, ok := r.Fact("buildings_beyond"); ok {
		s = append(s, n.say("Buildings not looked at, since one ranking does not reach further: %s.", "Số tòa nhà chưa được xem vì một lần xếp hạng không xem hết: %s.", n.value(f)))
	}
	return strings.Join(s, " ")
}

// byReason lists the names of the buildings that are not ranked behind what they have
// in common.
func (n *narration) byReason(r eaio.Result) string {
	var reasons []string
	named := 0
	names, first := map[string][]string{}, map[string]eaio.Fact{}
	for i := 1; ; i++ {
		building, ok := r.Fact(fmt.Sprintf("failed_%d", i))
		why, also := r.Fact(fmt.Sprintf("failed_%d_reason", i))
		if !ok || !also {
			break
		}
		key := why.Value.String()
		if !slices.Contains(reasons, key) {
			reasons, first[key] = append(reasons, key), why
		}
		n.told[why.Ref] = true
		named++
		names[key] = append(names[key], n.value(building))
	}
	var s []string
	if count, ok := r.Fact("buildings_failed"); ok {
		if x, _ := count.Value.Float(); x > float64(named) {
			s = append(s, n.say("Among them:", "Trong đó:"))
		}
	}
	for _, key := range reasons {
		why, _ := n.word(first[key])
		s = append(s, strings.Join(names[key], ", ")+": "+why+".")
	}
	return strings.Join(s, " ")
}

// noRanking says why no building can be ranked.
func (n *narration) noRanking(r eaio.Result) {
	if all, ok := r.Fact("buildings"); ok && signOf(all) == 0 {
		n.para(n.say("There is no building to rank yet (known: %s): add one and import its meter readings.",
			"Chưa có tòa nhà nào để xếp hạng (đã biết: %s): hãy thêm tòa nhà và nhập số đo công tơ.", n.value(all)))
		return
	}
	n.para(n.say("No building can be ranked yet by the money that it could save.", "Chưa xếp hạng được tòa nhà nào theo số tiền có thể tiết kiệm."), n.unjudged(r))
	n.plain(r, n.say("What is known: ", "Những gì đã biết: "))
}

// sourceWord says what the energy of a ranked building is.
func sourceWord(s string) (en, vi string) {
	switch s {
	case usualSource:
		return "outside operation above the level of its best nights", "ngoài giờ vận hành vượt mức những đêm tốt nhất"
	case "energy above the peers' median":
		return "above the middle of similar buildings", "vượt mức giữa của các tòa nhà tương tự"
	}
	return "", ""
}

// unjudgedWord says why a building is not ranked, and what would be right where
// somebody can mend it.
func unjudgedWord(reason string) (en, vi string) {
	switch reason {
	case "not_reached_in_time":
		return "the time was over before these were reached; ask again with more time", "hết thời gian trước khi xem đến; hãy hỏi lại với thời hạn dài hơn"
	case "readings_not_read":
		return "their readings could not be read just now; ask again", "hiện không đọc được số đo; hãy hỏi lại"
	case "no_price":
		return "no price is known; set one for each kWh with its currency", "chưa có giá điện; hãy khai báo giá mỗi kWh cùng loại tiền"
	case "no_readings":
		return "no readings in that year; import them", "không có số đo trong năm đó; hãy nhập số đo"
	case "too_few_days":
		return "too few days of readings in that year", "quá ít ngày có số đo trong năm đó"
	case "unsupported_interval":
		return "the meter's interval does not allow it", "chu kỳ đo của công tơ không cho phép"
	case "money_in_other_currency":
		return "their money is in another currency", "tiền tính bằng loại khác"
	case "runs_around_the_clock":
		return "the load shows no hours of operation to set waste apart by", "phụ tải không cho thấy giờ vận hành để tách phần lãng phí"
	}
	return "nothing that could be saved was found", "không thấy phần nào có thể tiết kiệm"
}
