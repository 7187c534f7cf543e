package retrieval

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Sanitize returns text in NFC without what a reader cannot see: tag
// characters, variation selectors, zero-width and bidirectional controls, soft
// hyphens and control characters other than tab and line feed. Instructions
// hidden in them would otherwise reach a model unseen. Bytes that are not UTF-8
// become U+FFFD. It is applied to every text before it is indexed.
func Sanitize(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	// Dropping comes first: a character hidden between a letter and its accent
	// would keep the two from being composed.
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text))
}

// invisible reports whether r leaves no mark on a page.
func invisible(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r >= 0xFE00 && r <= 0xFE0F, // variation selectors
		r >= 0xE0100 && r <= 0xE01EF,
		r == 0x034F,              // combining grapheme joiner
		r == 0x115F, r == 0x1160, // Hangul fillers
		r == 0x3164, r == 0xFFA0, //
		r >= 0xE0000 && r <= 0xE007F: // tags, assigned or not
		return true
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
}
