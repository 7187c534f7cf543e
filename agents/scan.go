package agents

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

type claimKind uint8

const (
	quantityClaim claimKind = iota
	dateClaim
	clockClaim
)

// claim is one reading of a number in a text.
type claim struct {
	kind   claimKind
	num    numeral
	coarse bool // written in thousands, or as a part of a whole
	sign   int  // as written: -1, +1, or 0 for none
	unit   unit // dim "": a bare number
	noun   string
	day    day
	minute int
}

// mention is one place in a text that holds a number, or references to evidence.
// One without claims and references is a number that nothing can support.
type mention struct {
	text        string
	claims      []claim
	refs        []string
	first, last int // tokens [first, last)
	weekday     int // named beside a date; -1: none
}

func (m mention) isRef() bool { return len(m.refs) > 0 }

func (m mention) hasDate() bool {
	return slices.ContainsFunc(m.claims, func(c claim) bool { return c.kind == dateClaim && c.day.month != 0 })
}

// scanner finds the mentions of a prepared text.
type scanner struct {
	src   string
	t     []token
	extra []string // units that only facts know
	out   []mention
}

// scan returns every number, date, time and reference in a prepared text.
func scan(prepared string, extra []string) []mention { return newScanner(prepared, extra).out }

func newScanner(prepared string, extra []string) *scanner {
	s := &scanner{src: prepared, t: tokenize(prepared), extra: extra}
	for i := 0; i < len(s.t); {
		i += max(1, s.at(i))
	}
	s.spread()
	return s
}

// at reads what stands at token i and returns how many tokens it took.
func (s *scanner) at(i int) int {
	for _, read := range [...]func(int) int{s.reference, s.skip, s.dateAt, s.clockAt, s.quantityAt, s.shareAt, s.wordsAt, s.strangeAt} {
		if n := read(i); n > 0 {
			return n
		}
	}
	return 0
}

func (s *scanner) add(m mention) int {
	end := len(s.src)
	if m.last < len(s.t) {
		end = s.t[m.last].start
	}
	m.text = strings.TrimSpace(s.src[s.t[m.first].start:end])
	if m.weekday == 0 && !m.hasDate() {
		m.weekday = -1
	}
	s.out = append(s.out, m)
	return m.last - m.first
}

func (s *scanner) low(i int) string {
	if i < 0 || i >= len(s.t) {
		return ""
	}
	return s.t[i].low
}

// isReference reports whether a word is a reference such as F3 or D1.
func isReference(low string) bool {
	return len(low) > 1 && len(low) < 6 && (low[0] == 'f' || low[0] == 'd') && isDigits(low[1:])
}

// reference reads F3, [F1, F2], (D1) and [F1–F3] as one mention.
func (s *scanner) reference(i int) int {
	if !isReference(s.low(i)) || s.t[i].kind != wordToken {
		return 0
	}
	m := mention{first: i, last: i + 1, refs: []string{strings.ToUpper(s.low(i))}, weekday: -1}
	for j := i + 1; j < len(s.t) && len(m.refs) < 64; j++ {
		switch w := s.t[j]; {
		case isReference(w.low):
			if strings.Contains(dashes, s.low(j-1)) {
				m.refs = append(m.refs, between(m.refs[len(m.refs)-1], strings.ToUpper(w.low))...)
			}
			m.refs = append(m.refs, strings.ToUpper(w.low))
			m.last = j + 1
			continue
		case strings.Contains("[](),;&/【】"+dashes, w.text) && !s.t[j].line, (w.low == "and" || w.low == "và") && j == m.last:
			continue
		}
		break
	}
	return s.add(m)
}

// between lists the references inside "F1–F4".
func between(from, to string) []string {
	a, _ := strconv.Atoi(from[1:])
	b, _ := strconv.Atoi(to[1:])
	if from[0] != to[0] || b-a > 20 {
		return nil
	}
	var out []string
	for n := a + 1; n < b; n++ {
		out = append(out, from[:1]+strconv.Itoa(n))
	}
	return out
}

// skip passes over digits that claim nothing: list markers at the start of a line,
// small ordinals, days of the week by number.
func (s *scanner) skip(i int) int {
	n, length := number(s.t, i)
	if length == 0 {
		if _, k := weekday(s.t[i:]); k > 0 {
			return k
		}
		return 0
	}
	if s.low(i-1) == "thứ" && n >= 2 && n <= 12 {
		return 1
	}
	next := min(i+1, len(s.t)-1)
	if length <= 2 && n <= 12 && ordinalSuffix(s.t, i+1) > 0 && readDate(s.t[i:], s.low(i-1)).tokens == 0 {
		return 2
	}
	if s.t[i].line && n >= 1 && n <= 12 && length <= 2 && next > i && (s.low(next) == "." || s.low(next) == ")") && !s.t[next].gap {
		if _, k := readUnit(s.t[next+1:], s.extra); k == 0 && next+1 < len(s.t) && s.t[next+1].gap && s.t[next+1].kind != numberToken {
			return 2
		}
	}
	return 0
}

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

