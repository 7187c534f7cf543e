package agents_test

import (
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
)

func TestNamed(t *testing.T) {
	buildings := []eaio.Building{
		{ID: "robin_education_lizbeth", Name: "Lizbeth (education, London)"},
		{ID: "robin_education_terrance", Name: "Terrance (education, London)"},
		{ID: "rat_office_colby", Name: "Colby (office, Washington, D.C.)"},
		{ID: "hk-1", Name: "Tòa nhà Hoàn Kiếm"},
		{ID: "b7", Name: "Office tower 7"},
	}
	for question, want := range map[string]string{
		"what about lizbeth?":                       "robin_education_lizbeth",
		"And Terrance last week?":                   "robin_education_terrance",
		"Why did robin_education_lizbeth use more?": "robin_education_lizbeth",
		"why did Robin Education Lizbeth use more?": "robin_education_lizbeth",
		"Còn tòa nhà Hoàn Kiếm thì sao?":            "hk-1",
		"con hoan kiem thi sao":                     "hk-1",
		"how is rat_office_colby doing":             "rat_office_colby",
		"What was left on last night?":              "",
		"Compare Lizbeth with Terrance":             "",
		"What does education use in London?":        "",
		"What did the office use?":                  "",
		"How many buildings named robin are there?": "",
		"": "",
		"Which of the office towers is the most wasteful": "",
	} {
		got, ok := agents.Named(question, buildings)
		if got != want || ok != (want != "") {
			t.Errorf("%q speaks of %q (%v), want %q", question, got, ok, want)
		}
	}
}

func TestUnnamed(t *testing.T) {
	b := eaio.Building{ID: "robin_education_lizbeth", Name: "Lizbeth (education, London)"}
	for question, want := range map[string]string{
		"What about lizbeth?":                     "What about it?",
		"What about Robin Education Lizbeth?":     "What about it?",
		"Lizbeth (education, London), last week?": "it), last week?",
		"What was left on last night?":            "What was left on last night?",
		"What did education in London use?":       "What did education in it use?",
		"":                                        "",
	} {
		if got := agents.Unnamed(question, b, ""); got != want {
			t.Errorf("%q reads %q, want %q", question, got, want)
		}
	}
	if got := agents.Unnamed("Còn Lizbeth thì sao?", b, ""); got != "Còn nó thì sao?" {
		t.Errorf("got %q", got)
	}
}
