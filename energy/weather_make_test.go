package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

// outdoors is the mean temperature of a date in °C: a year between −6 and 30, with a
// swing from day to day.
func outdoors(t time.Time) float64 {
	_, _, d := t.Date()
	day := float64(t.YearDay())
	return 12 - 14*math.Cos(2*math.Pi*(day-20)/365) + 4*math.Sin(2.1*float64(d)+day/3)
}

// weather is hourly and warmer in the afternoon; the mean of a day of 24 hours is
// outdoors.
func weather(from, to time.Time) energy.Temperature {
	t := energy.Temperature{Start: from.UTC(), Step: time.Hour}
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		h := 2 * math.Pi * float64(at.Hour()-9) / 24
		t.DegC = append(t.DegC, outdoors(at)+5*math.Sin(h))
	}
	return t
}

// jitter is a repeatable error between −1 and 1 for every date.
func jitter(t time.Time) float64 {
	x := math.Sin(float64(t.Unix()/86400)*12.9898) * 43758.5453
	return 2*(x-math.Floor(x)) - 1
}

// shaped is an hourly load that uses perDay(date) in a day of 24 hours, more by day
// than by night.
func shaped(perDay func(date time.Time) float64) func(time.Time) float64 {
	return func(t time.Time) float64 {
		return perDay(t) / 24 * (1 + 0.5*math.Sin(2*math.Pi*float64(t.Hour()-6)/24))
	}
}

// heated uses base and slope for each kelvin below the balance point.
func heated(base, slope, balance float64) func(time.Time) float64 {
	return func(t time.Time) float64 { return base + slope*max(0, balance-outdoors(t)) }
}

// site is a building with weather, read by the hour.
func site(from, to time.Time, perDay func(time.Time) float64) energy.Input {
	return energy.Input{Series: electricity(from, to, time.Hour, shaped(perDay)), Temperature: weather(from, to)}
}

func window(loc *time.Location, y1 int, m1 time.Month, d1, y2 int, m2 time.Month, d2 int) eaio.Window {
	return eaio.Window{From: date(loc, y1, m1, d1), To: date(loc, y2, m2, d2)}
}

func near(t *testing.T, r eaio.Result, name string, want, tolerance float64) {
	t.Helper()
	if got := number(t, r, name); math.Abs(got-want) > tolerance {
		t.Errorf("%s: %s is %v, want %v ± %v", r.Analysis, name, got, want, tolerance)
	}
}

func text(t *testing.T, r eaio.Result, name string) string {
	t.Helper()
	f, ok := r.Fact(name)
	if !ok {
		t.Fatalf("%s has no fact %s (%s %v)", r.Analysis, name, r.Status, r.Reasons)
	}
	return f.Value.String()
}

func hasReason(r eaio.Result, reason string) bool {
	for _, have := range r.Reasons {
		if have == reason {
			return true
		}
	}
	return false
}

func celsius(degF float64) float64 { return baseline.Celsius(degF) }
