package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/retrieval"
)

func (s *server) registerSearch(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "search", Method: http.MethodGet, Path: "/v1/search", Summary: "Find passages", Tags: []string{"documents"},
		Description: "What an answer to the text could cite: passages of the tenant's documents and of the shipped cards, found by their words (BM25) and, " +
			"where an embedding model counts for the language, by meaning; the two rankings are fused by their ranks.",
	}, s.search)
}

type searchInput struct {
	Q              string        `query:"q" required:"true" minLength:"1" maxLength:"4000" doc:"words or a question" example:"left on at night"`
	Language       eaio.Language `query:"language" enum:"en,vi" doc:"passages in it or in no known language; default: the question's"`
	Class          []string      `query:"class" enum:"card,note,manual,tariff,finding" maxItems:"5" doc:"only of these, separated by commas"`
	Building       string        `query:"building" maxLength:"100" doc:"passages about it, and those about no building"`
	From           string        `query:"from" format:"date" doc:"only of this day and later; passages without a date stay out"`
	To             string        `query:"to" format:"date" doc:"only up to this day"`
	Limit          int           `query:"limit" minimum:"1" maximum:"50" default:"5"`
	OnePerDocument bool          `query:"one_per_document" doc:"the best passage of each document only"`
}

// hitView is a passage that a search found, and why.
type hitView struct {
	Rank     int           `json:"rank"`
	Score    float64       `json:"score" doc:"of the fused ranking; comparable within one reply only"`
	Passage  string        `json:"passage" doc:"id of the passage"`
	Document string        `json:"document"`
	No       int           `json:"no" doc:"its place in the document, from 0"`
	Title    string        `json:"title"`
	Source   string        `json:"source,omitempty"`
	Class    string        `json:"class"`
	Language eaio.Language `json:"language,omitempty"`
	Building string        `json:"building,omitempty"`
	Date     string        `json:"date,omitempty"`
	Text     string        `json:"text"`
	Words    *armView      `json:"words,omitempty" doc:"its place by words; absent: not among the best there"`
	Dense    *armView      `json:"dense,omitempty" doc:"its place by meaning; absent: not among the best there"`
	Matched  []string      `json:"matched" doc:"terms of the query that it holds"`
}

// armView is the place that one ranking gave a passage.
type armView struct {
	Rank  int     `json:"rank"`
	Score float64 `json:"score" doc:"BM25, or the cosine"`
}

type searchOutput struct {
	Body struct {
		Items   []hitView `json:"items"`
		Terms   []string  `json:"terms" doc:"what the query was read as"`
		Weights struct {
			Words float64 `json:"words"`
			Dense float64 `json:"dense"`
		} `json:"weights" doc:"how much each ranking counts for this language and embedding model"`
		Without string `json:"without,omitempty" doc:"why the vectors took no part, where there should be some"`
	}
}

func (s *server) search(ctx context.Context, in *searchInput) (*searchOutput, error) {
	q := retrieval.Query{
		Text: in.Q, Limit: in.Limit, OnePerDocument: in.OnePerDocument,
		Filter: retrieval.Filter{Language: languageOf(in), Classes: in.Class, Building: in.Building, From: in.From, To: in.To},
	}
	if in.Building != "" {
		if _, err := s.Buildings.Building(ctx, s.tenant(ctx), in.Building); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	found, err := s.Passages.Find(ctx, s.tenant(ctx), q)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &searchOutput{}
	out.Body.Terms = append([]string{}, q.Terms()...)
	out.Body.Weights.Words, out.Body.Weights.Dense = found.Weights.Words, found.Weights.Dense
	out.Body.Without = found.Without
	out.Body.Items = make([]hitView, len(found.Hits))
	for i, h := range found.Hits {
		out.Body.Items[i] = viewHit(i+1, h, out.Body.Terms)
	}
	return out, nil
}

// languageOf is the language that is asked for, else that of the words, where
// they can be read as one; else every language is looked through.
func languageOf(in *searchInput) eaio.Language {
	if l, readable := agents.Detect(in.Q, in.Language); readable || in.Language != "" {
		return l
	}
	return ""
}

func viewHit(rank int, h retrieval.Hit, terms []string) hitView {
	v := hitView{
		Rank: rank, Score: h.Score, Passage: h.ID, Document: h.Document, No: h.No, Title: h.Title, Source: h.Source, Class: h.SourceClass,
		Language: h.Language, Building: h.Building, Date: h.Date, Text: h.Text, Words: viewArm(h.Words), Dense: viewArm(h.Dense), Matched: []string{},
	}
	held := h.Terms()
	for _, t := range terms {
		if slices.Contains(held, t) {
			v.Matched = append(v.Matched, t)
		}
	}
	return v
}

func viewArm(a retrieval.Arm) *armView {
	if a.Rank == 0 {
		return nil
	}
	return &armView{a.Rank, a.Score}
}
