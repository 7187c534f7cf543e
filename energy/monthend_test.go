package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// The bill of a month that turns out as projected is the bill of the month.
func TestForecastOfAMonthsBill(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	whole := electricity(date(loc, 2016, 12, 1), date(loc, 2017, 7, 1), time.Hour, busy)
	flat, err := tariff.Flat("flat", "USD", decimal.RequireFromString("0.11"))
	if err != nil {
		t.Fatal(err)
	}
	asOf := date(loc, 2017, 6, 16)
	in := energy.Input{Series: whole, Contract: energy.Contract{Tariff: flat}}
	r := runInput(t, eaio.Call{Analysis: energy.NameForecast}, in, asOf)
	bill := energy.Cost(whole, date(loc, 2017, 7, 1), eaio.LastMonth, in.Contract)
	if got, want := text(t, r, "month_bill_forecast"), text(t, bill, "cost_total"); got != want {
		t.Errorf("the bill is forecast as %s and turns out as %s", got, want)
	}
	in.Series.Values = in.Series.Values[:len(in.Series.Values)-15*24] // what a store has by then
	if again := runInput(t, eaio.Call{Analysis: energy.NameForecast}, in, asOf); !same(again, r) {
		t.Error("the bill looks at readings after the forecast's start")
	}
	gaps := in
	gaps.Series.Values = append([]float64(nil), in.Series.Values...)
	set(gaps.Series, date(loc, 2017, 6, 3), date(loc, 2017, 6, 9), nan)
	r = runInput(t, eaio.Call{Analysis: energy.NameForecast}, gaps, asOf)
	if _, ok := r.Fact("month_bill_forecast"); ok || !hasReason(r, energy.ReasonBillNotProjected) || !hasReason(r, tariff.ReasonTooFewReadings) {
		t.Errorf("%s %v", r.Status, r.Reasons)
	}
}

// A month with weekend days to come needs weekend days before.
func TestMonthNeedsDaysOfBothTypes(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 6, 1)
	in := energy.Input{Series: electricity(date(loc, 2016, 12, 1), asOf, time.Hour, func(at time.Time) float64 {
		if w := at.Weekday(); at.After(date(loc, 2017, 4, 20)) && at.Before(date(loc, 2017, 5, 22)) && (w == time.Saturday || w == time.Sunday) {
			return nan
		}
		return busy(at)
	})}
	r, _ := energy.Forecast(in, asOf)
	if _, ok := r.Fact("month_energy_forecast"); ok || !hasReason(r, energy.ReasonTooFewToProject) {
		t.Errorf("%s %v", r.Status, r.Reasons)
	}
	if _, ok := r.Fact("next_24_h_energy"); !ok {
		t.Error("the next day is not told")
	}
}

// A month with many days missing has no total.
func TestMonthWithGapsIsNotTotalled(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 6, 16)
	s := electricity(date(loc, 2016, 6, 1), asOf, time.Hour, busy)
	set(s, date(loc, 2017, 6, 3), date(loc, 2017, 6, 6), nan)
	r, _ := energy.Forecast(energy.Input{Series: s}, asOf)
	if _, ok := r.Fact("month_energy_forecast"); ok || !hasReason(r, energy.ReasonMonthIncomplete) {
		t.Errorf("%s %v", r.Status, r.Reasons)
	}
}
