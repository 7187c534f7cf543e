package analyse

import (
	"time"

	"github.com/eaio/eaio/ingest"
)

// Clock reads the name of a clock: UTC, an IANA zone, or an offset such as +07:00.
func Clock(name string) (*time.Location, error) { return ingest.Clock(name) }

// Instant reads an instant of RFC 3339, or a date, which means its midnight on a clock.
func Instant(what, text string, loc *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if loc == nil {
		loc = time.UTC
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, loc)
	if err != nil {
		return t, invalid("%s %.40q: want an instant such as 2017-01-04T00:00:00Z, or a date such as 2017-01-04", what, text)
	}
	return t, nil
}

// on moves an instant to the clock of a meter: of a dated one, to midnight UTC of its
// date on the boundary's clock.
func (m *Meter) on(t time.Time, boundary *time.Location) time.Time {
	if t.IsZero() || !m.Dated() {
		return t
	}
	if boundary == nil {
		boundary = time.UTC
	}
	return dateOf(t, boundary)
}
