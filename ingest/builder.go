package ingest

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// builder takes the rows of a file one by one and keeps what settle needs.
type builder struct {
	o       Options
	loc     *time.Location // nil: stamps must carry offsets
	columns columns
	check   func(column string) error                    // of the column found
	convert func(v float64) (converted float64, ok bool) // of a value; !ok: implausible
	signed  bool                                         // a value below zero is worth a count
	rep     Report
	src     *source

	rows      store
	naive     bool          // the kind of the first stamp
	firstLine int           // of the first stamp
	offsets   map[uint8]int // zoned files: each offset with its first line

	comma                bool // a comma may be the decimal mark
	pointLine, commaLine int  // first line with that mark; 0: none
}

func meterBuilder(o Options) (*builder, error) {
	u, err := meterUnit(o.Unit)
	if err != nil {
		return nil, err
	}
	b := &builder{columns: meterColumns(), signed: true, rep: Report{Unit: u.base}}
	b.check = func(string) error { return nil }
	b.convert = func(v float64) (float64, bool) { return u.convert(v), true }
	return b, b.configure(o)
}

func weatherBuilder(o Options) (*builder, error) {
	convert, err := celsius(o.Unit)
	if err != nil {
		return nil, err
	}
	b := &builder{columns: weatherColumns(), rep: Report{Unit: "degC"}}
	b.check = func(column string) error {
		if o.Unit == "" && saysFahrenheit(column) {
			return invalid("column %.60q names Fahrenheit: say so with the unit degF, or degC if it is Celsius", column)
		}
		return nil
	}
	b.convert = func(v float64) (float64, bool) {
		if sentinel(v) {
			return v, false
		}
		v = convert(v)
		return v, v >= -90 && v <= 60
	}
	return b, b.configure(o)
}

func (b *builder) configure(o Options) (err error) {
	if b.o, err = o.withDefaults(); err != nil {
		return err
	}
	b.loc, err = location(o.Timezone)
	b.offsets = map[uint8]int{}
	return err
}

// parse reads the whole file into rows.
func (b *builder) parse(r io.Reader) error {
	src, err := open(r, b.o.MaxBytes)
	if err != nil {
		return err
	}
	b.src = src
	first, err := src.firstByte()
	if err != nil {
		return err
	}
	switch first {
	case '{':
		err = b.jsonLines()
	case '[':
		return invalid("the file is a JSON array: send one object a line, such as {\"timestamp\":\"2017-12-31T22:15:00Z\",\"value\":1.5}")
	default:
		err = b.csv()
	}
	if err != nil {
		return err
	}
	b.rep.SHA256 = src.digest()
	b.progress()
	return nil
}

func (b *builder) progress() {
	if b.o.Progress != nil {
		b.o.Progress(b.rep.Rows, b.src.raw.n)
	}
}

// counted begins a row, or tells that there are too many.
func (b *builder) counted(n int64, line int) error {
	b.rep.Rows += n
	if b.rep.Rows > b.o.MaxRows || line > maxLines {
		return tooLarge("the file has more than %d rows: split it, or raise the limit", b.o.MaxRows)
	}
	if b.rep.Rows%(1<<16) == 0 {
		b.progress()
	}
	return nil
}

// add takes one row in: its stamp and its value as text. Only what condemns the
// whole file is an error; all else is counted in the report.
func (b *builder) add(line int, at, value string) error {
	t, ok := parseStamp(at)
	if !ok {
		reason := BadTimestamp
		if dayFirst(at) {
			reason = DayFirstDate
		}
		b.rep.refuse(1, line, reason, "timestamp %s: send %s", shown(at), accepted)
		return nil
	}
	if err := b.sameClock(t, line); err != nil {
		return err
	}
	if missing(value) {
		b.rep.Missing++
		return b.keep(t, line, math.NaN())
	}
	v, reason, err := b.number(line, value)
	if err != nil {
		return err
	}
	if reason != "" {
		b.rep.refuse(1, line, reason, "value %s", shown(value))
		return nil
	}
	return b.keep(t, line, v)
}

