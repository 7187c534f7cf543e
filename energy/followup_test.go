package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// A measure that saves 15 % of a heated building's use, said to save 15, 30 or 5 %.
func TestFollowUp(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	change := date(loc, 2016, 3, 1)
	in := site(date(loc, 2013, 6, 1), date(loc, 2017, 6, 1), retrofit(change, 0.15, 0.02))
	year := 0.0
	for d := change.AddDate(0, 0, -365); d.Before(change); d = d.AddDate(0, 0, 1) {
		year += heated(200, 9, celsius(60))(d)
	}
	for _, c := range []struct {
		said   float64
		reason string
	}{{0.15, ""}, {0.3, energy.ReasonBelowEstimate}, {0.05, energy.ReasonOtherChangeToo}} {
		r := energy.FollowUp(in, energy.Decision{Implemented: change.Add(9 * time.Hour), EstimatePerYear: c.said * year}, change.AddDate(0, 0, 365))
		wantWhole(t, r)
		for _, days := range []string{"30", "90", "365"} {
			// Both are a share of the use that is predicted, whatever the season.
			near(t, r, "realised_"+days+"_days", 100*0.15/c.said, 3/c.said)
			near(t, r, "estimated_saving_"+days+"_days", number(t, r, "avoided_energy_use_"+days+"_days")*c.said/0.15, 0.03*c.said*year)
		}
		if below, above := hasReason(r, energy.ReasonBelowEstimate), hasReason(r, energy.ReasonOtherChangeToo); below != (c.reason == energy.ReasonBelowEstimate) || above != (c.reason == energy.ReasonOtherChangeToo) {
			t.Errorf("said %v: %s %v", c.said, r.Status, r.Reasons)
		}
		near(t, r, "estimated_saving_365_days", c.said*year, 0.03*c.said*year)
	}
	// March uses more than a twelfth of a year of heating.
	r := energy.FollowUp(in, energy.Decision{Implemented: change, EstimatePerYear: 1000}, change.AddDate(0, 0, 89))
	wantFacts(t, r, map[string]string{"realised_90_days": "", "realised_365_days": ""})
	want := 0.0
	for d := change; d.Before(change.AddDate(0, 0, 30)); d = d.AddDate(0, 0, 1) {
		want += 1000 * heated(200, 9, celsius(60))(d) / year
	}
	near(t, r, "estimated_saving_30_days", want, 2)
}

func TestFollowUpDeclines(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	change := date(loc, 2016, 3, 1)
	in := site(date(loc, 2015, 9, 1), date(loc, 2017, 6, 1), retrofit(change, 0.15, 0.02))
	for name, c := range map[string]struct {
		estimate float64
		days     int
		reason   string
	}{
		"a week":      {1000, 29, energy.ReasonTooSoon},
		"no estimate": {0, 365, energy.ReasonNoEstimate},
		"not one":     {nan, 365, energy.ReasonNoEstimate},
		"half a year": {1000, 30, energy.ReasonTemperatureMissing},
	} {
		r := energy.FollowUp(in, energy.Decision{Implemented: change, EstimatePerYear: c.estimate}, change.AddDate(0, 0, c.days))
		wantStatus(t, r, eaio.ResultInsufficientData, c.reason)
		if len(r.Facts) > 0 {
			t.Errorf("%s: %v", name, r.Facts)
		}
	}
}
