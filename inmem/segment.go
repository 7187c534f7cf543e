package inmem

import (
	"cmp"
	"slices"

	"github.com/eaio/eaio/retrieval"
)

// segment is an inverted index over passages of one owner and language.
type segment struct {
	entries  []retrieval.Entry
	lengths  []int // in terms, of each passage
	total    int   // sum of lengths
	postings map[string][]posting
}

// posting says how often a term occurs in the passage at an index.
type posting struct{ passage, count int }

func (s *segment) add(e retrieval.Entry) {
	at := len(s.entries)
	terms := e.Terms()
	s.entries = append(s.entries, e)
	s.lengths = append(s.lengths, len(terms))
	s.total += len(terms)
	for _, t := range terms {
		list := s.postings[t]
		if n := len(list); n > 0 && list[n-1].passage == at {
			list[n-1].count++
			continue
		}
		s.postings[t] = append(list, posting{passage: at, count: 1})
	}
}

// byWords ranks by BM25, with document frequencies and lengths taken over all
// the segments together.
func byWords(segments []*segment, q retrieval.Query) []retrieval.Scored {
	var n, total int
	scores := make([][]float64, len(segments))
	for i, s := range segments {
		n += len(s.entries)
		total += s.total
		scores[i] = make([]float64, len(s.entries))
	}
	average := float64(total) / float64(max(n, 1))
	for _, t := range q.Terms() {
		var df int
		for _, s := range segments {
			df += len(s.postings[t])
		}
		idf := retrieval.IDF(n, df)
		for i, s := range segments {
			for _, p := range s.postings[t] {
				scores[i][p.passage] += idf * retrieval.TF(p.count, s.lengths[p.passage], average)
			}
		}
	}
	return ranked(segments, q, func(i, j int) float64 { return scores[i][j] })
}

// byVector ranks by the cosine.
func byVector(segments []*segment, q retrieval.Query) []retrieval.Scored {
	if q.Vector == nil {
		return nil
	}
	return ranked(segments, q, func(i, j int) float64 {
		var dot float64
		for k, v := range segments[i].entries[j].Vector {
			dot += float64(v) * float64(q.Vector[k])
		}
		return dot
	})
}

// ranked returns the best passages that the filter admits and that score above 0.
func ranked(segments []*segment, q retrieval.Query, score func(segment, entry int) float64) []retrieval.Scored {
	var all []retrieval.Scored
	for i, s := range segments {
		for j := range s.entries {
			if v := score(i, j); v > 0 && q.Filter.Admits(s.entries[j].Passage) {
				all = append(all, retrieval.Scored{Passage: s.entries[j].Passage, Score: v})
			}
		}
	}
	slices.SortFunc(all, func(a, b retrieval.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Passage.ID, b.Passage.ID))
	})
	return all[:min(len(all), q.Depth())]
}
