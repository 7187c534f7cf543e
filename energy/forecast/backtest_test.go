package forecast

import (
	"math"
	"slices"
	"testing"
)

func TestFaultsAreReported(t *testing.T) {
	for name, m := range map[string]Meter{
		"no date":          {Load: make([]float64, 48)},
		"part of a day":    {First: steady(0, 0, 0).First, Load: make([]float64, 30)},
		"part of the heat": {First: steady(0, 0, 0).First, Temperature: make([]float64, 30)},
	} {
		if _, err := Fit(m); err == nil {
			t.Errorf("%s: fitted", name)
		}
		if _, err := Backtest(m, 0, 1); err == nil {
			t.Errorf("%s: tested", name)
		}
	}
	m := steady(30, 100, 40)
	for _, c := range [][2]int{{-1, 5}, {5, 5}, {9, 5}, {0, 31}} {
		if _, err := Backtest(m, c[0], c[1]); err == nil {
			t.Errorf("days %d to %d of 30 were tested", c[0], c[1])
		}
	}
}

func TestFitWithoutDays(t *testing.T) {
	model, err := Fit(steady(0, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	f := model.Next()
	if f.Method != Rule || f.PeakHour != -1 || !sameDay(f.Hours, noDay()) || !sameDay(f.High, noDay()) {
		t.Errorf("a meter without a day: %+v", f)
	}
}

// What a backtest scores is what a model issues that is fitted once and carried on.
func TestBacktestIssuesWhatACarriedModelDoes(t *testing.T) {
	m := part(t, "Fox_lodging_Helen", 300)
	var e errorSum
	for d, f := range carried(t, m, 200, 300) {
		e.addDay(&newGrid(m).load[200+d], &f.Hours)
	}
	r, err := Backtest(m, 200, 300)
	if err != nil {
		t.Fatal(err)
	}
	if r.Chosen.CVRMSE != e.cvrmse() || r.Chosen.Hours != e.hours {
		t.Errorf("%+v, want %v over %d hours", r.Chosen, e.cvrmse(), e.hours)
	}
}

func TestPeaks(t *testing.T) {
	m := steady(100, 100, 40) // ends on Tuesday, 9 April
	for d := range m.Days() {
		m.Load[d*Hours+15] += 20
	}
	model, err := Fit(m)
	if err != nil {
		t.Fatal(err)
	}
	f := model.Next()
	if f.PeakHour != 15 || math.Abs(f.MonthPeak-120) > 1e-9 {
		t.Errorf("peak of %v so far, the next at %d, want 120 and 15", f.MonthPeak, f.PeakHour)
	}
	first := steady(91, 100, 40) // ends on 31 March
	model, err = Fit(first)
	if err != nil {
		t.Fatal(err)
	}
	if f := model.Next(); !math.IsNaN(f.MonthPeak) || !math.IsNaN(f.NewPeak) {
		t.Errorf("on the first of a month: %v, %v", f.MonthPeak, f.NewPeak)
	}
}

// A higher peak so far makes a new one less likely.
func TestNewPeakFallsWithThePeakSoFar(t *testing.T) {
	m := part(t, "Fox_office_Yong", 320)
	model, err := Fit(m)
	if err != nil {
		t.Fatal(err)
	}
	f := model.Next()
	top := highest(&f.Hours)
	var chances []float64
	for _, share := range []float64{0.5, 0.9, 1, 1.1, 2} {
		chances = append(chances, model.exceeds(&f.Hours, share*top))
	}
	if !slices.IsSortedFunc(chances, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) || chances[0] < 0.9 || chances[4] > 0.1 {
		t.Errorf("chances %v", chances)
	}
}
