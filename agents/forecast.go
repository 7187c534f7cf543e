package agents

import (
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// forecast words what will be used: the next days, or the month where the question
// asks for its end.
func (n *narration) forecast(r eaio.Result) {
	month := n.callOf(r).Period == eaio.ThisMonth
	if month {
		n.para(n.monthEnd(r))
	}
	if !month || n.who == eaio.AudienceAnalyst {
		n.para(n.nextDay(r), n.nextPeak(r))
	}
	if !month {
		n.para(n.monthEnd(r))
	}
	if n.who == eaio.AudienceAnalyst {
		n.para(n.backtest(r))
	}
	n.note(r, "new_monthly_peak_likely")
}

// monthEnd says what the month will come to, money first for owners.
func (n *narration) monthEnd(r eaio.Result) string {
	energy, ok := r.Fact("month_energy_forecast")
	if !ok || !windowed(energy) {
		return ""
	}
	when := n.say("By the end of %s", "Đến hết tháng %s", formatMonth(energy.Window.To.Add(-time.Nanosecond).In(n.loc), n.lang))
	kWh := n.value(energy)
	if n.who != eaio.AudienceOwner {
		kWh += n.bandOf(r, "month_energy")
	}
	cost := n.monthMoney(r)
	var s string
	switch {
	case cost != "" && (owner(n.who) || n.asksMoney()):
		s = n.say("%s the energy of %s is expected to cost %s, for %s.", "%s, điện năng của %s dự kiến tốn %s, cho %s.", when, n.building(), cost, kWh)
	case cost != "":
		s = n.say("%s %s is expected to use %s, which would cost %s.", "%s, %s dự kiến dùng %s, tương ứng %s.", when, n.building(), kWh, cost)
	default:
		s = n.say("%s %s is expected to use %s.", "%s, %s dự kiến dùng %s.", when, n.building(), kWh)
	}
	if so, ok := r.Fact("month_energy_so_far"); ok && signOf(so) > 0 {
		s += " " + n.say("So far this month it has used %s.", "Từ đầu tháng đến nay đã dùng %s.", n.value(so))
	}
	return s
}

// monthMoney is the month's bill by the tariff where there is one, else its energy at
// the flat price.
func (n *narration) monthMoney(r eaio.Result) string {
	if bill, ok := r.Fact("month_bill_forecast"); ok {
		return n.value(bill) + n.say(" by its tariff", " theo biểu giá")
	}
	if cost, ok := r.Fact("month_cost_forecast"); ok {
		return n.assuming(n.value(cost) + n.bandOf(r, "month_cost"))
	}
	return ""
}

// asksMoney reports whether the question asks for an amount of money.
func (n *narration) asksMoney() bool {
	return normalise(n.e.Request.Question).has("pay", "cost", "costs", "bill", "money", "spend", "phai tra", "chi phi", "tien", "hoa don")
}

// bandOf adds the ends of a band.
func (n *narration) bandOf(r eaio.Result, name string) string {
	low, ok := r.Fact(name + "_low")
	high, also := r.Fact(name + "_high")
	if !ok || !also {
		return ""
	}
	return n.say(", probably between %s and %s", ", nhiều khả năng từ %s đến %s", n.value(low), n.value(high))
}

func (n *narration) nextDay(r eaio.Result) string {
	energy, ok := r.Fact("next_24_h_energy")
	if !ok {
		return ""
	}
	s := n.say("%s %s is expected to use %s%s", "%s, %s dự kiến dùng %s%s", upper(n.days(energy)), n.building(), n.value(energy), n.bandOf(r, "next_24_h"))
	if cost, priced := r.Fact("next_24_h_cost"); priced {
		s += n.say(", which would cost %s", ", tương ứng %s", n.money(cost))
	}
	if two, ok := r.Fact("next_48_h_energy"); ok && windowed(two) {
		s += n.say("; to the end of %s it is %s in all", "; tính đến hết ngày %s là %s", n.morning(two), n.value(two))
		if n.who == eaio.AudienceAnalyst {
			s += n.bandOf(r, "next_48_h")
		}
	}
	return s + "."
}

func (n *narration) nextPeak(r eaio.Result) string {
	var s []string
	peak, ok := r.Fact("peak_expected")
	at, also := r.Fact("peak_hour")
	if ok && also {
		s = append(s, n.say("The highest load is expected at %s: %s%s.", "Phụ tải cao nhất dự kiến vào %s: %s%s.", n.value(at), n.value(peak), n.bandOf(r, "peak_expected")))
	}
	chance, ok := r.Fact("new_peak_chance")
	so, also := r.Fact("month_peak_so_far")
	if ok && also {
		s = append(s, n.say("The chance that it becomes the month's highest, so far %s, is %s.", "Khả năng vượt mức cao nhất từ đầu tháng (%s) là %s.", n.value(so), n.value(chance)))
	}
	return strings.Join(s, " ")
}

// backtest says by which method and how far off it was on past days.
func (n *narration) backtest(r eaio.Result) string {
	method, ok := r.Fact("forecast_method")
	wrong, also := r.Fact("backtest_cvrmse")
	if !ok || !also {
		return ""
	}
	s := n.say("Of the methods tried, the best on past days was %s, with a CVRMSE of %s", "Trong các phương pháp đã thử, tốt nhất trên các ngày đã qua là %s, với CVRMSE %s", n.value(method), n.value(wrong))
	if days, ok := r.Fact("days_tried"); ok {
		s += n.say(" over %s", " trên %s", n.value(days))
	}
	return s + "."
}

// formatMonth writes the month of a day: "November 2026", "11/2026".
func formatMonth(t time.Time, lang eaio.Language) string {
	return t.Format(pick(lang == eaio.Vietnamese, "01/2006", "January 2006"))
}
