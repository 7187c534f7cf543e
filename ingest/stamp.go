package ingest

import (
	"strings"
	"time"
)

// stamp is a parsed timestamp.
type stamp struct {
	minutes int64 // since 1970-01-01 00:00 on the stamp's own clock
	whole   bool  // no seconds, no fraction
	zoned   bool
	offset  int // minutes east of UTC; 0 if not zoned
}

// accepted tells people what a timestamp must look like.
const accepted = "ISO 8601 such as 2017-12-31 22:15 or 2017-12-31T22:15:00+01:00"

// parseStamp reads one of the ISO 8601 forms listed in the package comment, on
// the proleptic Gregorian calendar. It is what time.Parse would make of them, at
// a tenth of its cost.
func parseStamp(s string) (t stamp, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return stamp{}, false
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return stamp{}, false
	}
	t = stamp{minutes: daysSince1970(year, month, day) * 1440, whole: true}
	if len(s) == 10 {
		return t, true
	}
	if len(s) < 16 || s[10] != 'T' && s[10] != ' ' || s[13] != ':' {
		return stamp{}, false
	}
	hour, ok1 := digits(s[11:13])
	minute, ok2 := digits(s[14:16])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return stamp{}, false
	}
	t.minutes += int64(hour*60 + minute)
	rest, ok := t.seconds(s[16:])
	if !ok {
		return stamp{}, false
	}
	return t, t.zone(rest)
}

// seconds reads :SS and a fraction of up to nine digits, if there are any, and
// returns what follows.
func (t *stamp) seconds(s string) (rest string, ok bool) {
	if s == "" || s[0] != ':' {
		return s, true
	}
	if len(s) < 3 {
		return "", false
	}
	sec, ok := digits(s[1:3])
	if !ok || sec > 59 {
		return "", false
	}
	t.whole = sec == 0
	s = s[3:]
	if s == "" || s[0] != '.' {
		return s, true
	}
	n := 1
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		t.whole = t.whole && s[n] == '0'
		n++
	}
	return s[n:], n > 1 && n <= 10
}

// zone reads Z or an offset, if there is one.
func (t *stamp) zone(s string) bool {
	switch s {
	case "":
		return true
	case "Z":
		t.zoned = true
		return true
	}
	var ok bool
	t.offset, ok = parseOffset(s)
	t.zoned = true
	return ok
}

// parseOffset reads ±HH:MM, ±HHMM or ±HH: whole quarters of an hour, at most 14
// hours, which holds every offset in use since 1972.
func parseOffset(s string) (minutes int, ok bool) {
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hh, mm := s[1:3], "00"
	switch {
	case len(s) == 6 && s[3] == ':':
		mm = s[4:6]
	case len(s) == 5:
		mm = s[3:5]
	case len(s) != 3:
		return 0, false
	}
	h, ok1 := digits(hh)
	m, ok2 := digits(mm)
	minutes = h*60 + m
	if !ok1 || !ok2 || m > 59 || m%15 != 0 || minutes > 14*60 {
		return 0, false
	}
	if s[0] == '-' {
		minutes = -minutes
	}
	return minutes, true
}

// digits reads a string of decimal digits only.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1970 counts days from 1970-01-01. With years that begin in March the
// leap day comes last, and a five-month cycle of 153 days holds the lengths of months.
func daysSince1970(year, month, day int) int64 {
	if month <= 2 {
		year, month = year-1, month+12
	}
	return int64(365*year+floorDiv(year, 4)-floorDiv(year, 100)+floorDiv(year, 400)+(153*(month-3)+2)/5+day) - 719469
}

func floorDiv(a, b int) int {
	if a < 0 {
		return (a - b + 1) / b
	}
	return a / b
}

// dayFirst reports whether s looks like 31/12/2017, 31.12.2017, 1-2-2017 or
// 12/31/17, alone or before a time.
func dayFirst(s string) bool {
	date, _, _ := strings.Cut(s, " ")
	parts := strings.FieldsFunc(date, func(r rune) bool { return r == '/' || r == '.' || r == '-' })
	if len(parts) != 3 || len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 && len(parts[2]) != 2 {
		return false
	}
	for _, p := range parts {
		if _, ok := digits(p); !ok {
			return false
		}
	}
	return true
}

// clock shows minutes since 1970 as the stamp that a person would look for.
func clock(minutes int64) string {
	return time.Unix(minutes*60, 0).UTC().Format("2006-01-02 15:04")
}
