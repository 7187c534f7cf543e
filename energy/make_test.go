package energy_test

import (
	"math"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones on every machine

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/shopspring/decimal"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func date(loc *time.Location, y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, loc)
}

// electricity makes a series whose value in each interval is load(local start of
// the interval) in kW times the hours of the interval.
func electricity(from, to time.Time, step time.Duration, load func(time.Time) float64) energy.Series {
	s := energy.Series{Start: from.UTC(), Step: step, Location: from.Location(), Unit: "kWh", Commodity: "electricity"}
	for at := from; at.Before(to); at = at.Add(step) {
		s.Values = append(s.Values, load(at)*step.Hours())
	}
	return s
}

// office is 20 kW from 08:00 to 18:00 on weekdays and 10 kW else.
func office(t time.Time) float64 {
	if w := t.Weekday(); w != time.Saturday && w != time.Sunday && t.Hour() >= 8 && t.Hour() < 18 {
		return 20
	}
	return 10
}

// restless is like office, with loads that never repeat for a day: they differ by
// the minute of the day, in eighths, so that sums are exact.
func restless(t time.Time) float64 { return office(t) + float64(t.Hour()%8)/8 }

func set(s energy.Series, from, to time.Time, value float64) {
	for i := range s.Values {
		if at := s.Start.Add(time.Duration(i) * s.Step); !at.Before(from) && at.Before(to) {
			s.Values[i] = value
		}
	}
}

func pounds(perKWh string) energy.Price {
	return energy.Price{PerKWh: decimal.RequireFromString(perKWh), Currency: "GBP"}
}

func number(t testing.TB, r eaio.Result, name string) float64 {
	t.Helper()
	f, ok := r.Fact(name)
	if !ok {
		t.Fatalf("%s has no fact %s (%s %v)", r.Analysis, name, r.Status, r.Reasons)
	}
	x, ok := f.Value.Float()
	if !ok {
		t.Fatalf("%s is %q, not a number", name, f.Value)
	}
	return x
}

// wantFacts compares facts by their printed value and unit, e.g. "120 kWh".
func wantFacts(t *testing.T, r eaio.Result, want map[string]string) {
	t.Helper()
	for name := range want {
		f, ok := r.Fact(name)
		value, got := want[name], printed(f.Value)+" "+f.Unit
		switch {
		case value == "" && ok:
			t.Errorf("%s: %s is %s, want no such fact", r.Analysis, name, got)
		case value == "":
		case !ok:
			t.Errorf("%s: no fact %s, want %s", r.Analysis, name, value)
		case f.Unit == "" && printed(f.Value) == value:
		case got != value:
			t.Errorf("%s: %s is %s, want %s", r.Analysis, name, got, value)
		}
	}
}

// printed writes a value without an exponent.
func printed(v eaio.Value) string {
	if x, ok := v.Float(); ok && !v.IsText() {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return v.String()
}

func wantStatus(t *testing.T, r eaio.Result, status eaio.ResultStatus, reasons ...string) {
	t.Helper()
	if r.Status != status || len(r.Reasons) != len(reasons) {
		t.Errorf("%s is %s %v, want %s %v", r.Analysis, r.Status, r.Reasons, status, reasons)
		return
	}
	for i := range reasons {
		if r.Reasons[i] != reasons[i] {
			t.Errorf("%s is %s %v, want %s %v", r.Analysis, r.Status, r.Reasons, status, reasons)
		}
	}
}

// wantWhole checks what every result must keep: names unique, numbers finite, ids
// left to the task, a window and a method for each fact.
func wantWhole(t testing.TB, r eaio.Result) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range r.Facts {
		if x, ok := f.Value.Float(); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			t.Errorf("%s: %s is %v", r.Analysis, f.Name, x)
		}
		if seen[f.Name] || f.ID != "" || f.Ref != "" || f.InputsHash != "" || f.Method == "" || f.Window.To.Before(f.Window.From) {
			t.Errorf("%s: fact %+v is not whole", r.Analysis, f)
		}
		seen[f.Name] = true
	}
	if (r.Status == eaio.ResultOK) != (len(r.Reasons) == 0) {
		t.Errorf("%s: status %s with reasons %v", r.Analysis, r.Status, r.Reasons)
	}
}

func allCalls() []eaio.Call {
	calls := []eaio.Call{{Analysis: energy.NameQuality}, {Analysis: energy.NameBaseLoad}, {Analysis: energy.NameOvernight}}
	for _, p := range []eaio.Period{"", eaio.LatestDay, eaio.ThisWeek, eaio.LastWeek, eaio.ThisMonth, eaio.LastMonth, eaio.Last7Days, eaio.Last30Days, eaio.LastYear} {
		for _, c := range []eaio.Compare{eaio.CompareNone, eaio.ComparePrevious, eaio.CompareYearAgo} {
			calls = append(calls, eaio.Call{Analysis: energy.NameConsumption, Period: p, Compare: c})
		}
	}
	return calls
}

func run(t testing.TB, c eaio.Call, s energy.Series, asOf time.Time, p energy.Price) eaio.Result {
	t.Helper()
	return runInput(t, c, energy.Input{Series: s, Price: p}, asOf)
}

func runInput(t testing.TB, c eaio.Call, in energy.Input, asOf time.Time) eaio.Result {
	t.Helper()
	r, err := energy.Run(c, in, asOf)
	if err != nil {
		t.Fatal(err)
	}
	wantWhole(t, r)
	return r
}
