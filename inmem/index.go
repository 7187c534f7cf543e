// Package inmem holds in memory what needs no server: the retrieval of the embedded
// mode and a board of model endpoints for one process.
package inmem

import (
	"cmp"
	"context"
	"slices"
	"sync"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

// Index finds passages by BM25 and by the cosine of their vectors. It is safe
// for concurrent use.
type Index struct {
	dimension int
	mu        sync.RWMutex
	owners    map[eaio.TenantID]shelf
}

// shelf holds the passages of one owner by language.
type shelf map[eaio.Language]*segment

// New returns an empty index for vectors of a dimension.
func New(dimension int) *Index {
	return &Index{dimension: dimension, owners: map[eaio.TenantID]shelf{}}
}

// Upsert takes entries in, in place of those with the same id. Texts are
// sanitised. All of them are taken or, with an invalid error, none.
func (x *Index) Upsert(ctx context.Context, tenant eaio.TenantID, entries []retrieval.Entry) error {
	if err := cmp.Or(retrieval.CheckTenant(tenant), ended(ctx, "upsert passages")); err != nil {
		return err
	}
	ids := make(map[string]bool, len(entries))
	for _, e := range entries {
		if err := x.check(e, ids); err != nil {
			return err
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	kept := x.entries(tenant, func(e retrieval.Entry) bool { return !ids[e.ID] })
	for _, e := range entries {
		e.Passage = e.Sanitized()
		kept = append(kept, e)
	}
	x.owners[tenant] = newShelf(kept)
	return nil
}

func (x *Index) check(e retrieval.Entry, ids map[string]bool) error {
	const op = "upsert passages"
	if err := e.Validate(); err != nil {
		return err
	}
	if ids[e.ID] {
		return eaio.Errorf(eaio.KindInvalid, op, "the id %s is used twice", e.ID)
	}
	ids[e.ID] = true
	if n := len(e.Vector); n != 0 && n != x.dimension {
		return eaio.Errorf(eaio.KindInvalid, op, "%s: the vector has %d dimensions, want %d", e.ID, n, x.dimension)
	}
	return nil
}

// Delete removes passages of a document of the tenant's own: those with the
// ids, or all with none given. What is not there is no fault.
func (x *Index) Delete(ctx context.Context, tenant eaio.TenantID, document string, ids []string) error {
	if err := cmp.Or(retrieval.CheckTenant(tenant), ended(ctx, "delete passages")); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.owners[tenant] = newShelf(x.entries(tenant, func(e retrieval.Entry) bool {
		return e.Document != document || ids != nil && !slices.Contains(ids, e.ID)
	}))
	return nil
}

// Count returns how many passages of a document the tenant owns; of all its
// documents where none is named.
func (x *Index) Count(ctx context.Context, tenant eaio.TenantID, document string) (int, error) {
	if err := cmp.Or(retrieval.CheckTenant(tenant), ended(ctx, "count passages")); err != nil {
		return 0, err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.entries(tenant, func(e retrieval.Entry) bool { return document == "" || e.Document == document })), nil
}

// Health returns nil: what is in memory is there.
func (x *Index) Health(context.Context) error { return nil }

// Search returns what the query asks for. BM25's statistics are those of an
// index that holds only the passages of the tenant and the shared ones, in the
// query's language. The result is the caller's own.
func (x *Index) Search(ctx context.Context, tenant eaio.TenantID, q retrieval.Query) ([]retrieval.Hit, error) {
	if err := cmp.Or(retrieval.CheckTenant(tenant), q.Validate(), ended(ctx, "search passages")); err != nil {
		return nil, err
	}
	if n := len(q.Vector); n != 0 && n != x.dimension {
		return nil, eaio.Errorf(eaio.KindInvalid, "search passages", "the vector has %d dimensions, want %d", n, x.dimension)
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	segments := x.visible(tenant, q.Filter.Language)
	return q.Fuse(byWords(segments, q), byVector(segments, q)), nil
}

// visible returns the segments that a search may see.
func (x *Index) visible(tenant eaio.TenantID, language eaio.Language) []*segment {
	languages := []eaio.Language{"", language}
	if language == "" {
		languages = []eaio.Language{"", eaio.English, eaio.Vietnamese}
	}
	owners := []eaio.TenantID{retrieval.Shared, tenant}
	if tenant == retrieval.Shared {
		owners = owners[:1]
	}
	var segments []*segment
	for _, o := range owners {
		for _, l := range languages {
			if s := x.owners[o][l]; s != nil {
				segments = append(segments, s)
			}
		}
	}
	return segments
}

func (x *Index) entries(tenant eaio.TenantID, keep func(retrieval.Entry) bool) []retrieval.Entry {
	var kept []retrieval.Entry
	for _, s := range x.owners[tenant] {
		for _, e := range s.entries {
			if keep(e) {
				kept = append(kept, e)
			}
		}
	}
	return kept
}

func newShelf(entries []retrieval.Entry) shelf {
	s := make(shelf)
	for _, e := range entries {
		if s[e.Language] == nil {
			s[e.Language] = &segment{postings: make(map[string][]posting)}
		}
		s[e.Language].add(e)
	}
	return s
}

func ended(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil {
		return eaio.Errorf(eaio.KindOf(err), op, "%w", err)
	}
	return nil
}
