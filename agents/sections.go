package agents

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eaio/eaio"
)

// consumption words what a period used, what it cost and how it compares.
func (n *narration) consumption(r eaio.Result) {
	energy, ok := r.Fact("energy")
	if !ok {
		return
	}
	n.para(n.used(r, energy), n.compared(r))
	if !n.beside(r) {
		n.para(n.peak(r), n.daily(r))
	}
	n.para(n.consumptionGaps(r))
}

// beside reports whether a result only goes with another that answers, so that a
// manager or an owner reads its main sentences alone.
func (n *narration) beside(r eaio.Result) bool {
	if n.who == eaio.AudienceAnalyst || len(n.e.Results) == 0 {
		return false
	}
	return n.e.Results[0].Analysis != r.Analysis || slices.ContainsFunc(n.e.Results, func(o eaio.Result) bool { return o.Analysis == analysisChange })
}

// used is the first sentence: how much in which days, money first for owners.
func (n *narration) used(r eaio.Result, energy eaio.Fact) string {
	when := n.days(energy)
	if n.latest(energy) {
		when += n.say(", the latest complete day,", " (ngày có đủ dữ liệu gần nhất)")
	}
	when = upper(when)
	cost, priced := r.Fact("energy_cost")
	kWh := n.size(energy)
	switch {
	case signOf(energy) < 0: // more fed in than drawn
		return n.say("%s the balance of %s was %s.", "%s, cân bằng điện năng của %s là %s.", when, n.building(), n.value(energy))
	case priced && owner(n.who):
		return n.say("%s the energy of %s cost %s for %s.", "%s, điện năng của %s tốn %s cho %s.", when, n.building(), n.money(cost), kWh)
	case priced:
		return n.say("%s %s used %s, which cost %s.", "%s, %s đã dùng %s, tương ứng %s.", when, n.building(), kWh, n.money(cost))
	}
	return n.say("%s %s used %s.", "%s, %s đã dùng %s.", when, n.building(), kWh)
}

// compared sets the period against another.
func (n *narration) compared(r eaio.Result) string {
	then, ok := r.Fact("compare_energy")
	if !ok {
		return ""
	}
	percent, relative := r.Fact("change_percent")
	change, absolute := r.Fact("change")
	if !absolute && !relative {
		return n.say("%s it was %s.", "%s là %s.", upper(n.days(then)), n.value(then))
	}
	subject := n.say("That is", "Như vậy là")
	if over, ok := r.Fact("compared_energy"); ok {
		subject = n.say("Over the readings that both periods have, %s is", "Trên các số đo mà cả hai kỳ đều có, %s là", n.value(over))
	}
	by := percent
	if !relative {
		by = change
	}
	if signOf(by) == 0 {
		n.told[percent.Ref], n.told[change.Ref] = relative, absolute
		return n.say("%s the same as the %s %s.", "%s bằng mức %s %s.", subject, n.value(then), n.behind(then))
	}
	s := n.say("%s %s than the %s %s", "%s %s so với mức %s %s", n.surprise(by)+subject, n.moreOrLess(by, n.size(by)), n.value(then), n.behind(then))
	return s + n.amounts(r, relative && absolute && signOf(change) == signOf(percent), change) + "." + n.perDay(r)
}

// surprise corrects a question that takes a rise or a fall for granted.
func (n *narration) surprise(change eaio.Fact) string {
	q := normalise(n.e.Request.Question)
	switch {
	case !slices.ContainsFunc(n.e.Plan.Calls, func(c eaio.Call) bool { return c.Analysis == analysisChange }):
	case signOf(change) < 0 && q.has("higher", "increase", "increased", "cao hon", "tăng"):
		return n.say("It is in fact lower. ", "Thực ra là thấp hơn. ")
	case signOf(change) > 0 && q.has("lower", "decrease", "decreased", "thap hon", "giảm"):
		return n.say("It is in fact higher. ", "Thực ra là cao hơn. ")
	}
	return ""
}

// moreOrLess says "5 % more", to be followed by "than" or "so với".
func (n *narration) moreOrLess(f eaio.Fact, amount string) string {
	if signOf(f) < 0 {
		return n.say("%s less", "ít hơn %s", amount)
	}
	return n.say("%s more", "nhiều hơn %s", amount)
}

