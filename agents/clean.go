package agents

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxText bounds a text in runes: four pages are more than any answer needs.
const maxText = 8000

// Clean returns text as it may be stored and shown: valid UTF-8 in NFC, without
// control, format, filler, variation-selector, tag and private-use characters,
// with plain line ends, at most one empty line in a row, and bounded in length.
// Verify judges Clean(text), so Clean(text) is what must be recorded.
func Clean(text string) string {
	// Cut before normalising, so that hostile input costs no more than its bound.
	text = cutRunes(strings.ToValidUTF8(text, ""), 2*maxText)
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = norm.NFC.String(strings.Map(visible, text))
	var b strings.Builder
	empty := 0
	for line := range strings.SplitSeq(cutRunes(text, maxText), "\n") {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" {
			empty++
			continue
		}
		if b.Len() > 0 {
			b.WriteString(strings.Repeat("\n", 1+min(empty, 1)))
		}
		empty = 0
		b.WriteString(line)
	}
	return strings.TrimSpace(b.String())
}

// visible drops the characters that a reader cannot see but a machine would read.
func visible(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7F || r == '\n' || r == '\t':
		return r
	case r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return '\n'
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector):
		return -1
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r): // joiners, fillers, reserved ignorables
		return -1
	case r >= 0xE0000 && r <= 0xE0FFF:
		return -1
	case r == 0x2800: // blank braille
		return ' '
	}
	return r
}

func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
