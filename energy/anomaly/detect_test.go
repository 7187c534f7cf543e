package anomaly_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/eaio/eaio/energy/anomaly"
)

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     anomaly.Kind
		from, to int
		change   func(float64) float64
		severity anomaly.Severity
		o        anomaly.Options
	}{
		{name: "plant runs through the night", kind: anomaly.LeftOnOvernight, from: at(1, 19), to: at(2, 7), change: level(115), severity: anomaly.Major},
		{name: "part of it runs", kind: anomaly.LeftOnOvernight, from: at(1, 22), to: at(2, 6), change: level(75), severity: anomaly.Moderate},
		{name: "Saturday like a weekday", kind: anomaly.WeekendOn, from: at(5, 7), to: at(5, 19), change: level(115), severity: anomaly.Major},
		{name: "starts at noon", kind: anomaly.MissedStart, from: at(2, 7), to: at(2, 12), change: level(45), severity: anomaly.Moderate},
		{name: "closed all day", kind: anomaly.MissedStart, from: at(3, 7), to: at(3, 19), change: level(45), severity: anomaly.Moderate},
		{name: "supply lost", kind: anomaly.Outage, from: at(0, 9), to: at(0, 19), change: level(0), severity: anomaly.Major},
		{name: "zero is a reading", kind: anomaly.Outage, from: at(0, 9), to: at(0, 19), change: level(0), severity: anomaly.Major, o: anomaly.Options{ZeroIsReading: true}},
		{name: "almost nothing", kind: anomaly.Outage, from: at(5, 2), to: at(5, 22), change: times(0.05), severity: anomaly.Major},
		{name: "two hours double", kind: anomaly.Spike, from: at(3, 11), to: at(3, 13), change: times(2.5), severity: anomaly.Moderate},
		{name: "three hours at night", kind: anomaly.Spike, from: at(3, 1), to: at(3, 4), change: times(1.9), severity: anomaly.Minor},
		{name: "one value for two days", kind: anomaly.Stuck, from: at(1, 5), to: at(3, 5), change: level(63), severity: anomaly.Moderate},
		{name: "a quarter more for a week", kind: anomaly.High, from: at(1, 0), to: at(8, 0), change: times(1.25), severity: anomaly.Major},
		{name: "half a day", kind: anomaly.Low, from: at(1, 0), to: at(2, 0), change: times(0.5), severity: anomaly.Major},
		{name: "two weeks without supply", kind: anomaly.Outage, from: at(1, 0), to: at(14, 0), change: level(0), severity: anomaly.Major},
	} {
		t.Run(c.name, func(t *testing.T) {
			clean := office(40, 1)
			got := anomaly.Detect(input(put(office(40, 1), c.from, c.to, c.change)), c.o)
			if len(got) != 1 {
				t.Fatalf("%d events, want one: %+v", len(got), got)
			}
			e := got[0]
			if e.Kind != c.kind || e.Severity != c.severity {
				t.Errorf("%s and %s, want %s and %s: %+v", e.Kind, e.Severity, c.kind, c.severity, e)
			}
			if abs(e.Start-c.from) > 1 || abs(e.End-c.to) > 1 {
				t.Errorf("hours %d to %d, want %d to %d", e.Start, e.End, c.from, c.to)
			}
			want := 0.0
			for i := c.from; i < c.to; i++ {
				want += c.change(clean[i]) - clean[i]
			}
			if math.Abs(e.ExcessKWh-want) > 0.15*math.Abs(want)+20 {
				t.Errorf("excess %.0f kWh, %.0f were put in", e.ExcessKWh, want)
			}
			if math.Abs(e.ActualKWh-e.ExpectedKWh-e.ExcessKWh) > 1e-9 {
				t.Errorf("%v is not %v less %v", e.ExcessKWh, e.ActualKWh, e.ExpectedKWh)
			}
		})
	}
}

func TestStep(t *testing.T) {
	for _, c := range []struct {
		by    float64
		weeks int // until the level returns
	}{{1.3, 20}, {0.7, 20}, {1.3, 8}} {
		t.Run(fmt.Sprintf("%g for %d weeks", c.by, c.weeks), func(t *testing.T) {
			from, to := at(2, 0), at(2, 0)+c.weeks*week
			x := office(40, 1)
			want := (c.by - 1) * sum(x[from:from+4*week])
			got := anomaly.Detect(input(put(x, from, min(to, len(x)), times(c.by))), anomaly.Options{})
			if len(got) != 1 || got[0].Kind != anomaly.Step {
				t.Fatalf("want one step: %+v", got)
			}
			if e := got[0]; abs(e.Start-from) > day || e.End-e.Start != 4*week || math.Abs(e.ExcessKWh-want) > 0.25*math.Abs(want) || e.Severity != anomaly.Major {
				t.Errorf("step %+v, want it at hour %d with %.0f kWh", e, from, want)
			}
		})
	}
}

// With the building's real expectation a change lasts as long as it lasts.
func TestExpectationOfAModel(t *testing.T) {
	in := input(put(office(30, 1), at(1, 0), at(8, 0), times(1.2)))
	in.Expected = office(30, 2)
	got := anomaly.Detect(in, anomaly.Options{})
	if len(got) != 1 || abs(got[0].Start-at(1, 0)) > 2 || abs(got[0].End-at(8, 0)) > 2 {
		t.Fatalf("want the week alone: %+v", got)
	}
	for i := range in.Expected {
		in.Expected[i] = math.NaN()
	}
	if got := anomaly.Detect(in, anomaly.Options{}); len(got) != 0 {
		t.Errorf("nothing is expected, but events are %+v", got)
	}
}

// A nightly run sees a night that has just ended, or goes on, with no reading
// after it.
func TestLastNight(t *testing.T) {
	x := put(office(40, 1), at(1, 20), at(2, 6), level(85))
	for _, now := range []int{at(2, 1), at(2, 3), at(2, 6)} {
		got := anomaly.Detect(input(x[:now]), anomaly.Options{})
		if len(got) != 1 || got[0].Kind != anomaly.LeftOnOvernight || got[0].End != now {
			t.Errorf("at hour %d: want last night: %+v", now, got)
		}
	}
}

// What the filter would see after the last reading is not held against an event.
func TestFaintLastNight(t *testing.T) {
	x := put(office(40, 1), at(1, 21), at(2, 3), level(51.2))
	if got := anomaly.Detect(input(x[:at(2, 3)]), anomaly.Options{}); len(got) != 1 || got[0].Start < at(1, 20) {
		t.Errorf("want last night: %+v", got)
	}
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

func abs(x int) int { return max(x, -x) }
