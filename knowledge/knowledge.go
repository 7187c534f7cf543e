// Package knowledge holds the cards shipped with the program: what each
// analysis computes, which thresholds it applies and what to do about its
// findings, the common measures, and the terms people ask about, in English and
// Vietnamese. Answers cite them.
package knowledge

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

//go:embed cards
var cards embed.FS

// Cards returns every card, English before Vietnamese, by id within a language.
// It fails only if a shipped file is faulty, which a test rules out.
func Cards() ([]Card, error) {
	var all []Card
	err := fs.WalkDir(cards, "cards", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := cards.ReadFile(path)
		if err != nil {
			return err
		}
		card, err := Parse(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, card)
		return nil
	})
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInternal, "knowledge cards", "%w", err)
	}
	return all, nil
}

// Passages returns the sections of every card, in the order of Cards, ready to
// be indexed as shared passages.
func Passages() ([]retrieval.Passage, error) {
	all, err := Cards()
	if err != nil {
		return nil, err
	}
	var passages []retrieval.Passage
	for _, card := range all {
		passages = append(passages, card.Passages()...)
	}
	return passages, nil
}

// Passages returns one passage for each section, under ids that last. The id is
// among the keywords: it puts the card of an analysis before those that belong
// to it too, and finds a Vietnamese card by the English name of a measure.
func (c Card) Passages() []retrieval.Passage {
	document := retrieval.ClassCard + "/" + c.ID
	passages := make([]retrieval.Passage, len(c.Sections))
	for i, s := range c.Sections {
		passages[i] = retrieval.Passage{
			ID:          fmt.Sprintf("%s/%s/%d", document, c.Language, i+1),
			Document:    document,
			Title:       c.Title,
			Source:      c.Source,
			Language:    c.Language,
			SourceClass: retrieval.ClassCard,
			Keywords:    c.ID + " " + strings.Join(c.Analyses, " "),
			Text:        s.Heading + "\n" + s.Text,
			Privacy:     eaio.PrivacyPublic,
		}
	}
	return passages
}
