package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// thousandfold makes the readings from a day on those of Wh.
func thousandfold(s energy.Series, from time.Time) energy.Series {
	s.Values = append([]float64(nil), s.Values...)
	for i := range s.Values {
		if at := s.Start.Add(time.Duration(i) * s.Step); !at.Before(from) {
			s.Values[i] *= 1000
		}
	}
	return s
}

// Nothing that rests on readings in two units is told: a saving of 99.9 % would be
// "confirmed", and waste outside the hours would lead a portfolio.
func TestNothingRestsOnTwoUnits(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2017, 10, 30)
	in := building(date(loc, 2013, 6, 1), asOf)
	in.Contract = energy.Contract{Tariff: urdb(t, `"energyratestructure":[[{"rate":0.1}]]`)}
	in.Reporting = window(loc, 2017, 5, 1, 2017, 10, 1)
	base := window(loc, 2016, 5, 1, 2017, 5, 1)
	in.Baseline = base
	for _, hourly := range []bool{false, true} {
		in.Fit.Hourly = hourly
		for _, change := range []time.Time{date(loc, 2017, 5, 1), date(loc, 2016, 12, 5), date(loc, 2017, 7, 20)} {
			bad := in
			bad.Series = thousandfold(in.Series, change)
			r := runInput(t, eaio.Call{Analysis: energy.NameSavings}, bad, asOf)
			wantStatus(t, r, eaio.ResultInsufficientData, energy.ReasonUnitStep)
			wantFacts(t, r, map[string]string{"unit_step_date": change.Format(time.DateOnly), "avoided_energy_use": "", "verdict": ""})
		}
		good := runInput(t, eaio.Call{Analysis: energy.NameSavings}, in, asOf)
		bad := in
		bad.Series = thousandfold(in.Series, date(loc, 2015, 3, 1))
		for i := range bad.Series.Values {
			bad.Series.Values[i] /= 1000
		}
		r := runInput(t, eaio.Call{Analysis: energy.NameSavings}, bad, asOf)
		near(t, r, "avoided_energy_use", number(t, good, "avoided_energy_use"), 0.01)
		if !hasReason(r, energy.ReasonUnitStep) || number(t, r, "placebo_band") > 3*number(t, good, "placebo_band") {
			t.Errorf("hourly %v: %v, placebo band %v of %v", hourly, r.Reasons, number(t, r, "placebo_band"), number(t, good, "placebo_band"))
		}
	}
	bad := in
	bad.Series = thousandfold(in.Series, date(loc, 2017, 9, 16))
	for name, claim := range map[string]string{
		energy.NameBaseLoad: "waste_energy", energy.NameBenchmark: "site_percentile", energy.NameSignature: "intercept",
		energy.NameChange: "change_operations", energy.NameMeasures: "joint_saving",
	} {
		if _, ok := runInput(t, eaio.Call{Analysis: name}, in, asOf).Fact(claim); !ok {
			t.Errorf("%s does not tell %s of good readings", name, claim)
		}
		r := runInput(t, eaio.Call{Analysis: name}, bad, asOf)
		if _, ok := r.Fact(claim); ok || r.Status != eaio.ResultInsufficientData || !hasReason(r, energy.ReasonUnitStep) {
			t.Errorf("%s: %s %v", name, r.Status, r.Reasons)
		}
	}
	for _, call := range []eaio.Call{
		{Analysis: energy.NameConsumption, Period: eaio.LastMonth},
		{Analysis: energy.NameConsumption, Period: eaio.ThisMonth, Compare: eaio.ComparePrevious},
		{Analysis: energy.NamePeak},
		{Analysis: energy.NameCost},
		{Analysis: energy.NameCarbon},
	} {
		if r := runInput(t, call, bad, asOf); !hasReason(r, energy.ReasonUnitStep) {
			t.Errorf("%+v: %s %v", call, r.Status, r.Reasons)
		}
		if r := runInput(t, call, in, asOf); hasReason(r, energy.ReasonUnitStep) {
			t.Errorf("%+v: %v of good readings", call, r.Reasons)
		}
	}
	// Each window is in one unit, the two are not.
	bad.Series = thousandfold(in.Series, date(loc, 2017, 9, 1))
	r := runInput(t, eaio.Call{Analysis: energy.NameConsumption, Period: eaio.LastMonth, Compare: eaio.ComparePrevious}, bad, asOf)
	wantFacts(t, r, map[string]string{"change": "", "change_percent": ""})
	if !hasReason(r, energy.ReasonUnitStep) {
		t.Errorf("%s %v", r.Status, r.Reasons)
	}
}
