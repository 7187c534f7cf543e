package analyse

import (
	"math"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/ingest"
)

// inKWh converts a meter of energy to kWh; others stay as they are.
func inKWh(s energy.Series) energy.Series {
	base, worth, err := ingest.BaseUnit(s.Unit)
	if err != nil || base != "kWh" || s.Unit == "kWh" {
		return s
	}
	values := make([]float64, len(s.Values))
	for i, v := range s.Values {
		values[i] = v * worth
	}
	s.Values, s.Unit = values, "kWh"
	return s
}

// powerUnit is the unit of a mean load.
func powerUnit(unit string) string {
	if base, ok := strings.CutSuffix(unit, "Wh"); ok {
		return base + "W"
	}
	return unit + "/h"
}

func location(s energy.Series) *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}

// usable tells a reading from what stands for none, as package energy does.
func usable(s energy.Series, v float64) bool {
	switch {
	case math.IsNaN(v), sentinel(v), math.Abs(v) > 1e12:
		return false
	case v == 0:
		return s.Commodity != "electricity"
	}
	return true
}

// loadShape is the mean load by time of day on working days and at weekends, in the
// year before asOf.
func loadShape(s energy.Series, asOf time.Time) []Series {
	if s.Step > time.Hour {
		return nil
	}
	slots := int(day / s.Step)
	var sum, n [2][]float64
	for k := range sum {
		sum[k], n[k] = make([]float64, slots), make([]float64, slots)
	}
	loc := location(s)
	w := energy.PeriodWindow(asOf, loc, eaio.LastYear)
	for i, v := range s.Values {
		at := s.Start.Add(time.Duration(i) * s.Step)
		if at.Before(w.From) || !at.Before(w.To) || !usable(s, v) {
			continue
		}
		local := at.In(loc)
		kind := 0
		if d := local.Weekday(); d == time.Saturday || d == time.Sunday {
			kind = 1
		}
		slot := (local.Hour()*60 + local.Minute()) * slots / 1440
		sum[kind][slot] += v / s.Step.Hours()
		n[kind][slot]++
	}
	var out []Series
	for kind, name := range []string{"load_weekday", "load_weekend"} {
		for i := range sum[kind] {
			sum[kind][i] /= n[kind][i] // 0/0 is NaN, as it should be
		}
		out = append(out, Series{Name: name, Unit: powerUnit(s.Unit), StepSeconds: int(s.Step / time.Second), Values: sum[kind]})
	}
	return out
}

// dateOf returns midnight UTC of the local date of t.
func dateOf(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
