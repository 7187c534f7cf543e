// Package inmem holds in memory what needs no server: the retrieval of the embedded
// mode, of a few hundred passages, and a board of model endpoints for one process.
package inmem

import (
	"cmp"
	"context"
	"slices"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

// Index ranks passages by BM25. It does not change after New and is safe for
// concurrent use.
type Index struct {
	shared shelf
	owned  map[eaio.TenantID]shelf
}

// shelf holds the passages of one owner by language.
type shelf map[eaio.Language]*segment

// New indexes the shared passages, which every tenant sees, and those that only
// their tenant sees (nil: none). Texts are sanitised. It fails with an invalid
// error on a passage that does not validate, an id that a tenant would see
// twice, or owned passages without a tenant.
func New(shared []retrieval.Passage, owned map[eaio.TenantID][]retrieval.Passage) (*Index, error) {
	x := &Index{owned: make(map[eaio.TenantID]shelf, len(owned))}
	common := make(map[string]bool, len(shared))
	var err error
	if x.shared, err = newShelf(shared, common, nil); err != nil {
		return nil, err
	}
	for tenant, passages := range owned {
		if tenant == "" {
			return nil, eaio.Errorf(eaio.KindInvalid, "index passages", "owned passages name their tenant; what all may see is passed as shared")
		}
		if x.owned[tenant], err = newShelf(passages, make(map[string]bool), common); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// newShelf indexes passages; ids collects theirs, taken holds those that the
// owner sees already.
func newShelf(passages []retrieval.Passage, ids, taken map[string]bool) (shelf, error) {
	s := make(shelf)
	for _, p := range passages {
		if err := p.Validate(); err != nil {
			return nil, err
		}
		if ids[p.ID] || taken[p.ID] {
			return nil, eaio.Errorf(eaio.KindInvalid, "index passages", "the id %s is used twice", p.ID)
		}
		ids[p.ID] = true
		if s[p.Language] == nil {
			s[p.Language] = &segment{postings: make(map[string][]posting)}
		}
		s[p.Language].add(p.Sanitized())
	}
	return s, nil
}

// Search returns at most q.Limit passages that hold a term of the query,
// highest score first, equal scores by id. Scores are those of an index that
// holds only what the query may see. The result is the caller's own.
func (x *Index) Search(ctx context.Context, q retrieval.Query) ([]retrieval.Passage, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, eaio.Errorf(eaio.KindOf(err), "search passages", "%w", err)
	}
	found := rank(x.visible(q), q.Terms())
	slices.SortFunc(found, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage.ID, b.passage.ID))
	})
	passages := make([]retrieval.Passage, min(len(found), q.Limit))
	for i := range passages {
		passages[i] = *found[i].passage
		passages[i].Score = found[i].score
	}
	return passages, nil
}

// visible returns the segments that a query may see.
func (x *Index) visible(q retrieval.Query) []*segment {
	languages := []eaio.Language{"", q.Language}
	if q.Language == "" {
		languages = []eaio.Language{"", eaio.English, eaio.Vietnamese}
	}
	var segments []*segment
	for _, s := range []shelf{x.shared, x.owned[q.Tenant]} {
		for _, l := range languages {
			if s[l] != nil {
				segments = append(segments, s[l])
			}
		}
	}
	return segments
}
