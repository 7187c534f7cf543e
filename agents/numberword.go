package agents

import (
	"math"
	"strings"
)

// Words that stand for numbers, as "word=value" pairs.
const (
	englishUnits = " zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 "
	englishTens  = " twenty=20 thirty=30 forty=40 fourty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 " //nolint:misspell // people and models write it so
	vietUnits    = " một=1 hai=2 ba=3 bốn=4 năm=5 sáu=6 bảy=7 bẩy=7 tám=8 chín=9 "
	vietAfterTen = " mốt=1 hai=2 ba=3 tư=4 bốn=4 lăm=5 nhăm=5 sáu=6 bảy=7 bẩy=7 tám=8 chín=9 một=1 năm=5 "
	multipliers  = " hundred=2 thousand=3 million=6 mn=6 billion=9 bn=9 trillion=12 chục=1 trăm=2 nghìn=3 ngàn=3 vạn=4 triệu=6 tỷ=9 tỉ=9 k=3 "
)

// lookUp finds word in a list of "word=value" pairs.
func lookUp(list, word string) (int, bool) {
	if word == "" || strings.ContainsAny(word, " =") {
		return 0, false
	}
	_, rest, ok := strings.Cut(list, " "+word+"=")
	if !ok {
		return 0, false
	}
	n := 0
	for _, c := range rest[:digits(rest)] {
		n = 10*n + int(c-'0')
	}
	return n, true
}

// multiplier reads "thousand", "triệu" and the like.
func multiplier(word string) (float64, bool) {
	n, ok := lookUp(multipliers, word)
	return math.Pow10(n), ok
}

// spelled is a number in words: its value and how many tokens it takes.
type spelled struct {
	value  float64
	tokens int
	step   float64 // of its last place; 0: whole
}

func (s spelled) numeral() numeral {
	if s.step == 0 {
		return numeral{s.value, 1, true}
	}
	return numeral{s.value, s.step, false}
}

// readWords reads a number in English or Vietnamese words at the start of t, with
// "and a half", a dozen or decimals: "two point five", "hai phẩy năm".
func readWords(t []token) spelled {
	if s := readDozen(t); s.tokens > 0 {
		return s
	}
	s := readEnglish(t)
	if s.tokens == 0 {
		s = readVietnamese(t)
	}
	if s.tokens == 0 {
		return s
	}
	rest := t[s.tokens:]
	for words, part := range map[string]float64{"and a half": .5, "and a quarter": .25, "and three quarters": .75} {
		if n := matchWords(rest, words); n > 0 {
			return spelled{s.value + part, s.tokens + n, .05}
		}
	}
	if len(rest) > 1 && listed(" point phẩy ", rest[0].low) {
		return spokenDecimals(s, rest[1:])
	}
	return s
}

// spokenDecimals reads the digits, as words, behind "point" or "phẩy".
func spokenDecimals(s spelled, t []token) spelled {
	step := 1.
	for n := range t[:min(len(t), 6)] {
		v, ok := lookUp(englishUnits+vietUnits+"không=0 lăm=5 mốt=1 tư=4 ", t[n].low)
		if !ok || v > 9 {
			break
		}
		step /= 10
		if n == 0 {
			s.tokens++
		}
		s = spelled{s.value + float64(v)*step, s.tokens + 1, step}
	}
	return s
}

// readDozen reads "a dozen", "half a dozen", "hai tá".
func readDozen(t []token) spelled {
	for _, p := range [...]struct {
		words string
		value float64
	}{
		{"half a dozen", 6},
		{"half - dozen", 6},
		{"a half dozen", 6},
		{"nửa tá", 6},
		{"a dozen", 12},
		{"one dozen", 12},
		{"một tá", 12},
		{"two dozen", 24},
		{"hai tá", 24},
		{"three dozen", 36},
		{"ba tá", 36},
		{"four dozen", 48},
	} {
		if n := matchWords(t, p.words); n > 0 {
			return spelled{value: p.value, tokens: n}
		}
	}
	return spelled{}
}

// readEnglish reads "twenty-five", "one hundred and two", "a thousand".
func readEnglish(t []token) spelled {
	const start, unit, ten, hundred, large = 0, 1, 2, 3, 4
	var total, current float64
	n, last := 0, start
	if len(t) > 1 && t[0].low == "a" && listed(" hundred thousand million billion ", t[1].low) {
		current, n, last = 1, 1, unit
	}
	for ; n < len(t) && n < 24; n++ {
		w := t[n].low
		var next string
		if n+1 < len(t) {
			next = t[n+1].low
		}
		v, isUnit := lookUp(englishUnits, w)
		tens, isTen := lookUp(englishTens, w)
		_, nextUnit := lookUp(englishUnits, next)
		_, nextTen := lookUp(englishTens, next)
		switch {
		case isUnit && (last != unit && last != ten || last == ten && v < 10):
			current, last = current+float64(v), unit
		case isTen && last != unit && last != ten:
			current, last = current+float64(tens), ten
		case w == "hundred" && last == unit:
			current, last = current*100, hundred
		case listed(" thousand million billion trillion ", w) && last != start && last != large:
			m, _ := multiplier(w)
			total, current, last = total+current*m, 0, large
		case w == "and" && (last == hundred || last == large) && (nextUnit || nextTen):
		case w == "-" && (last == ten && nextUnit || last != start && listed(" hundred thousand million billion ", next)):
		default:
			return spelled{value: total + current, tokens: n}
		}
	}
	return spelled{value: total + current, tokens: n}
}

