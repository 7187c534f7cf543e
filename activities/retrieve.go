package activities

import (
	"context"
	"strings"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
	"github.com/eaio/eaio/workflows"
)

// Retriever finds the passages that an answer may rest on.
type Retriever interface {
	Find(ctx context.Context, tenant eaio.TenantID, q retrieval.Query) (retrieval.Found, error)
}

// CitationStore is what retrieval reads and writes.
type CitationStore interface {
	Subject(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Subject, error)
	SaveCitations(ctx context.Context, tenant eaio.TenantID, task string, citations []eaio.Citation) error
}

// Librarian retrieves and stores the passages for a task.
type Librarian struct {
	Store     CitationStore
	Retriever Retriever
}

const citationLimit = 3 // keeps prompts and answers short

// Retrieve stores the passages nearest to the question and its analyses, one of
// each document: a reader learns more from three documents than from three parts
// of one.
func (l *Librarian) Retrieve(ctx context.Context, ref eaio.TaskRef) (workflows.Gathered, error) {
	var out workflows.Gathered
	s, err := l.Store.Subject(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return out, failure(err)
	}
	words := []string{s.Task.Request.Question}
	if s.Task.Plan != nil {
		for _, c := range s.Task.Plan.Calls {
			words = append(words, c.Analysis)
		}
	}
	found, err := l.Retriever.Find(ctx, ref.Tenant, retrieval.Query{
		Text:           strings.Join(words, " "),
		Filter:         retrieval.Filter{Language: s.Task.Language, Building: s.Task.Request.Building},
		Limit:          citationLimit,
		OnePerDocument: true,
	})
	if err != nil {
		return out, failure(err)
	}
	citations := cite(found.Hits)
	out.Count = len(citations)
	return out, failure(l.Store.SaveCitations(ctx, ref.Tenant, ref.ID, citations))
}

func cite(hits []retrieval.Hit) []eaio.Citation {
	citations := make([]eaio.Citation, len(hits))
	for i, h := range hits {
		citations[i] = eaio.Citation{Document: h.Document, Title: h.Title, Source: h.Source, Passage: h.Text}
	}
	return citations
}
