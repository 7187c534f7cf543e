package agents

import (
	"strconv"
	"strings"
	"time"
)

// day is a calendar day as written; parts that are not written are 0.
type day struct{ year, month, day int }

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, int(m), d}
}

// valid reports whether the written parts can be a date.
func (d day) valid() bool {
	if d.year != 0 && (d.year < 1900 || d.year > 2200) || d.month < 0 || d.month > 12 || d.day < 0 || d.day > 31 {
		return false
	}
	if d.day == 0 || d.month == 0 {
		return true
	}
	y := d.year
	if y == 0 {
		y = 2000 // leap: 29 February exists
	}
	return time.Date(y, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC).Day() == d.day
}

// within reports whether every part that d writes agrees with the full date.
func (d day) within(full day) bool {
	return (d.year == 0 || d.year == full.year) && (d.month == 0 || d.month == full.month) && (d.day == 0 || d.day == full.day)
}

const monthNames = " january=1 february=2 march=3 april=4 may=5 june=6 july=7 august=8 september=9 october=10 november=11 december=12 " +
	"jan=1 feb=2 mar=3 apr=4 jun=6 jul=7 aug=8 sep=9 sept=9 oct=10 nov=11 dec=12 "

// written is dates read at one place; several where the order of day and month is
// open.
type written struct {
	days   []day
	tokens int
}

// readDate reads a date at the start of t: ISO, with slashes, dots or dashes, in
// English and in Vietnamese words. before is the token before it, if any.
func readDate(t []token, before string) written {
	for _, read := range [...]func([]token) written{isoDate, slashedDate, dottedDate, dayMonth, monthDay, vietnameseDate} {
		if w := read(t); w.tokens > 0 && !measures(t, w.tokens) {
			return w
		}
	}
	return monthAlone(t, before)
}

// measures reports whether the last number of a would-be date has a unit: "mỗi
// ngày 31 kWh" names no day.
func measures(t []token, end int) bool {
	if _, length := number(t, end-1); length == 0 || length > 2 || end >= len(t) {
		return false
	}
	if _, ok := multiplier(t[end].low); ok {
		return true
	}
	u, n := readUnit(t[end:], nil)
	return n > 0 && !listed(" d night week month year ", u.dim)
}

// number returns the plain integer that t[i] writes, with its length, or -1.
func number(t []token, i int) (n, length int) {
	if i >= len(t) || t[i].kind != numberToken || !isDigits(t[i].text) || len(t[i].text) > 4 {
		return -1, 0
	}
	n, _ = strconv.Atoi(t[i].text)
	return n, len(t[i].text)
}

// tight reports whether t[i] is that symbol between two tokens without spaces.
func tight(t []token, i int, symbols string) bool {
	return i+1 < len(t) && t[i].kind == symbolToken && strings.Contains(symbols, t[i].text) && !t[i].gap && !t[i+1].gap
}

func dates(tokens int, days ...day) written {
	w := written{tokens: tokens}
	for _, d := range days {
		if d.valid() && d.month != 0 {
			w.days = append(w.days, d)
		}
	}
	if len(w.days) == 0 {
		return written{}
	}
	return w
}

const dashes = "-‐‑–−"

func isoDate(t []token) written {
	y, length := number(t, 0)
	if length != 4 || y < 1900 {
		return written{}
	}
	if len(t) < 3 || !tight(t, 1, dashes+"/") {
		return written{}
	}
	m, ml := number(t, 2)
	if d, dl := number(t, 4); ml > 0 && ml <= 2 && tight(t, 3, dashes+"/") && dl > 0 && dl <= 2 {
		return dates(5, day{y, m, d})
	}
	if ml == 2 {
		return dates(3, day{year: y, month: m})
	}
	return written{}
}

