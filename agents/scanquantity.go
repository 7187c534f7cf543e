package agents

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// currencyBefore reads a currency in front of a number: "$", "US$", "USD".
func (s *scanner) currencyBefore(i int) (unit, int) {
	if s.low(i) == "us" && s.low(i+1) == "$" {
		return unit{dim: "USD", scale: 1}, 2
	}
	if u, ok := simpleUnit(s.low(i)); ok && isCurrency(u.dim) {
		return u, 1
	}
	return unit{}, 0
}

// signAt reads a sign. A dash after a number or a word is a range or a hyphen; a
// hyphen or dash apart from its number is a bullet or a pause.
func (s *scanner) signAt(i int) (sign, tokens int) {
	if i+1 >= len(s.t) || s.t[i].kind != symbolToken {
		return 0, 0
	}
	joined := !s.t[i].gap && i > 0 && (s.t[i-1].kind != symbolToken || strings.Contains(")]%", s.t[i-1].text))
	apart := s.t[i+1].gap
	switch w := s.t[i].text; {
	case w == "±":
		return 0, 1
	case w == "+" && !joined:
		return 1, 1
	case w == "−" && !joined:
		return -1, 1
	case strings.Contains(dashes+"—", w) && !joined && !apart:
		return -1, 1
	}
	return 0, 0
}

// signWord reads "minus" or "âm" right before a number in digits or words.
func (s *scanner) signWord(i int) (sign, tokens int) {
	if !listed(" minus negative âm ", s.low(i)) || i+1 >= len(s.t) || s.t[i+1].line {
		return 0, 0
	}
	_, n := s.currencyBefore(i + 1)
	if j := i + 1 + n; j < len(s.t) && (s.t[j].kind == numberToken || readWords(s.t[j:]).tokens > 0) {
		return -1, 1
	}
	return 0, 0
}

// belowZero reads the words behind a temperature that make it negative.
func (s *scanner) belowZero(i int) int {
	for _, w := range [...]string{"below zero", "under zero", "dưới không", "dưới 0"} {
		if n := matchWords(s.t[min(i, len(s.t)):], w); n > 0 {
			return n
		}
	}
	return 0
}

// quantityAt reads a number in digits with sign, currency, power, multiplier and
// unit.
func (s *scanner) quantityAt(i int) int {
	sign, j := s.signAt(i)
	if j == 0 {
		sign, j = s.signWord(i)
	}
	j += i
	cur, n := s.currencyBefore(j)
	j += n
	if k := j; n > 0 && sign == 0 {
		sign, n = s.signAt(k)
		j += n
	}
	if j >= len(s.t) || s.t[j].kind != numberToken {
		return 0
	}
	nums := asRead(s.t[j].text, readNumeral(s.t[j].text), s.lang)
	m := mention{first: i, last: j + 1, weekday: -1}
	nums, ok := s.power(nums, &m)
	if !ok || len(nums) == 0 {
		return s.add(mention{first: i, last: m.last, weekday: -1})
	}
	fraction := m.last == j+3 && s.t[j+1].text == "\u2044"
	s.finish(&m, nums, sign, cur)
	if fraction && sign == 0 && len(m.claims) == 1 && m.claims[0].unit.dim == "" {
		m.claims = append(m.claims, shareClaims(nums[0].value, false)...)
	}
	if y, length := number(s.t, j); length == 4 && y >= 1900 && y <= 2200 && sign == 0 && m.last == j+1 {
		m.claims = append(m.claims, claim{kind: dateClaim, day: day{year: y}})
	}
	if n, length := number(s.t, j); length > 0 && length <= 2 && n <= 12 && len(m.claims) > 0 && listed(structural, m.claims[0].noun) {
		return m.last - i
	}
	if n, length := number(s.t, j); length > 0 && length <= 2 && n <= 31 && ordinalSuffix(s.t, j+1) > 0 && m.last == j+2 {
		m.claims = []claim{{kind: dateClaim, day: day{day: n}}}
	}
	return s.add(m)
}

