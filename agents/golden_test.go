package agents

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

var update = flag.Bool("update", false, "write testdata/golden anew")

// sample is a small fixed set of results, as the analyses would give them.
type sample struct {
	loc  *time.Location
	asOf time.Time
	next int
}

func newSample(t testing.TB) *sample {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	return &sample{loc: loc, asOf: time.Date(2026, 11, 24, 0, 0, 0, 0, loc)}
}

func (s *sample) day(m time.Month, d int) time.Time {
	return time.Date(2026, m, d, 0, 0, 0, 0, s.loc)
}

func (s *sample) span(from, to time.Time) eaio.Window { return eaio.Window{From: from, To: to} }

func (s *sample) fact(name string, v eaio.Value, unit string, w eaio.Window) eaio.Fact {
	s.next++
	n := int(w.To.Sub(w.From) / time.Hour)
	return eaio.Fact{Ref: fmt.Sprintf("F%d", s.next), Name: name, Value: v, Unit: unit, Method: "sum of intervals", Window: w, N: n, Quality: eaio.QualityGood}
}

func num(x float64) eaio.Value { return eaio.Number(x) }

// result gives the fixed result of a call.
func (s *sample) result(c eaio.Call) eaio.Result {
	r := eaio.Result{Analysis: c.Analysis, Status: eaio.ResultOK}
	add := func(name string, v eaio.Value, unit string, w eaio.Window) {
		r.Facts = append(r.Facts, s.fact(name, v, unit, w))
	}
	switch c.Analysis {
	case analysisConsumption:
		now, then, kWh, before := s.windows(c)
		days := now.To.Sub(now.From).Hours() / 24
		add("energy", num(kWh), "kWh", now)
		add("energy_cost", eaio.Text(fmt.Sprintf("%.2f", kWh*.11)), "USD", now)
		add("peak", num(187.35), "kW", now)
		add("peak_time", eaio.Text(now.To.Add(-10*time.Hour).Format(time.RFC3339)), "", now)
		if days > 1 {
			add("daily_mean", num(kWh/days), "kWh/day", now)
			add("highest_day_energy", num(1.13*kWh/days), "kWh", s.span(now.From, now.From.AddDate(0, 0, 1)))
			add("lowest_day_energy", num(.71*kWh/days), "kWh", s.span(now.To.AddDate(0, 0, -1), now.To))
		}
		if c.Compare != eaio.CompareNone {
			add("compare_energy", num(before), "kWh", then)
			add("change", num(kWh-before), "kWh", now)
			add("change_percent", num(100*(kWh-before)/before), "%", now)
			add("change_cost", eaio.Text(fmt.Sprintf("%.2f", (kWh-before)*.11)), "USD", now)
		}
	case analysisOvernight:
		r.Status, r.Reasons = eaio.ResultWarn, []string{"night_above_usual"}
		night := s.span(s.day(11, 22).Add(22*time.Hour), s.day(11, 23).Add(6*time.Hour))
		peers := s.span(s.day(10, 26).Add(22*time.Hour), night.From)
		add("night_energy", num(612.48), "kWh", night)
		add("night_cost", eaio.Text("67.37"), "USD", night)
		add("night_load", num(76.56), "kW", night)
		add("usual_night_energy", num(498.2), "kWh", peers)
		add("night_excess", num(114.28), "kWh", night)
		add("night_excess_percent", num(22.94), "%", night)
		add("night_excess_cost", eaio.Text("12.57"), "USD", night)
		add("usual_night_spread", num(18.9), "kWh", peers)
		add("night_verdict", eaio.Text("unusual"), "", night)
		add("nights_compared", num(20), "nights", peers)
		add("best_night_energy", num(402.4), "kWh", s.span(s.day(1, 1), night.To))
		add("possible_saving", num(210.08), "kWh", night)
		add("possible_saving_cost", eaio.Text("23.11"), "USD", night)
	case analysisBaseload:
		year := s.span(s.asOf.AddDate(0, 0, -365), s.asOf)
		r.Status, r.Reasons = eaio.ResultWarn, []string{"unoccupied_load_high"}
		add("base_load", num(48.21), "kW", year)
		add("peak_load", num(171.9), "kW", year)
		add("base_peak_ratio", num(.28), "", year)
		add("night_load", num(61.07), "kW", year)
		add("weekday_start", eaio.Text("07:00"), "", year)
		add("weekday_stop", eaio.Text("19:00"), "", year)
		add("weekend_schedule", eaio.Text("no operating hours"), "", year)
		add("unoccupied_ratio", num(.623), "", year)
		add("best_night_load", num(50.3), "kW", year)
		add("waste_energy", num(81234.567), "kWh", year)
		add("waste_percent", num(9.41), "%", year)
		add("waste_cost", eaio.Text("8935.80"), "USD", year)
		add("worst_night_1", num(902.1), "kWh", s.span(s.day(7, 13).Add(22*time.Hour), s.day(7, 14).Add(6*time.Hour)))
		add("worst_night_2", num(887.6), "kWh", s.span(s.day(7, 2).Add(22*time.Hour), s.day(7, 3).Add(6*time.Hour)))
		add("days_present", num(365), "days", year)
	case analysisQuality:
		month := s.span(s.day(10, 25), s.asOf)
		r.Status, r.Reasons = eaio.ResultWarn, []string{"missing_run"}
		add("completeness", num(95.83), "%", month)
		add("readings_expected", num(720), "", month)
		add("readings_missing", num(30), "", month)
		add("days_expected", num(30), "days", month)
		add("days_present", num(29), "days", month)
		add("daily_baseline", eaio.Text("insufficient"), "", month)
		add("hourly_baseline", eaio.Text("insufficient"), "", month)
		add("longest_missing_run", num(30), "h", s.span(s.day(11, 7).Add(5*time.Hour), s.day(11, 8).Add(11*time.Hour)))
		add("missing_run_hours", num(30), "h", month)
	default:
		s.later(c, &r, add)
	}
	return r
}

