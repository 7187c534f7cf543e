package knowledge_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/knowledge"
	"github.com/eaio/eaio/retrieval"
)

func cards(t testing.TB) []knowledge.Card {
	t.Helper()
	all, err := knowledge.Cards()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryCardExistsOnceInBothLanguages(t *testing.T) {
	type key struct {
		id       string
		language eaio.Language
	}
	seen := map[key]knowledge.Card{}
	for _, c := range cards(t) {
		k := key{c.ID, c.Language}
		if _, twice := seen[k]; twice {
			t.Errorf("%v is there twice", k)
		}
		seen[k] = c
	}
	for k, c := range seen {
		if k.language != eaio.English {
			continue
		}
		other, ok := seen[key{k.id, eaio.Vietnamese}]
		if !ok {
			t.Errorf("%s has no Vietnamese version", k.id)
			continue
		}
		if c.Source != other.Source || !slices.Equal(c.Analyses, other.Analyses) || len(c.Sections) != len(other.Sections) {
			t.Errorf("%s: source, analyses or number of sections differ between the languages", k.id)
		}
	}
	if len(seen)%2 != 0 || len(seen) < 2*58 {
		t.Errorf("%d cards, want at least 58 in each of two languages", len(seen))
	}
}

func TestEveryAnalysisHasACard(t *testing.T) {
	have := map[string]bool{}
	for _, c := range cards(t) {
		for _, a := range c.Analyses {
			have[a] = true
		}
	}
	for a := range strings.FieldsSeq("quality baseload overnight consumption anomalies peak cost signature savings benchmark change forecast carbon measures portfolio") {
		if !have[a] {
			t.Errorf("no card for %s", a)
		}
	}
}

var (
	share = regexp.MustCompile(`\d\s*%|per cent|phần trăm`)
	money = regexp.MustCompile(`[$€£]\s*\d|\d\s*(USD|VND|EUR|đồng|dollars?)`)
)

// A share or an amount of money is somebody's finding: who found it is named.
func TestFiguresHaveASource(t *testing.T) {
	var figures int
	for _, c := range cards(t) {
		for i, s := range c.Sections {
			if !share.MatchString(s.Text) && !money.MatchString(s.Text) {
				continue
			}
			figures++
			others := slices.DeleteFunc(strings.Split(c.Source, ";"), func(name string) bool { return strings.TrimSpace(name) == "EAIO" })
			if len(others) == 0 {
				t.Errorf("%s/%s section %d has a figure, and its source is %q", c.Language, c.ID, i+1, c.Source)
			}
		}
	}
	if figures == 0 {
		t.Error("no card has a figure: the patterns match nothing")
	}
}

// Both versions of a card state the same thresholds: the same numbers in the
// same section, the decimal mark aside.
func TestLanguagesStateTheSameNumbers(t *testing.T) {
	numbers := map[string]map[eaio.Language]string{}
	for _, c := range cards(t) {
		for i, s := range c.Sections {
			at := fmt.Sprintf("%s section %d", c.ID, i+1)
			if numbers[at] == nil {
				numbers[at] = map[eaio.Language]string{}
			}
			numbers[at][c.Language] = strings.Join(digits(s.Text), " ")
		}
	}
	for at, in := range numbers {
		if in[eaio.English] != in[eaio.Vietnamese] {
			t.Errorf("%s:\nen %s\nvi %s", at, in[eaio.English], in[eaio.Vietnamese])
		}
	}
}

// digits returns the sorted numbers written in figures.
func digits(text string) []string {
	var numbers []string
	for _, term := range retrieval.Terms(text, "") {
		if term[0] >= '0' && term[0] <= '9' {
			numbers = append(numbers, strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(term, ",", "."), "%"), "th"))
		}
	}
	slices.Sort(numbers)
	return numbers
}

func TestPassages(t *testing.T) {
	passages, err := knowledge.Passages()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, p := range passages {
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		if ids[p.ID] {
			t.Errorf("id %s is used twice", p.ID)
		}
		ids[p.ID] = true
		if p.SourceClass != retrieval.ClassCard || p.Title == "" || p.Source == "" || p.Keywords == "" || p.Language == "" {
			t.Errorf("%s lacks a field: %+v", p.ID, p)
		}
		if strings.Contains(p.Text, "#") || p.Text != retrieval.Sanitize(p.Text) {
			t.Errorf("%s: markup or hidden characters are left in %q", p.ID, p.Text)
		}
	}
	if !ids["card/overnight/vi/1"] {
		t.Errorf("ids have another form: %s", passages[0].ID)
	}
}

const good = "---\nid: a-card\ntitle: \"A: card\"\nlanguage: en\nanalyses: [peak, cost]\nsource: EAIO\n---\n## One\ntext\n\nmore\n\n## Two\n- item\n"

func TestParse(t *testing.T) {
	c, err := knowledge.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	want := []knowledge.Section{{Heading: "One", Text: "text\n\nmore"}, {Heading: "Two", Text: "- item"}}
	if c.ID != "a-card" || c.Title != "A: card" || c.Language != eaio.English || !slices.Equal(c.Analyses, []string{"peak", "cost"}) || c.Source != "EAIO" || !slices.Equal(c.Sections, want) {
		t.Errorf("got %+v", c)
	}
	hidden, err := knowledge.Parse(strings.ReplaceAll(good, "text", "te\u200Bxt\U000E0041"))
	if err != nil || hidden.Sections[0].Text != "text\n\nmore" {
		t.Errorf("got %+q and %v, want the text without hidden characters", hidden.Sections, err)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, old, replacement, says string }{
		{"no front matter", "---\nid", "id", "front matter"},
		{"open front matter", "\n---\n##", "\n##", "front matter"},
		{"unknown field", "source:", "sauce: x\nsource:", "sauce"},
		{"field twice", "source:", "id: b\nsource:", "already"},
		{"bad id", "a-card", "A card", "id is"},
		{"no title", `"A: card"`, `""`, "title"},
		{"unknown language", "language: en", "language: de", "language"},
		{"unknown analysis", "peak", "speak", "speak"},
		{"no analysis", "[peak, cost]", "[]", "analyses is empty"},
		{"no source", "source: EAIO", "source:", "source is empty"},
		{"text before the first heading", "## One", "Hello\n## One", "begins with"},
		{"no section", "## ", "", "begins with"},
		{"empty section", "\n- item", "", "needs a heading and a text"},
		{"too long", "- item", strings.Repeat("x", knowledge.MaxSection+1), "at most 1100"},
		{"too many", "- item", "a\n## C\nb\n## D\nc", "at most 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.ReplaceAll(good, tt.old, tt.replacement)
			if text == good {
				t.Fatal("the case changes nothing")
			}
			if _, err := knowledge.Parse(text); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want one that says %q", err, tt.says)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add("---\n---\n## ")
	f.Add("---\nid: &a [*a]\n---\n## x\ny")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := knowledge.Parse(text)
		if err != nil {
			return
		}
		for _, p := range c.Passages() {
			if err := p.Validate(); err != nil {
				t.Fatalf("a card that parses gives a passage that does not validate: %v", err)
			}
		}
	})
}