func slashedDate(t []token) written {
	a, al := number(t, 0)
	if al == 0 || al > 2 || !tight(t, 1, "/"+dashes) {
		return written{}
	}
	slash := t[1].text == "/"
	b, bl := number(t, 2)
	if bl == 0 {
		return written{}
	}
	if y, yl := number(t, 4); bl <= 2 && yl >= 2 && tight(t, 3, "/"+dashes) {
		if yl == 2 {
			y += 2000
		}
		return dates(5, day{y, b, a}, day{y, a, b})
	}
	switch {
	case bl == 4 && slash:
		return dates(3, day{year: b, month: a})
	case bl <= 2 && slash:
		return dates(3, day{month: b, day: a}, day{month: a, day: b})
	}
	return written{}
}

func dottedDate(t []token) written {
	if len(t) == 0 || t[0].kind != numberToken || strings.Count(t[0].text, ".") != 2 {
		return written{}
	}
	p := strings.Split(t[0].text, ".")
	var n [3]int
	for i, s := range p {
		if !isDigits(s) || len(s) > 4 {
			return written{}
		}
		n[i], _ = strconv.Atoi(s)
	}
	switch {
	case len(p[2]) == 4 && len(p[0]) <= 2 && len(p[1]) <= 2:
		return dates(1, day{n[2], n[1], n[0]})
	case len(p[0]) == 4 && len(p[1]) <= 2 && len(p[2]) <= 2:
		return dates(1, day{n[0], n[1], n[2]})
	}
	return written{}
}

// ordinalSuffix returns 1 if t[i] is "st", "nd", "rd" or "th" right after a number.
func ordinalSuffix(t []token, i int) int {
	if i < len(t) && !t[i].gap && listed(" st nd rd th ", t[i].low) {
		return 1
	}
	return 0
}

// yearAt reads an optional comma and a year.
func yearAt(t []token, i int) (year, tokens int) {
	if i < len(t) && (t[i].text == "," || t[i].text == ".") {
		i, tokens = i+1, 1
	}
	if y, length := number(t, i); length == 4 && y >= 1900 && y <= 2200 {
		if _, n := readUnit(t[i+1:], nil); n == 0 {
			return y, tokens + 1
		}
	}
	return 0, 0
}

// ordinalWords are the days of a month in words; from the twenties on behind the ten.
const ordinalWords = " first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 eleventh=11 twelfth=12 thirteenth=13 fourteenth=14 " +
	"fifteenth=15 sixteenth=16 seventeenth=17 eighteenth=18 nineteenth=19 twentieth=20 thirtieth=30 "

// dayNumber reads the day of a month: "21", "21st", "twenty-first".
func dayNumber(t []token) (d, tokens int) {
	if n, length := number(t, 0); length > 0 && length <= 2 {
		return n, 1 + ordinalSuffix(t, 1)
	}
	if len(t) == 0 {
		return 0, 0
	}
	if n, ok := lookUp(ordinalWords, t[0].low); ok {
		return n, 1
	}
	tens, ok := lookUp(" twenty=20 thirty=30 ", t[0].low)
	i := 1
	if i < len(t) && t[i].text == "-" {
		i++
	}
	if !ok || i >= len(t) {
		return 0, 0
	}
	if n, ok := lookUp(ordinalWords, t[i].low); ok && n < 10 {
		return tens + n, i + 1
	}
	return 0, 0
}

func dayMonth(t []token) written {
	d, i := dayNumber(t)
	if i == 0 {
		return written{}
	}
	if i < len(t) && (t[i].low == "of" || t[i].text == "-") {
		i++
	}
	if i >= len(t) {
		return written{}
	}
	m, ok := lookUp(monthNames, t[i].low)
	if !ok || (m == 3 || m == 5) && t[i].text == t[i].low { // "of the 12 may be"
		return written{}
	}
	y, n := yearAt(t, i+1)
	return dates(i+1+n, day{y, m, d})
}

