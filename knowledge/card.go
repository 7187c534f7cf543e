package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
	"gopkg.in/yaml.v3"
)

// Card is one document in one language.
type Card struct {
	ID       string        `yaml:"id"` // the same in every language
	Title    string        `yaml:"title"`
	Language eaio.Language `yaml:"language"`
	Analyses []string      `yaml:"analyses"` // names of the analyses it belongs to
	Source   string        `yaml:"source"`   // where formulas and thresholds come from; EAIO: our own
	Sections []Section     `yaml:"-"`        // one to three
}

// Section is what stands under one heading.
type Section struct{ Heading, Text string }

// MaxSection is the longest section in characters: whole as a quotation, and
// well below the 512 tokens of a small embedding model.
const MaxSection = 1100

const maxSections = 3

// analyses are the names that a card may belong to.
var analyses = []string{
	"quality", "baseload", "overnight", "consumption", "anomalies", "peak", "cost", "signature",
	"savings", "benchmark", "change", "forecast", "carbon", "measures", "portfolio",
}

// Parse reads a card: YAML front matter between two lines of ---, then sections
// under "## " headings. Hidden characters are removed. The error names every
// fault of the front matter, or the first of the body.
func Parse(text string) (Card, error) {
	text = retrieval.Sanitize(text)
	rest, found := strings.CutPrefix(text, "---\n")
	front, body, closed := strings.Cut(rest, "\n---\n")
	if !found || !closed {
		return Card{}, errors.New("a card begins with front matter between two lines of ---")
	}
	var c Card
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(front)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return Card{}, fmt.Errorf("front matter: %w", err)
	}
	if err := c.validate(); err != nil {
		return Card{}, err
	}
	var err error
	if c.Sections, err = sections(body); err != nil {
		return Card{}, err
	}
	return c, nil
}

var id = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// validate checks the front matter.
func (c Card) validate() error {
	var faults []error
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	fault(!id.MatchString(c.ID), "id is %q, want lower-case words joined by -", c.ID)
	fault(strings.TrimSpace(c.Title) == "", "title is empty")
	fault(strings.TrimSpace(c.Source) == "", "source is empty")
	fault(c.Language != eaio.English && c.Language != eaio.Vietnamese, "language is %q, want en or vi", c.Language)
	fault(len(c.Analyses) == 0, "analyses is empty")
	for _, a := range c.Analyses {
		fault(!slices.Contains(analyses, a), "%q is no analysis, want one of %v", a, analyses)
	}
	return errors.Join(faults...)
}

// sections cuts a body at its headings.
func sections(body string) ([]Section, error) {
	before, rest, found := strings.Cut("\n"+body, "\n## ")
	if !found || strings.TrimSpace(before) != "" {
		return nil, errors.New(`the body begins with a "## " heading`)
	}
	var all []Section
	for part := range strings.SplitSeq(rest, "\n## ") {
		heading, text, _ := strings.Cut(part, "\n")
		s := Section{strings.TrimSpace(heading), strings.TrimSpace(text)}
		switch n := len([]rune(s.Text)); {
		case s.Heading == "" || s.Text == "":
			return nil, fmt.Errorf("section %d needs a heading and a text", len(all)+1)
		case n > MaxSection:
			return nil, fmt.Errorf("section %q has %d characters, want at most %d", s.Heading, n, MaxSection)
		}
		all = append(all, s)
	}
	if len(all) > maxSections {
		return nil, fmt.Errorf("%d sections, want at most %d", len(all), maxSections)
	}
	return all, nil
}