// amounts adds the change in energy and in money.
func (n *narration) amounts(r eaio.Result, absolute bool, change eaio.Fact) string {
	cost, priced := r.Fact("change_cost")
	priced = priced && signOf(cost) == signOf(change) && signOf(change) != 0
	verb := n.say("an extra ", "tức tăng ")
	if signOf(change) < 0 {
		verb = n.say("a drop of ", "tức giảm ")
	}
	var parts []string
	if absolute {
		parts = append(parts, n.size(change))
	}
	if priced {
		parts = append(parts, n.moneySize(cost))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + verb + strings.Join(parts, n.say(" or ", " hay "))
}

func (n *narration) perDay(r eaio.Result) string {
	f, ok := r.Fact("daily_mean_change_percent")
	if !ok || signOf(f) == 0 {
		return ""
	}
	return " " + n.say("Per day, since the periods differ in length, it is %s.", "Hai kỳ dài khác nhau; tính bình quân ngày là %s.", n.moreOrLess(f, n.size(f)))
}

func (n *narration) peak(r eaio.Result) string {
	peak, ok := r.Fact("peak")
	if !ok {
		return ""
	}
	at, timed := r.Fact("peak_time")
	if !timed {
		return n.say("The highest load was %s.", "Phụ tải cao nhất là %s.", n.value(peak))
	}
	return n.say("The highest load was %s, at %s.", "Phụ tải cao nhất là %s, lúc %s.", n.value(peak), n.value(at))
}

func (n *narration) daily(r eaio.Result) string {
	var s []string
	if mean, ok := r.Fact("daily_mean"); ok {
		s = append(s, n.say("The mean is %s.", "Mức trung bình là %s.", n.value(mean)))
	}
	high, ok := r.Fact("highest_day_energy")
	low, also := r.Fact("lowest_day_energy")
	if ok && also && windowed(high) && windowed(low) {
		s = append(s, n.say("The highest day was %s with %s, the lowest %s with %s.", "Ngày cao nhất là %s với %s, ngày thấp nhất là %s với %s.",
			n.dayNamed(high), n.value(high), n.dayNamed(low), n.value(low)))
	}
	return strings.Join(s, " ")
}

// consumptionGaps says what is missing behind the figures.
func (n *narration) consumptionGaps(r eaio.Result) string {
	var s []string
	if f, ok := r.Fact("completeness"); ok {
		s = append(s, n.say("Of the period's readings %s are there.", "Tỷ lệ số đo có mặt của kỳ này là %s.", n.value(f)))
	}
	if f, ok := r.Fact("compare_completeness"); ok {
		s = append(s, n.say("Of the comparison's readings %s are there.", "Tỷ lệ số đo có mặt của kỳ so sánh là %s.", n.value(f)))
	}
	if why := n.news(r); why != "" {
		s = append(s, n.say("Note: %s.", "Lưu ý: %s.", why))
	}
	return strings.Join(s, " ")
}

// overnight words the latest night: the verdict, what it cost, what to check.
func (n *narration) overnight(r eaio.Result) {
	energy, ok := r.Fact("night_energy")
	if !ok {
		return
	}
	verdict, _ := r.Fact("night_verdict")
	n.para(n.nightFirst(r, energy, verdict), n.nightMoney(r))
	n.para(n.bestNight(r), n.nightAdvice(verdict))
	if n.who == eaio.AudienceAnalyst {
		n.para(n.nightPeers(r))
	}
	n.para(n.nightNote(r))
}

func (n *narration) nightFirst(r eaio.Result, energy, verdict eaio.Fact) string {
	lead := map[string]string{
		"unusual":       n.say("More than usual stayed on", "Lượng điện còn dùng cao hơn thường lệ"),
		"unusually low": n.say("Unusually little ran", "Lượng điện dùng thấp hơn hẳn thường lệ"),
		"usual":         n.say("Nothing unusual stayed on", "Không có gì bất thường còn chạy"),
	}[verdict.Value.String()]
	when, comma := n.night(energy), n.say("", ",")
	if lead != "" && verdict.Ref != "" {
		when, comma = n.cite(lead, verdict)+" "+when, ":"
	}
	said := n.say("%s%s %s used %s", "%s%s %s đã dùng %s", upper(when), comma, n.building(), n.value(energy))
	if cost, ok := r.Fact("night_cost"); ok && owner(n.who) {
		said = n.say("%s%s the energy of %s cost %s, for %s", "%s%s điện năng của %s tốn %s, cho %s", upper(when), comma, n.building(), n.money(cost), n.value(energy))
	}
	usual, ok := r.Fact("usual_night_energy")
	if !ok {
		return said + "."
	}
	percent, ok := r.Fact("night_excess_percent")
	if !ok || signOf(percent) == 0 {
		return said + n.say(", against a usual %s.", ", so với mức thường lệ %s.", n.value(usual))
	}
	return said + n.say(", %s than the usual %s.", ", %s so với mức thường lệ %s.", n.moreOrLess(percent, n.size(percent)), n.value(usual))
}

func (n *narration) nightMoney(r eaio.Result) string {
	cost, priced := r.Fact("night_cost")
	excess, ok := r.Fact("night_excess")
	excessCost, also := r.Fact("night_excess_cost")
	var s []string
	if priced && !owner(n.who) {
		s = append(s, n.say("The night cost %s.", "Chi phí cả đêm là %s.", n.money(cost)))
	}
	if ok && signOf(excess) != 0 {
		line := n.say("The difference is an extra ", "Phần chênh lệch là tăng ")
		if signOf(excess) < 0 {
			line = n.say("The difference is a drop of ", "Phần chênh lệch là giảm ")
		}
		line += n.size(excess)
		if also && signOf(excessCost) == signOf(excess) {
			line += n.say(" or ", " hay ") + n.moneySize(excessCost)
		}
		s = append(s, line+".")
	}
	return strings.Join(s, " ")
}

func (n *narration) bestNight(r eaio.Result) string {
	best, ok := r.Fact("best_night_energy")
	saving, also := r.Fact("possible_saving")
	if !ok || !also {
		return ""
	}
	if signOf(saving) == 0 {
		n.told[saving.Ref] = true
		return n.say("It did as well as its best nights of the past year (%s).", "Đêm này tốt ngang những đêm tốt nhất trong năm qua (%s).", n.value(best))
	}
	money := ""
	if cost, ok := r.Fact("possible_saving_cost"); ok {
		money = n.say(" or ", " hay ") + n.money(cost)
	}
	return n.say("A night like its best ones of the past year would have used %s, which leaves %s%s to save.",
		"Một đêm như những đêm tốt nhất trong năm qua chỉ dùng %s, tức còn có thể tiết kiệm %s%s.", n.value(best), n.value(saving), money)
}

func (n *narration) nightAdvice(verdict eaio.Fact) string {
	blind := n.say("The meter measures the whole building, so it does not show which equipment ran.", "Công tơ đo cho cả tòa nhà nên không cho biết thiết bị nào đã chạy.")
	if verdict.Value.String() != "unusual" {
		return blind
	}
	switch n.who {
	case eaio.AudienceManager:
		return blind + " " + n.say("Check the time programmes and what was switched by hand that evening.", "Hãy kiểm tra lịch đóng cắt và những gì được bật bằng tay tối hôm đó.")
	case eaio.AudienceOwner:
		return blind + " " + n.say("Ask the operator what was different that evening.", "Hãy hỏi người vận hành tối hôm đó có gì khác.")
	}
	return blind
}

func (n *narration) nightPeers(r eaio.Result) string {
	peers, ok := r.Fact("nights_compared")
	spread, also := r.Fact("usual_night_spread")
	if !ok || !also {
		return ""
	}
	return n.say("It was compared with %s of the same kind; their spread is %s.", "Đêm này được so với %s cùng loại; độ phân tán là %s.", n.value(peers), n.value(spread))
}

func (n *narration) nightNote(r eaio.Result) string {
	if why := n.reasons(r, "night_above_usual", "night_below_usual"); why != "" {
		return n.say("Note: %s.", "Lưu ý: %s.", why)
	}
	return ""
}

// baseload words the shape of the load: base, hours of operation, what runs
// outside them and what that costs.
func (n *narration) baseload(r eaio.Result) {
	base, ok := r.Fact("base_load")
	if !ok {
		return
	}
	if _, ok := r.Fact("waste_energy"); ok && n.beside(r) && !normalise(n.e.Request.Question).wantsBaseload() {
		n.para(n.waste(r))
		return
	}
	first := n.say("%s the base load of %s was %s", "%s, phụ tải nền của %s là %s", upper(n.days(base)), n.building(), n.value(base))
	if peak, ok := r.Fact("peak_load"); ok {
		first += n.say(", its usual peak %s", ", phụ tải đỉnh thường gặp là %s", n.value(peak))
	}
	if owner(n.who) {
		n.para(n.waste(r), first+".", n.hours(r))
	} else {
		n.para(first+".", n.hours(r), n.outside(r))
		n.para(n.waste(r))
	}
	n.para(n.worstNights(r))
	if why := n.news(r, "runs_around_the_clock", "unoccupied_load_high", "unoccupied_load_at_peak"); why != "" {
		n.para(n.say("Note: %s.", "Lưu ý: %s.", why))
	}
}

// hours tells when the building operates, as its load shows.
func (n *narration) hours(r eaio.Result) string {
	if f, ok := r.Fact("schedule"); ok {
		return n.say("Its load shows no hours of operation: it runs %s.", "Phụ tải không cho thấy giờ vận hành: tòa nhà chạy %s.", n.value(f))
	}
	var parts []string
	for _, kind := range []struct{ name, en, vi string }{
		{"weekday", "on weekdays", "ngày thường"},
		{"monday", "on Mondays", "thứ Hai"},
		{"tuesday", "on Tuesdays", "thứ Ba"},
		{"wednesday", "on Wednesdays", "thứ Tư"},
		{"thursday", "on Thursdays", "thứ Năm"},
		{"friday", "on Fridays", "thứ Sáu"},
		{"weekend", "at weekends", "cuối tuần"},
		{"saturday", "on Saturdays", "thứ Bảy"},
		{"sunday", "on Sundays", "Chủ nhật"},
	} {
		day := n.say(kind.en, kind.vi)
		start, ok := r.Fact(kind.name + "_start")
		stop, also := r.Fact(kind.name + "_stop")
		if ok && also {
			parts = append(parts, n.say("%s from %s to %s", "%s từ %s đến %s", day, n.value(start), n.value(stop)))
		} else if f, ok := r.Fact(kind.name + "_schedule"); ok {
			parts = append(parts, fmt.Sprintf("%s %s", day, n.value(f)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return n.say("Its load shows these hours of operation: %s.", "Phụ tải cho thấy giờ vận hành: %s.", strings.Join(parts, ", "))
}

func (n *narration) outside(r eaio.Result) string {
	f, ok := r.Fact("unoccupied_ratio")
	if !ok {
		return ""
	}
	s := n.say("Outside them the load is %s of that in them", "Ngoài giờ đó, phụ tải bằng %s so với trong giờ", n.asPercent(f))
	switch {
	case contains(r.Reasons, "unoccupied_load_at_peak"):
		s += n.say(", almost as if nobody had left", ", gần như không có ai ra về")
	case contains(r.Reasons, "unoccupied_load_high"):
		s += n.say(", which is high", ", mức này là cao")
	}
	return s + "."
}

func (n *narration) waste(r eaio.Result) string {
	f, ok := r.Fact("waste_energy")
	if !ok {
		return ""
	}
	if signOf(f) == 0 {
		n.told[f.Ref] = true
		return n.say("Outside operation it never rises over its best nights.", "Ngoài giờ vận hành, phụ tải không vượt mức những đêm tốt nhất.")
	}
	of := ""
	if p, ok := r.Fact("waste_percent"); ok {
		of = n.say(", which is %s of all its energy", ", bằng %s tổng điện năng", n.value(p))
	}
	when := n.days(f)
	cost, priced := r.Fact("waste_cost")
	s := n.say("%s use outside operation over the level of its best nights came to %s%s.", "%s, phần dùng ngoài giờ vượt mức những đêm tốt nhất là %s%s.", upper(when), n.value(f), of)
	if priced && owner(n.who) {
		s = n.say("%s use outside operation over the level of its best nights cost %s, for %s%s.", "%s, phần dùng ngoài giờ vượt mức những đêm tốt nhất tốn %s, cho %s%s.", upper(when), n.money(cost), n.value(f), of)
	} else if priced {
		s += " " + n.say("It cost %s.", "Phần đó tốn %s.", n.money(cost))
	}
	if n.who == eaio.AudienceManager {
		s += " " + n.say("Compare the time programmes with the real hours of use first.", "Trước hết hãy đối chiếu lịch đóng cắt với giờ sử dụng thực tế.")
	}
	return s
}

func (n *narration) worstNights(r eaio.Result) string {
	var parts []string
	for _, f := range r.Facts {
		if strings.HasPrefix(f.Name, "worst_night_") && windowed(f) {
			parts = append(parts, n.say("%s with %s", "%s với %s", n.morning(f), n.value(f)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return n.say("The nights that used most ended on %s.", "Những đêm dùng nhiều nhất kết thúc vào %s.", strings.Join(parts, ", "))
}

// quality words how good the data is and where it is not.
func (n *narration) quality(r eaio.Result) {
	share, ok := r.Fact("completeness")
	if !ok {
		return
	}
	first := n.say("%s the meter has %s of its readings", "%s, tỷ lệ số đo có mặt của công tơ là %s", upper(n.days(share)), n.value(share))
	missing, ok := r.Fact("readings_missing")
	expected, also := r.Fact("readings_expected")
	if ok && also {
		first += n.say(" (missing: %s, expected: %s)", " (thiếu: %s, phải có: %s)", n.value(missing), n.value(expected))
	}
	n.para(first+".", n.worstMonth(r), n.sound(r))
	n.para(n.runs(r), n.odd(r))
	if n.who == eaio.AudienceAnalyst {
		n.para(n.baselines(r))
	}
}

// worstMonth names the month that lacks most of its readings, where it lacks more than
// an hourly baseline may.
func (n *narration) worstMonth(r eaio.Result) string {
	const enough = 90 // %
	f, ok := r.Fact("lowest_month_completeness")
	if x, isNumber := f.Value.Float(); !ok || !windowed(f) || !isNumber || x > enough {
		return ""
	}
	return n.say("The month that lacks most is %s, which has %s.", "Tháng thiếu nhiều nhất là tháng %s, có %s.", formatMonth(f.Window.From.In(n.loc), n.lang), n.value(f))
}

// sound says that nothing speaks against the data.
func (n *narration) sound(r eaio.Result) string {
	if r.Status == eaio.ResultOK {
		return n.say("Nothing in the data needs attention.", "Dữ liệu không có gì cần lưu ý.")
	}
	if why := n.reasons(r); why != "" {
		return n.say("What needs attention: %s.", "Cần lưu ý: %s.", why)
	}
	return ""
}

// runs tells of the longest stretches without real readings.
func (n *narration) runs(r eaio.Result) string {
	var s []string
	for _, kind := range []struct{ name, en, vi string }{
		{"missing", "The longest gap lasted %s, %s.", "Khoảng trống dài nhất kéo dài %s, %s."},
		{"zero", "The longest run at zero lasted %s, %s.", "Khoảng bằng không dài nhất kéo dài %s, %s."},
		{"temperature", "The longest gap in the outdoor temperatures lasted %s, %s.", "Khoảng thiếu nhiệt độ ngoài trời dài nhất kéo dài %s, %s."},
		{"stuck", "The longest run of the same value lasted %s, %s.", "Khoảng lặp cùng một giá trị dài nhất kéo dài %s, %s."},
	} {
		f, ok := r.Fact("longest_" + kind.name + "_run")
		if !ok {
			f, ok = r.Fact("longest_" + kind.name + "_gap")
		}
		if ok && windowed(f) {
			s = append(s, n.say(kind.en, kind.vi, n.value(f), n.days(f)))
		}
	}
	return strings.Join(s, " ")
}

func (n *narration) odd(r eaio.Result) string {
	var s []string
	for _, name := range []string{"outliers", "negative_readings", "sentinel_readings", "zero_readings", "unit_step_ratio", "unit_step_date"} {
		if f, ok := r.Fact(name); ok {
			s = append(s, n.label(name)+": "+n.value(f))
		}
	}
	if len(s) == 0 {
		return ""
	}
	return upper(strings.Join(s, "; ")) + "."
}

func (n *narration) baselines(r eaio.Result) string {
	daily, ok := r.Fact("daily_baseline")
	hourly, also := r.Fact("hourly_baseline")
	if !ok || !also {
		return ""
	}
	return n.say("For a baseline of a year the data is %s by the day and %s by the hour.", "Để lập đường cơ sở một năm, dữ liệu theo ngày là %s, theo giờ là %s.", n.value(daily), n.value(hourly))
}
