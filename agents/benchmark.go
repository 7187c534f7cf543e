package agents

import "github.com/eaio/eaio"

// benchmark words where a building lies among similar ones.
func (n *narration) benchmark(r eaio.Result) {
	eui, ok := r.Fact("site_eui")
	if !ok {
		return
	}
	n.para(n.rank(r, eui), n.toMedian(r))
	n.note(r, "use_above_most_peers")
}

func (n *narration) rank(r eaio.Result, eui eaio.Fact) string {
	s := n.say("%s %s used %s", "%s, %s đã dùng %s", upper(n.days(eui)), n.building(), n.value(eui))
	share, ok := r.Fact("site_percentile")
	peers, also := r.Fact("site_peers")
	if !ok || !also {
		return s + "."
	}
	s += n.say(", more than %s of the similar buildings", ", nhiều hơn %s số tòa nhà tương tự", n.value(share))
	low, ok := r.Fact("site_percentile_low")
	high, also2 := r.Fact("site_percentile_high")
	if ok && also2 && n.who != eaio.AudienceOwner {
		s += n.say(" (probably between %s and %s)", " (nhiều khả năng từ %s đến %s)", n.value(low), n.value(high))
	}
	return s + n.say("; number of buildings compared: %s.", "; số tòa nhà được so sánh: %s.", n.value(peers))
}

func (n *narration) toMedian(r eaio.Result) string {
	middle, ok := r.Fact("site_eui_median")
	if !ok {
		return ""
	}
	s := n.say("The middle of them uses %s", "Mức giữa của họ là %s", n.value(middle))
	potential, ok := r.Fact("potential_to_median")
	if !ok || signOf(potential) <= 0 {
		return s + "."
	}
	return s + n.say("; at that level this building would need %s a year less.", "; ở mức đó, tòa nhà này mỗi năm cần ít hơn %s.", n.value(potential))
}
