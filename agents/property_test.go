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
	for _, name := range []string{analysisConsumption, analysisOvernight, analysisBaseload, analysisQuality, analysisAnomalies, analysisForecast, analysisSavings, analysisChange, analysisSignature, analysisMeasures, analysisPeak, analysisCost, analysisCarbon, analysisBenchmark, "brand_new_2", "nightly_saving"} {
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
		all := append(everyReason(), "no_such_reason_99")
		res.Reasons = append(res.Reasons, all[r.IntN(len(all))])
	}
	names := []string{"gain_ratio", "mystery", "daily_change", "half_hour_peak", "first_2_days", "saving_change", "heat_drift"}
	for line := range strings.SplitSeq(strings.TrimSpace(labels), "\n") {
		name, _, _ := strings.Cut(line, "|")
		names = append(names, strings.ReplaceAll(name, "N", strconv.Itoa(1+r.IntN(3))))
	}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	n := r.IntN(12)
	chosen := names[:n]
	for _, anchor := range anchors(analysis) {
		if r.IntN(5) > 0 {
			chosen = append(slices.DeleteFunc(slices.Clone(chosen), func(s string) bool { return s == anchor }), anchor)
		}
	}
	for _, name := range chosen {
		*ref++
		res.Facts = append(res.Facts, randomFact(r, e, name, *ref))
	}
	return res
}

// anchors are the facts around which an analysis is told.
func anchors(analysis string) []string {
	return strings.Fields(map[string]string{
		analysisConsumption: "energy",
		analysisOvernight:   "night_energy",
		analysisBaseload:    "base_load",
		analysisQuality:     "completeness",
		analysisAnomalies:   "events excess_energy excess_cost shortfall_energy event_1 event_1_excess event_1_cost event_1_start event_1_hours event_2 event_2_excess event_2_score event_2_severity",
		analysisForecast:    "next_24_h_energy next_24_h_low next_24_h_high next_48_h_energy month_energy_forecast month_cost_forecast month_cost_low month_cost_high peak_expected peak_hour new_peak_chance month_peak_so_far",
		analysisSavings:     "avoided_energy_use avoided_energy_use_percent avoided_energy_cost verdict verdict_band days_fitted",
		analysisChange:      "change energy compare_energy change_percent change_cost change_weather change_weather_cost change_calendar change_operations change_band",
		analysisSignature:   "normalised_annual_use normalised_annual_base normalised_annual_cooling normalised_annual_cost cooling_balance_point cooling_slope heating_balance_point model adjusted_r_squared cvrmse",
		analysisMeasures:    "joint_saving joint_saving_percent joint_saving_cost joint_saving_emissions confidence base_load base_load_median base_load_candidates base_load_saving heating_slope_candidates",
		analysisPeak:        "peak peak_time peak_temperature load_factor hours_near_peak peak_2017_01 peak_time_2017_01 peak_2017_02 shave_5_h_demand shave_5_h_value",
		analysisCost:        "cost_total tariff energy cost_per_kwh cost_energy cost_flat_demand cost_tax billed billed_difference bill_verdict alternative_1 alternative_1_cost alternative_1_saving",
		analysisCarbon:      "emissions emission_intensity emissions_scope_1 emissions_scope_2 emission_factors compare_emissions change_constant_factors_percent",
		analysisPortfolio:   "buildings buildings_ranked buildings_failed buildings_beyond opportunity_total rank_1 rank_1_money rank_1_share rank_1_energy rank_1_source rank_2 rank_2_money rank_2_tariff rank_2_overbilled failed_1 failed_1_reason failed_2 failed_2_reason",
		analysisBenchmark:   "site_eui site_percentile site_peers site_percentile_low site_percentile_high site_eui_median potential_to_median",
	}[analysis])
}

