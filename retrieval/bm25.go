package retrieval

import "math"

// Okapi BM25 after Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond" (2009), in the form of Lucene's BM25Similarity
// since version 8: an inverse document frequency that is never negative, and no
// factor k1+1, which would change no order. Unlike Lucene, document lengths are
// exact. A passage scores
//
//	Σ IDF(n, df(t)) · TF(tf(t), length, average)
//
// over the distinct terms t of the query, where n, df and average are taken
// over the passages that the query may see and nothing else: passages of other
// tenants move no score.
const (
	K1 = 1.2  // how soon repetition of a term saturates
	B  = 0.75 // how much a passage's length counts
)

// IDF is the weight of a term that df of n passages hold: ln(1 + (n−df+½)/(df+½)).
func IDF(n, df int) float64 {
	return math.Log1p((float64(n-df) + 0.5) / (float64(df) + 0.5))
}

// TF is the weight, from 0 to 1, of a term that occurs tf times in a passage of
// the given length in terms, where the average length is above 0.
func TF(tf, length int, average float64) float64 {
	f := float64(tf)
	return f / (f + K1*(1-B+B*float64(length)/average))
}