func monthDay(t []token) written {
	if len(t) < 2 {
		return written{}
	}
	m, ok := lookUp(monthNames, t[0].low)
	if !ok || m == 5 && t[0].text == t[0].low { // "may 5 kWh"
		return written{}
	}
	i := 1
	if t[i].text == "." {
		i++
	}
	if i < len(t) && t[i].low == "the" {
		i++
	}
	if _, length := number(t, i); length == 4 {
		if y, n := yearAt(t, i); n > 0 {
			return dates(i+n, day{year: y, month: m})
		}
		return written{}
	}
	d, k := dayNumber(t[min(i, len(t)):])
	if k == 0 {
		return written{}
	}
	i += k
	y, n := yearAt(t, i)
	return dates(i+n, day{y, m, d})
}

// vietnameseDate reads "ngày 24 tháng 11 năm 2026", "24 tháng 11", "tháng 11/2026"
// and "tháng mười một".
func vietnameseDate(t []token) written {
	i, d := 0, 0
	if i < len(t) && t[i].low == "ngày" {
		i++
		if i < len(t) && listed(" mùng mồng ", t[i].low) {
			i++
		}
		n, length := number(t, i)
		if s := readVietnamese(t[min(i, len(t)):]); length == 0 && s.value >= 1 && s.value <= 31 && i+s.tokens < len(t) && t[i+s.tokens].low == "tháng" {
			n, length, i = int(s.value), 1, i+s.tokens-1 // "ngày hai mươi mốt tháng hai"
		}
		if length == 0 || length > 2 {
			return written{}
		}
		if i+1 >= len(t) || t[i+1].low != "tháng" { // "ngày 24/11", or the day alone
			if w := slashedDate(t[i:]); w.tokens > 0 {
				w.tokens += i
				return w
			}
			if iso := dottedDate(t[i:]); iso.tokens > 0 {
				return written{}
			}
			if n < 1 || n > 31 {
				return written{}
			}
			return written{days: []day{{day: n}}, tokens: i + 1}
		}
		d = n
		i++
	} else if n, length := number(t, i); length > 0 && length <= 2 && len(t) > 2 && t[1].low == "tháng" {
		if m, l := number(t, 2); l == 0 || l > 2 || m > 12 {
			return written{}
		}
		d = n
		i++
	}
	if i >= len(t) || t[i].low != "tháng" {
		return written{}
	}
	i++
	m, length := number(t, i)
	if length == 0 || length > 2 {
		s := readVietnamese(t[min(i, len(t)):])
		if i < len(t) && t[i].low == "giêng" {
			s = spelled{value: 1, tokens: 1}
		}
		if s.tokens == 0 || s.value > 12 || i < len(t) && t[i].low == "năm" && (i+1 >= len(t) || listed(" ngoái nay trước sau ", t[i+1].low) || t[i+1].kind == numberToken) {
			return written{}
		}
		m, i = int(s.value), i+s.tokens
	} else {
		i++
	}
	y := 0
	if i < len(t) && (t[i].low == "năm" || t[i].text == "/" || t[i].text == "," || t[i].text == "-") {
		if n, l := number(t, i+1); l == 4 {
			y, i = n, i+2
		}
	}
	return dates(i, day{y, m, d})
}

// monthAlone reads an English month without a day. "May" and "March" count only
// with a capital and after a preposition, "mar", "sep" and the like never.
func monthAlone(t []token, before string) written {
	if len(t) == 0 || len(t[0].low) < 3 {
		return written{}
	}
	m, ok := lookUp(monthNames, t[0].low)
	if !ok {
		return written{}
	}
	if y, n := yearAt(t, 1); n > 0 {
		return dates(1+n, day{year: y, month: m})
	}
	if (t[0].low == "may" || t[0].low == "march") && !(t[0].text != t[0].low && listed(" in of since during for from to until by and last this than with compared ", before)) {
		return written{}
	}
	if t[0].low == "may" || len(t[0].low) > 3 {
		return dates(1, day{month: m})
	}
	return written{}
}

// clock is times of day read at one place, in minutes from midnight, and the
// duration that the same words may mean ("7 giờ").
type clock struct {
	minutes []int
	hours   float64 // ≥ 0 where the words may be a duration
	tokens  int
}

