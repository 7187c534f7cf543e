package analyse

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// readings are the usable readings that start in a window.
func readings(s energy.Series, w eaio.Window) iter.Seq2[time.Time, float64] {
	return func(yield func(time.Time, float64) bool) {
		lo := min(max(ceilDiv(w.From.Sub(s.Start), s.Step), 0), len(s.Values))
		hi := min(max(ceilDiv(w.To.Sub(s.Start), s.Step), lo), len(s.Values))
		for i, v := range s.Values[lo:hi] {
			if usable(s, v) && !yield(s.Start.Add(time.Duration(lo+i)*s.Step), v) {
				return
			}
		}
	}
}

// unknown is a row without values.
func unknown(n int) []float64 { return slices.Repeat([]float64{math.NaN()}, n) }

// byDay makes one value of the readings of each local day of a window; a day without
// any is NaN. The days are numbered by date, at midnight UTC.
func byDay(s energy.Series, name, unit string, w eaio.Window, join func(sofar, v float64) float64) []Series {
	loc := location(s)
	end := s.Start.Add(time.Duration(len(s.Values)) * s.Step)
	if !w.From.Before(w.To) || !end.After(w.From) || !s.Start.Before(w.To) {
		return nil
	}
	first := dateOf(w.From, loc)
	values := unknown(dayIndex(first, dateOf(w.To.Add(-time.Nanosecond), loc)) + 1)
	for at, v := range readings(s, w) {
		k := dayIndex(first, dateOf(at, loc))
		if math.IsNaN(values[k]) {
			values[k] = v
			continue
		}
		values[k] = join(values[k], v)
	}
	return []Series{{Name: name, Unit: unit, Start: first, StepSeconds: int(day / time.Second), Values: values}}
}

func sum(a, b float64) float64 { return a + b }

// dailyEnergy are the sums of the days of a window.
func dailyEnergy(s energy.Series, name string, w eaio.Window) []Series {
	return byDay(s, name, s.Unit, w, sum)
}

// dailySums are those of the year before asOf, from the first reading on.
func dailySums(s energy.Series, asOf time.Time) []Series {
	w := energy.PeriodWindow(asOf, location(s), eaio.LastYear)
	if w.From.Before(s.Start) {
		w.From = s.Start
	}
	return dailyEnergy(s, "daily_energy", w)
}

// consumed is the load of a day, or the energy of each day of a longer period, and
// that of what it is compared with.
func consumed(s energy.Series, asOf time.Time, p eaio.Period, c eaio.Compare) (out []Series) {
	now := energy.PeriodWindow(asOf, location(s), p)
	then := energy.CompareWindow(now, location(s), p, c)
	if now.To.Sub(now.From) > 25*time.Hour || s.Step > time.Hour {
		return append(dailyEnergy(s, "daily_energy", now), dailyEnergy(s, "compare_daily_energy", then)...)
	}
	for _, x := range []struct {
		name string
		w    eaio.Window
	}{{"load", now}, {"compare_load", then}} {
		if load := loadBetween(s, x.name, x.w); len(load.Values) > 0 {
			out = append(out, load)
		}
	}
	return out
}

// durationPoints is how many points a load-duration curve is cut down to.
const durationPoints = 1000

// peaks are the highest load of each day of a window, and its load-duration curve:
// value i is exceeded for i steps.
func peaks(s energy.Series, w eaio.Window) []Series {
	hours := s.Step.Hours()
	out := byDay(s, "daily_peak", powerUnit(s.Unit), w, math.Max)
	for _, days := range out {
		for i := range days.Values {
			days.Values[i] /= hours
		}
	}
	var loads []float64
	for _, v := range readings(s, w) {
		loads = append(loads, v/hours)
	}
	if len(loads) == 0 {
		return nil
	}
	slices.Sort(loads)
	slices.Reverse(loads)
	every := (len(loads) + durationPoints - 1) / durationPoints
	curve := make([]float64, 0, durationPoints)
	for i := 0; i < len(loads); i += every {
		curve = append(curve, loads[i])
	}
	return append(out, Series{
		Name: "load_duration", Unit: powerUnit(s.Unit), StepSeconds: every * int(s.Step/time.Second), Values: curve,
	})
}

// The night that Overnight looks at, local hours.
const (
	nightFrom     = 22
	nightTo       = 6
	shownNights   = 29  // the night itself and the 28 days before
	minNightShare = .75 // of its readings, for a night to be shown
)

// nights are the load of the night in a window and the energy of the nights of the four
// weeks before it and its own, each numbered by the date on which it ends.
func nights(s energy.Series, w eaio.Window) []Series {
	loc := location(s)
	y, m, d := w.To.In(loc).Date()
	energies := unknown(shownNights)
	for i := range energies {
		on := eaio.Window{
			From: time.Date(y, m, d-shownNights+i, nightFrom, 0, 0, 0, loc),
			To:   time.Date(y, m, d-shownNights+1+i, nightTo, 0, 0, 0, loc),
		}
		total, n := 0.0, 0
		for _, v := range readings(s, on) {
			total += v
			n++
		}
		if float64(n) >= minNightShare*float64(on.To.Sub(on.From)/s.Step) && n > 0 {
			energies[i] = total
		}
	}
	first := time.Date(y, m, d-shownNights+1, 0, 0, 0, 0, time.UTC)
	return []Series{
		loadBetween(s, "load", w),
		{Name: "night_energy", Unit: s.Unit, Start: first, StepSeconds: int(day / time.Second), Values: energies},
	}
}

// wholeMonths are the ends of the calendar months that lie in a window, if they are two at least.
func wholeMonths(w eaio.Window, loc *time.Location) (ends []time.Time) {
	y, m, d := w.From.In(loc).Date()
	if d > 1 {
		m++
	}
	for m++; ; m++ {
		end := time.Date(y, m, 1, 0, 0, 0, 0, loc)
		if end.After(w.To) {
			break
		}
		ends = append(ends, end)
	}
	if len(ends) < 2 {
		return nil
	}
	return ends
}

// monthly tells facts of each month of a window by running the analysis on it.
func monthly(w eaio.Window, loc *time.Location, run func(asOf time.Time) eaio.Result, told func(name string) bool) (out []Month) {
	for _, end := range wholeMonths(w, loc) {
		month := end.AddDate(0, -1, 0).Format("2006-01")
		for _, f := range run(end).Facts {
			if told(f.Name) {
				out = append(out, Month{Month: month, Name: f.Name, Value: f.Value, Unit: f.Unit})
			}
		}
	}
	return out
}