// sameClock refuses a file that mixes stamps with and without offset.
func (b *builder) sameClock(t stamp, line int) error {
	if b.firstLine == 0 {
		b.naive, b.firstLine = !t.zoned, line
		if b.naive && b.loc == nil && !b.o.Dates {
			return b.noZone()
		}
	}
	if b.naive == t.zoned {
		with, without := line, b.firstLine
		if !b.naive {
			with, without = without, with
		}
		return invalid("line %d: the file mixes timestamps with an offset (line %d) and without one (line %d): write all of them the same way", line, with, without)
	}
	return nil
}

// ErrNoZone is why a file of stamps without offset cannot be read without a time zone.
var ErrNoZone = errors.New("the timestamps have no offset: name the time zone they are written in, e.g. Europe/London or +07:00")

func (b *builder) noZone() error {
	return invalid("line %d: %w", b.firstLine, ErrNoZone)
}

// number reads a decimal number in the builder's unit, or returns the reason why it is none.
func (b *builder) number(line int, s string) (v float64, reason string, err error) {
	if b.comma && strings.IndexByte(s, ',') >= 0 {
		if b.commaLine == 0 {
			b.commaLine = line
		}
		if strings.IndexByte(s, '.') >= 0 || strings.Count(s, ",") > 1 {
			return 0, NotANumber, nil
		}
		s = strings.Replace(s, ",", ".", 1)
	} else if b.comma && b.pointLine == 0 && strings.IndexByte(s, '.') >= 0 {
		b.pointLine = line
	}
	if b.pointLine != 0 && b.commaLine != 0 {
		return 0, "", invalid("line %d: the file has decimal points (line %d) and decimal commas (line %d): a thousands mark must go, and one decimal mark stay", line, b.pointLine, b.commaLine)
	}
	v, reason = parseNumber(s)
	if reason != "" {
		return 0, reason, nil
	}
	v, ok := b.convert(v)
	switch {
	case math.IsInf(v, 0):
		return 0, NotFinite, nil
	case !ok:
		return 0, Implausible, nil
	}
	return v, "", nil
}

// parseNumber reads a plain decimal: no hexadecimal, no underscores, no words.
func parseNumber(s string) (v float64, reason string) {
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', c == '.', c == '-', c == '+', c == 'e', c == 'E':
		default:
			return 0, wordReason(s)
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case math.IsInf(v, 0):
		return 0, NotFinite
	case err != nil:
		return 0, NotANumber
	}
	return v, ""
}

func wordReason(s string) string {
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "inf", "infinity":
		return NotFinite
	}
	return NotANumber
}

// missing reports whether a field is empty or a usual mark for no reading.
func missing(value string) bool {
	switch len(value) {
	case 0:
		return true
	case 1:
		return value == "-"
	case 2, 3, 4:
		for _, mark := range [...]string{"nan", "null", "na", "n/a"} {
			if strings.EqualFold(value, mark) {
				return true
			}
		}
	}
	return false
}

// sentinel reports whether a temperature stands for none: −99 °F would pass for weather.
func sentinel(v float64) bool { return v == -99 || v == -999 || v == -9999 || v == -99999 }

// keep stores a row; value is NaN where the file has none.
func (b *builder) keep(t stamp, line int, value float64) error {
	utc := t.minutes - int64(t.offset)
	if utc < 0 || t.minutes < 0 || t.minutes >= maxMinutes {
		b.drop(value, line, OutOfRange, "%s: years 1970 to 2199 can be read", clock(t.minutes))
		return nil
	}
	if !t.whole {
		b.drop(value, line, OffGrid, "a stamp with seconds lies on no interval of whole minutes")
		return nil
	}
	r := pack(utc, line, t.offset, value)
	b.rows.add(r)
	if t.zoned {
		if _, seen := b.offsets[uint8(r.key)]; !seen {
			b.offsets[uint8(r.key)] = line
		}
	}
	return nil
}

// drop refuses a row that holds a value; one without is counted as missing already.
func (b *builder) drop(value float64, line int, reason, format string, args ...any) {
	if !math.IsNaN(value) {
		b.rep.refuse(1, line, reason, format, args...)
	}
}

// shown quotes what a file says, cut to 40 characters.
func shown(s string) string { return strconv.Quote(cut(s, 40)) }

// cut shortens s to n bytes, at the start of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
