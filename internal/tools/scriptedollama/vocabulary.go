package scriptedollama

import "strings"

// Token types of GGUF.
const (
	tokenNormal  = 1
	tokenControl = 3
)

// vocabulary is a byte-level vocabulary as GPT-2's: the 256 bytes first, then
// whatever the scripts need.
type vocabulary struct {
	tokens []string
	types  []int32
	ids    map[string]int
}

func newVocabulary() *vocabulary {
	v := &vocabulary{ids: map[string]int{}}
	for c := range 256 {
		v.add(spelling(string([]byte{byte(c)})), tokenNormal)
	}
	return v
}

func (v *vocabulary) has(token string) bool { _, ok := v.ids[token]; return ok }

func (v *vocabulary) add(token string, kind int32) int {
	if v.has(token) {
		panic("the vocabulary has the token twice: " + token)
	}
	v.ids[token] = len(v.tokens)
	v.tokens = append(v.tokens, token)
	v.types = append(v.types, kind)
	return v.ids[token]
}

// spelling writes bytes as GPT-2's vocabulary does: printable ones stand for
// themselves, the others for characters from U+0100 on.
func spelling(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if printable(c) {
			b.WriteRune(rune(c))
			continue
		}
		n := rune(256)
		for i := range c {
			if !printable(i) {
				n++
			}
		}
		b.WriteRune(n)
	}
	return b.String()
}

func printable(c byte) bool {
	return c >= '!' && c <= '~' || c >= 0xa1 && c <= 0xac || c >= 0xae
}

// pieces cuts a script's text into word-like tokens that are all new to the
// vocabulary and adds them, so that each identifies its place in its script.
func (v *vocabulary) pieces(text string) []int {
	var cut []string
	used := map[string]bool{}
	piece := ""
	for _, word := range words(text) {
		piece += word
		if s := spelling(piece); len(piece) > 1 && !v.has(s) && !used[s] {
			cut, piece = append(cut, piece), ""
			used[s] = true
		}
	}
	if piece != "" { // what is left is not new by itself
		if len(cut) == 0 {
			panic("no token can stand for the whole script: " + text)
		}
		cut[len(cut)-1] += piece
	}
	ids := make([]int, len(cut))
	for i, p := range cut {
		ids[i] = v.add(spelling(p), tokenNormal)
	}
	return ids
}

// words cuts before each space, line break and quotation mark.
func words(text string) []string {
	var out []string
	word := ""
	for _, c := range []byte(text) {
		if word != "" && (c == ' ' || c == '\n' || c == '"') {
			out = append(out, word)
			word = ""
		}
		word += string([]byte{c})
	}
	if word != "" {
		out = append(out, word)
	}
	return out
}
