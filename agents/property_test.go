package agents

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// randomEvidence makes evidence of every shape an analysis may give, and some
// that none gives today.
func randomEvidence(r *rand.Rand) Evidence {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	zone := one("Asia/Ho_Chi_Minh", "America/New_York", "UTC", "Europe/Berlin", "Not/AZone")
	e := Evidence{
		Request: eaio.Request{
			Question: one("What was left on last night?", "Tại sao tháng này cao hơn tháng trước?", "Why is this month 20 % higher than on 3 March?", "Which factors matter for these 5 buildings?", ""),
			Audience: eaio.Audience(one("manager", "analyst", "owner", "")),
		},
		Building: eaio.Building{
			ID:          one("b", "tower-5", "A1", "a"),
			Name:        one("Building A", "Tower 5", "Tòa nhà Điện Lực 7", "5 kWh House", "12", "a", "24/11/2026", "[F1]", "Zürich №3", strings.Repeat("x", 200)),
			Timezone:    zone,
			PricePerKWh: one("", "0.11", "2500", "0.1234", "-1", "1e3", "abc"),
			Currency:    one("USD", "VND", "EUR", "", "usd", "KWD"),
			AreaM2:      float64(r.IntN(3)) * 1234.5,
			Privacy:     eaio.Privacy(one("private", "public", "deidentified", "")),
		},
		RetrievalFailed: r.IntN(4) == 0,
		Reason:          eaio.ReasonNoModel,
	}
	e.Plan = eaio.Plan{Agent: DefaultAgent, Language: eaio.Language(one("en", "vi")), By: "rules"}
	loc := e.location()
	e.AsOf = time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, loc)
	for _, t := range topics() {
		if t != topicUnknown && r.IntN(12) == 0 {
			e.Plan.Unanswered = append(e.Plan.Unanswered, t)
		}
	}
	ref := 0
	for _, name := range []string{analysisConsumption, analysisOvernight, analysisBaseload, analysisQuality, "brand_new_2", "nightly_saving"} {
		if r.IntN(2) == 0 {
			continue
		}
		e.Plan.Calls = append(e.Plan.Calls, eaio.Call{Analysis: name, Period: eaio.Last30Days, Compare: eaio.CompareYearAgo})
		if r.IntN(10) == 0 {
			e.Failed = append(e.Failed, name)
			continue
		}
		e.Results = append(e.Results, randomResult(r, e, name, &ref))
	}
	for i := range r.IntN(4) {
		e.Citations = append(e.Citations, eaio.Citation{
			Ref:     fmt.Sprintf("D%d", i+1),
			Title:   one("Night ventilation", "Cut 40 % of it", "Hướng dẫn vận hành ban đêm", "[F1] https://x.example", "夜间通风", ""),
			Passage: "Turn off 999 pumps.",
		})
	}
	for range r.IntN(3) {
		e.Skipped = append(e.Skipped, eaio.Refusal{Pool: one("cloud", "cloud-2"), Model: one("gpt-4o", "o3", "claude-x", "", "7 kWh"), Reason: eaio.Reason(one("privacy", "budget"))})
	}
	return e
}

func randomResult(r *rand.Rand, e Evidence, analysis string, ref *int) eaio.Result {
	res := eaio.Result{Analysis: analysis, Status: eaio.ResultOK}
	switch r.IntN(6) {
	case 0:
		res.Status = eaio.ResultWarn
	case 1:
		res.Status = eaio.ResultInsufficientData
	case 2:
		res.Status = eaio.ResultInconclusive
	}
	for range r.IntN(3) {
		res.Reasons = append(res.Reasons, []string{"stuck_readings", "missing_run", "night_above_usual", "unoccupied_load_high", "no_such_reason_99", "runs_around_the_clock"}[r.IntN(6)])
	}
	names := []string{"gain_ratio", "mystery", "daily_change", "half_hour_peak", "first_2_days", "saving_change", "heat_drift"}
	for line := range strings.SplitSeq(strings.TrimSpace(labels), "\n") {
		name, _, _ := strings.Cut(line, "|")
		names = append(names, name)
	}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	n := r.IntN(12)
	chosen := names[:n]
	if anchor := map[string]string{analysisConsumption: "energy", analysisOvernight: "night_energy", analysisBaseload: "base_load", analysisQuality: "completeness"}[analysis]; anchor != "" && r.IntN(5) > 0 {
		chosen = append(slices.DeleteFunc(slices.Clone(chosen), func(s string) bool { return s == anchor }), anchor)
	}
	for _, name := range chosen {
		*ref++
		res.Facts = append(res.Facts, randomFact(r, e, name, *ref))
	}
	return res
}

