package agents

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

// TestPortfolioVerifies: whatever buildings are called and their figures are, the words
// pass the verifier.
func TestPortfolioVerifies(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	for i := range 300 {
		e := randomEvidence(r)
		e.Building, e.Failed, e.Results = eaio.Building{}, nil, nil
		e.Plan.Calls, e.Plan.AllBuildings = []eaio.Call{{Analysis: analysisPortfolio, Top: 5}}, true
		ref := 0
		for range 1 + r.IntN(2) {
			res := randomResult(r, e, analysisPortfolio, &ref)
			for k := range res.Facts {
				f := &res.Facts[k]
				switch {
				case isName(f.Name):
					f.Unit, f.Value = "", eaio.Text(one("Building A", "Tower 5", "Tòa nhà Điện Lực 7", "5 kWh House", "12", "[F1]", "24/11/2026", "https://x.example", "Zürich №3", "a\nb", strings.Repeat("x", 200)))
				case strings.HasPrefix(f.Name, "buildings"):
					f.Unit, f.Value = "", num(float64(r.IntN(300)))
				case strings.HasPrefix(f.Name, "opportunity_"), strings.HasSuffix(f.Name, "_money"), strings.HasSuffix(f.Name, "_tariff"), strings.HasSuffix(f.Name, "_overbilled"):
					f.Unit, f.Value = one("USD", "VND", "GBP"), eaio.Text(strconv.FormatFloat(r.Float64()*1e5, 'f', 2, 64))
				case strings.HasSuffix(f.Name, "_share"):
					f.Unit, f.Value = "%", num(float64(r.IntN(10001))/100)
				case strings.HasPrefix(f.Name, "rank_") && strings.HasSuffix(f.Name, "_energy"):
					f.Unit, f.Value = "kWh", num(r.Float64()*1e5)
				case strings.HasSuffix(f.Name, "_source"):
					f.Unit, f.Value = "", eaio.Text(one(usualSource, "energy above the peers' median", "3 new things"))
				case strings.HasSuffix(f.Name, "_reason"):
					f.Unit, f.Value = "", eaio.Text(one("no_price", "not_reached_in_time", "too_few_days", "brand_new_2"))
				}
			}
			e.Results = append(e.Results, res)
		}
		text, _ := Narrate(e)
		if faults := Verify(text, e); len(faults) > 0 || text == "" {
			t.Fatalf("%d: %+v\n%s", i, faults, text)
		}
		Prompt(e)
	}
}

func isName(name string) bool { return numbersAsN(name) == "rank_N" || numbersAsN(name) == "failed_N" }

// TestNothingToRank: without a building, or without a figure, the answer says what is
// missing and how to give it.
func TestNothingToRank(t *testing.T) {
	s := newSample(t)
	for _, c := range []struct {
		lang  eaio.Language
		names string
		count float64
		want  string
	}{
		{eaio.English, "", 0, "There is no building to rank yet (known: 0 [F1]): add one and import its meter readings."},
		{eaio.Vietnamese, "", 0, "Chưa có tòa nhà nào để xếp hạng"},
		{eaio.English, "Annex", 1, "No building can be ranked yet by the money that it could save. Buildings that could not be judged: 1 [F2]. Annex [F3]: no price is known; set one for each kWh with its currency."},
		{eaio.Vietnamese, "Annex", 1, "Số tòa nhà chưa đánh giá được: 1 [F2]. Annex [F3]: chưa có giá điện"},
	} {
		s.next = 0
		year := s.span(s.day(11, 24).AddDate(-1, 0, 0), s.asOf)
		res := eaio.Result{Analysis: analysisPortfolio, Status: eaio.ResultInsufficientData, Reasons: []string{"no_opportunity_found"}}
		res.Facts = []eaio.Fact{s.fact("buildings", num(c.count), "", year)}
		if c.names != "" {
			res.Facts = append(res.Facts, s.fact("buildings_failed", num(c.count), "", year), s.fact("failed_1", eaio.Text(c.names), "", year), s.fact("failed_1_reason", eaio.Text("no_price"), "", year))
		}
		e := Evidence{
			Plan: eaio.Plan{Language: c.lang, AllBuildings: true, Calls: []eaio.Call{{Analysis: analysisPortfolio, Top: 5}}}, AsOf: s.asOf, Results: []eaio.Result{res},
		}
		text, status := Narrate(e)
		if faults := Verify(text, e); len(faults) > 0 || !strings.Contains(text, c.want) || status != eaio.ResultInsufficientData {
			t.Errorf("%s, %+v: %s; want %s", status, faults, text, c.want)
		}
	}
}

// TestNamedAgentSaysWhoRanks: an agent that does not rank says so, with a building named
// and without.
func TestNamedAgentSaysWhoRanks(t *testing.T) {
	for _, building := range []string{"", "building-a"} {
		req := eaio.Request{Question: "Which five buildings should I fix first?", Agent: "forecaster", Building: building}
		e := newSample(t).evidence(t, req)
		if building == "" { // as the planner does
			e.Plan.Calls, e.Results, e.Plan.Unanswered = nil, nil, append(e.Plan.Unanswered, TopicBuilding)
		}
		text, _ := Narrate(e)
		if faults := Verify(text, e); len(faults) > 0 || !strings.Contains(text, "ask again without naming one for: the ranking of the buildings.") {
			t.Errorf("%+v\n%s", faults, text)
		}
	}
}
