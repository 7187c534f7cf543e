package retrieval

import (
	"strings"
	"unicode"

	eaio "github.com/eaio/eaio"
	"golang.org/x/text/unicode/norm"
)

// Terms cuts text into index terms, in reading order: NFC, lower case, without
// the language's stop words (none for an unknown language), English plurals
// reduced, and each accented term followed by its folded copy, so that "dự báo"
// is found by "du bao" and "toà nhà" by "tòa nhà". A number stays whole with
// its decimals and percent sign ("13.5", "50%"), a unit with its denominator
// ("kwh/m2"). Stores index passages and read queries with it alike.
func Terms(text string, language eaio.Language) []string {
	s := scanner{text: []rune(plainDigits.Replace(strings.ToLower(norm.NFC.String(text))))}
	stop := stopWords(language)
	var terms []string
	for {
		word, ok := s.next()
		if !ok {
			return terms
		}
		if stop[word] {
			continue
		}
		term := singular(word)
		terms = append(terms, term)
		if folded := fold(term); folded != term {
			terms = append(terms, folded)
		}
	}
}

var plainDigits = strings.NewReplacer("²", "2", "³", "3", "₂", "2", "’", "'")

// scanner cuts a lower-case text into words.
type scanner struct {
	text []rune
	at   int
}

func (s *scanner) next() (string, bool) {
	for s.at < len(s.text) && !s.begins(s.at) {
		s.at++
	}
	if s.at == len(s.text) {
		return "", false
	}
	start := s.at
	s.at++
	for s.at < len(s.text) && (inWord(s.text[s.at]) || s.joins(start, s.at)) {
		s.at++
	}
	word := strings.ReplaceAll(strings.TrimSuffix(string(s.text[start:s.at]), "'s"), "'", "")
	if isDigit(s.text[s.at-1]) && s.percent() {
		word += "%"
	}
	return word, true
}

// begins reports whether a word starts at i: a letter, a digit, or a degree
// sign before its scale.
func (s *scanner) begins(i int) bool {
	r := s.text[i]
	return unicode.IsLetter(r) || unicode.IsDigit(r) ||
		r == '°' && (s.rune(i+1) == 'c' || s.rune(i+1) == 'f')
}

// joins reports whether the mark at i belongs to the word that began at start:
// the decimal mark of a number, the stroke of a unit, an apostrophe.
func (s *scanner) joins(start, i int) bool {
	before, after := s.text[i-1], s.rune(i+1)
	switch s.text[i] {
	case '.', ',':
		return isDigit(before) && isDigit(after)
	case '\'':
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case '/':
		return unicode.IsLetter(after) && units[string(s.text[start:i])]
	}
	return false
}

// percent consumes a percent sign, at most one space away.
func (s *scanner) percent() bool {
	at := s.at
	if r := s.rune(at); r == ' ' || r == '\u00A0' || r == '\u202F' {
		at++
	}
	if s.rune(at) != '%' {
		return false
	}
	s.at = at + 1
	return true
}

// rune returns the rune at i, or 0 past the end.
func (s *scanner) rune(i int) rune {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// fold removes the accents of a term; đ, which is a letter of its own, becomes d.
func fold(term string) string {
	ascii := true
	for i := range len(term) {
		ascii = ascii && term[i] < 0x80
	}
	if ascii {
		return term
	}
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(term))
	return norm.NFC.String(bare)
}

// singular reduces an English plural by the three rules of Harman, "How
// effective is suffixing?" (1991). Vietnamese syllables never end in s.
func singular(word string) string {
	if len(word) < 4 || !strings.HasSuffix(word, "s") {
		return word
	}
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	ends := func(suffixes ...string) bool {
		for _, suffix := range suffixes {
			if strings.HasSuffix(word, suffix) {
				return true
			}
		}
		return false
	}
	switch {
	case ends("ies") && !ends("eies", "aies"):
		return word[:len(word)-3] + "y"
	case ends("es") && !ends("aes", "ees", "oes"), !ends("es", "us", "ss"):
		return word[:len(word)-1]
	}
	return word
}