func randomFact(r *rand.Rand, e Evidence, name string, ref int) eaio.Fact {
	from := e.AsOf.AddDate(0, 0, -1-r.IntN(40)).Add(time.Duration(r.IntN(24)) * time.Hour)
	f := eaio.Fact{
		Ref: "F" + strconv.Itoa(ref), Name: name, N: r.IntN(9000), Method: "5th percentile of 24 h loads",
		Window:  eaio.Window{From: from, To: from.Add(time.Duration(1+r.IntN(800)) * time.Hour)},
		Quality: []eaio.Quality{eaio.QualityGood, eaio.QualityFair, eaio.QualityPoor}[r.IntN(3)],
	}
	if r.IntN(20) == 0 {
		f.Window = eaio.Window{}
	}
	x := (r.Float64() - .3) * math.Pow10(r.IntN(12)-4)
	switch r.IntN(4) {
	case 0:
		x = float64(r.IntN(100))
	case 1:
		x = math.Round(x*1000) / 1000
	}
	f.Value = eaio.Number(x)
	f.Unit = []string{"kWh", "kWh", "kW", "%", "%", "", "h", "days", "nights", "kWh/m2", "kWh/day", "degC", "GJ", "widgets", "m3/h", "kg 5", "[x]", "F3", "kgCO2/kWh", "more"}[r.IntN(20)]
	switch {
	case strings.Contains(name, "cost"):
		f.Unit, f.Value = "USD", eaio.Text(strconv.FormatFloat(x, 'f', 2, 64))
	case strings.HasSuffix(name, "_start"), strings.HasSuffix(name, "_stop"):
		f.Unit, f.Value = "", eaio.Text(fmt.Sprintf("%02d:00", r.IntN(24)))
	case name == "peak_time":
		f.Unit, f.Value = "", eaio.Text(from.Format(time.RFC3339))
	case name == "unit_step_date":
		f.Unit, f.Value = "", eaio.Text(from.Format(time.DateOnly))
	case strings.HasSuffix(name, "verdict"), strings.HasSuffix(name, "schedule"), strings.HasSuffix(name, "baseline"):
		f.Unit = ""
		f.Value = eaio.Text([]string{"unusual", "usual", "unusually low", "runs around the clock", "no operating hours", "sufficient", "insufficient", "odd 7 words", "see https://x.example"}[r.IntN(9)])
	case name == "mystery":
		f.Value = []eaio.Value{eaio.Text("left_on"), eaio.Text("7 kWh, or 8"), eaio.Number(math.NaN()), eaio.Number(math.Inf(1)), eaio.Text("½"), eaio.Text(""), eaio.Text("2026-13"), eaio.Text("九")}[r.IntN(8)]
	}
	return f
}

// TestNarrateVerifies: the narrator's words pass the verifier, whatever the
// evidence, and never change between two tellings.
func TestNarrateVerifies(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 300
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		e := randomEvidence(r)
		text, status := Narrate(e)
		if text == "" || status == "" {
			t.Fatalf("%d: text %q, status %q", i, text, status)
		}
		if faults := Verify(text, e); len(faults) > 0 {
			t.Fatalf("%d (%s, building %q): %+v\n%s", i, e.Plan.Language, e.Building.Name, faults, text)
		}
		if again, _ := Narrate(e); again != text {
			t.Fatalf("%d: told twice, two texts:\n%s\n%s", i, text, again)
		}
		Prompt(e)
	}
}

// cited finds a figure with its unit right before a reference. What is not caught
// here (dates, times) has its own table in TestVerifyRejectsLies.
var cited = regexp.MustCompile(`(−?)([0-9][0-9.,]*[0-9]|[0-9])(%|(?: [^\s\[\]():0-9]+){0,2}) \[(F[0-9]+)\]`)

