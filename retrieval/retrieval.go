// Package retrieval is the contract between the agents, which need passages to
// rest on, and the stores that find them: what a passage and a query are, the
// words and weights by which every store ranks, and how two rankings become one.
//
// A store holds the passages of many tenants and offers
//
//	Upsert(ctx context.Context, tenant eaio.TenantID, entries []Entry) error
//	Delete(ctx context.Context, tenant eaio.TenantID, document string, ids []string) error
//	Search(ctx context.Context, tenant eaio.TenantID, q Query) ([]Hit, error)
//	Count(ctx context.Context, tenant eaio.TenantID, document string) (int, error)
//	Health(ctx context.Context) error
//
// and passes the suite in retrievaltest, which says what each of them promises.
package retrieval

import eaio "github.com/eaio/eaio"

// Shared owns what every tenant finds beside its own, such as the cards shipped
// with the program. It is no tenant: a search in its name sees nothing else.
const Shared eaio.TenantID = "*"

// Entry is a passage as a store takes it in.
type Entry struct {
	Passage
	Vector []float32 // of length 1, in the store's dimension; nil: found by its words alone
}

// Hit is a passage that a search found.
type Hit struct {
	Passage
	Score float64 // higher is nearer; comparable within one reply only
	Words Arm     // how BM25 placed it
	Dense Arm     // how the vectors placed it
}

// Arm is the place that one ranking gave a passage.
type Arm struct {
	Rank  int     // 1 is the best; 0: not among those that it looked at
	Score float64 // BM25, or the cosine
}

// Plain makes entries without vectors.
func Plain(passages []Passage) []Entry {
	entries := make([]Entry, len(passages))
	for i, p := range passages {
		entries[i].Passage = p
	}
	return entries
}
