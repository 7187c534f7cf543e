// Package retrieval is the contract between the agents, which need passages to
// rest on, and the stores that find them: what a passage and a query are, and
// the words and weights by which every store ranks.
//
// A store offers
//
//	Search(ctx context.Context, q Query) ([]Passage, error)
//
// and passes the suite in retrievaltest.
package retrieval

import (
	"strings"
	"unicode/utf8"

	eaio "github.com/eaio/eaio"
)

// ClassCard is the source class of the method and measure cards shipped with
// the program. They are visible to every tenant.
const ClassCard = "card"

// Passage is a piece of a document, short enough to be quoted. A search reads
// Title, Keywords and Text.
type Passage struct {
	ID          string // unique among all that a tenant can see
	Document    string // id of the document it is cut from
	Title       string
	Source      string        // who says so, e.g. "CalTRACK 2.0"
	Language    eaio.Language // empty: unknown, found in every language
	SourceClass string        // e.g. ClassCard
	Keywords    string        // more words by which it is found, e.g. names of analyses; not part of a quotation
	Text        string
	Score       float64 // set by a search: higher is nearer; comparable within one reply only
}

// Validate returns an invalid error that names the passage and what it lacks.
// A store calls it for every passage it takes in.
func (p Passage) Validate() error {
	const op = "retrieval passage"
	switch {
	case p.ID == "":
		return eaio.Errorf(eaio.KindInvalid, op, "a passage of %q has no id", p.Document)
	case p.Document == "" || strings.TrimSpace(p.Text) == "":
		return eaio.Errorf(eaio.KindInvalid, op, "%s needs a document and a text", p.ID)
	case !known(p.Language):
		return eaio.Errorf(eaio.KindInvalid, op, "%s: language is %q, want %q, %q or none", p.ID, p.Language, eaio.English, eaio.Vietnamese)
	}
	return nil
}

// Sanitized returns the passage with every text in it passed through Sanitize.
func (p Passage) Sanitized() Passage {
	p.Title, p.Source = Sanitize(p.Title), Sanitize(p.Source)
	p.Keywords, p.Text = Sanitize(p.Keywords), Sanitize(p.Text)
	return p
}

func known(l eaio.Language) bool { return l == "" || l == eaio.English || l == eaio.Vietnamese }

// words is the text by which a passage is found.
func (p Passage) words() string { return p.Title + "\n" + p.Keywords + "\n" + p.Text }

// Terms returns the index terms of the passage: those of its
// title, its keywords and its text.
func (p Passage) Terms() []string { return Terms(p.words(), p.Language) }

// Limits of a query. MaxText, in characters, leaves room beside the longest
// question that the API accepts (4,000) for the names of its analyses.
const (
	MaxLimit = 50
	MaxText  = 6000
)

// Query asks for the passages nearest to a text, among those that the tenant may see.
type Query struct {
	Tenant   eaio.TenantID // never empty
	Text     string        // at most MaxText characters; without a single term nothing is found
	Language eaio.Language // only passages in it or of unknown language; empty: all
	Limit    int           // 1 to MaxLimit
}

// Validate returns an invalid or too_large error that says what would be right.
// A store calls it before anything else.
func (q Query) Validate() error {
	const op = "retrieval query"
	switch {
	case q.Tenant == "":
		return eaio.Errorf(eaio.KindInvalid, op, "a query names its tenant")
	case q.Limit < 1 || q.Limit > MaxLimit:
		return eaio.Errorf(eaio.KindInvalid, op, "limit is %d, want 1 to %d", q.Limit, MaxLimit)
	case !known(q.Language):
		return eaio.Errorf(eaio.KindInvalid, op, "language is %q, want %q, %q or none", q.Language, eaio.English, eaio.Vietnamese)
	case !utf8.ValidString(q.Text):
		return eaio.Errorf(eaio.KindInvalid, op, "the text is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(q.Text); n > MaxText {
		return eaio.Errorf(eaio.KindTooLarge, op, "the text has %d characters, want at most %d", n, MaxText)
	}
	return nil
}

// Terms returns the distinct index terms of the query, in the order of their
// first use: a word asked for twice counts once.
func (q Query) Terms() []string {
	all := Terms(q.Text, q.Language)
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
