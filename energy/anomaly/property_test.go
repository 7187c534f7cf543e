package anomaly_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eaio/eaio/energy/anomaly"
	"github.com/eaio/eaio/internal/tools/anomalies"
)

// eventful is a series with an event of nearly every kind.
func eventful(seed uint64) []float64 {
	x := office(52, seed)
	put(x, at(1, 19), at(2, 7), level(110))
	put(x, at(12, 7), at(12, 19), level(110))
	put(x, at(23, 7), at(23, 13), level(45))
	put(x, at(38, 9), at(38, 19), level(0))
	put(x, at(52, 11), at(52, 13), times(2.5))
	put(x, at(64, 5), at(66, 5), level(63))
	return put(x, at(80, 0), at(87, 0), times(1.25))
}

func TestNothingHappensOnACleanSeries(t *testing.T) {
	for seed := range uint64(20) {
		if got := anomaly.Detect(input(office(52, seed)), anomaly.Options{}); len(got) != 0 {
			t.Errorf("seed %d: %+v", seed, got)
		}
	}
	flat := put(office(52, 1), 0, 52*week, level(50))
	if got := anomaly.Detect(input(flat), anomaly.Options{}); len(got) != 0 {
		t.Errorf("a constant load: %+v", got)
	}
}

func TestEventsAreApartAndInOrder(t *testing.T) {
	for seed := range uint64(5) {
		got := anomaly.Detect(input(eventful(seed)), anomaly.Options{})
		if len(got) < 6 {
			t.Errorf("seed %d: only %d events", seed, len(got))
		}
		if !slices.IsSortedFunc(got, func(a, b anomaly.Event) int { return cmpSize(b, a) }) {
			t.Errorf("seed %d: not by energy: %+v", seed, got)
		}
		slices.SortFunc(got, func(a, b anomaly.Event) int { return a.Start - b.Start })
		for i, e := range got {
			if e.Start >= e.End || i > 0 && e.Start-got[i-1].End <= 2 {
				t.Errorf("seed %d: %+v is empty or too near the one before", seed, e)
			}
		}
	}
}

func cmpSize(a, b anomaly.Event) int {
	switch x, y := math.Abs(a.ExcessKWh), math.Abs(b.ExcessKWh); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// A power of two changes no digit.
func TestScaleChangesEnergiesOnly(t *testing.T) {
	x := eventful(3)
	want := anomaly.Detect(input(x), anomaly.Options{})
	for i := range want {
		want[i].ActualKWh *= 1024
		want[i].ExpectedKWh *= 1024
		want[i].ExcessKWh *= 1024
	}
	if got := anomaly.Detect(input(put(x, 0, len(x), times(1024))), anomaly.Options{}); !slices.Equal(got, want) {
		t.Errorf("1024 times the load:\n%+v\nwant\n%+v", got, want)
	}
}

func TestMissingHistoryOnlyShifts(t *testing.T) {
	x := eventful(3)
	want := anomaly.Detect(input(x), anomaly.Options{})
	const before = 10*week + 5*day
	in := input(append(put(make([]float64, before), 0, before, level(math.NaN())), x...))
	in.HourOfWeek = func(i int) int { return (i + 2*day) % week }
	in.From = before
	for i := range want {
		want[i].Start += before
		want[i].End += before
	}
	if got := anomaly.Detect(in, anomaly.Options{}); !slices.Equal(got, want) {
		t.Errorf("shifted:\n%+v\nwant\n%+v", got, want)
	}
}

func TestQuarterHoursAreHours(t *testing.T) {
	x := eventful(3)
	want := anomaly.Detect(input(x), anomaly.Options{})
	var quarters []float64
	for _, v := range x {
		quarters = append(quarters, v/4, v/4, v/4, v/4)
	}
	in := anomaly.Input{KWh: quarters, StepsPerHour: 4, HourOfWeek: func(i int) int { return hourOfWeek(i / 4) }}
	for i := range want {
		want[i].Start *= 4
		want[i].End *= 4
	}
	if got := anomaly.Detect(in, anomaly.Options{}); !slices.Equal(got, want) {
		t.Errorf("quarter hours:\n%+v\nwant\n%+v", got, want)
	}
	usual := anomaly.Usual(in, anomaly.Options{})
	if hour := anomaly.Usual(input(x), anomaly.Options{})[500]; usual[2001] != hour/4 {
		t.Errorf("usual quarter %v, hour %v", usual[2001], hour)
	}
}

// The load follows a clock that skips an hour in one week and repeats one in
// another.
func TestClockChange(t *testing.T) {
	clock := func(i int) int {
		switch {
		case i >= 30*week:
			return i % week
		case i >= 10*week:
			return (i + 1) % week
		}
		return i % week
	}
	x := make([]float64, 52*week)
	for i, v := range office(52, 1) {
		x[i] = v
		if running(clock(i)) != running(i) {
			x[i] = map[bool]float64{true: 100, false: 40}[running(clock(i))]
		}
	}
	in := anomaly.Input{KWh: x, HourOfWeek: clock}
	if got := anomaly.Detect(in, anomaly.Options{}); len(got) != 0 {
		t.Errorf("the clock made events: %+v", got)
	}
}

func TestGapsAreNoEvents(t *testing.T) {
	nan := level(math.NaN())
	for _, x := range [][]float64{
		nil,
		{1},
		put(make([]float64, 30), 0, 30, nan),
		make([]float64, 3*week),
		put(office(52, 1), at(1, 3), at(4, 9), nan),
		put(office(52, 1), at(1, 3), at(40, 9), nan),
		put(office(52, 1), at(1, 0), at(30, 0), level(0)), // longer than any outage
		put(office(52, 1), 0, 20*week, level(0)),          // not yet connected
	} {
		if got := anomaly.Detect(input(x), anomaly.Options{}); len(got) != 0 {
			t.Errorf("%d hours: %+v", len(x), got)
		}
	}
}

func TestHolesHideNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	x := eventful(3)
	want := len(anomaly.Detect(input(x), anomaly.Options{}))
	for range len(x) / 100 {
		x[random.IntN(len(x))] = []float64{math.NaN(), math.Inf(1), math.Inf(-1)}[random.IntN(3)]
	}
	got := anomaly.Detect(input(x), anomaly.Options{})
	if len(got) < want-1 {
		t.Errorf("%d events with one hour in a hundred missing, %d without", len(got), want)
	}
	for _, e := range got {
		if math.IsNaN(e.ExcessKWh) || math.IsNaN(e.Score) {
			t.Errorf("%+v", e)
		}
	}
}

