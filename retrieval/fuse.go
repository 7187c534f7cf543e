package retrieval

import (
	"cmp"
	"slices"
)

// rrfK damps the first places. 60 is the value of Cormack, Clarke and Büttcher,
// "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning
// methods" (2009).
const rrfK = 60

// Weights say how much each ranking counts in the fusion.
type Weights struct{ Words, Dense float64 }

// Even counts both rankings alike.
func Even() Weights { return Weights{Words: 1, Dense: 1} }

// Scored is a passage in one ranking.
type Scored struct {
	Passage Passage
	Score   float64
}

// Depth is how many passages each ranking contributes to a search.
func (q Query) Depth() int { return max(4*q.Limit, 50) }

// Fuse makes one ranking of two, each with its best passage first: a passage
// scores Σ weight/(60+rank) over the rankings that hold it. Equal scores stand
// by id. It keeps what the query asks for: its limit, and one passage of each
// document if it says so.
func (q Query) Fuse(words, dense []Scored) []Hit {
	w := q.Weights
	if w == (Weights{}) {
		w = Even()
	}
	at := make(map[string]int, len(words)+len(dense))
	hits := make([]Hit, 0, len(words)+len(dense))
	add := func(ranking []Scored, weight float64, arm func(*Hit) *Arm) {
		if weight == 0 {
			return
		}
		for i, s := range ranking {
			j, known := at[s.Passage.ID]
			if !known {
				j = len(hits)
				at[s.Passage.ID] = j
				hits = append(hits, Hit{Passage: s.Passage})
			}
			*arm(&hits[j]) = Arm{Rank: i + 1, Score: s.Score}
			hits[j].Score += weight / float64(rrfK+i+1)
		}
	}
	add(words, w.Words, func(h *Hit) *Arm { return &h.Words })
	add(dense, w.Dense, func(h *Hit) *Arm { return &h.Dense })
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	if q.OnePerDocument {
		seen := map[string]bool{}
		hits = slices.DeleteFunc(hits, func(h Hit) bool {
			again := seen[h.Document]
			seen[h.Document] = true
			return again
		})
	}
	return hits[:min(len(hits), q.Limit)]
}