// power reads what may follow the digits without a space or as "× 10^3"; ok is
// false where letters or strokes make the number unreadable.
func (s *scanner) power(nums []numeral, m *mention) ([]numeral, bool) {
	scaled := func(by float64) []numeral {
		out := make([]numeral, len(nums))
		for k, n := range nums {
			out[k] = n.scale(by)
		}
		return out
	}
	j := m.last
	switch {
	case j < len(s.t) && s.t[j].text == "^": // "10^3"
		exp, n := s.exponent(j + 1)
		m.last = j + 1 + n
		if n == 0 || len(nums) != 1 || nums[0].value != 10 {
			return nil, false
		}
		v := math.Pow(10, exp)
		return []numeral{{v, v, true}}, true
	case j+2 < len(s.t) && listed(" × x * · ", s.low(j)) && s.t[j+1].text == "10" && s.low(j+2) == "^":
		exp, n := s.exponent(j + 3)
		m.last = j + 3 + n
		return scaled(math.Pow(10, exp)), n > 0
	case j < len(s.t) && s.t[j].text == "\u2044": // a fraction
		den, length := number(s.t, j+1)
		m.last = min(j+2, len(s.t))
		if length == 0 || den == 0 || len(nums) == 0 {
			return nil, false
		}
		return []numeral{{nums[0].value / float64(den), .01, false}}, true
	case j >= len(s.t) || s.t[j].kind != wordToken || s.t[j].gap:
		return nums, true
	}
	w := s.t[j].low
	if w[0] == 'e' && (isDigits(w[1:]) || w == "e") { // "1e3", "1E+3"
		k, neg := j, 1.
		digits := w[1:]
		if w == "e" {
			neg = map[bool]float64{true: -1, false: 1}[s.low(j+1) == "-" || s.low(j+1) == "−"]
			if k = j + 2; k >= len(s.t) || s.t[k].gap || s.t[k].kind != numberToken {
				return nil, false
			}
			digits = s.t[k].text
		}
		m.last = k + 1
		exp, err := strconv.Atoi(digits)
		return scaled(math.Pow(10, neg*float64(exp))), err == nil && exp < 300
	}
	if _, ok := multiplier(w); ok || w == "m" || w == "b" || w == "tr" || ordinalSuffix(s.t, j) > 0 {
		return nums, true
	}
	if _, n := readUnit(s.t[j:], s.extra); n > 0 {
		return nums, true
	}
	m.last = j + 1
	return nil, false
}

func (s *scanner) exponent(j int) (exp float64, tokens int) {
	sign := 1.
	if s.low(j) == "-" || s.low(j) == "−" {
		sign, tokens = -1, 1
	}
	n, length := number(s.t, j+tokens)
	if length == 0 || length > 2 {
		return 0, 0
	}
	return sign * float64(n), tokens + 1
}

// finish reads multiplier, unit and noun after a number and completes the mention.
func (s *scanner) finish(m *mention, nums []numeral, sign int, cur unit) {
	coarse, size := false, 1.
	if m.last < len(s.t) && ordinalSuffix(s.t, m.last) > 0 {
		m.last++
	}
	for range 3 {
		w := s.low(m.last)
		by, ok := multiplier(w)
		if !ok && (w == "m" || w == "b" || w == "tr") && !s.t[m.last].gap {
			by, ok = map[string]float64{"m": 1e6, "tr": 1e6, "b": 1e9}[w], true
		}
		if !ok {
			break
		}
		size *= by
		for k := range nums {
			nums[k] = nums[k].scale(by)
		}
		m.last, coarse = m.last+1, true
	}
	if coarse && s.low(m.last) == "rưỡi" { // "2 triệu rưỡi"
		addHalf(nums, size)
		m.last++
	}
	j := m.last
	for j < len(s.t) && strings.Contains("*_`", s.t[j].text) {
		j++
	}
	if s.low(j) == "(" && j+1 < len(s.t) {
		if _, n := readUnit(s.t[j+1:], s.extra); n > 0 {
			j++ // "312 (kWh)"
		}
	}
	if j > m.last && j < len(s.t) && s.t[j].kind == numberToken && !s.t[j].gap {
		m.claims = nil // digits with marks between them
		return
	}
	if j < len(s.t) && strings.Contains(dashes, s.t[j].text) && !s.t[j].gap {
		_, n := readUnit(s.t[j+1:], s.extra)
		_, more := multiplier(s.low(j + 1))
		if n > 0 && !s.t[j+1].gap {
			j++ // "30-day"
		} else if more {
			m.claims = nil // "5-million"
			return
		}
	}
	u, n := readUnit(s.t[j:], s.extra)
	if n == 0 && j+1 < len(s.t) && s.t[j].kind == wordToken && !listed(functionWords, s.t[j].low) {
		if v, k := readUnit(s.t[j+1:], nil); listed(" d night week month h reading ", v.dim) {
			u, n = v, k+1 // "20 comparable nights"
		}
	}
	if cur.dim != "" {
		per, k := readPer(s.t[j:])
		if u.dim == cur.dim {
			per, k = u.per, n
		}
		u, n = unit{dim: cur.dim, scale: 1, per: per}, k
	}
	if n > 0 {
		m.last = j + n
	} else if u.dim == "" {
		u = s.unitBefore(m.first)
	}
	if _, more := multiplier(s.low(m.last)); more && n > 0 && s.low(m.last) != "k" {
		m.last++ // "6.86 USD million"
		m.claims = nil
		return
	}
	if s.low(m.last) == "rưỡi" {
		addHalf(nums, size)
		m.last++
	}
	if n := s.belowZero(m.last); n > 0 && listed(" degC degF deg ", u.dim) {
		sign, m.last = -1, m.last+n
	}
	noun := ""
	if u.dim == "" && j < len(s.t) && s.t[j].kind == wordToken && !isReference(s.t[j].low) && !listed(functionWords, s.t[j].low) {
		noun = s.t[j].low
	} else if u.dim == "" && j < len(s.t) && listed(" % ‰ ° $ € £ ¥ ₫ ", s.t[j].text) {
		noun = s.t[j].text
	}
	for _, num := range nums {
		m.claims = append(m.claims, claim{num: num, coarse: coarse, sign: sign, unit: u, noun: noun})
	}
}

