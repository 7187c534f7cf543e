package agents

// shareAt reads "half", "twice", "gấp đôi".
func (s *scanner) shareAt(i int) int {
	p := readShare(s.t[i:])
	if p.tokens == 0 || readDozen(s.t[i:]).tokens > 0 {
		return 0
	}
	if p.value == 0 {
		return p.tokens
	}
	m := mention{first: i, last: i + p.tokens, claims: shareClaims(p.value, p.more), weekday: -1}
	j := m.last
	if listed(" a an ", s.low(j)) {
		j++
	}
	if u, n := readUnit(s.t[min(j, len(s.t)):], s.extra); n > 0 && u.dim != dimPercent && u.dim != dimTimes { // "one and a half MWh"
		m.last = j + n
		m.claims = []claim{{num: numeral{p.value, .05, false}, coarse: true, unit: u}}
	}
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
	if n := vague(s.t[i:]); n > 0 && readDozen(s.t[i:]).tokens == 0 {
		return s.add(mention{first: i, last: i + n, weekday: -1})
	}
	sign, k := s.signWord(i)
	w := readWords(s.t[min(i+k, len(s.t)):])
	if w.tokens == 0 {
		return 0
	}
	if listed(" thứ cả mỗi ", s.low(i-1)) && w.tokens == 1 {
		return w.tokens
	}
	m := mention{first: i, last: i + k + w.tokens, weekday: -1}
	s.finish(&m, []numeral{w.numeral()}, sign, unit{})
	if w.tokens == 1 && k == 0 && (len(m.claims) == 0 || !s.counts(i, m.claims[0])) {
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
