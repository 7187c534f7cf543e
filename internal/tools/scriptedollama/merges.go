package scriptedollama

import (
	"cmp"
	_ "embed"
	"maps"
	"slices"
	"strings"
)

// sample is text like that of real prompts. Merges learned from it make a prompt
// a third as many tokens as bytes: reading one costs the square of its length.
//
//go:embed sample.txt
var sample string

// mergeCount is how many merges are learned; each widens the model by a token.
const mergeCount = 320

// learnMerges does byte-pair encoding on the text: it adds the token of the most
// frequent pair of neighbours to the vocabulary, n times, and returns the pairs
// in that order.
func (v *vocabulary) learnMerges(text string, n int) []string {
	var parts [][]string // of each word, with the space before it
	for _, w := range words(text) {
		parts = append(parts, strings.Split(spelling(w), ""))
	}
	var merges []string
	for range n {
		left, right, ok := commonest(parts)
		if !ok {
			break
		}
		merges = append(merges, left+" "+right)
		if !v.has(left + right) {
			v.add(left+right, tokenNormal)
		}
		for i := range parts {
			parts[i] = merged(parts[i], left, right)
		}
	}
	return merges
}

// commonest returns the most frequent pair of neighbours that occurs more than
// once; of equals the first in the alphabet, so that the model is always the same.
func commonest(parts [][]string) (left, right string, ok bool) {
	count := map[[2]string]int{}
	for _, p := range parts {
		for i := 1; i < len(p); i++ {
			count[[2]string{p[i-1], p[i]}]++
		}
	}
	if len(count) == 0 {
		return "", "", false
	}
	best := slices.MinFunc(slices.Collect(maps.Keys(count)), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), slices.Compare(a[:], b[:]))
	})
	return best[0], best[1], count[best] > 1
}

func merged(parts []string, left, right string) []string {
	var out []string
	for i := 0; i < len(parts); i++ {
		if i+1 < len(parts) && parts[i] == left && parts[i+1] == right {
			out = append(out, left+right)
			i++
			continue
		}
		out = append(out, parts[i])
	}
	return out
}
