package agents

import (
	"slices"
	"time"

	"github.com/eaio/eaio"
)

// The forms of a call's Since.
const (
	sinceDay     = time.DateOnly
	sinceAnyYear = "01-02"
)

// mentionsOf finds the numbers and dates of a question, also where Vietnamese words of
// time are typed without accents.
func mentionsOf(question string) []mention {
	text := prepare(cutRunes(question, 4000))
	if lang, _ := detect(question); lang == eaio.Vietnamese {
		for bare, accented := range map[string]string{"ngay": "ngày", "thang": "tháng", "nam": "năm"} {
			text = replaceFold(text, bare, accented)
		}
	}
	return scan(text, nil)
}

// datesOf returns the dates that a question names, in order: a month alone is its
// first day, a year alone its first.
func datesOf(question string) []day {
	var out []day
	for _, m := range mentionsOf(question) {
		for _, c := range m.claims {
			if c.kind == dateClaim && (c.day.month != 0 || c.day.year != 0) {
				out = append(out, day{c.day.year, max(c.day.month, 1), max(c.day.day, 1)})
				break
			}
		}
	}
	return out
}

// since writes a day as a call has it.
func (d day) since() string {
	if d.year == 0 {
		return time.Date(2000, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Format(sinceAnyYear)
	}
	return time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Format(sinceDay)
}

func isSince(s string) bool {
	_, full := time.Parse(sinceDay, s)
	_, part := time.Parse(sinceAnyYear, s)
	return full == nil || part == nil
}

// Dated completes the dates of a plan that have no year: each becomes the latest such
// day that begins before asOf on the building's clock, nil for UTC. Where asOf is
// zero, and for a plan with complete dates, it returns the plan as it is.
func Dated(p eaio.Plan, asOf time.Time, loc *time.Location) eaio.Plan {
	if asOf.IsZero() {
		return p
	}
	p.Calls = slices.Clone(p.Calls)
	for i, c := range p.Calls {
		if len(c.Since) == len(sinceAnyYear) {
			p.Calls[i].Since = latestDay(c.Since, asOf, loc)
		}
	}
	return p
}

// latestDay is the latest day with that month and day that begins before asOf.
func latestDay(monthDay string, asOf time.Time, loc *time.Location) string {
	if loc == nil {
		loc = time.UTC
	}
	for year := asOf.In(loc).Year(); year > asOf.Year()-9; year-- {
		at, err := time.ParseInLocation(sinceDay, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-")+monthDay, loc)
		if err == nil && at.Before(asOf) {
			return at.Format(sinceDay)
		}
	}
	return monthDay
}
