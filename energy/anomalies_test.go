package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/anomaly"
)

// noisy is an office of 60 kW that follows the weather and never repeats itself.
func noisy(t time.Time) float64 {
	hour := time.Duration(t.Hour()) * 7919 * time.Hour
	return 3*office(t) + 0.8*max(0, celsius(60)-outdoors(t)) + 0.8*jitter(t.Add(hour))
}

func TestAnomaliesFindWhatWasPutIn(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	from, asOf := date(loc, 2015, 12, 1), date(loc, 2017, 5, 1)
	start, end := time.Date(2017, 4, 18, 20, 0, 0, 0, loc), time.Date(2017, 4, 19, 6, 0, 0, 0, loc)
	load := func(at time.Time) float64 {
		if !at.Before(start) && at.Before(end) {
			return noisy(at) + 30
		}
		return noisy(at)
	}
	for _, step := range []time.Duration{time.Hour, 15 * time.Minute} {
		for _, known := range []bool{true, false} {
			in := energy.Input{Series: electricity(from, asOf, step, load), Price: pounds("0.2")}
			method := "median"
			if known {
				in.Temperature, method = weather(from, asOf), "TOWT"
			}
			r, events := energy.Anomalies(in, asOf, "")
			wantWhole(t, r)
			if len(events) == 0 {
				t.Fatalf("%s, %s: nothing found", step, method)
			}
			e := events[0]
			if e.Kind != anomaly.LeftOnOvernight || e.Severity == anomaly.Minor || e.Score < 4 || e.Currency != "GBP" || e.Unit != "kWh" {
				t.Errorf("%s, %s: %+v", step, method, e)
			}
			if d := e.Start.Sub(start); d < -time.Hour || d > time.Hour || e.Excess < 270 || e.Excess > 330 {
				t.Errorf("%s, %s: from %v to %v, %v kWh", step, method, e.Start, e.End, e.Excess)
			}
			near(t, r, "event_1_excess", e.Excess, 0)
			near(t, r, "events", float64(len(events)), 0)
			if f, _ := r.Fact("event_1"); f.Value.String() != string(anomaly.LeftOnOvernight) || !f.Window.From.Equal(e.Start) || !contains(f.Method, method) {
				t.Errorf("%s, %s: %+v", step, method, f)
			}
			total := 0.0
			for _, e := range events {
				total += max(0, e.Excess)
			}
			near(t, r, "excess_energy", total, 0.001)
			if len(events) > 3 {
				t.Errorf("%s, %s: %d events in 30 days", step, method, len(events))
			}
		}
	}
}

func TestAnomaliesDecline(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 5, 1)
	odd := electricity(date(loc, 2017, 1, 1), asOf, 7*time.Minute, noisy)
	for name, c := range map[string]struct {
		s      energy.Series
		reason string
	}{
		"three weeks":        {electricity(date(loc, 2017, 4, 9), asOf, time.Hour, noisy), energy.ReasonTooLittlePast},
		"days":               {electricity(date(loc, 2016, 1, 1), asOf, 24*time.Hour, noisy), energy.ReasonUnsupportedInterval},
		"odd interval":       {odd, energy.ReasonUnevenInterval},
		"no readings":        {electricity(date(loc, 2017, 5, 1), date(loc, 2017, 6, 1), time.Hour, noisy), energy.ReasonNoReadings},
		"none in the period": {electricity(date(loc, 2016, 1, 1), date(loc, 2017, 3, 1), time.Hour, noisy), energy.ReasonNoReadings},
		"a broken series":    {energy.Series{}, energy.ReasonUnsupportedInterval},
	} {
		r, events := energy.Anomalies(energy.Input{Series: c.s}, asOf, "")
		wantWhole(t, r)
		if r.Status != eaio.ResultInsufficientData || !hasReason(r, c.reason) || events != nil {
			t.Errorf("%s: %s %v, want %s", name, r.Status, r.Reasons, c.reason)
		}
	}
}
