package agents

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	bdg2 "github.com/eaio/eaio/sample"
)

// savingOf gives the sample's evidence of a retrofit with its result bent.
func savingOf(t *testing.T, lang eaio.Language, bend func(*sample, *eaio.Result)) Evidence {
	t.Helper()
	s := newSample(t)
	question := pick(lang == eaio.Vietnamese, "Việc cải tạo ngày 1 tháng 3 có tiết kiệm năng lượng không?", "Did the retrofit of 1 March save energy?")
	e := s.evidence(t, eaio.Request{Question: question, Building: "building-a"})
	if bend != nil {
		bend(s, &e.Results[0])
	}
	return e
}

// TestFirstSentenceSaysInconclusive: the narrator's and any model's.
func TestFirstSentenceSaysInconclusive(t *testing.T) {
	for _, lang := range []eaio.Language{eaio.English, eaio.Vietnamese} {
		e := savingOf(t, lang, (*sample).inconclusive)
		for _, who := range []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner} {
			e.Request.Audience = who
			text, status := Narrate(e)
			if first := firstSentence(text); !saysInconclusive(first) || status != eaio.ResultInconclusive {
				t.Errorf("%s, %s (%s): %s", lang, who, status, first)
			}
			if faults := Verify(text, e); len(faults) > 0 {
				t.Errorf("%+v\n%s", faults, text)
			}
		}
	}
	e := savingOf(t, eaio.English, (*sample).inconclusive)
	for _, c := range []struct {
		text string
		over bool
	}{
		{"The retrofit saved 51,232 kWh [F2].", true},
		{"The building used 51,232 kWh [F2] less. The result is inconclusive.", true},
		{"The result is inconclusive: 51,232 kWh [F2] less, give or take 61,023 kWh [F9].", false},
	} {
		over := slices.ContainsFunc(Verify(c.text, e), func(f Fault) bool { return f.Reason == FaultOverclaimed })
		if over != c.over {
			t.Errorf("%q: overclaimed %v, want %v: %+v", c.text, over, c.over, Verify(c.text, e))
		}
	}
}

// TestSavingHasADirection: energy not used is less, and a loss is more.
func TestSavingHasADirection(t *testing.T) {
	saved, lost := savingOf(t, eaio.English, nil), savingOf(t, eaio.English, (*sample).loss)
	for _, c := range []struct {
		text  string
		e     Evidence
		fault string
	}{
		{"The building used 51,232 kWh [F2] less.", saved, ""},
		{"It saved 51,232 kWh [F2].", saved, ""},
		{"It could save up to 51,232 kWh [F2].", saved, ""},
		{"The building used 51,232 kWh [F2] more.", saved, FaultDirection},
		{"Use rose by 51,232 kWh [F2].", saved, FaultDirection},
		{"The building used 51,232 kWh [F2] more.", lost, ""},
		{"The saving is −51,232 kWh [F2].", lost, ""},
		{"The building used 51,232 kWh [F2] less.", lost, FaultDirection},
		{"The building saved 51,232 kWh [F2].", lost, FaultDirection},
		{"The saving is 51,232 kWh [F2].", lost, FaultDirection},
	} {
		var got []string
		for _, f := range Verify(c.text, c.e) {
			got = append(got, f.Reason)
		}
		if strings.Join(got, " ") != c.fault {
			t.Errorf("%q: got %q, want %q", c.text, got, c.fault)
		}
	}
}

// TestNewUnitsAreChecked: degrees, slopes, kilograms and tariffs are read with their
// units, in both languages, and nothing else passes for them.
func TestNewUnitsAreChecked(t *testing.T) {
	e := Evidence{AsOf: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), Results: []eaio.Result{{Analysis: analysisSignature, Status: eaio.ResultOK, Facts: []eaio.Fact{
		{Ref: "F1", Name: "cooling_balance_point", Value: num(21.1111), Unit: "°C"},
		{Ref: "F2", Name: "heating_balance_point", Value: num(53), Unit: "°F"},
		{Ref: "F3", Name: "cooling_slope", Value: num(88.127), Unit: "kWh/day/°C"},
		{Ref: "F4", Name: "emissions", Value: num(28450.7), Unit: "kgCO2"},
		{Ref: "F5", Name: "emission_intensity", Value: num(5.27), Unit: "kgCO2/m2"},
		{Ref: "F6", Name: "cost_per_kwh", Value: eaio.Text("0.1234"), Unit: "USD/kWh"},
		{Ref: "F8", Name: "change_band", Value: num(911.3), Unit: "kWh"},
		{Ref: "F7", Name: "base_load", Value: num(.25972), Unit: "kWh/m2/day"},
	}}}}
	for _, c := range []struct {
		lang eaio.Language
		text string
		good bool
	}{
		{"en", "Cooling starts at 21.1 °C [F1] and heating at 53 °F [F2].", true},
		{"en", "Cooling starts at 21.1 °F [F1].", false},
		{"en", "Heating starts at 53 °C [F2].", false},
		{"en", "Each degree adds 88.1 kWh/day/°C [F3].", true},
		{"en", "Each degree adds 88.1 kWh per day [F3].", false},
		{"vi", "Mỗi độ làm tăng thêm 88,1 kWh/ngày/°C [F3] điện năng của tòa nhà.", true},
		{"en", "It emitted 28,451 kg CO2 [F4], or 5.27 kg CO2/m² [F5].", true},
		{"en", "It emitted 28.5 tonnes of CO2 [F4].", true},
		{"en", "It emitted 28,451 kWh [F4].", false},
		{"en", "A kilowatt hour cost 0.123 USD/kWh [F6].", true},
		{"en", "The base load is 0.26 kWh/m²/day [F7].", true},
		{"en", "The fall is less than its uncertainty of ± 911 kWh [F8], which is lower than usual.", true}, // a band has no direction
		{"en", "The base load is 0.26 kWh/m² [F7].", false},
	} {
		e.Plan.Language = c.lang
		if faults := Verify(c.text, e); (len(faults) == 0) != c.good {
			t.Errorf("%q: %+v, want accepted %v", c.text, faults, c.good)
		}
	}
}