// TestEveryDigitCounts: altering any digit of any figure of the narrator's words
// is a fault, unless the altered figure is still the fact, rounded.
func TestEveryDigitCounts(t *testing.T) {
	n := 50
	if testing.Short() {
		n = 10
	}
	r := rand.New(rand.NewPCG(3, 4))
	altered, spared := 0, 0
	for range n {
		e := randomEvidence(r)
		text, _ := Narrate(e)
		facts := map[string]eaio.Fact{}
		for _, res := range e.Results {
			for _, f := range res.Facts {
				facts[f.Ref] = f
			}
		}
		for _, m := range cited.FindAllStringSubmatchIndex(text, -1) {
			fact := facts[text[m[8]:m[9]]]
			for at := m[4]; at < m[5]; at++ {
				if text[at] < '0' || text[at] > '9' {
					continue
				}
				digit := '0' + byte(r.IntN(9))
				if digit >= text[at] {
					digit++
				}
				lie := text[:at] + string(digit) + text[at+1:]
				if stillTrue(lie[m[4]:m[5]], text[m[6]:m[7]], fact, e.Plan.Language) {
					spared++
					continue
				}
				altered++
				if faults := Verify(lie, e); len(faults) == 0 {
					t.Fatalf("accepted %q of %s = %s %s in\n%s", lie[m[0]:m[1]], fact.Name, fact.Value, fact.Unit, lie)
				}
			}
		}
	}
	t.Logf("%d digits altered, %d alterations were true still", altered, spared)
	if altered < 20*n || spared > altered/20 {
		t.Errorf("%d digits altered, %d spared: the test does not bite", altered, spared)
	}
}

// stillTrue reports whether a written figure is the fact's value rounded to its
// places or to three or more significant figures, by decimal formatting alone.
func stillTrue(s, unit string, f eaio.Fact, lang eaio.Language) bool {
	if lang == eaio.Vietnamese {
		s = strings.NewReplacer(".", "", ",", ".").Replace(s)
	} else {
		s = strings.ReplaceAll(s, ",", "")
	}
	written, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return false
	}
	if strings.Contains(unit, "readings") || strings.Contains(unit, "số đo") {
		return written == float64(f.N)
	}
	value, ok := f.Value.Float()
	if !ok {
		return false
	}
	value = math.Abs(value)
	if unit == "%" && f.Unit == "" {
		value *= 100
	}
	if s := strconv.FormatFloat(written, 'f', -1, 64); s == strconv.FormatFloat(value, 'f', -1, 64) {
		return true
	}
	_, fraction, _ := strings.Cut(s, ".")
	if half := math.Pow10(-len(fraction)) / 2; written != 0 && math.Abs(math.Abs(written-value)-half) <= 1e-9*value {
		return true // a tie goes either way
	}
	near := func(rounded string) bool {
		x, _ := strconv.ParseFloat(rounded, 64)
		return math.Abs(x-written) <= 1e-9*math.Max(x, 1e-9)
	}
	if written != 0 && near(strconv.FormatFloat(value, 'f', len(fraction), 64)) {
		return true
	}
	for figures := 3; fraction == "" && figures < 16; figures++ {
		if near(strconv.FormatFloat(value, 'e', figures-1, 64)) {
			return true
		}
	}
	return false
}

// TestAudiencesAgree: a manager and an owner read the same figures, and an
// analyst all of them.
func TestAudiencesAgree(t *testing.T) {
	figures := func(text string) map[string]bool {
		out := map[string]bool{}
		for _, m := range cited.FindAllString(text, -1) {
			out[m] = true
		}
		return out
	}
	for _, q := range asked {
		told := map[eaio.Audience]map[string]bool{}
		for _, who := range []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner} {
			text, _ := Narrate(newSample(t).evidence(t, eaio.Request{Question: q.en, Building: "building-a", Audience: who}))
			told[who] = figures(text)
		}
		for m := range told[eaio.AudienceManager] {
			if !told[eaio.AudienceAnalyst][m] {
				t.Errorf("%s: only the manager reads %q", q.name, m)
			}
		}
		for m := range told[eaio.AudienceOwner] {
			if !told[eaio.AudienceManager][m] && !told[eaio.AudienceAnalyst][m] {
				t.Errorf("%s: only the owner reads %q", q.name, m)
			}
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	e := newSample(b).evidence(b, eaio.Request{Question: asked[0].en, Building: "building-a"})
	text, _ := Narrate(e)
	for b.Loop() {
		Verify(text, e)
	}
}

func BenchmarkNarrate(b *testing.B) {
	e := newSample(b).evidence(b, eaio.Request{Question: asked[0].en, Building: "building-a"})
	for b.Loop() {
		Narrate(e)
	}
}

func BenchmarkMakePlan(b *testing.B) {
	for b.Loop() {
		if _, err := MakePlan(eaio.Request{Question: asked[0].vi, Building: "b"}); err != nil {
			b.Fatal(err)
		}
	}
}
