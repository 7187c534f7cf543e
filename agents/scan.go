package agents

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eaio/eaio"
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
	whole  bool // of an input: only a text that names the day repeats this date
	asked  bool // of an input: it stands in the question
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
	lang  eaio.Language
	out   []mention
}

// scan returns every number, date, time and reference in a prepared text of any
// language: "1,234" is both 1234 and 1.234.
func scan(prepared string, extra []string) []mention { return newScanner(prepared, extra, "").out }

// newScanner scans a text as readers of its language read it; an empty one leaves every
// reading open.
func newScanner(prepared string, extra []string, lang eaio.Language) *scanner {
	s := &scanner{src: prepared, t: tokenize(prepared), extra: extra, lang: lang}
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
	if listed(" co2 co2e m2 m3 ft2 kgco2 kgco2e r2 ", w.low) {
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
