package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// The reasons for which a row is refused: stable words.
const (
	BadTimestamp         = "bad_timestamp"           // not ISO 8601
	DayFirstDate         = "day_first_date"          // such as 31/12/2017
	OutOfRange           = "out_of_range"            // before 1970 or after 2199
	OffGrid              = "off_grid"                // not on a multiple of the interval
	NonexistentHour      = "nonexistent_hour"        // skipped by the spring clock change
	NotANumber           = "not_a_number"            // text where a number belongs
	NotFinite            = "not_finite"              // Inf, or too large for a number, such as 1e400
	ConflictingDuplicate = "conflicting_duplicate"   // one instant, different values
	WrongFieldCount      = "wrong_field_count"       // more or fewer fields than the header has
	MalformedRow         = "malformed_row"           // not CSV, or not a JSON object
	MultilineRow         = "multiline_row"           // a quoted field holds a line break
	NoValue              = "no_value"                // a JSON object without the value's key
	Implausible          = "implausible_temperature" // outside -90…60 °C, or −99 and the like
)

// maxRefusals is how many refused rows a report names; the others are counted.
const maxRefusals = 100

// Refusal is a row that was not taken.
type Refusal struct {
	Line   int    `json:"line"`   // in the (unpacked) file, from 1
	Reason string `json:"reason"` // one of the words above
	Detail string `json:"detail"`
}

// Report tells what became of a file's rows:
// Rows = Accepted + Refused + Missing + Duplicates.
type Report struct {
	Rows       int64            `json:"rows"` // without header and blank lines
	Accepted   int64            `json:"accepted"`
	Refused    int64            `json:"refused"`
	Missing    int64            `json:"missing"`    // empty values, and marks for none such as NaN
	Duplicates int64            `json:"duplicates"` // the same instant and value again
	Negative   int64            `json:"negative"`   // accepted values below zero
	Reasons    map[string]int64 `json:"reasons,omitempty"`
	Refusals   []Refusal        `json:"refusals,omitempty"` // up to 100, by line

	// Stamps in the hour that an autumn change repeats: with both rows there,
	// and with one row, taken as the earlier hour while the later stays missing.
	RepeatedHour     int64 `json:"repeated_hour"`
	RepeatedHourOnce int64 `json:"repeated_hour_once"`
	// Rows stamped in the hour that a spring change skips: refused where they
	// hold a value, ignored where they do not.
	MissingHour int64 `json:"missing_hour"`

	Column   string        `json:"column"`         // the value column that was read
	Unit     string        `json:"unit,omitempty"` // of the values returned; "" where none was given
	Interval time.Duration `json:"-"`
	First    time.Time     `json:"first,omitzero"` // start of the first accepted interval
	End      time.Time     `json:"end,omitzero"`   // end of the last
	SHA256   string        `json:"sha256"`         // of the bytes as they came, hexadecimal; empty if they were not all read
}

// refuse counts n rows as refused and names the first hundred.
func (r *Report) refuse(n int64, line int, reason, format string, args ...any) {
	r.Refused += n
	if r.Reasons == nil {
		r.Reasons = map[string]int64{}
	}
	r.Reasons[reason] += n
	if len(r.Refusals) < maxRefusals {
		r.Refusals = append(r.Refusals, Refusal{Line: line, Reason: reason, Detail: fmt.Sprintf(format, args...)})
	}
}

// tooManyRefused condemns the file when more than one row in twenty is refused.
func (r *Report) tooManyRefused() error {
	slices.SortStableFunc(r.Refusals, func(a, b Refusal) int { return cmp.Compare(a.Line, b.Line) })
	if r.Refused*20 <= r.Rows {
		return nil
	}
	first := r.Refusals[0]
	return invalid("%d of %d rows cannot be used, more than 1 in 20, so nothing was taken: %s. The first is line %d, %s: %s",
		r.Refused, r.Rows, r.reasons(), first.Line, first.Reason, first.Detail)
}

// verdict condemns a file with too many refused rows, or nothing to accept.
func (r *Report) verdict() error {
	err := r.tooManyRefused()
	switch {
	case err != nil:
		return err
	case r.Rows == 0:
		return invalid("the file has a header but no rows")
	case r.Accepted == 0:
		return invalid("no row of column %s holds a value", shown(r.Column))
	}
	return nil
}

// reasons lists the reasons by falling count.
func (r *Report) reasons() string {
	var words []string
	for word := range r.Reasons {
		words = append(words, word)
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Reasons[b], r.Reasons[a]), cmp.Compare(a, b))
	})
	for i, word := range words {
		words[i] = fmt.Sprintf("%d %s", r.Reasons[word], word)
	}
	return strings.Join(words, ", ")
}

// invalid makes the error of a file or an option that is wrong.
func invalid(format string, args ...any) error {
	return eaio.Errorf(eaio.KindInvalid, "ingest", format, args...)
}

// tooLarge makes the error of a file that passes a limit.
func tooLarge(format string, args ...any) error {
	return eaio.Errorf(eaio.KindTooLarge, "ingest", format, args...)
}