// quantityAt reads a number in digits with sign, currency, power, multiplier and
// unit.
func (s *scanner) quantityAt(i int) int {
	sign, j := s.signAt(i)
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
	nums := readNumeral(s.t[j].text)
	m := mention{first: i, last: j + 1, weekday: -1}
	nums, ok := s.power(nums, &m)
	if !ok || len(nums) == 0 {
		return s.add(mention{first: i, last: m.last, weekday: -1})
	}
	s.finish(&m, nums, sign, cur)
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
	if _, ok := multiplier(w); ok || w == "m" || w == "b" || ordinalSuffix(s.t, j) > 0 {
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
	coarse := false
	if m.last < len(s.t) && ordinalSuffix(s.t, m.last) > 0 {
		m.last++
	}
	for range 3 {
		w := s.low(m.last)
		by, ok := multiplier(w)
		if !ok && (w == "m" || w == "b") && !s.t[m.last].gap {
			by, ok = map[string]float64{"m": 1e6, "b": 1e9}[w], true
		}
		if !ok {
			break
		}
		for k := range nums {
			nums[k] = nums[k].scale(by)
		}
		m.last, coarse = m.last+1, true
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
		for k := range nums {
			nums[k] = numeral{nums[k].value + .5, .1, false}
		}
		m.last++
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

// unitBefore reads a unit in front of a number: "MWh 312", "Energy (MWh): 312".
func (s *scanner) unitBefore(i int) unit {
	for i--; i >= 0 && listed(" : = ( ) | * _ ", s.low(i)) && !s.t[i+1].line; i-- {
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

// shareAt reads "half", "twice", "gấp đôi".
func (s *scanner) shareAt(i int) int {
	p := readShare(s.t[i:])
	if p.tokens == 0 {
		return 0
	}
	if p.value == 0 {
		return p.tokens
	}
	m := mention{first: i, last: i + p.tokens, claims: shareClaims(p.value, p.more), weekday: -1}
	return s.add(m)
}

// shareClaims are the figures that a part or a multiple may stand for.
func shareClaims(v float64, more bool) []claim {
	percent := unit{dim: dimPercent, scale: 1}
	out := []claim{
		{num: numeral{v, .02, false}, coarse: true, unit: unit{dim: dimTimes, scale: 1}},
		{num: numeral{v * 100, 1, false}, unit: percent},
	}
	if more {
		out = append(out, claim{num: numeral{(v - 1) * 100, 1, false}, unit: percent, sign: 1})
	}
	return out
}

// structural nouns are counted by the text itself, not by a meter.
const structural = " period periods thing things step steps example examples question questions part parts point points sentence sentences option options way ways side sides hand " +
	"kỳ câu ví bước phần cách điều việc mặt giai "

// wordsAt reads numbers in words.
func (s *scanner) wordsAt(i int) int {
	if s.t[i].kind != wordToken {
		return 0
	}
	if n := vague(s.t[i:]); n > 0 {
		return s.add(mention{first: i, last: i + n, weekday: -1})
	}
	w := readWords(s.t[i:])
	if w.tokens == 0 {
		return 0
	}
	if listed(" thứ cả mỗi ", s.low(i-1)) && w.tokens == 1 {
		return w.tokens
	}
	m := mention{first: i, last: i + w.tokens, weekday: -1}
	s.finish(&m, []numeral{{w.value, 1, true}}, 0, unit{})
	if w.tokens == 1 && (len(m.claims) == 0 || !s.counts(i, m.claims[0])) {
		return w.tokens
	}
	return s.add(m)
}

// counts reports whether a single number word is meant as a number: "one" and
// "một" are articles unless they measure, "năm" is a year unless it counts, and
// no noun that belongs to the text itself is a claim.
func (s *scanner) counts(i int, c claim) bool {
	measured := c.unit.dim != "" && c.unit.dim != dimTimes && !listed(" d night week month year reading ", c.unit.dim)
	switch s.low(i) {
	case "one", "một":
		return measured || c.coarse
	case "zero": // "readings of zero", "a run at zero"
		return c.unit.dim != ""
	case "năm":
		return !listed(" ngoái nay trước sau qua tới ", s.low(i+1)) && (measured || c.unit.dim != "" && c.unit.dim != "year" && !listed(" mỗi hằng hàng cùng cuối đầu trong ", s.low(i-1)))
	}
	return !listed(structural, c.noun)
}

// strangeAt catches digits and numerals that no rule above could read.
func (s *scanner) strangeAt(i int) int {
	w := s.t[i]
	if w.text == "💯" || w.text == "🔟" {
		return s.add(mention{first: i, last: i + 1, weekday: -1})
	}
	if w.kind != wordToken {
		return 0
	}
	if lookalike(w.text) && i+1 < len(s.t) {
		if u, n := readUnit(s.t[i+1:], nil); n > 0 && (u.dim == dimEnergy || u.dim == dimPower || u.dim == dimPercent || isCurrency(u.dim)) {
			return s.add(mention{first: i, last: i + 1 + n, weekday: -1})
		}
	}
	if listed(" co2 co2e m2 m3 ft2 kgco2 kgco2e ", w.low) {
		return 1
	}
	strange := strings.ContainsFunc(w.text, func(r rune) bool {
		return unicode.Is(unicode.N, r) || strings.ContainsRune("〇零一二三四五六七八九十百千万萬億亿兩两", r)
	})
	if !strange {
		return 0
	}
	return s.add(mention{first: i, last: i + 1, weekday: -1})
}

// lookalike reports whether a word is made of letters that pass for digits, or is
// a Roman numeral: "lOO kWh", "XII kWh".
func lookalike(w string) bool {
	return len(w) > 1 && (strings.Trim(w, "lIOoSBZ") == "" || strings.Trim(w, "IVXLCDM") == "")
}

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
		a.claims = append(a.claims, inherited(a.claims, b.claims)...)
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
