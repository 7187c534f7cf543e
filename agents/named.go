package agents

import (
	"strings"

	"github.com/eaio/eaio"
)

// Named returns the one building that a question speaks of: by its name or id,
// however they are written, or by a word that only its name holds ("what about
// Lizbeth?"). ok is false where it names none, or more than one.
func Named(question string, buildings []eaio.Building) (id string, ok bool) {
	holders := map[string]int{} // telling words → how many buildings' names hold them
	for _, b := range buildings {
		for _, w := range tellingOf(b) {
			holders[w]++
		}
	}
	words := placedWords(question)
	for _, b := range buildings {
		if !names(question, words, b, holders) {
			continue
		}
		if ok {
			return "", false
		}
		id, ok = b.ID, true
	}
	return id, ok
}

// Unnamed returns a question with "it" ("nó") in place of the building's name or
// id, for rules that read words and know no names. wanted is the language that the
// request asks for; empty: the question's.
func Unnamed(question string, b eaio.Building, wanted eaio.Language) string {
	it := "it"
	if l, _ := Detect(question, wanted); l == eaio.Vietnamese {
		it = "nó"
	}
	words := placedWords(question)
	var out strings.Builder
	last := 0
	for i := 0; i < len(words); {
		n := nameAt(question, words[i:], b)
		if n == 0 {
			i++
			continue
		}
		out.WriteString(question[last:words[i].from] + it)
		last = words[i+n-1].to
		i += n
	}
	return out.String() + question[last:]
}

// nameAt returns how many words from the first on name the building: its whole
// name or id, or telling words of it in a row.
func nameAt(question string, words []placedWord, b eaio.Building) int {
	for _, text := range []string{b.Name, b.ID} {
		if name := foldedWords(text); len(telling(text)) > 0 && matches(question, words, name) {
			return len(name)
		}
	}
	told, n := tellingOf(b), 0
	for n < len(words) && contains(told, words[n].folded) && words[n].isName() {
		n++
	}
	return n
}

func tellingOf(b eaio.Building) (words []string) {
	for _, text := range []string{b.Name, b.ID} {
		for _, w := range telling(text) {
			words = with(words, w)
		}
	}
	return words
}

func names(question string, words []placedWord, b eaio.Building, holders map[string]int) bool {
	own := map[string]bool{}
	for _, w := range tellingOf(b) {
		own[w] = holders[w] == 1
	}
	for i, w := range words {
		if own[w.folded] && w.isName() {
			return true
		}
		for _, text := range []string{b.Name, b.ID} {
			if len(telling(text)) > 0 && matches(question, words[i:], foldedWords(text)) {
				return true
			}
		}
	}
	return false
}

func foldedWords(text string) (folded []string) {
	for _, w := range placedWords(text) {
		folded = append(folded, w.folded)
	}
	return folded
}
