package forecast

import (
	"fmt"
	"math"
)

// Result is what a backtest measured on one meter.
type Result struct {
	Methods  []Score // in the order of Methods
	Chosen   Score   // of what was issued, the method being chosen anew each day; Method is the one chosen most often
	Coverage float64 // share of the readings inside the band; NaN without one
	Peaks    Peaks
}

// Peaks counts, over the days that were told a chance of a new monthly peak.
type Peaks struct {
	Days     int
	New      int     // days on which there was one
	Expected float64 // sum of the chances
	Brier    float64 // mean squared difference of the chance and 0 or 1 (Brier 1950)
}

// Backtest forecasts each day in [from,to) at its midnight, from the days before
// it only, and scores it by its readings: by the model that was fitted to the days
// before from and has been carried on since, night by night. Days are counted from the first of the
// meter. The temperature, where there is one, is that of the day itself: a
// perfect weather forecast when it was measured.
func Backtest(m Meter, from, to int) (Result, error) {
	if err := m.Validate(); err != nil {
		return Result{}, fmt.Errorf("backtest a forecast: %w", err)
	}
	if from < 0 || to > m.Days() || from >= to {
		return Result{}, fmt.Errorf("backtest a forecast: days %d to %d of %d", from, to, m.Days())
	}
	past := m
	past.Load = m.Load[:from*Hours]
	model, err := Fit(past)
	if err != nil {
		return Result{}, err
	}
	var t tally
	for _, load := range newGrid(m).load[from:to] {
		t.add(&model.next, &load)
		model.learn(load)
	}
	r := t.result()
	for i, method := range Methods() {
		s := model.trails[i].score(from, to)
		s.Method = method
		r.Methods = append(r.Methods, s)
	}
	return r, nil
}

// tally counts what was issued.
type tally struct {
	issued       errorSum
	used         map[Method]int
	inside, band int
	peaks        Peaks
}

func (t *tally) add(f *Forecast, load *Day) {
	if t.used == nil {
		t.used = map[Method]int{}
	}
	t.used[f.Method]++
	t.issued.addDay(load, &f.Hours)
	for h, v := range load {
		if math.IsNaN(v) {
			continue
		}
		if !math.IsNaN(f.Low[h]) {
			t.band++
			if v >= f.Low[h] && v <= f.High[h] {
				t.inside++
			}
		}
	}
	peak := highest(load)
	if math.IsNaN(f.NewPeak) || math.IsNaN(peak) {
		return
	}
	came := indicator(peak > f.MonthPeak)
	t.peaks.Days++
	t.peaks.New += int(came)
	t.peaks.Expected += f.NewPeak
	t.peaks.Brier += (f.NewPeak - came) * (f.NewPeak - came)
}

func (t *tally) result() Result {
	r := Result{
		Chosen:   Score{CVRMSE: t.issued.cvrmse(), Bias: t.issued.bias(), Hours: t.issued.hours},
		Coverage: float64(t.inside) / float64(t.band),
		Peaks:    t.peaks,
	}
	r.Peaks.Brier /= float64(t.peaks.Days)
	for _, method := range Methods() {
		if t.used[method] > t.used[r.Chosen.Method] {
			r.Chosen.Method = method
		}
	}
	return r
}