// readClock reads a time of day at the start of t.
func readClock(t []token) clock {
	if c, ok := wordClock(t); ok {
		return c
	}
	if len(t) < 2 {
		return clock{}
	}
	h, length := number(t, 0)
	if c := halfHour(t, h, length); c.tokens > 0 {
		return c
	}
	if length == 0 || length > 2 || h > 24 {
		return clock{}
	}
	if m, ml := number(t, 2); tight(t, 1, ":") && ml == 2 && m < 60 {
		n := 3
		if s, sl := number(t, 4); tight(t, 3, ":") && sl == 2 && s < 60 {
			n = 5
		}
		half, k := halfDay(t[n:])
		n += k
		n += zone(t[n:])
		return clock{minutes: []int{(half.apply(h)*60 + m) % 1440}, hours: -1, tokens: n}
	}
	if half, k := halfDay(t[1:]); k > 0 && h <= 12 {
		return clock{minutes: []int{half.apply(h) * 60 % 1440}, hours: -1, tokens: 1 + k}
	}
	return hourWord(t, h)
}

func wordClock(t []token) (clock, bool) {
	for _, w := range [...]struct {
		words  string
		minute int
	}{{"midnight", 0}, {"nửa đêm", 0}, {"noon", 720}, {"midday", 720}, {"giữa trưa", 720}, {"chính ngọ", 720}} {
		if n := matchWords(t, w.words); n > 0 {
			return clock{minutes: []int{w.minute}, hours: -1, tokens: n}, true
		}
	}
	for _, w := range [...]struct {
		words  string
		minute int
	}{{"half past", 30}, {"a quarter past", 15}, {"quarter past", 15}, {"a quarter to", -15}, {"quarter to", -15}} {
		n := matchWords(t, w.words)
		if n == 0 {
			continue
		}
		h, length := number(t, n)
		if s := readEnglish(t[n:]); length == 0 && s.tokens == 1 {
			h, length = int(s.value), 1
		}
		if length == 0 || h < 1 || h > 12 {
			continue
		}
		half, k := halfDay(t[n+1:])
		minutes := []int{(half.apply(h)*60 + w.minute) % 1440}
		if k == 0 {
			minutes = append(minutes, (minutes[0]+720)%1440)
		}
		return clock{minutes: minutes, hours: -1, tokens: n + 1 + k}, true
	}
	return clock{}, false
}

// halfHour reads the times that need more than digits before "giờ": "2.30 pm",
// "2 rưỡi chiều", "hai giờ rưỡi", "hai giờ chiều".
func halfHour(t []token, h, length int) clock {
	if whole, minute, ok := strings.Cut(t[0].text, "."); ok && t[0].kind == numberToken && len(whole) <= 2 && len(minute) == 2 {
		hour, _ := strconv.Atoi(whole)
		m, err := strconv.Atoi(minute)
		if half, k := halfDay(t[1:]); k > 0 && err == nil && hour <= 12 && m < 60 {
			return clock{minutes: []int{half.apply(hour)*60%1440 + m}, hours: -1, tokens: 1 + k}
		}
		return clock{}
	}
	k := 1
	if length == 0 {
		s := readVietnamese(t)
		if s.tokens == 0 || s.tokens >= len(t) || s.value > 24 || t[s.tokens].low != "giờ" {
			return clock{}
		}
		h, k = int(s.value), s.tokens
	}
	if h > 24 || length > 2 {
		return clock{}
	}
	rest := t[k:]
	hour := listed(" giờ h ", rest[0].low)
	if hour {
		rest, k = rest[1:], k+1
	}
	c := clock{minutes: []int{h * 60 % 1440}, hours: float64(h), tokens: k}
	half := len(rest) > 0 && rest[0].low == "rưỡi"
	if half {
		c = clock{minutes: []int{(h*60 + 30) % 1440}, hours: float64(h) + .5, tokens: k + 1}
		rest = rest[1:]
	}
	told := c.partOfDay(rest, h)
	if half && (hour || told) || length == 0 && told {
		return c
	}
	return clock{}
}

