package agents

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// answering is the building of the sample that is asked each question.
var answering = map[string]string{
	"patterns": "fox_office_vicki", "trend": "fox_education_claude", "unusual": "robin_office_serena", "why_higher": "robin_lodging_celia",
	"left_on": "robin_office_serena", "same_week": "fox_assembly_boyce", "pay": "fox_food_francesco", "factors": "fox_lodging_helen",
	"retrofit": "fox_education_nilda", "portfolio": "fox_public_bart", "report": "robin_education_lizbeth", "forecast": "fox_office_vicki",
	"carbon": "robin_education_lizbeth", "peak": "fox_education_claude", "bill": "fox_food_francesco", "benchmark": "fox_office_vicki",
	"weather": "fox_lodging_helen", "tomorrow": "robin_office_serena", "optimise": "fox_public_bart", "changed": "fox_office_vicki",
	"quality": "fox_education_claude",
}

// declining is the building that is asked when it has twelve days of readings and
// nothing else.
const declining = "robin_lodging_celia"

// TestGoldenSample keeps the manager's answer to every question about a building of
// the sample, and about one that cannot answer.
func TestGoldenSample(t *testing.T) {
	for _, q := range append(asked, alsoAsked...) {
		for lang, text := range map[eaio.Language]string{eaio.English: q.en, eaio.Vietnamese: q.vi} {
			t.Run(q.name+"."+string(lang), func(t *testing.T) {
				var b strings.Builder
				fmt.Fprintf(&b, "%s\n", text)
				full := get(t, answering[q.name]).informed(t)
				asOf := time.Date(2017, 11, 15, 0, 0, 0, 0, full.in.Series.Location)
				if q.name == "left_on" {
					asOf = time.Date(2017, 4, 26, 0, 0, 0, 0, full.in.Series.Location)
				}
				tellSample(t, &b, full, text, asOf, "informed")
				young := get(t, declining)
				asOf = time.Date(2017, 11, 15, 0, 0, 0, 0, young.in.Series.Location)
				tellSample(t, &b, young.young(asOf), text, asOf, "young")
				compareGolden(t, filepath.Join("testdata", "golden", "sample", q.name+"."+string(lang)+".txt"), b.String())
			})
		}
	}
}

func tellSample(t *testing.T, b *strings.Builder, of building, question string, asOf time.Time, known string) {
	t.Helper()
	e := of.evidence(t, eaio.Request{Question: question, Audience: eaio.AudienceManager}, asOf, known)
	text, status := Narrate(e)
	if faults := Verify(text, e); len(faults) > 0 {
		t.Errorf("%+v\n%s", faults, text)
	}
	fmt.Fprintf(b, "\n=== %s, %s: agent %s (%s)\n%s\n", of.ID, known, e.Plan.Agent, status, text)
}

// young is the building with its last twelve days and nothing else known.
func (b building) young(asOf time.Time) building {
	s := b.in.Series
	end := int(asOf.Sub(s.Start) / s.Step)
	first := max(0, end-12*24)
	s.Start, s.Values = s.Start.Add(time.Duration(first)*s.Step), s.Values[first:end]
	b.in = energy.Input{Series: s}
	b.PricePerKWh, b.Currency = "", ""
	return b
}

// TestGoldenSets keeps what a manager reads of the sets that schedules run.
func TestGoldenSets(t *testing.T) {
	for _, set := range Sets() {
		for _, lang := range []eaio.Language{eaio.English, eaio.Vietnamese} {
			b := get(t, "robin_office_serena").informed(t)
			e := b.evidence(t, eaio.Request{Question: set.Question(lang), Language: lang, Analyses: set.Calls}, time.Date(2017, 4, 26, 0, 0, 0, 0, b.in.Series.Location), "informed")
			text, status := Narrate(e)
			if faults := Verify(text, e); len(faults) > 0 {
				t.Errorf("%+v\n%s", faults, text)
			}
			compareGolden(t, filepath.Join("testdata", "golden", "sample", "set_"+set.Name+"."+string(lang)+".txt"), fmt.Sprintf("%s\n\n=== manager, agent %s (%s)\n%s\n", set.Question(lang), e.Plan.Agent, status, text))
		}
	}
}