func TestBudget(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	x := office(52, 1)
	for i := 0; i+12 < len(x); i += 30 + random.IntN(60) {
		put(x, i, i+3+random.IntN(9), times(1.5+random.ExpFloat64()))
	}
	all := anomaly.Detect(input(x), anomaly.Options{AlarmsPerMonth: 100})
	before := 0
	for _, perMonth := range []float64{0.01, 0.5, 1, 2, 4} {
		got := anomaly.Detect(input(x), anomaly.Options{AlarmsPerMonth: perMonth})
		if limit := max(1, int(math.Round(12*perMonth))); len(got) > limit || len(got) <= before && len(all) > limit {
			t.Errorf("%g a month: %d events of %d, %d with the smaller budget", perMonth, len(got), len(all), before)
		}
		before = len(got)
	}
}

func TestOnlyJudgedStepsHaveEvents(t *testing.T) {
	in := input(eventful(3))
	for _, from := range []int{at(2, 0), at(20, 5), at(65, 0), len(in.KWh)} {
		in.From = from
		for _, e := range anomaly.Detect(in, anomaly.Options{}) {
			if e.Start < from {
				t.Errorf("from %d: %+v", from, e)
			}
		}
	}
}

func TestKindAgreesWithEnergy(t *testing.T) {
	for _, m := range bdg2(t)[:12] {
		in := anomaly.Input{KWh: m.KWh, HourOfWeek: anomalies.HourOfWeek, From: anomalies.Year2017}
		for _, e := range anomaly.Detect(in, anomaly.Options{AlarmsPerMonth: 6}) {
			switch e.Kind {
			case anomaly.Step, anomaly.Stuck:
			case anomaly.LeftOnOvernight, anomaly.WeekendOn, anomaly.Spike, anomaly.High:
				if e.ExcessKWh <= 0 {
					t.Errorf("%s: %+v", m.Building, e)
				}
			default:
				if e.ExcessKWh >= 0 {
					t.Errorf("%s: %+v", m.Building, e)
				}
			}
		}
	}
}

// A meter that reads whole kWh rests at the same value for a whole weekend.
func TestRestingIsNotStuck(t *testing.T) {
	x := make([]float64, 40*week)
	for i, v := range office(40, 1) {
		x[i] = 3
		if running(i) {
			x[i] = math.Round(v / 5)
		}
	}
	for _, e := range anomaly.Detect(input(x), anomaly.Options{}) {
		if e.Kind == anomaly.Stuck {
			t.Errorf("%+v", e)
		}
	}
	put(x, at(4, 20), at(7, 6), level(9))
	got := anomaly.Detect(input(x), anomaly.Options{})
	if len(got) == 0 || got[0].Kind != anomaly.High || got[0].Start != at(4, 20) || got[0].End != at(7, 6) {
		t.Errorf("want the weekend with 6 kWh more an hour first: %+v", got)
	}
}

// A history at another level neither hides an event nor makes one.
func TestOldLevelDoesNotCount(t *testing.T) {
	x := eventful(3)
	history := put(office(60, 9), 0, 60*week, times(20))
	in := input(append(history, x...))
	in.From = 64 * week
	want := 0
	for _, e := range anomaly.Detect(input(x), anomaly.Options{}) {
		if e.Start >= 4*week {
			want++
		}
	}
	if got := anomaly.Detect(in, anomaly.Options{}); len(got) < want-1 || len(got) > want+1 {
		t.Errorf("%d events after a history at 20 times the load, %d without: %+v", len(got), want, got)
	}
}
