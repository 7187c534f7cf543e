package energy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestMeasures(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, func(d time.Time) float64 {
		return 200 + 9*max(0, celsius(60)-outdoors(d)) + 18*max(0, outdoors(d)-celsius(68)) + 0.001*jitter(d)
	})
	in.AreaM2, in.Use, in.Price = 1000, "office", pounds("0.1")
	in.Peers = peers(31, map[string]float64{ // their middle is what is written here
		energy.CoefficientBase: 0.1, energy.CoefficientHeating: 0.009, energy.CoefficientCooling: 0.02,
		energy.CoefficientHeatingBalance: celsius(58), energy.CoefficientCoolingBalance: celsius(68) - 1,
	})
	r := runInput(t, eaio.Call{Analysis: energy.NameMeasures}, in, asOf)
	wantStatus(t, r, eaio.ResultOK)
	degreeDays := func(balance, factor float64) (sum float64) { // of the 365 days before asOf
		for d := asOf.AddDate(0, 0, -365); d.Before(asOf); d = d.AddDate(0, 0, 1) {
			sum += max(0, factor*(balance-outdoors(d)))
		}
		return sum
	}
	base := 365 * 100.0
	heating := 9 * (degreeDays(celsius(60), 1) - degreeDays(celsius(58), 1))
	near(t, r, "base_load_saving", base, 1)
	near(t, r, "heating_balance_point_saving", heating, 1)
	near(t, r, "joint_saving", base+heating, 2)
	wantFacts(t, r, map[string]string{
		"cooling_slope_saving": "", "cooling_balance_point_saving": "", "heating_slope_saving": "",
		"confidence": "high", "joint_candidates": "", "base_load": "0.2 kWh/m2/day", "base_load_median": "0.1 kWh/m2/day",
	})
	// The peers' base loads are 0.1 × (0.85, 0.86 … 1.15): their MAD is 0.008.
	near(t, r, "z_base_load", (0.2-0.1)/(1.4826*0.008), 0.02)
	near(t, r, "z_cooling_slope", (0.018-0.02)/(1.4826*0.0016), 0.02)
	if !contains(text(t, r, "base_load_candidates"), "schedules") || !contains(text(t, r, "heating_balance_point_candidates"), "setpoint") {
		t.Error("the candidates do not fit their coefficients")
	}

	// The joint saving is less than the sum where measures overlap.
	for i := range in.Peers {
		in.Peers[i].Coefficients[energy.CoefficientHeating] /= 2
	}
	r = runInput(t, eaio.Call{Analysis: energy.NameMeasures}, in, asOf)
	near(t, r, "heating_slope_saving", 4.5*degreeDays(celsius(60), 1), 5) // half of 9 a degree day
	near(t, r, "joint_saving_emissions", 0.39*number(t, r, "joint_saving"), 0.01)
	sum := number(t, r, "base_load_saving") + number(t, r, "heating_balance_point_saving") + number(t, r, "heating_slope_saving")
	if joint := number(t, r, "joint_saving"); joint >= sum-1 {
		t.Errorf("the joint saving is %v, the sum %v", joint, sum)
	}
	wantFacts(t, r, map[string]string{"joint_candidates": "envelope: insulation, windows, air tightness"})
}

// 18 a cooling degree day against peers' 10.
func TestMeasuresOfCooling(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, func(d time.Time) float64 { return 200 + 18*max(0, outdoors(d)-celsius(68)) + 0.001*jitter(d) })
	in.AreaM2, in.Use = 1000, "office"
	in.Peers = peers(31, map[string]float64{energy.CoefficientCooling: 0.01})
	want := 0.0
	for d := asOf.AddDate(0, 0, -365); d.Before(asOf); d = d.AddDate(0, 0, 1) {
		want += 8 * max(0, outdoors(d)-celsius(68))
	}
	r := runInput(t, eaio.Call{Analysis: energy.NameMeasures}, in, asOf)
	near(t, r, "cooling_slope_saving", want, 2)
	near(t, r, "joint_saving", want, 2)
}

// High: a CVRMSE of at most 25 %. The noise is uniform: ± 35 is 20, of a mean of 90.
func TestMeasuresConfidence(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	for noise, want := range map[float64]string{35: "high", 50: "medium", 150: "low"} {
		in := site(from, asOf, func(d time.Time) float64 { return 30 + heated(0, 9, celsius(60))(d) + noise*(1+jitter(d)) - noise/2 })
		in.AreaM2, in.Use = 1000, "office"
		for n, is := range map[int]string{31: want, 20: map[string]string{"high": "medium", "medium": "medium", "low": "low"}[want]} {
			in.Peers = peers(n, map[string]float64{energy.CoefficientBase: 0.001})
			r := runInput(t, eaio.Call{Analysis: energy.NameMeasures}, in, asOf)
			if got := text(t, r, "confidence"); got != is {
				signature, _ := energy.Signature(in, asOf)
				t.Errorf("noise %v, %d peers: %s, want %s (CVRMSE %v, adjusted R² %v)", noise, n, got, is, number(t, signature, "cvrmse"), number(t, signature, "adjusted_r_squared"))
			}
		}
	}
}

func TestMeasuresDecline(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, weekly(0))
	good := map[string]float64{energy.CoefficientBase: 1}
	for name, c := range map[string]struct {
		area   float64
		use    string
		peers  []energy.Peer
		status eaio.ResultStatus
		reason string
	}{
		"no area":       {0, "office", peers(20, good), eaio.ResultInsufficientData, energy.ReasonNoArea},
		"no peers":      {1000, "office", nil, eaio.ResultInsufficientData, energy.ReasonNoPeers},
		"another use":   {1000, "school", peers(20, good), eaio.ResultInsufficientData, energy.ReasonNoPeers},
		"nine peers":    {1000, "office", peers(9, good), eaio.ResultInsufficientData, energy.ReasonTooFewPeers},
		"no signature":  {1000, "office", peers(20, nil), eaio.ResultInsufficientData, energy.ReasonTooFewPeers},
		"better by far": {1000, "office", peers(20, good), eaio.ResultWarn, energy.ReasonNotAboveMost},
	} {
		in.AreaM2, in.Use, in.Peers = c.area, c.use, c.peers
		r := runInput(t, eaio.Call{Analysis: energy.NameMeasures}, in, asOf)
		wantStatus(t, r, c.status, c.reason)
		for _, claim := range []string{"joint_saving", "z_base_load"} { // 29 peers would be too few for z
			if _, ok := r.Fact(claim); ok {
				t.Errorf("%s: %s is claimed", name, claim)
			}
		}
	}
}
