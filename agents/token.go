package agents

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// prepare returns the text in the one form that is scanned: as Clean leaves it,
// every digit of every script as an ASCII digit, superscripts after a digit as a
// power, fractions set off, compatibility forms resolved.
func prepare(text string) string {
	text = Clean(text)
	var b strings.Builder
	prev := ' '
	for _, r := range text {
		switch {
		case isSuperscript(r) && isDigit(prev) && !isSuperscript(prev):
			b.WriteRune('^')
			b.WriteRune(r)
		case unicode.Is(unicode.No, r) && strings.ContainsRune(norm.NFKC.String(string(r)), '\u2044'): // ½
			b.WriteRune(' ')
			b.WriteRune(r)
		case r == '٪':
			b.WriteRune('%')
		case unicode.Is(unicode.Mn, r) && isDigit(prev): // a stroke through a digit hides nothing
			continue
		default:
			b.WriteRune(r)
		}
		prev = r
	}
	return strings.Map(asciiDigit, norm.NFKC.String(b.String()))
}

func isSuperscript(r rune) bool {
	return r == '⁰' || r == '¹' || r == '²' || r == '³' || r >= '⁴' && r <= '⁹' || r == '⁻' || r == '⁺'
}

func isDigit(r rune) bool { return unicode.IsDigit(r) || unicode.Is(unicode.No, r) }

// asciiDigit maps a decimal digit of any script to ASCII: each script's ten are a
// run that starts at its zero.
func asciiDigit(r rune) rune {
	if r < 0x80 || !unicode.Is(unicode.Nd, r) {
		return r
	}
	for _, t := range unicode.Nd.R16 {
		if uint16(min(r, 0xFFFF)) >= t.Lo && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if uint32(r) >= t.Lo && uint32(r) <= t.Hi {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

type tokenKind uint8

const (
	numberToken tokenKind = iota // digits with their separators
	wordToken                    // letters, and digits after them
	symbolToken                  // one other character
)

// token is a piece of a prepared text.
type token struct {
	kind  tokenKind
	text  string // as prepared
	low   string // in lower case
	gap   bool   // white space, or the text's start, before it
	line  bool   // first of its line
	start int    // byte offset
}

// placeholder stands where a known name (a building's, a model's) was found, so
// that the digits of "Tower 5" are not taken for a claim. Clean drops it from
// foreign text.
const placeholder = '\uE000'

// tokenize splits a prepared text.
func tokenize(s string) []token {
	var out []token
	gap, line := true, true
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			gap, line = true, line || r == '\n'
			i += size
			continue
		}
		t := token{kind: symbolToken, gap: gap, line: line, start: i}
		n := size
		switch {
		case r >= '0' && r <= '9':
			t.kind = numberToken
			group := gap || len(out) == 0 || !strings.Contains(":/-.", out[len(out)-1].text)
			n = numberLen(s[i:], group)
		case isWordRune(r):
			t.kind = wordToken
			n = wordLen(s[i:])
		}
		t.text = s[i : i+n]
		t.low = strings.ToLower(t.text)
		out = append(out, t)
		i += n
		gap, line = false, false
	}
	return out
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.No, r) || r == placeholder
}

func wordLen(s string) int {
	for i, r := range s {
		if !isWordRune(r) && !unicode.IsDigit(r) {
			return i
		}
	}
	return len(s)
}

// numberLen measures digits with the separators between them. A space joins
// groups of three ("1 234") if spaces is true and the first group allows it.
func numberLen(s string, spaces bool) int {
	i := digits(s)
	spaces = spaces && i <= 3 && s[0] != '0'
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		n := digits(s[i+size:])
		switch {
		case n == 0:
			return i
		case strings.ContainsRune(".,'’_٫٬", r):
			spaces = spaces && r != '.' && r != ','
		case r == ' ' && spaces && n == 3:
		default:
			return i
		}
		i += size + n
	}
	return i
}

// digits counts the ASCII digits that s starts with.
func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}