func (s *sample) windows(c eaio.Call) (now, then eaio.Window, kWh, before float64) {
	back := func(w eaio.Window, days int) eaio.Window {
		return s.span(w.From.AddDate(0, 0, -days), w.To.AddDate(0, 0, -days))
	}
	switch c.Period {
	case eaio.LatestDay:
		now, kWh, before = s.span(s.day(11, 23), s.asOf), 2513.42, 2641.9
		then = back(now, 7)
	case eaio.ThisWeek:
		now, kWh, before = s.span(s.day(11, 23), s.asOf), 2513.42, 2390.1
		then = back(now, 364)
	case eaio.LastWeek:
		now, kWh, before = s.span(s.day(11, 16), s.day(11, 23)), 17310.2, 17980.4
		then = back(now, 7)
	case eaio.ThisMonth:
		now, kWh, before = s.span(s.day(11, 1), s.asOf), 58112.7, 55240.3
		then = s.span(s.day(10, 1), s.day(10, 24))
	case eaio.LastMonth:
		now, kWh, before = s.span(s.day(10, 1), s.day(11, 1)), 74931.25, 76120.5
		then = s.span(s.day(9, 1), s.day(10, 1))
	default:
		now, kWh, before = s.span(s.day(10, 25), s.asOf), 73520.1, 75044.8
		then = back(now, 35)
		if c.Compare == eaio.CompareYearAgo {
			then = back(now, 364)
		}
	}
	return now, then, kWh, before
}

// evidence plans a request and gathers the fixed results.
func (s *sample) evidence(t testing.TB, req eaio.Request) Evidence {
	t.Helper()
	p, err := MakePlan(req)
	if err != nil {
		t.Fatal(err)
	}
	e := Evidence{
		Request: req, Plan: p, AsOf: s.asOf, Reason: eaio.ReasonNoModel,
		Building: eaio.Building{ID: "building-a", Name: "Building A", Timezone: "Asia/Ho_Chi_Minh", PricePerKWh: "0.11", Currency: "USD", AreaM2: 5400, Privacy: eaio.PrivacyPrivate},
	}
	if p.AllBuildings {
		e.Building = eaio.Building{}
	}
	for _, c := range p.Calls {
		e.Results = append(e.Results, s.result(c))
	}
	return e
}