func readVietnamese(t []token) spelled {
	var total, current float64
	n := 0
	size := 1.
	for n < len(t) && n < 24 {
		w := t[n].low
		v, unit := lookUp(vietUnits, w)
		after, afterTen := lookUp(vietAfterTen, w)
		switch {
		case n == 0 && unit:
			current = float64(v)
		case n == 0 && w == "mười":
			current = 10
		case n == 0:
			return spelled{}
		case w == "rưỡi" && size > 1: // "hai triệu rưỡi"
			return spelled{total + current + size/2, n + 1, 0}
		case w == "mươi":
			current = math.Floor(current/10)*10 + math.Mod(current, 10)*10
		case w == "mười" && math.Mod(current, 10) == 0:
			current += 10
		case w == "trăm":
			current, size = current*100, 100
		case (w == "linh" || w == "lẻ") && n+1 < len(t):
			if _, ok := lookUp(vietUnits, t[n+1].low); !ok {
				return spelled{value: total + current, tokens: n}
			}
		case w == "nghìn" || w == "ngàn" || w == "triệu" || w == "tỷ" || w == "tỉ":
			m, _ := multiplier(w)
			total, current, size = total+current*m, 0, m
		case afterTen && t[n-1].low != "phần" && continues(t[n-1].low):
			current += float64(after)
		default:
			return spelled{value: total + current, tokens: n}
		}
		n++
	}
	return spelled{value: total + current, tokens: n}
}

// continues reports whether a Vietnamese digit word may follow w in one number.
func continues(w string) bool {
	return listed(" mười mươi trăm linh lẻ nghìn ngàn triệu tỷ tỉ ", w)
}

// vague are magnitudes without a value: no fact can support them.
func vague(t []token) int {
	for _, w := range [...]string{
		"dozens", "hundreds", "thousands", "millions", "billions", "tens of", "hàng chục", "hàng trăm", "hàng nghìn", "hàng ngàn", "hàng triệu", "hàng tỷ",
		"hundred", "thousand", "million", "billion", "nghìn", "ngàn", "triệu", "vạn", // without a number before them
		"dozen", "fivefold", "tenfold", "manyfold", "gấp nhiều lần", "gấp bội",
	} {
		if n := matchWords(t, w); n > 0 {
			return n
		}
	}
	return 0
}

// share is a part or a multiple in words: "half", "two thirds", "gấp đôi".
type share struct {
	value  float64
	tokens int
	more   bool // a multiple: "double" is also +100 %
}

// readShare reads a part or a multiple at the start of t.
func readShare(t []token) share {
	for _, p := range [...]struct {
		words string
		value float64
		more  bool
	}{
		{"double - check", 0, false},
		{"double check", 0, false}, // a verb without a number
		{"nửa đêm", 0, false},
		{"half - hourly", 0, false},
		{"one and a half", 1.5, true},
		{"half", .5, false},
		{"halved", .5, false},
		{"halve", .5, false},
		{"halves", .5, false},
		{"halving", .5, false},
		{"một nửa", .5, false},
		{"phân nửa", .5, false},
		{"nửa", .5, false},
		{"one third", 1. / 3, false},
		{"one - third", 1. / 3, false},
		{"a third", 1. / 3, false},
		{"two thirds", 2. / 3, false},
		{"two - thirds", 2. / 3, false},
		{"một phần ba", 1. / 3, false},
		{"hai phần ba", 2. / 3, false},
		{"three quarters", .75, false},
		{"three - quarters", .75, false},
		{"one quarter", .25, false},
		{"one - quarter", .25, false},
		{"a quarter", .25, false},
		{"quarter of the", .25, false},
		{"một phần tư", .25, false},
		{"ba phần tư", .75, false},
		{"a fifth of", .2, false},
		{"one fifth", .2, false},
		{"one - fifth", .2, false},
		{"two fifths", .4, false},
		{"three fifths", .6, false},
		{"four fifths", .8, false},
		{"a tenth", .1, false},
		{"one tenth", .1, false},
		{"một phần năm", .2, false},
		{"một phần mười", .1, false},
		{"double", 2, true},
		{"doubled", 2, true},
		{"doubles", 2, true},
		{"doubling", 2, true},
		{"twice", 2, true},
		{"twofold", 2, true},
		{"two - fold", 2, true},
		{"gấp đôi", 2, true},
		{"nhân đôi", 2, true},
		{"tăng đôi", 2, true},
		{"triple", 3, true},
		{"tripled", 3, true},
		{"triples", 3, true},
		{"thrice", 3, true},
		{"threefold", 3, true},
		{"three - fold", 3, true},
		{"trebled", 3, true},
		{"treble", 3, true},
		{"gấp ba", 3, true},
		{"quadruple", 4, true},
		{"quadrupled", 4, true},
		{"fourfold", 4, true},
		{"gấp bốn", 4, true},
		{"gấp năm", 5, true},
		{"gấp rưỡi", 1.5, true},
		{"rưỡi", .5, false},
	} {
		if n := matchWords(t, p.words); n > 0 {
			return share{p.value, n, p.more}
		}
	}
	return share{}
}
