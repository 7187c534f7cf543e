package agents

import "strconv"

// dateAt reads a date, and a time of day joined to it as in RFC 3339.
func (s *scanner) dateAt(i int) int {
	w := readDate(s.t[i:], s.low(i-1))
	if w.tokens == 0 {
		return 0
	}
	m := mention{first: i, last: i + w.tokens, weekday: s.weekdayBeside(i, i+w.tokens)}
	for _, d := range w.days {
		m.claims = append(m.claims, claim{kind: dateClaim, day: d})
	}
	if next := i + w.tokens; next < len(s.t) && !s.t[next].gap && len(s.low(next)) == 3 && s.low(next)[0] == 't' && isDigits(s.low(next)[1:]) && tight(s.t, next+1, ":") {
		return s.add(m) + s.stampClock(next)
	}
	if a, al := number(s.t, i); al > 0 && w.tokens == 3 && s.low(i+1) == "/" { // "1/2" may be a half
		if b, bl := number(s.t, i+2); bl > 0 && bl < 3 && b > 0 {
			m.claims = append(m.claims, shareClaims(float64(a)/float64(b), false)...)
		}
	}
	return s.add(m)
}

// stampClock reads the time of an RFC 3339 stamp, from its "T07".
func (s *scanner) stampClock(i int) int {
	h, _ := strconv.Atoi(s.low(i)[1:])
	minute, length := number(s.t, i+2)
	if length != 2 {
		return 0
	}
	n := 3
	if sec, l := number(s.t, i+4); tight(s.t, i+3, ":") && l == 2 && sec < 60 {
		n = 5
	}
	n += zone(s.t[min(i+n, len(s.t)):])
	m := mention{first: i, last: min(i+n, len(s.t)), weekday: -1}
	if h < 25 && minute < 60 {
		m.claims = []claim{{kind: clockClaim, minute: (h*60 + minute) % 1440}}
	}
	return s.add(m)
}

// weekdayBeside returns the day of the week named right before or after a date.
func (s *scanner) weekdayBeside(first, last int) int {
	j := first - 1
	for j >= 0 && first-j < 4 && (s.low(j) == "," || s.low(j) == "the" || s.low(j) == "(" || s.low(j) == "ngày") {
		j--
	}
	for k := max(0, j-1); k <= j; k++ {
		if w, n := weekday(s.t[k:]); n > 0 && k+n == j+1 {
			return int(w)
		}
	}
	for last < len(s.t) && (s.low(last) == "(" || s.low(last) == ",") {
		last++
	}
	if last < len(s.t) && s.low(last-1) == "(" {
		if w, n := weekday(s.t[last:]); n > 0 {
			return int(w)
		}
	}
	return -1
}

func (s *scanner) clockAt(i int) int {
	c := readClock(s.t[i:])
	if c.tokens == 0 {
		return 0
	}
	m := mention{first: i, last: i + c.tokens, weekday: -1}
	for _, minute := range c.minutes {
		m.claims = append(m.claims, claim{kind: clockClaim, minute: minute})
	}
	if c.hours >= 0 {
		u := unit{dim: dimHour, scale: 1}
		per, n := readPer(s.t[m.last:])
		u.per = per
		m.last += n
		m.claims = append(m.claims, claim{num: numeral{c.hours, 1. / 60, false}, unit: u})
	}
	return s.add(m)
}
