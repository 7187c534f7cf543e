package inmem_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/inmem"
	"github.com/eaio/eaio/retrieval"
	"github.com/eaio/eaio/retrieval/retrievaltest"
)

// open makes an index of shared passages and those of tenant t.
func open(t testing.TB, shared, owned []retrieval.Passage) *inmem.Index {
	t.Helper()
	x := inmem.New(0)
	for owner, passages := range map[eaio.TenantID][]retrieval.Passage{retrieval.Shared: shared, "t": owned} {
		if err := x.Upsert(t.Context(), owner, retrieval.Plain(passages)); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

func TestConformance(t *testing.T) {
	retrievaltest.Run(t, func(*testing.T) retrievaltest.Store { return inmem.New(retrievaltest.Dimension) })
}

// reference is BM25 written from the formula alone, over plain lower-case words.
func reference(passages []retrieval.Passage, query string) []retrieval.Scored {
	words := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	}
	docs := make([][]string, len(passages))
	var average float64
	for i, p := range passages {
		docs[i] = words(p.Title + " " + p.Text)
		average += float64(len(docs[i])) / float64(len(passages))
	}
	count := func(doc []string, w string) (n float64) {
		for _, d := range doc {
			if d == w {
				n++
			}
		}
		return n
	}
	terms := words(query)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	scores := make([]float64, len(docs))
	for _, w := range terms {
		var df float64
		for _, doc := range docs {
			if count(doc, w) > 0 {
				df++
			}
		}
		idf := math.Log(1 + (float64(len(docs))-df+0.5)/(df+0.5))
		for i, doc := range docs {
			tf := count(doc, w)
			scores[i] += idf * tf / (tf + 1.2*(1-0.75+0.75*float64(len(doc))/average))
		}
	}
	var found []retrieval.Scored
	for i, p := range passages {
		if scores[i] > 0 {
			found = append(found, retrieval.Scored{Passage: p, Score: scores[i]})
		}
	}
	slices.SortFunc(found, func(a, b retrieval.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Passage.ID, b.Passage.ID))
	})
	return found
}

// corpus makes n passages of 5 to 60 words with a skewed frequency.
func corpus(n int, rng *rand.Rand) []retrieval.Passage {
	passages := make([]retrieval.Passage, n)
	for i := range passages {
		passages[i] = retrieval.Passage{
			ID: fmt.Sprintf("p-%04d", i), Document: "d", Language: eaio.English,
			Title: words(3, rng), Text: words(5+rng.IntN(55), rng),
		}
	}
	return passages
}

// words draws from a vocabulary that no stop list or plural rule touches.
func words(n int, rng *rand.Rand) string {
	const consonants, vowels = "bdfgklmnprt", "aeiou"
	var s strings.Builder
	for range n {
		i := int(math.Pow(rng.Float64(), 3) * 1200)
		s.WriteByte('x')
		for range 3 {
			s.WriteByte(consonants[i%len(consonants)])
			s.WriteByte(vowels[i%len(vowels)])
			i /= 7
		}
		s.WriteByte(' ')
	}
	return s.String()
}

func TestRankingEqualsReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	passages := corpus(120, rng)
	x := open(t, passages[:80], passages[80:])
	for range 50 {
		query := words(1+rng.IntN(8), rng)
		want := reference(passages, query)
		want = want[:min(len(want), 20)]
		got, err := x.Search(t.Context(), "t", retrieval.Query{Text: query, Filter: retrieval.Filter{Language: eaio.English}, Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d passages, want %d", query, len(got), len(want))
		}
		for i := range want {
			// Sums in another order may swap scores that differ in the last bit only.
			off := math.Abs(got[i].Words.Score - want[i].Score)
			if off > 1e-12 || got[i].ID != want[i].Passage.ID && off > 0 {
				t.Fatalf("%q, place %d: %s %.15f, want %s %.15f", query, i, got[i].ID, got[i].Words.Score, want[i].Passage.ID, want[i].Score)
			}
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{150, 300, 3000} {
		b.Run(fmt.Sprintf("passages=%d", n), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(3, 4))
			x := open(b, corpus(n, rng), nil)
			q := retrieval.Query{Text: words(12, rng), Filter: retrieval.Filter{Language: eaio.English}, Limit: 5}
			b.ReportAllocs()
			for b.Loop() {
				if found, err := x.Search(b.Context(), "t", q); err != nil || len(found) == 0 {
					b.Fatal(found, err)
				}
			}
		})
	}
}
