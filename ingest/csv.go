package ingest

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// csv reads a header line and then row after row.
func (b *builder) csv() error {
	r, limit, names, err := b.header()
	if err != nil {
		return err
	}
	if _, ok := parseStamp(names[0]); ok {
		return invalid("the first line holds a reading (%s): put a line with the names of the columns before it, e.g. %s", list(names), b.columns.wanted)
	}
	stamp, value, err := b.find(names)
	if err != nil {
		return err
	}
	b.rep.Column = names[value]
	if err := b.check(names[value]); err != nil {
		return err
	}
	return b.csvRows(r, limit, len(names), stamp, value)
}

// header reads the names of the columns.
func (b *builder) header() (r *csv.Reader, limit *bounded, names []string, err error) {
	separator, err := b.separator()
	if err != nil {
		return nil, nil, nil, err
	}
	limit = bound(b.src, separator, b.o.MaxLine)
	r = csv.NewReader(bufio.NewReaderSize(limit, bufferSize))
	r.Comma = rune(separator)
	r.ReuseRecord = true
	r.FieldsPerRecord = -1
	b.comma = separator == ';'

	header, err := r.Read()
	if err != nil {
		return nil, nil, nil, headerError(err)
	}
	for _, n := range header {
		names = append(names, strings.TrimSpace(n))
	}
	return r, limit, names, nil
}

// Columns returns the names in the header line of a CSV, plain or gzip.
func Columns(r io.Reader) ([]string, error) {
	b, err := meterBuilder(Options{})
	if err != nil {
		return nil, err
	}
	if b.src, err = open(r, b.o.MaxBytes); err != nil {
		return nil, err
	}
	_, _, names, err := b.header()
	return names, err
}

// find returns the places of the two columns of a CSV.
func (b *builder) find(names []string) (stamp, value int, err error) {
	if !b.o.FirstTwo {
		return b.columns.find(names, b.o.Column)
	}
	if b.o.Column != "" {
		value, err = named(names, b.o.Column)
		return 0, value, err
	}
	if len(names) < 2 {
		return 0, 0, invalid("the file has one column, %s: it must have two, e.g. %s", list(names), b.columns.wanted)
	}
	return 0, 1, nil
}

func (b *builder) csvRows(r *csv.Reader, limit *bounded, width, stamp, value int) error {
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if err := b.badRow(err); err != nil {
				return err
			}
			continue
		}
		line, _ := r.FieldPos(0)
		// A quoted line break can swallow rows: count each line as one of them.
		if breaks := lineBreaks(record, limit); breaks > 0 {
			if err := b.counted(int64(breaks)+1, line); err != nil {
				return err
			}
			b.rep.refuse(int64(breaks)+1, line, MultilineRow, "a quoted field runs over %d lines", breaks+1)
			continue
		}
		if len(record) != width {
			if blank(record) {
				continue
			}
			if err := b.counted(1, line); err != nil {
				return err
			}
			b.rep.refuse(1, line, WrongFieldCount, "%d fields where the header has %d%s", len(record), width, decimalComma(r.Comma, record))
			continue
		}
		at, v := trim(record[stamp]), trim(record[value])
		if at == "" && blank(record) {
			continue
		}
		if err := b.counted(1, line); err != nil {
			return err
		}
		if err := b.add(line, at, v); err != nil {
			return err
		}
	}
}

// decimalComma says what would be right where the commas of a row may be decimal marks.
func decimalComma(separator rune, record []string) string {
	if n := len(record); separator != ',' || n < 2 || !isNumber(record[n-1]) || !isNumber(record[n-2]) {
		return ""
	}
	return "; if the comma is a decimal mark, write a point, or separate the columns by semicolons"
}

func isNumber(s string) bool {
	_, reason := parseNumber(trim(s))
	return reason == ""
}

// badRow refuses the one line that is not CSV. A quote left open over several
// lines condemns the file, for nobody knows how many rows it swallowed.
func (b *builder) badRow(err error) error {
	var bad *csv.ParseError
	if !errors.As(err, &bad) {
		return readError(err)
	}
	if bad.Line != bad.StartLine {
		return invalid("a quote opened on line %d is not closed properly on line %d (%v)", bad.StartLine, bad.Line, bad.Err)
	}
	if err := b.counted(1, bad.StartLine); err != nil {
		return err
	}
	b.rep.refuse(1, bad.StartLine, MalformedRow, "%v", bad.Err)
	return nil
}

func headerError(err error) error {
	var bad *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return invalid("the file is empty")
	case errors.As(err, &bad):
		return invalid("the header line is not CSV: %v", bad.Err)
	}
	return readError(err)
}

// separator is the one of comma, semicolon and tab that the header line has most of.
func (b *builder) separator() (byte, error) {
	head, err := b.src.Peek(bufferSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, readError(err)
	}
	line, _, found := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
	if !found && strings.Count(line, "\r") > 1 {
		return 0, invalid("the lines end in a bare carriage return: save the file with LF or CRLF line ends")
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if strings.Count(line, string(rune(c))) > strings.Count(line, string(rune(best))) {
			best = c
		}
	}
	return best, nil
}

// lineBreaks counts the line breaks inside the fields of a record.
func lineBreaks(record []string, limit *bounded) (n int) {
	if limit.breaks == 0 {
		return 0
	}
	for _, f := range record {
		n += strings.Count(f, "\n")
	}
	return n
}

// blank reports whether a record holds nothing, as spreadsheets leave them at the end.
func blank(record []string) bool {
	for _, f := range record {
		if trim(f) != "" {
			return false
		}
	}
	return true
}

// trim is strings.TrimSpace with a short way out for the usual field.
func trim(s string) string {
	if s == "" || s[0] > ' ' && s[0] < 0x80 && s[len(s)-1] > ' ' && s[len(s)-1] < 0x80 {
		return s
	}
	return strings.TrimSpace(s)
}
