package retrieval

import (
	"slices"
	"unicode/utf8"

	eaio "github.com/eaio/eaio"
)

// Limits of a query. MaxText, in characters, leaves room beside the longest
// question that the API accepts (4,000) for the names of its analyses.
const (
	MaxLimit = 50
	MaxText  = 6000
)

// Query asks for the passages nearest to a text, among those of a tenant and the
// shared ones.
type Query struct {
	Text           string    // at most MaxText characters; without a single term the words find nothing
	Vector         []float32 // the text's, in the store's dimension; nil: words alone
	Weights        Weights   // of the two rankings; the zero value counts both alike
	Filter         Filter
	Limit          int  // 1 to MaxLimit
	OnePerDocument bool // the best passage of each document only
}

// Filter narrows a search; what is empty does not.
type Filter struct {
	Language eaio.Language // passages in it or of unknown language
	Classes  []string      // source classes
	Building string        // passages about it, and those about no building
	From, To string        // dates, both inclusive, 2006-01-02; a passage without a date stays out once one is given
}

// Validate returns an invalid or too_large error that says what would be right.
// A store calls it before anything else.
func (q Query) Validate() error {
	const op = "retrieval query"
	switch {
	case q.Limit < 1 || q.Limit > MaxLimit:
		return eaio.Errorf(eaio.KindInvalid, op, "limit is %d, want 1 to %d", q.Limit, MaxLimit)
	case !utf8.ValidString(q.Text):
		return eaio.Errorf(eaio.KindInvalid, op, "the text is not valid UTF-8")
	case q.Weights.Words < 0 || q.Weights.Dense < 0:
		return eaio.Errorf(eaio.KindInvalid, op, "weights are %g and %g, want 0 or more", q.Weights.Words, q.Weights.Dense)
	}
	if n := utf8.RuneCountInString(q.Text); n > MaxText {
		return eaio.Errorf(eaio.KindTooLarge, op, "the text has %d characters, want at most %d", n, MaxText)
	}
	return q.Filter.validate()
}

func (f Filter) validate() error {
	const op = "retrieval filter"
	if !known(f.Language) {
		return eaio.Errorf(eaio.KindInvalid, op, "language is %q, want %q, %q or none", f.Language, eaio.English, eaio.Vietnamese)
	}
	for _, c := range f.Classes {
		if !slices.Contains(Classes(), c) {
			return eaio.Errorf(eaio.KindInvalid, op, "source class is %q, want some of %v", c, Classes())
		}
	}
	for _, day := range []string{f.From, f.To} {
		if !validDate(day) {
			return eaio.Errorf(eaio.KindInvalid, op, "date is %q, want YYYY-MM-DD or none", day)
		}
	}
	return nil
}

// Admits reports whether a passage passes the filter.
func (f Filter) Admits(p Passage) bool {
	return (f.Language == "" || p.Language == "" || p.Language == f.Language) &&
		(len(f.Classes) == 0 || slices.Contains(f.Classes, p.SourceClass)) &&
		(f.Building == "" || p.Building == "" || p.Building == f.Building) &&
		(f.From == "" || p.Date >= f.From) &&
		(f.To == "" || p.Date != "" && p.Date <= f.To)
}

// CheckTenant returns an invalid error where a call names no tenant.
func CheckTenant(tenant eaio.TenantID) error {
	if tenant == "" {
		return eaio.Errorf(eaio.KindInvalid, "retrieval", "a call names its tenant")
	}
	return nil
}

// Terms returns the distinct index terms of the query, in the order of their
// first use: a word asked for twice counts once.
func (q Query) Terms() []string {
	all := Terms(q.Text, q.Filter.Language)
	seen := make(map[string]bool, len(all))
	distinct := all[:0]
	for _, t := range all {
		if !seen[t] {
			seen[t] = true
			distinct = append(distinct, t)
		}
	}
	return distinct
}
