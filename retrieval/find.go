package retrieval

import (
	"context"
	"time"

	eaio "github.com/eaio/eaio"
)

// Searcher is a store as a finder uses it.
type Searcher interface {
	Search(ctx context.Context, tenant eaio.TenantID, q Query) ([]Hit, error)
}

// Finder answers a query given as text: it makes the vector, weighs the two
// rankings for the language and the model, and asks the store.
type Finder struct {
	Store    Searcher
	Embedder Embedder      // nil: words alone
	Patience time.Duration // for the query's vector; 0: as long as the search may take
}

// Found is what a finder brings back.
type Found struct {
	Hits    []Hit
	Weights Weights // that the rankings had
	// Without says why the vectors took no part, where there should be some; empty: they did.
	Without string
}

// Find searches by words and meaning. An embedder that fails or is late costs
// its ranking, not the search. Vector and Weights of the query are set here.
func (f Finder) Find(ctx context.Context, tenant eaio.TenantID, q Query) (Found, error) {
	var found Found
	if err := q.Validate(); err != nil {
		return found, err
	}
	q.Vector, q.Weights = nil, Weights{Words: 1}
	if f.Embedder != nil {
		q.Weights = WeightsFor(f.Embedder.Model(), q.Filter.Language)
	}
	if q.Weights.Dense > 0 && q.Text != "" {
		vector, err := f.embed(ctx, q.Text)
		if err != nil {
			found.Without, q.Weights = err.Error(), Weights{Words: 1}
		}
		q.Vector = vector
	}
	found.Weights = q.Weights
	var err error
	found.Hits, err = f.Store.Search(ctx, tenant, q)
	return found, err
}

func (f Finder) embed(ctx context.Context, text string) ([]float32, error) {
	if f.Patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.Patience)
		defer cancel()
	}
	vectors, err := f.Embedder.Embed(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}
