package agents

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// linkForms are the marks by which a text could make a reader's program fetch, run or
// open something: addresses, mail, Markdown links and images, and markup. Whatever
// leaves with such an address would leave unseen.
var linkForms = regexp.MustCompile(`(?i)://|www\.|\]\(|\[(?:[^FD\[\]][^\[\]]*|[FD][^0-9\[\]][^\[\]]*)\]:|!\[|\b(?:javascript|vbscript|mailto):|data:(?:text|image|application)|<[/!?\pL]|&(?:#|lt;|gt;|quot;)` +
	`|[\pL0-9._%+-]+@[\pL0-9-]+\.\pL` +
	`|[\pL0-9-]+\.(?:com|net|org|io|co|info|biz|app|dev|xyz|site|online|top|example|test|invalid|ru|cn|vn|uk|de|eu|ai|me|cloud|link|click|local|internal)\b` +
	`|[\pL0-9-]{2,}\.\pL{2,}/[\pL0-9?]`)

func (v *verifier) checkLinks(masked string) {
	for field := range strings.FieldsSeq(masked) {
		if !suspect(field) {
			continue
		}
		if at := linkForms.FindStringIndex(field); at != nil {
			v.fault(Fault{Text: field[at[0]:], Reason: FaultLink, Detail: "write plain text without addresses"})
			return
		}
	}
}

// suspect passes over the words that can hold no such mark, which are nearly all.
func suspect(field string) bool {
	for i, r := range field {
		switch r {
		case '<', '@', '&', '!', ':', ']', '/':
			return true
		case '.':
			if next, _ := utf8.DecodeRuneInString(field[i+1:]); unicode.IsLetter(next) {
				return true
			}
		}
	}
	return false
}
