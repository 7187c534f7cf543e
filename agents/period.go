package agents

import "github.com/eaio/eaio"

// periodPhrases returns the phrases that name a period; the periods are tried in
// the order of eachPeriod.
func periodPhrases(p eaio.Period) []string {
	switch p {
	case eaio.LatestDay:
		return []string{"today", "yesterday", "latest day", "last day", "hom nay", "hom qua", "trong ngay"}
	case eaio.ThisWeek:
		return []string{"this week", "current week", "week so far", "week to date", "tuan nay", "tuan hien tai"}
	case eaio.LastWeek:
		return []string{"last week", "previous week", "week before", "tuan truoc", "tuan roi", "tuan vua qua"}
	case eaio.ThisMonth:
		return []string{
			"this month", "current month", "month so far", "month to date", "end of the month", "month end",
			"thang nay", "thang hien tai", "cuoi thang",
		}
	case eaio.LastMonth:
		return []string{"last month", "previous month", "thang truoc", "thang roi", "thang vua qua", "thang vua roi", "thang qua"}
	case eaio.Last7Days:
		return []string{"last 7 days", "past 7 days", "last seven days", "past seven days", "past week", "7 ngay qua", "bay ngay qua", "7 ngay gan", "7 ngay truoc", "tuan qua"}
	case eaio.Last30Days:
		return []string{
			"last 30 days", "past 30 days", "last thirty days", "past thirty days", "past month",
			"30 ngay qua", "30 ngay gan", "30 ngay truoc", "ba muoi ngay qua",
		}
	case eaio.LastYear:
		return []string{
			"last year", "past year", "this year", "last 12 months", "past 12 months", "last twelve months", "365 days", "annual", "annually", "yearly", "year to date",
			"nam ngoai", "năm trước", "nam qua", "nam nay", "12 thang qua", "365 ngay",
		}
	}
	return nil
}

func eachPeriod() []eaio.Period {
	return []eaio.Period{
		eaio.LatestDay, eaio.ThisWeek, eaio.LastWeek, eaio.ThisMonth, eaio.LastMonth, eaio.Last7Days, eaio.Last30Days, eaio.LastYear,
	}
}

// periods returns every period that the question names.
func (q reading) periods() []eaio.Period {
	var out []eaio.Period
	for _, p := range eachPeriod() {
		if q.has(periodPhrases(p)...) {
			out = append(out, p)
		}
	}
	return out
}

// span is a period and what it is compared with.
type span struct {
	period  eaio.Period
	compare eaio.Compare
}

// spans reads the periods of a question and how they are compared: "this month
// … than last" is one span, "today and this month" are two.
func (q reading) spans() []span {
	ps := q.periods()
	compare := eaio.ComparePrevious
	if q.yearAgo(ps) {
		compare = eaio.CompareYearAgo
		ps = without(ps, eaio.LastYear)
		if len(ps) == 0 {
			ps = []eaio.Period{eaio.Last30Days}
		}
	}
	if contains(ps, eaio.ThisWeek) && q.comparing() {
		ps = without(ps, eaio.LastWeek)
	}
	if contains(ps, eaio.ThisMonth) && q.comparing() {
		ps = without(ps, eaio.LastMonth)
	}
	if q.has("week before", "tuan truoc nua") && contains(ps, eaio.LastWeek) && !q.has("last week", "previous week") {
		ps = without(ps, eaio.LastWeek)
	}
	out := make([]span, 0, len(ps))
	for _, p := range ps {
		out = append(out, span{p, compare})
	}
	return out
}

// comparing reports whether the question sets one thing against another.
func (q reading) comparing() bool {
	return q.has("compare", "compared", "comparison", "than", "versus", "vs", "against", "difference", "so sanh", "so voi", "hơn", "cao hon", "thap hon", "nhieu hon", "it hon", "chenh lech")
}

// yearAgo reports whether the comparison is with the year before.
func (q reading) yearAgo(ps []eaio.Period) bool {
	if q.has("year ago", "year on year", "year over year", "yoy", "cung ky") {
		return true
	}
	if q.has("same week", "same month", "same day", "same period", "same time") && contains(ps, eaio.LastYear) {
		return true
	}
	return contains(ps, eaio.LastYear) && q.comparing() && (len(ps) > 1 || q.has("than last year", "with last year", "to last year", "against last year", "voi nam ngoai", "với năm trước", "hon nam ngoai"))
}

// otherDates reports whether the question names a span that no Period can say:
// a calendar date, a month by its name, or a number of days that is not offered.
func (q reading) otherDates(question string) bool {
	for _, m := range mentionsOf(question) {
		if m.hasDate() {
			return true
		}
	}
	for i := 1; i+1 < len(q.folded); i++ {
		number := isDigits(q.folded[i]) || listed(" two three four five six eight nine ten ", q.words[i])
		before := listed(" last past previous trong ", q.folded[i-1])
		if !number || !before && !(i+2 < len(q.folded) && listed(" qua gan truoc ", q.folded[i+2])) {
			continue
		}
		switch n, unit := q.folded[i], q.folded[i+1]; unit {
		case "days", "ngay":
			if n != "7" && n != "30" && n != "365" {
				return true
			}
		case "months", "thang":
			if n != "12" {
				return true
			}
		case "weeks", "years", "hours", "nights", "tuan", "nam", "gio", "dem":
			return true
		}
	}
	return false
}

func isDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