func TestDated(t *testing.T) {
	loc, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		since, want string
		asOf        time.Time
	}{
		{"03-01", "2017-03-01", time.Date(2017, 11, 15, 0, 0, 0, 0, loc)},
		{"03-01", "2016-03-01", time.Date(2017, 2, 1, 0, 0, 0, 0, loc)},
		{"03-01", "2016-03-01", time.Date(2017, 3, 1, 0, 0, 0, 0, loc)}, // nothing of it is over yet
		{"02-29", "2016-02-29", time.Date(2018, 1, 1, 0, 0, 0, 0, loc)},
		{"2015-06-15", "2015-06-15", time.Date(2018, 1, 1, 0, 0, 0, 0, loc)},
		{"03-01", "03-01", time.Time{}},
		{"", "", time.Date(2018, 1, 1, 0, 0, 0, 0, loc)},
	} {
		plan := eaio.Plan{Agent: "auditor", Language: eaio.English, Calls: []eaio.Call{{Analysis: analysisSavings, Since: c.since}}}
		got := Dated(plan, c.asOf, loc)
		if got.Calls[0].Since != c.want || Validate(got) != nil {
			t.Errorf("%s as of %s: got %s, want %s", c.since, c.asOf, got.Calls[0].Since, c.want)
		}
		if plan.Calls[0].Since != c.since {
			t.Error("the plan shares its calls")
		}
	}
}

func TestAgents(t *testing.T) {
	all := Agents()
	for _, a := range all {
		if got, err := Lookup(a.Name); err != nil || got.PromptVersion == "" || got.Description == "" || len(got.Analyses) == 0 {
			t.Errorf("%s: %+v, %v", a.Name, got, err)
		}
		for _, analysis := range a.Analyses {
			if !all[len(all)-1].May(analysis) {
				t.Errorf("%s may call %s, the last agent may not", a.Name, analysis)
			}
		}
	}
	for _, c := range []struct{ question, agent string }{
		{"What was left on last night?", "analyst"},
		{"Why is this month higher than last?", "analyst"},
		{"Any unusual usage?", "analyst"},
		{"How much will I pay at the end of the month?", "forecaster"},
		{"Did the retrofit of 1 March save energy?", "auditor"},
		{"Is the meter data complete?", "auditor"},
		{"How can we reduce consumption?", "advisor"},
		{"How much CO2 did we emit last month?", "advisor"},
		{"What was the peak demand last month?", "advisor"},
		{"Is the bill of last month right?", "advisor"},
		{"Show today's energy consumption report of building A", "reporter"},
		{"How do we compare with similar buildings?", "reporter"},
		{"Which five buildings should I fix first?", "reporter"},
	} {
		if p, err := MakePlan(eaio.Request{Question: c.question, Building: "b"}); err != nil || p.Agent != c.agent {
			t.Errorf("%s: got %s, want %s (%v)", c.question, p.Agent, c.agent, err)
		}
	}
}

// TestNamedAgentKeepsToItsAnalyses: what it may not call is left out and said.
func TestNamedAgentKeepsToItsAnalyses(t *testing.T) {
	for _, agent := range Agents() {
		for _, q := range append(asked, alsoAsked...) {
			for _, text := range []string{q.en, q.vi} {
				e := newSample(t).evidence(t, eaio.Request{Question: text, Building: "b", Agent: agent.Name})
				if e.Plan.Agent != agent.Name || len(e.Plan.Calls) == 0 {
					t.Errorf("%s, %s: plan %+v", agent.Name, text, e.Plan)
				}
				words, _ := Narrate(e)
				if faults := Verify(words, e); len(faults) > 0 {
					t.Errorf("%s, %s: %+v\n%s", agent.Name, text, faults, words)
				}
			}
		}
	}
	p, err := MakePlan(eaio.Request{Question: "How much will I pay at the end of the month?", Building: "b", Agent: "auditor"})
	if calls, open := planWords(p); err != nil || calls != "consumption/this_month/previous" || open != "forecast" {
		t.Errorf("got %s | %s, %v", calls, open, err)
	}
}

// TestGoldenSavings keeps the first paragraph of the answer about a retrofit for every
// building of the sample: confirmed, likely, inconclusive and lost.
func TestGoldenSavings(t *testing.T) {
	for _, lang := range []eaio.Language{eaio.English, eaio.Vietnamese} {
		var b strings.Builder
		for _, place := range bdg2.Buildings() {
			of := get(t, place.ID)
			question := pick(lang == eaio.Vietnamese, "Việc cải tạo ngày 1/1/2017 có tiết kiệm năng lượng không?", "Did the retrofit of 1 January 2017 save energy?")
			e := of.evidence(t, eaio.Request{Question: question}, time.Date(2017, 12, 31, 0, 0, 0, 0, of.in.Series.Location), "weather")
			text, status := Narrate(e)
			if faults := Verify(text, e); len(faults) > 0 {
				t.Errorf("%+v\n%s", faults, text)
			}
			first, _, _ := strings.Cut(text, "\n\n")
			fmt.Fprintf(&b, "=== %s (%s)\n%s\n\n", place.ID, status, first)
		}
		compareGolden(t, filepath.Join("testdata", "golden", "sample", "savings_of_all."+string(lang)+".txt"), b.String())
	}
}
