package agents

import (
	"fmt"
	"time"

	"github.com/eaio/eaio"
)

// adder adds a fact to a fixed result.
type adder func(name string, v eaio.Value, unit string, w eaio.Window)

// later gives the fixed results of the analyses of weather, history and money.
func (s *sample) later(c eaio.Call, r *eaio.Result, add adder) {
	switch c.Analysis {
	case analysisAnomalies:
		s.anomalies(r, add)
	case analysisForecast:
		s.forecast(r, add)
	case analysisSavings:
		s.savings(r, add)
	case analysisChange:
		s.change(c, r, add)
	case analysisSignature:
		s.signature(add)
	case analysisMeasures:
		s.measures(add)
	case analysisPortfolio:
		s.portfolio(c, r, add)
	}
}

func (s *sample) portfolio(c eaio.Call, r *eaio.Result, add adder) {
	year := s.span(s.day(11, 24).AddDate(-1, 0, 0), s.asOf)
	r.Status, r.Reasons = eaio.ResultWarn, []string{"some_buildings_failed"}
	for _, n := range []struct {
		name string
		x    float64
	}{{"buildings", 212}, {"buildings_ranked", 8}, {"buildings_failed", 4}, {"buildings_beyond", 200}} {
		add(n.name, num(n.x), "", year)
	}
	for i, f := range []struct{ building, why string }{
		{"Annex", "no_price"}, {"Depot 12", "not_reached_in_time"}, {"Mill", "not_reached_in_time"}, {"New wing", "too_few_days"},
	} {
		name := fmt.Sprintf("failed_%d", i+1)
		add(name, eaio.Text(f.building), "", year)
		add(name+"_reason", eaio.Text(f.why), "", year)
	}
	add("opportunity_total", eaio.Text("48211.70"), "USD", year)
	for i, b := range []struct {
		building, money, source string
		share, kWh              float64
	}{
		{"Building A", "15020.40", "waste out of hours", 31.16, 136549},
		{"Tower 5", "12112.35", "energy above the peers' median", 25.12, 110112},
		{"Lab", "9880.00", "waste out of hours", 20.49, 89818},
		{"Nhà máy Bình Dương", "9120.00", "waste out of hours", 18.92, 82909},
		{"500 kWh saved", "901.10", "waste out of hours", 1.87, 8191},
	} {
		name := fmt.Sprintf("rank_%d", i+1)
		first := len(r.Facts)
		add(name, eaio.Text(b.building), "", year)
		add(name+"_money", eaio.Text(b.money), "USD", year)
		add(name+"_share", num(b.share), "%", year)
		add(name+"_energy", num(b.kWh), "kWh", year)
		add(name+"_source", eaio.Text(b.source), "", year)
		add(name+"_weighted", eaio.Text(b.money), "USD", year)
		for k := range r.Facts[first:] {
			if b.building == "Lab" {
				r.Facts[first+k].Quality = eaio.QualityFair
			}
		}
	}
}

func (s *sample) anomalies(r *eaio.Result, add adder) {
	r.Status, r.Reasons = eaio.ResultWarn, []string{"unusual_load_found"}
	month := s.span(s.day(10, 25), s.asOf)
	add("events", num(2), "", month)
	add("excess_energy", num(318.4), "kWh", month)
	add("excess_cost", eaio.Text("35.02"), "USD", month)
	add("shortfall_energy", num(-96.2), "kWh", month)
	for _, e := range []struct {
		n, kind, severity, cost string
		from                    time.Time
		hours, excess           float64
	}{
		{"event_1", "left_on_overnight", "moderate", "35.02", s.day(11, 22).Add(20 * time.Hour), 10, 318.4},
		{"event_2", "missed_start", "minor", "-10.58", s.day(11, 9).Add(7 * time.Hour), 4, -96.2},
	} {
		w := s.span(e.from, e.from.Add(time.Duration(e.hours)*time.Hour))
		add(e.n, eaio.Text(e.kind), "", w)
		add(e.n+"_excess", num(e.excess), "kWh", w)
		add(e.n+"_cost", eaio.Text(e.cost), "USD", w)
		add(e.n+"_start", eaio.Text(e.from.Format(time.RFC3339)), "", w)
		add(e.n+"_hours", num(e.hours), "h", w)
		add(e.n+"_severity", eaio.Text(e.severity), "", w)
		add(e.n+"_score", num(7.84), "", w)
	}
}

