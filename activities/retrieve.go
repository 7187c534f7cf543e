package activities

import (
	"context"
	"slices"
	"strings"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
	"github.com/eaio/eaio/workflows"
)

// Retriever finds the passages that an answer may rest on.
type Retriever interface {
	Search(ctx context.Context, q retrieval.Query) ([]retrieval.Passage, error)
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

const (
	citationLimit = 3  // keeps prompts and answers short
	searchLimit   = 12 // passages looked at, so that three documents are among them
)

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
	passages, err := l.Retriever.Search(ctx, retrieval.Query{Tenant: ref.Tenant, Text: strings.Join(words, " "), Language: s.Task.Language, Limit: searchLimit})
	if err != nil {
		return out, failure(err)
	}
	citations := bestOfEach(passages)
	out.Count = len(citations)
	return out, failure(l.Store.SaveCitations(ctx, ref.Tenant, ref.ID, citations))
}

// bestOfEach keeps the first passage of each document.
func bestOfEach(passages []retrieval.Passage) []eaio.Citation {
	citations := make([]eaio.Citation, 0, citationLimit)
	for _, p := range passages {
		cited := slices.ContainsFunc(citations, func(c eaio.Citation) bool { return c.Document == p.Document })
		if !cited && len(citations) < citationLimit {
			citations = append(citations, eaio.Citation{Document: p.Document, Title: p.Title, Source: p.Source, Passage: p.Text})
		}
	}
	return citations
}
