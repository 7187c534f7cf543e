package agents

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// topMonths is how many months a manager and an owner read of.
const topMonths = 3

// peaks words the highest loads of a period.
func (n *narration) peaks(r eaio.Result) {
	peak, ok := r.Fact("peak")
	if !ok {
		return
	}
	if owner(n.who) {
		n.para(n.highest(r, peak), n.shaving(r))
	} else {
		n.para(n.highest(r, peak), n.nearPeak(r))
		n.para(n.months(r), n.shaving(r))
	}
	n.note(r)
}

func (n *narration) highest(r eaio.Result, peak eaio.Fact) string {
	s := n.say("%s the highest load of %s was %s", "%s, phụ tải cao nhất của %s là %s", upper(n.days(peak)), n.building(), n.value(peak))
	if at, ok := r.Fact("peak_time"); ok {
		s += n.say(", at %s", ", lúc %s", n.value(at))
	}
	if t, ok := r.Fact("peak_temperature"); ok {
		s += n.say(", with %s outdoors", ", ngoài trời %s", n.value(t))
	}
	return s + "."
}

func (n *narration) nearPeak(r eaio.Result) string {
	var s []string
	if f, ok := r.Fact("hours_near_peak"); ok {
		s = append(s, n.say("It came close to that for %s.", "Phụ tải gần mức đó trong %s.", n.value(f)))
	}
	if f, ok := r.Fact("load_factor"); ok {
		s = append(s, n.say("The mean load is %s of the highest.", "Phụ tải trung bình bằng %s mức cao nhất.", n.value(f)))
	}
	return strings.Join(s, " ")
}

// months tells the highest months, and an analyst all of them with their times.
func (n *narration) months(r eaio.Result) string {
	var facts []eaio.Fact
	for _, f := range r.Facts {
		if numbersAsN(f.Name) == "peak_N_N" && windowed(f) {
			facts = append(facts, f)
		}
	}
	lead := n.say("By month: ", "Theo tháng: ")
	if n.who != eaio.AudienceAnalyst {
		lead = n.say("The highest months: ", "Những tháng cao nhất: ")
		slices.SortStableFunc(facts, func(a, b eaio.Fact) int {
			x, _ := a.Value.Float()
			y, _ := b.Value.Float()
			return cmp.Compare(y, x)
		})
		facts = facts[:min(len(facts), topMonths)]
	}
	var parts []string
	for _, f := range facts {
		s := n.say("%s: %s", "tháng %s: %s", formatMonth(f.Window.From.In(n.loc), n.lang), n.value(f))
		if at, ok := r.Fact(strings.Replace(f.Name, "peak_", "peak_time_", 1)); ok && n.who == eaio.AudienceAnalyst {
			s += n.say(", at %s", ", lúc %s", n.value(at))
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return ""
	}
	return lead + strings.Join(parts, "; ") + "."
}

// shaving says what cutting the highest hours would do.
func (n *narration) shaving(r eaio.Result) string {
	demand, ok := r.Fact("shave_5_h_demand")
	if !ok {
		return ""
	}
	s := n.say("Cutting the few highest hours would take %s off the peak", "Cắt vài giờ cao nhất sẽ bớt %s khỏi đỉnh", n.value(demand))
	if n.months(r) != "" {
		s = n.say("Cutting the few highest hours of each month would take %s off its peak", "Cắt vài giờ cao nhất của mỗi tháng sẽ bớt %s khỏi đỉnh tháng", n.value(demand))
	}
	worth, ok := r.Fact("shave_5_h_value")
	if !ok {
		return s + n.say("; what that is worth depends on a tariff that is not known here.", "; trị giá bao nhiêu còn tùy biểu giá, hiện chưa biết.")
	}
	return s + n.say(", worth %s over that time.", ", trị giá %s trong thời gian đó.", n.value(worth))
}