func (s *sample) forecast(r *eaio.Result, add adder) {
	r.Status, r.Reasons = eaio.ResultWarn, []string{"new_monthly_peak_likely"}
	day, two := s.span(s.asOf, s.day(11, 25)), s.span(s.asOf, s.day(11, 26))
	month, so := s.span(s.day(11, 1), s.day(12, 1)), s.span(s.day(11, 1), s.asOf)
	add("forecast_method", eaio.Text("rule"), "", two)
	add("next_24_h_energy", num(2588.1), "kWh", day)
	add("next_24_h_low", num(2402.7), "kWh", day)
	add("next_24_h_high", num(2771.3), "kWh", day)
	add("next_24_h_cost", eaio.Text("284.69"), "USD", day)
	add("next_48_h_energy", num(5163.9), "kWh", two)
	add("next_48_h_low", num(4880.2), "kWh", two)
	add("next_48_h_high", num(5460.8), "kWh", two)
	add("peak_expected", num(181.2), "kW", day)
	add("peak_expected_low", num(170.1), "kW", day)
	add("peak_expected_high", num(193.9), "kW", day)
	add("peak_hour", eaio.Text(s.asOf.Add(14*time.Hour).Format(time.RFC3339)), "", day)
	add("backtest_cvrmse", num(.1127), "", two)
	add("rule_cvrmse", num(.1127), "", two)
	add("days_tried", num(90), "days", two)
	add("month_peak_so_far", num(179.4), "kW", so)
	add("new_peak_chance", num(54.44), "%", so)
	add("month_energy_so_far", num(58112.7), "kWh", so)
	add("month_energy_forecast", num(75307.2), "kWh", month)
	add("month_cost_forecast", eaio.Text("8283.79"), "USD", month)
	add("month_energy_low", num(74101.5), "kWh", month)
	add("month_energy_high", num(76820.4), "kWh", month)
	add("month_cost_low", eaio.Text("8151.17"), "USD", month)
	add("month_cost_high", eaio.Text("8450.24"), "USD", month)
	add("month_backtests", num(170), "", month)
}

func (s *sample) savings(r *eaio.Result, add adder) {
	after, before := s.span(s.day(3, 1), s.asOf), s.span(s.day(3, 1).AddDate(-1, 0, 0), s.day(3, 1))
	add("verdict", eaio.Text("confirmed"), "", after)
	add("avoided_energy_use", num(51231.5), "kWh", after)
	add("avoided_energy_use_percent", num(7.84), "%", after)
	add("avoided_energy_cost", eaio.Text("5635.47"), "USD", after)
	add("baseline_energy", num(653463), "kWh", after)
	add("metered_energy", num(602231.5), "kWh", after)
	add("days_compared", num(262), "days", after)
	add("uncertainty_band", num(11870.2), "kWh", after)
	add("verdict_band", num(14022.9), "kWh", after)
	add("model", eaio.Text("cdd_only"), "", before)
	add("adjusted_r_squared", num(.8123), "", before)
	add("cvrmse", num(.1034), "", before)
	add("days_fitted", num(365), "days", before)
}

// inconclusive is a saving whose band crosses zero.
func (s *sample) inconclusive(r *eaio.Result) {
	r.Status, r.Reasons = eaio.ResultInconclusive, []string{"saving_within_band", "drift_between_years_unseen"}
	for i, f := range r.Facts {
		switch f.Name {
		case "verdict":
			r.Facts[i].Value = eaio.Text("inconclusive")
		case "verdict_band":
			r.Facts[i].Value = num(61022.9)
		}
	}
}

