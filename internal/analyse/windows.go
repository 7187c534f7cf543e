package analyse

import (
	"time"

	"github.com/eaio/eaio"
)

const daysOfYear = 365

// windows are the baseline and the reporting period, on the clock of the meter. Where
// a start or an end is missing, a period has 365 days.
func (q *Request) windows() (base, reporting eaio.Window, err error) {
	m := q.Meters[0]
	base, reporting = q.Input.Baseline, q.Input.Reporting
	for _, t := range []*time.Time{&base.From, &base.To, &reporting.From, &reporting.To} {
		*t = m.on(*t, q.Boundary)
	}
	clock := q.Boundary
	if m.Dated() {
		clock = time.UTC
	}
	switch {
	case base.To.IsZero():
		return base, reporting, invalid("savings needs the end of the baseline: --baseline-end, the first instant that does not belong to it, such as 2016-12-26")
	case reporting.From.IsZero():
		reporting.From = base.To
	}
	if base.From.IsZero() {
		base.From = base.To.In(clock).AddDate(0, 0, -daysOfYear)
	}
	if reporting.To.IsZero() {
		reporting.To = reporting.From.In(clock).AddDate(0, 0, daysOfYear)
	}
	switch {
	case !base.From.Before(base.To):
		err = invalid("the baseline ends (%s) before it starts (%s)", base.To.Format(time.RFC3339), base.From.Format(time.RFC3339))
	case !reporting.From.Before(reporting.To):
		err = invalid("the reporting period ends (%s) before it starts (%s)", reporting.To.Format(time.RFC3339), reporting.From.Format(time.RFC3339))
	case reporting.From.Before(base.To):
		err = invalid("the reporting period starts (%s) before the baseline ends (%s)", reporting.From.Format(time.RFC3339), base.To.Format(time.RFC3339))
	}
	return base, reporting, err
}
