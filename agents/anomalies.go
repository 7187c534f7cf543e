package agents

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eaio/eaio"
)

// maxSpells is how many unusual spells a manager and an owner read of.
const maxSpells = 3

// anomalies words the unusual spells of a period, the largest first.
func (n *narration) anomalies(r eaio.Result) {
	count, ok := r.Fact("events")
	if !ok {
		return
	}
	if signOf(count) == 0 {
		found := n.cite(n.say("no spell found", "không thấy đợt nào"), count)
		if n.nightStoodOut() {
			n.para(n.say("Apart from that night nothing unusual stood out %s (%s).", "Ngoài đêm đó, %s không có gì bất thường (%s).", n.days(count), found))
		} else {
			n.para(n.say("%s nothing unusual stood out in the load of %s (%s).", "%s, phụ tải của %s không có gì bất thường (%s).", upper(n.days(count)), n.building(), found))
		}
	} else {
		n.para(n.spells(r, count))
		n.para(n.eachSpell(r)...)
		n.para(n.spellAdvice())
	}
	n.note(r, "unusual_load_found")
}

// nightStoodOut reports whether the answer has found the latest night unusual.
func (n *narration) nightStoodOut() bool {
	return slices.ContainsFunc(n.e.Results, func(r eaio.Result) bool {
		return r.Analysis == analysisOvernight && (contains(r.Reasons, "night_above_usual") || contains(r.Reasons, "night_below_usual"))
	})
}

// spells is the first sentence: how many and what they came to.
func (n *narration) spells(r eaio.Result, count eaio.Fact) string {
	x, _ := count.Value.Float()
	noun := n.say("unusual spells", "đợt bất thường")
	if x == 1 {
		noun = n.say("unusual spell", "đợt bất thường")
	}
	many := n.counted(count, noun)
	if _, more := r.Fact("event_2"); x == 1 && !more { // its own sentence has the figures
		return n.say("%s %s had %s.", "%s, %s có %s.", upper(n.days(count)), n.building(), many)
	}
	s := n.say("%s %s had %s", "%s, %s có %s", upper(n.days(count)), n.building(), many)
	high, ok := r.Fact("excess_energy")
	low, also := r.Fact("shortfall_energy")
	ok, also = ok && signOf(high) > 0, also && signOf(low) < 0
	var parts []string
	if ok {
		parts = append(parts, n.apart(high))
	}
	if also {
		parts = append(parts, n.apart(low))
	}
	if len(parts) == 0 {
		return s + "."
	}
	s += n.say(": together they used %s than expected", ": tổng cộng đã dùng %s so với dự kiến", strings.Join(parts, n.say(" and ", " và ")))
	if cost, priced := r.Fact("excess_cost"); priced && ok && signOf(cost) > 0 {
		s += n.say("; what was used beyond it cost %s", "; phần dùng thêm tốn %s", n.money(cost))
	}
	return s + "."
}

// apart says "420 kWh more", to be followed by "than" or "so với".
func (n *narration) apart(f eaio.Fact) string {
	if n.vi {
		return n.moreOrLess(f, n.size(f))
	}
	word := "more"
	if signOf(f) < 0 {
		word = "less"
	}
	return n.size(f) + " " + word
}

// eachSpell tells the largest spells, one sentence each.
func (n *narration) eachSpell(r eaio.Result) (out []string) {
	for i := 1; i <= maxSpells || n.who == eaio.AudienceAnalyst; i++ {
		name := "event_" + strconv.Itoa(i)
		kind, ok := r.Fact(name)
		if !ok {
			break
		}
		out = append(out, n.spell(r, name, kind))
	}
	return out
}

func (n *narration) spell(r eaio.Result, name string, kind eaio.Fact) string {
	s := upper(n.value(kind))
	if start, ok := r.Fact(name + "_start"); ok {
		s += n.say(" from %s", " từ %s", n.value(start))
	}
	if hours, ok := r.Fact(name + "_hours"); ok {
		s += n.say(", for %s", ", kéo dài %s", n.value(hours))
	}
	if excess, ok := r.Fact(name + "_excess"); ok && signOf(excess) != 0 {
		s += ": " + n.apart(excess) + n.say(" than expected", " so với dự kiến")
		if cost, priced := r.Fact(name + "_cost"); priced && signOf(cost) > 0 {
			s += n.say(", at a cost of %s", ", tốn %s", n.money(cost))
		}
	}
	if n.who != eaio.AudienceAnalyst {
		return s + "."
	}
	severity, ok := r.Fact(name + "_severity")
	score, also := r.Fact(name + "_score")
	if ok && also {
		s += fmt.Sprintf(" (%s, %s: %s)", n.value(severity), n.say("score", "điểm"), n.value(score))
	}
	return s + "."
}

func (n *narration) spellAdvice() string {
	if slices.ContainsFunc(n.e.Results, func(r eaio.Result) bool { return r.Analysis == analysisOvernight && hasFigures(r) }) {
		return "" // the night's advice is the same
	}
	switch n.who {
	case eaio.AudienceManager:
		return n.say("Check what ran at those times; the meter measures the whole building and does not show which equipment it was.",
			"Hãy kiểm tra những gì đã chạy vào các lúc đó; công tơ đo cho cả tòa nhà nên không cho biết thiết bị nào.")
	case eaio.AudienceOwner:
		return n.say("Ask the operator what happened at those times.", "Hãy hỏi người vận hành điều gì đã xảy ra vào các lúc đó.")
	}
	return ""
}
