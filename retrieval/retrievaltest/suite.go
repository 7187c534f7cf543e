// Package retrievaltest holds the suite that every store of passages passes, so
// that one can stand in for another.
package retrievaltest

import (
	"context"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

// Searcher is what a store offers.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) ([]retrieval.Passage, error)
}

// Open makes a store that holds the shared passages, visible to every tenant,
// and the owned ones, and closes it when the test ends. Everything is
// searchable once Open returns.
type Open func(t *testing.T, shared []retrieval.Passage, owned map[eaio.TenantID][]retrieval.Passage) Searcher

// Run checks a store against the contract.
func Run(t *testing.T, open Open) {
	s := suite{open: open}
	t.Run("tenants are apart", s.tenants)
	t.Run("other tenants move no score", s.scores)
	t.Run("a query without a tenant is refused", s.noTenant)
	t.Run("order", s.order)
	t.Run("title, keywords and text are searched", s.fields)
	t.Run("limit", s.limit)
	t.Run("languages", s.languages)
	t.Run("accents", s.accents)
	t.Run("empty query", s.empty)
	t.Run("empty store", s.emptyStore)
	t.Run("hidden characters are gone", s.hidden)
	t.Run("results belong to the caller", s.ownership)
	t.Run("cancelled", s.cancelled)
	t.Run("concurrent use", s.concurrent)
}

type suite struct{ open Open }

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
func ask(tenant eaio.TenantID, text string) retrieval.Query {
	return retrieval.Query{Tenant: tenant, Text: text, Language: eaio.English, Limit: 20}
}

func search(t *testing.T, s Searcher, q retrieval.Query) []retrieval.Passage {
	t.Helper()
	found, err := s.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	return found
}

func ids(passages []retrieval.Passage) []string {
	ids := make([]string, len(passages))
	for i, p := range passages {
		ids[i] = p.ID
	}
	return ids
}
