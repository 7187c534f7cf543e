// Package retrievaltest holds the suite that every store of passages passes, so
// that one can stand in for another.
package retrievaltest

import (
	"context"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

// Store is what every store offers.
type Store interface {
	// Upsert takes entries in, in place of those of the tenant with the same id.
	Upsert(ctx context.Context, tenant eaio.TenantID, entries []retrieval.Entry) error
	// Delete removes passages of a document of the tenant's own: those with the
	// ids, all of them where ids is nil. What is not there is no fault.
	Delete(ctx context.Context, tenant eaio.TenantID, document string, ids []string) error
	// Search finds among the tenant's passages and the shared ones.
	Search(ctx context.Context, tenant eaio.TenantID, q retrieval.Query) ([]retrieval.Hit, error)
	// Count counts the tenant's own passages of a document, of all where none is named.
	Count(ctx context.Context, tenant eaio.TenantID, document string) (int, error)
	// Health returns nil where searches can be expected to work.
	Health(ctx context.Context) error
}

// Dimension is that of the vectors in the suite.
const Dimension = 4

// Open makes an empty store for vectors of Dimension, and closes it when the
// test ends. What a call of Upsert or Delete did is seen by the next search.
type Open func(t *testing.T) Store

// Run checks a store against the contract.
func Run(t *testing.T, open Open) {
	s := suite{empty: open}
	t.Run("tenants are apart", s.tenants)
	t.Run("other tenants move no score", s.scores)
	t.Run("a query without a tenant is refused", s.noTenant)
	t.Run("order", s.order)
	t.Run("title, keywords and text are searched", s.fields)
	t.Run("limit", s.limit)
	t.Run("languages", s.languages)
	t.Run("accents", s.accents)
	t.Run("empty query", s.emptyQuery)
	t.Run("empty store", s.emptyStore)
	t.Run("hidden characters are gone", s.hidden)
	t.Run("results belong to the caller", s.ownership)
	t.Run("cancelled", s.cancelled)
	t.Run("concurrent use", s.concurrent)
	t.Run("vectors", s.vectors)
	t.Run("both rankings", s.both)
	t.Run("filters", s.filters)
	t.Run("one passage of a document", s.onePerDocument)
	t.Run("upsert replaces", s.replaces)
	t.Run("a faulty batch changes nothing", s.faultyBatch)
	t.Run("delete", s.deletes)
	t.Run("the same id in two tenants", s.sameID)
	t.Run("hostile values", s.hostile)
	t.Run("health", s.health)
}

type suite struct{ empty Open }

// open makes a store that holds shared passages and owned ones, without vectors.
func (s suite) open(t *testing.T, shared []retrieval.Passage, owned map[eaio.TenantID][]retrieval.Passage) Store {
	t.Helper()
	store := s.empty(t)
	upsert(t, store, retrieval.Shared, retrieval.Plain(shared)...)
	for tenant, passages := range owned {
		upsert(t, store, tenant, retrieval.Plain(passages)...)
	}
	return store
}

func upsert(t *testing.T, store Store, tenant eaio.TenantID, entries ...retrieval.Entry) {
	t.Helper()
	if err := store.Upsert(t.Context(), tenant, entries); err != nil {
		t.Fatalf("upsert for %s: %v", tenant, err)
	}
}

// passage makes an English one.
func passage(id, title, text string) retrieval.Passage {
	return retrieval.Passage{
		ID: id, Document: "doc-" + id, Title: title, Source: "source of " + id,
		Language: eaio.English, SourceClass: retrieval.ClassCard, Text: text,
	}
}

// in returns p in another language.
func in(l eaio.Language, p retrieval.Passage) retrieval.Passage {
	p.Language = l
	return p
}

// ask makes a query with room for everything in these tests.
func ask(text string) retrieval.Query {
	return retrieval.Query{Text: text, Filter: retrieval.Filter{Language: eaio.English}, Limit: 20}
}

func search(t *testing.T, s Store, tenant eaio.TenantID, q retrieval.Query) []retrieval.Hit {
	t.Helper()
	found, err := s.Search(t.Context(), tenant, q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	return found
}

func ids(hits []retrieval.Hit) []string {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	return ids
}
