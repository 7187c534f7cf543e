package inmem

import "github.com/eaio/eaio/retrieval"

// segment is an inverted index over passages of one owner and language.
type segment struct {
	passages []retrieval.Passage
	lengths  []int // in terms, of each passage
	total    int   // sum of lengths
	postings map[string][]posting
}

// posting says how often a term occurs in the passage at an index.
type posting struct{ passage, count int }

func (s *segment) add(p retrieval.Passage) {
	at := len(s.passages)
	terms := p.Terms()
	s.passages = append(s.passages, p)
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

// hit is a passage that holds a term of the query.
type hit struct {
	passage *retrieval.Passage
	score   float64
}

// rank scores every passage that holds one of the terms, with document
// frequencies and lengths taken over all the segments together.
func rank(segments []*segment, terms []string) []hit {
	var n, total int
	scores := make([][]float64, len(segments))
	for i, s := range segments {
		n += len(s.passages)
		total += s.total
		scores[i] = make([]float64, len(s.passages))
	}
	average := float64(total) / float64(max(n, 1))
	for _, t := range terms {
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
	var hits []hit
	for i, s := range segments {
		for j, score := range scores[i] {
			if score > 0 {
				hits = append(hits, hit{&s.passages[j], score})
			}
		}
	}
	return hits
}