// partOfDay reads "sáng", "chiều" and the like behind a time and moves it there.
func (c *clock) partOfDay(t []token, h int) bool {
	if len(t) == 0 || !listed(" sáng trưa chiều tối đêm ", t[0].low) {
		return false
	}
	if t[0].low != "sáng" && h < 12 && !(t[0].low == "đêm" && h <= 5) {
		c.minutes = []int{(c.minutes[0] + 720) % 1440}
	}
	c.tokens, c.hours = c.tokens+1, -1
	return true
}

// hourWord reads "7h", "7h30", "7 giờ", "7 giờ 30", "7 giờ sáng", "7 o'clock".
func hourWord(t []token, h int) clock {
	w := t[1]
	c := clock{minutes: []int{h * 60 % 1440}, hours: float64(h), tokens: 2}
	switch {
	case w.low == "h" && !w.gap, w.low == "giờ":
		if m, ml := number(t, 2); ml > 0 && ml <= 2 && m < 60 && (w.low == "giờ" || !t[2].gap) {
			c = clock{minutes: []int{(h*60 + m) % 1440}, hours: float64(h) + float64(m)/60, tokens: 3}
			if len(t) > 3 && t[3].low == "phút" {
				c.tokens++
			}
		}
	case !w.gap && len(w.low) == 3 && w.low[0] == 'h' && isDigits(w.low[1:]):
		m, _ := strconv.Atoi(w.low[1:])
		if m > 59 {
			return clock{}
		}
		c = clock{minutes: []int{(h*60 + m) % 1440}, hours: float64(h) + float64(m)/60, tokens: 2}
	case matchWords(t[1:], "o ' clock") > 0 || matchWords(t[1:], "o ’ clock") > 0:
		c.tokens, c.hours = 4, -1
		c.minutes = append(c.minutes, (h+12)%24*60)
	default:
		return clock{}
	}
	c.partOfDay(t[min(c.tokens, len(t)):], h)
	return c
}

// halfOfDay is "am", "pm" or neither.
type halfOfDay string

// halfDay reads "am", "p.m." and the like.
func halfDay(t []token) (half halfOfDay, tokens int) {
	for _, w := range [...]string{"a . m .", "p . m .", "a . m", "p . m", "am", "pm"} {
		if n := matchWords(t, w); n > 0 {
			return halfOfDay(w[:1] + "m"), n
		}
	}
	return "", 0
}

func (half halfOfDay) apply(h int) int {
	switch {
	case half == "pm" && h < 12:
		return h + 12
	case half == "am" && h == 12:
		return 0
	}
	return h
}

// zone reads a time zone right after a time: "Z", "+07:00", "UTC".
func zone(t []token) int {
	switch {
	case len(t) > 0 && !t[0].gap && t[0].low == "z":
		return 1
	case len(t) > 3 && !t[0].gap && strings.Contains("+-−", t[0].text) && tight(t, 2, ":"):
		if _, l := number(t, 1); l == 2 {
			return 4
		}
	}
	return 0
}

const weekdayNames = " sunday=0 monday=1 tuesday=2 wednesday=3 thursday=4 friday=5 saturday=6 "

// weekday reads a day of the week at the start of t.
func weekday(t []token) (w time.Weekday, tokens int) {
	if len(t) == 0 {
		return 0, 0
	}
	if n, ok := lookUp(weekdayNames, t[0].low); ok {
		return time.Weekday(n), 1
	}
	if matchWords(t, "chủ nhật") > 0 {
		return time.Sunday, 2
	}
	if t[0].low == "thứ" && len(t) > 1 {
		if n, ok := lookUp(" hai=1 ba=2 tư=3 năm=4 sáu=5 bảy=6 2=1 3=2 4=3 5=4 6=5 7=6 ", t[1].low); ok {
			return time.Weekday(n), 2
		}
	}
	return 0, 0
}