// everyReason lists the reasons that the wording knows, as its source has them.
func everyReason() []string {
	return strings.Fields(`no_readings unsupported_interval stuck_readings too_few_days night_incomplete too_few_nights incomplete_period
		incomplete_comparison no_comparison insufficient_data_for_change comparison_not_positive missing_readings missing_run zero_run
		negative_readings sentinel_readings outliers unit_step temperature_gap runs_around_the_clock unoccupied_load_high unoccupied_load_at_peak
		night_above_usual night_below_usual no_temperature temperature_missing temperature_in_fahrenheit temperature_in_celsius
		temperature_in_kelvin temperature_implausible temperature_beyond_model no_weather_signal too_little_history interval_not_in_hour
		too_little_to_forecast new_monthly_peak_likely month_incomplete too_few_days_for_the_rest no_backtest baseline_too_short
		too_many_days_missing months_without_model drift_between_years_unseen lengths_differ periods_overlap reporting_before_baseline
		no_days too_few_periods no_candidate_qualified no_model period_outside_data no_energy_used cvrmse_above_limit
		operations_within_model_error operations_changed unusual_load_found no_reporting_period incomplete_baseline saving_within_band
		band_misses_placebos use_increased saving_below_ten_percent temperature_not_hourly latest_day_missing no_tariff unit_not_kwh
		other_currency bill_off bill_not_checked bill_not_projected too_few_readings demand_interval_coarser demand_interval_mismatch
		ratchet_history_missing export_not_credited charges_not_billed tariff_not_in_force part_of_a_month shorter_peaks_are_higher
		no_emission_factor unsupported_unit default_emission_factor emission_factor_other_year no_area too_few_peers too_few_peers_for_z
		no_source_ratio use_above_most_peers no_peers at_peer_median some_buildings_failed no_opportunity_found`)
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
	case strings.HasSuffix(name, "y_start"), strings.HasSuffix(name, "d_start"), strings.HasSuffix(name, "_stop"):
		f.Unit, f.Value = "", eaio.Text(fmt.Sprintf("%02d:00", r.IntN(24)))
	case strings.HasSuffix(name, "_candidates"):
		f.Unit, f.Value = "", eaio.Text([]string{"schedules of equipment; lighting; plug loads", "cooling setpoint; economiser; heat gains by lighting and plugs", "other 3 things to see"}[r.IntN(3)])
	case name == "tariff", name == "alternative_1", name == "emission_factors":
		f.Unit, f.Value = "", eaio.Text([]string{"Time of use", "TOU-8 for 20 kW", "EIA, grid mean 2022, 0.390 kg CO2/kWh", "GS-2"}[r.IntN(4)])
	case name == "billed", strings.HasPrefix(name, "billed_diff"), strings.HasPrefix(name, "alternative_"), strings.HasSuffix(name, "_h_value"):
		f.Unit, f.Value = "USD", eaio.Text(strconv.FormatFloat(x, 'f', 2, 64))
	case strings.HasPrefix(name, "peak_time"), name == "peak_hour", strings.HasPrefix(name, "event_") && strings.HasSuffix(name, "_start"):
		f.Unit, f.Value = "", eaio.Text(from.Format(time.RFC3339))
	case name == "unit_step_date":
		f.Unit, f.Value = "", eaio.Text(from.Format(time.DateOnly))
	case name == "verdict":
		f.Unit, f.Value = "", eaio.Text([]string{"confirmed", "indicative", "inconclusive", "odd"}[r.IntN(4)])
	case name == "event_1", name == "event_2", name == "event_3":
		f.Unit, f.Value = "", eaio.Text([]string{"left_on_overnight", "weekend_on", "missed_start", "outage", "spike", "step", "stuck", "high", "low", "odd"}[r.IntN(10)])
	case strings.HasSuffix(name, "_severity"), name == "forecast_method", name == "model":
		f.Unit, f.Value = "", eaio.Text([]string{"minor", "rule", "last_week", "yesterday", "cdd_hdd", "5P"}[r.IntN(6)])
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
	n := 700
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
	n := 12
	if testing.Short() {
		n = 4
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
			if fact.Unit == "more" { // no unit: what stands before it may repeat the question
				continue
			}
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