// addHalf adds half of what the last word counts: "2 triệu rưỡi" is 2.5 million.
func addHalf(nums []numeral, size float64) {
	for k := range nums {
		nums[k] = numeral{nums[k].value + size/2, size / 10, false}
	}
}

// unitBefore reads a unit in front of a number: "MWh 312", "Energy (MWh): 312".
func (s *scanner) unitBefore(i int) unit {
	i--
	for i >= 0 && listed(" : = ( ) | * _ ", s.low(i)) && !s.t[i+1].line {
		i--
	}
	if i < 0 || s.t[i+1].line {
		return unit{}
	}
	u, ok := simpleUnit(s.low(i))
	if !ok || u.dim != dimEnergy && u.dim != dimPower && u.dim != dimPercent && !isCurrency(u.dim) {
		return unit{}
	}
	if s.t[i+1].kind == numberToken && u.dim == dimPercent || s.low(i-1) == "/" || len(s.out) > 0 && s.out[len(s.out)-1].last == i+1 {
		return unit{} // it belongs to the number before it
	}
	return u
}

// functionWords may follow a number whose unit is left out.
const functionWords = " over above below under than against compared versus vs and or to of in on for from by at with was is were are so while when but which as last this per " +
	"both then instead a an the it that during between up down more less higher lower " +
	"so với trên dưới hơn và hoặc đến tới trong của cho từ bằng với là đã thì còn lên xuống vào ở so cao thấp nhiều ít nhưng khi mà tại "

// maxReadings bounds the readings of one number in a list: in hostile text they would
// multiply from number to number.
const maxReadings = 16

// spread gives a bare number the unit of the next one ("5–7 kWh", "from 250 to 312
// kWh") and the month or clock of a range ("1–31 October", "22–05:00").
func (s *scanner) spread() {
	for k := len(s.out) - 2; k >= 0; k-- {
		a, b := &s.out[k], s.out[k+1]
		if len(a.claims) == 0 || len(b.claims) == 0 || b.isRef() || !s.connected(a.last, b.first) {
			continue
		}
		bare := a.claims[0].kind == quantityClaim && a.claims[0].unit.dim == "" && (a.claims[0].noun == "" || a.last == b.first)
		if !bare {
			continue
		}
		a.claims = append(a.claims, inherited(a.claims, b.claims[:min(len(b.claims), maxReadings)])...)
		a.claims = a.claims[:min(len(a.claims), maxReadings)]
		if b.claims[0].kind == quantityClaim && b.claims[0].unit.dim != "" {
			a.claims = slices.DeleteFunc(a.claims, func(c claim) bool { return c.kind == quantityClaim && c.unit.dim == "" })
		}
	}
}

func inherited(a, b []claim) []claim {
	var out []claim
	for _, c := range a {
		if c.kind != quantityClaim {
			continue
		}
		n := int(c.num.value)
		for _, like := range b {
			d := c
			switch {
			case like.kind == quantityClaim && like.unit.dim != "":
				d.unit, d.noun, d.coarse = like.unit, "", c.coarse
				if like.coarse && !c.coarse { // "2 to 3 million"
					continue
				}
			case like.kind == dateClaim && like.day.day != 0 && like.day.month != 0 && c.num.step == 1 && n >= 1 && n <= 31:
				d = claim{kind: dateClaim, day: day{like.day.year, like.day.month, n}}
			case like.kind == clockClaim && c.num.step == 1 && n >= 0 && n <= 24:
				d = claim{kind: clockClaim, minute: n * 60 % 1440}
			default:
				continue
			}
			out = append(out, d)
		}
	}
	return out
}

// connected reports whether only words of a range or a list stand between tokens.
func (s *scanner) connected(from, to int) bool {
	if to-from > 3 {
		return false
	}
	for i := from; i < to; i++ {
		if !listed(" - ‐ ‑ – — − ~ / to and or , & đến tới và hoặc lên xuống so với vs versus → ", s.t[i].low) {
			return false
		}
	}
	return true
}