// loss is a rise in use where a saving was hoped for.
func (s *sample) loss(r *eaio.Result) {
	r.Status, r.Reasons = eaio.ResultWarn, []string{"use_increased"}
	for i, f := range r.Facts {
		switch f.Name {
		case "avoided_energy_use", "avoided_energy_use_percent":
			x, _ := f.Value.Float()
			r.Facts[i].Value = num(-x)
		case "avoided_energy_cost":
			r.Facts[i].Value = eaio.Text("-" + f.Value.String())
		}
	}
}

func (s *sample) change(c eaio.Call, r *eaio.Result, add adder) {
	r.Status, r.Reasons = eaio.ResultWarn, []string{"operations_changed"}
	now, then, kWh, before := s.windows(c)
	year := s.span(now.From.AddDate(-1, 0, 0), now.From)
	diff := kWh - before
	add("energy", num(kWh), "kWh", now)
	add("compare_energy", num(before), "kWh", then)
	add("change", num(diff), "kWh", now)
	add("change_percent", num(100*diff/before), "%", now)
	add("change_cost", amount(diff), "USD", now)
	add("days_compared", num(23), "days", now)
	add("compare_days", num(23), "days", then)
	for _, term := range []struct {
		name string
		kWh  float64
	}{{"change_weather", 1240.6}, {"change_calendar", -402.1}, {"change_operations", diff - 838.5}} {
		add(term.name, num(term.kWh), "kWh", now)
		add(term.name+"_cost", amount(term.kWh), "USD", now)
	}
	add("change_band", num(911.3), "kWh", now)
	add("r_squared", num(.7712), "", year)
	add("cvrmse", num(.0934), "", year)
}

func (s *sample) signature(add adder) {
	year := s.span(s.asOf.AddDate(0, 0, -365), s.asOf)
	add("model", eaio.Text("cdd_only"), "", year)
	add("intercept", num(1402.51), "kWh/day", year)
	add("cooling_slope", num(88.127), "kWh/day/°C", year)
	add("cooling_balance_point", num(21.1111), "°C", year)
	add("adjusted_r_squared", num(.8012), "", year)
	add("cvrmse", num(.0987), "", year)
	add("nmbe", num(-.0001), "", year)
	add("days_fitted", num(361), "days", year)
	add("weather_year", eaio.Text("own year"), "", year)
	add("normalised_annual_use", num(863100.2), "kWh", year)
	add("normalised_annual_base", num(511916.15), "kWh", year)
	add("normalised_annual_cooling", num(351184.05), "kWh", year)
	add("normalised_annual_cost", eaio.Text("94941.02"), "USD", year)
	add("normalised_annual_intensity", num(159.833), "kWh/m2", year)
}

func (s *sample) measures(add adder) {
	year := s.span(s.asOf.AddDate(0, 0, -365), s.asOf)
	add("base_load", num(.25972), "kWh/m2/day", year)
	add("base_load_median", num(.2), "kWh/m2/day", year)
	add("base_load_candidates", eaio.Text("schedules of equipment; lighting; plug loads"), "", year)
	add("base_load_saving", num(117716.15), "kWh", year)
	add("cooling_slope", num(.01632), "kWh/m2/day/°C", year)
	add("cooling_slope_median", num(.0151), "kWh/m2/day/°C", year)
	add("cooling_slope_candidates", eaio.Text("efficiency of the cooling plant; outdoor air; envelope"), "", year)
	add("cooling_slope_saving", num(26262.4), "kWh", year)
	add("joint_saving", num(143978.55), "kWh", year)
	add("joint_saving_percent", num(16.68), "%", year)
	add("joint_saving_cost", eaio.Text("15837.64"), "USD", year)
	add("joint_saving_emissions", num(56151.6), "kgCO2", year)
	add("confidence", eaio.Text("medium"), "", year)
}

// amount is money at the sample's price.
func amount(kWh float64) eaio.Value { return eaio.Text(fmt.Sprintf("%.2f", kWh*.11)) }