// TestGolden tells every question of the acceptance set, in both languages and to
// every audience, and compares with what was read and approved.
func TestGolden(t *testing.T) {
	for _, q := range asked {
		for lang, question := range map[eaio.Language]string{eaio.English: q.en, eaio.Vietnamese: q.vi} {
			name := q.name + "." + string(lang)
			t.Run(name, func(t *testing.T) {
				var b strings.Builder
				fmt.Fprintf(&b, "%s\n", question)
				for _, who := range []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner} {
					req := eaio.Request{Question: question, Building: "building-a", Audience: who}
					if q.name == "portfolio" {
						req.Building = ""
					}
					e := newSample(t).evidence(t, req)
					text, status := Narrate(e)
					if faults := Verify(text, e); len(faults) > 0 {
						t.Errorf("%s: %+v\n%s", who, faults, text)
					}
					fmt.Fprintf(&b, "\n=== %s (%s)\n%s\n", who, status, text)
				}
				compareGolden(t, filepath.Join("testdata", "golden", name+".txt"), b.String())
			})
		}
	}
}

// TestGoldenOddities does the same for answers that lack something.
func TestGoldenOddities(t *testing.T) {
	ask := func(lang eaio.Language, en, vi string) eaio.Request {
		return eaio.Request{Question: pick(lang == eaio.Vietnamese, vi, en), Building: "building-a"}
	}
	for _, lang := range []eaio.Language{eaio.English, eaio.Vietnamese} {
		var b strings.Builder
		tell := func(what string, e Evidence) {
			text, status := Narrate(e)
			if faults := Verify(text, e); len(faults) > 0 {
				t.Errorf("%s: %+v\n%s", what, faults, text)
			}
			fmt.Fprintf(&b, "=== %s (%s)\n%s\n\n", what, status, text)
		}
		night := ask(lang, "What was left on last night?", "Đêm qua còn gì chưa tắt?")

		e := newSample(t).evidence(t, ask(lang, "Write a poem about rain", "Hãy viết một bài thơ về mưa"))
		tell("off topic", e)

		e = newSample(t).evidence(t, night)
		r := &e.Results[0]
		r.Status, r.Reasons, r.Facts = eaio.ResultInsufficientData, []string{"too_few_nights"}, r.Facts[:1]
		tell("insufficient data", e)

		e = newSample(t).evidence(t, night)
		e.Results[0] = eaio.Result{Analysis: analysisOvernight, Status: eaio.ResultInconclusive, Reasons: []string{"stuck_readings"}}
		tell("inconclusive", e)

		e = newSample(t).evidence(t, night)
		e.Results, e.Failed = nil, []string{analysisOvernight}
		tell("failed", e)

		e = newSample(t).evidence(t, night)
		e.Skipped = []eaio.Refusal{{Pool: "cloud", Model: "gpt-4o-2024", Reason: eaio.ReasonPrivacy}, {Pool: "local", Model: "qwen2.5:7b", Reason: eaio.ReasonUnavailable}}
		e.RetrievalFailed = true
		tell("model skipped for privacy, retrieval failed", e)

		e = newSample(t).evidence(t, night)
		e.Citations = []eaio.Citation{{Ref: "D1", Title: "Night ventilation", Passage: "Saves 40 %."}, {Ref: "D2", Title: "Cut 40 % at night"}, {Ref: "D3", Title: "Night use: what was left on"}, {Ref: "D4", Title: "Ask mailto: a@example.com"}}
		tell("with sources, one with a figure and one with an address in its title", e)

		e = newSample(t).evidence(t, night)
		e.Building.PricePerKWh, e.Building.Currency = "", ""
		e.Results[0].Facts = e.Results[0].Facts[:1]
		e.Results = append(e.Results, eaio.Result{Analysis: "tariff_check", Status: eaio.ResultOK, Facts: []eaio.Fact{
			{Ref: "F90", Name: "bill_2_total", Value: eaio.Text("1234.50"), Unit: "EUR"},
			{Ref: "F91", Name: "power_factor", Value: num(.912345)},
			{Ref: "F92", Name: "heat_drawn", Value: num(-7.5), Unit: "GJ"},
			{Ref: "F93", Name: "note", Value: eaio.Text("see [F1] at http://x.example")},
		}})
		tell("no price, an unknown analysis", e)

		compareGolden(t, filepath.Join("testdata", "golden", "oddities."+string(lang)+".txt"), b.String())
	}
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with: go test -run Golden -update", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}
