package baseline

import (
	"math"
	"slices"
)

// Scheme says how placebo periods were found.
type Scheme string

const (
	// Rolling takes a baseline of a year before each placebo date, and the reporting
	// period's length after it. It sees how the building drifts from year to year.
	Rolling Scheme = "rolling"
	// HeldOut leaves one stretch at a time out of the history and predicts it from the
	// rest. It does not see a drift that only later years would show. Its fractions are
	// savings of the mean use, times sqrt(length/reporting) where the period asked for holds
	// several stretches.
	HeldOut Scheme = "held_out"
)

const (
	placebos     = 60               // at most
	leastPlacebo = 8                // fewer tell nothing
	heldOutPart  = baselineDays / 4 // days of a stretch that is left out, at most
)

// Placebo is what the method finds where nothing was done: the savings of periods
// before the change, which should all be zero.
type Placebo struct {
	Scheme    Scheme
	Days      int       // length of each period; shorter than asked for if the history is
	Fractions []float64 // saving/prediction of each (HeldOut: see there), in order of date; they overlap, so they are not independent
	Coverage  float64   // part of them whose Band holds zero; 0.9 if the band is right
	Bias      float64   // mean fraction
	Quantile  float64   // 90 % of the fractions are no further from zero
	Reasons   []string
}

// OK reports whether there were enough placebo periods.
func (p Placebo) OK() bool { return p.Scheme != "" && len(p.Reasons) == 0 }

// Band is the half width at 90 % around a saving, calibrated on the placebo periods;
// NaN if there is none. energy is what the baseline predicts for the period.
func (p Placebo) Band(energy float64) float64 {
	if !p.OK() {
		return math.NaN()
	}
	return p.Quantile * math.Abs(energy)
}

// trial is the saving of the days of test by a baseline fitted to those of train.
type trial func(train, test Span) Saving

// PlaceboTest tries placebo dates inside a history that ends before the change: use
// per day and temperature in °F. reporting is the length of the period whose saving
// is in question, in days. A record that begins late does not count against it: what lies
// before its first reading is no history.
func PlaceboTest(use, degF []float64, reporting int, o Meter) Placebo {
	if len(use) != len(degF) {
		return Placebo{Reasons: []string{ReasonLengths}}
	}
	use = o.readings(use)
	p := rolling(len(use), reporting, func(train, test Span) Saving {
		m := FitDaily(use[train.First:train.End], degF[train.First:train.End], o)
		return m.Avoided(use[test.First:test.End], degF[test.First:test.End])
	})
	if len(p.Fractions) >= leastPlacebo {
		return p.calibrated()
	}
	use, degF = lastSufficient(use, degF)
	if len(use) > 0 {
		p = o.heldOut(use, degF, reporting)
	}
	return p.calibrated()
}

// PlaceboTestHourly is PlaceboTest for hourly readings; reporting is in days. A month
// that is left out has no hourly model, so only the rolling scheme is tried.
func PlaceboTestHourly(h Hours, reporting int, o Meter) Placebo {
	if !h.ok() {
		return Placebo{Reasons: []string{ReasonLengths}}
	}
	h.Use = o.readings(h.Use)
	starts := h.dayStarts()
	return rolling(len(starts)-1, reporting, func(train, test Span) Saving {
		m := FitTOWT(h.between(starts[train.First], starts[train.End]), o)
		return m.Avoided(h.between(starts[test.First], starts[test.End]))
	}).calibrated()
}

// lastSufficient cuts a history to the stretch that carries a model: from its first day
// with a reading, else the last year; nothing where that does not either.
func lastSufficient(use, degF []float64) (u, t []float64) {
	first := slices.IndexFunc(use, func(v float64) bool { return !math.IsNaN(v) })
	for _, from := range []int{first, len(use) - baselineDays} {
		if from >= 0 && len(sufficient(use[from:], degF[from:])) == 0 {
			return use[from:], degF[from:]
		}
	}
	return nil, nil
}

func rolling(days, reporting int, try trial) Placebo {
	p := Placebo{Scheme: Rolling, Days: reporting}
	last := days - reporting
	if reporting <= 0 || last < baselineDays {
		return p
	}
	for date := baselineDays; date <= last; date += max(1, (last-baselineDays)/placebos) {
		p.add(try(Span{date - baselineDays, date}, Span{date, date + reporting}))
	}
	return p
}

// heldOut tries stretches of a quarter of a year, or of the reporting period if that is
// shorter. A boiler that rests in summer predicts next to nothing then, so that fractions
// are of the mean use; and the errors of the stretches that a longer reporting period
// holds are taken for independent, so that their mean is smaller than they.
func (o Meter) heldOut(use, degF []float64, reporting int) Placebo {
	length := min(reporting, heldOutPart)
	p := Placebo{Scheme: HeldOut, Days: length}
	if length <= 0 {
		return p
	}
	shrink := math.Sqrt(float64(length)/float64(reporting)) / meanOf(use)
	rest := make([]float64, len(use))
	for first := 0; first+length <= len(use); first += max(1, (len(use)-length)/placebos) {
		copy(rest, use)
		for i := range length {
			rest[first+i] = math.NaN()
		}
		s := o.fit(rest, degF).Avoided(use[first:first+length], degF[first:first+length])
		s.Fraction = s.Saved / float64(max(s.N, 1)) * shrink
		p.add(s)
	}
	return p
}

func meanOf(use []float64) float64 {
	total, n := 0.0, 0
	for _, v := range use {
		if !math.IsNaN(v) {
			total, n = total+v, n+1
		}
	}
	return total / float64(n)
}

// add counts a placebo period, if there is a model and nine tenths of its days.
// Until calibrated, Coverage counts.
func (p *Placebo) add(s Saving) {
	if 10*s.N < 9*p.Days || !(s.Predicted > 0) {
		return
	}
	p.Fractions = append(p.Fractions, s.Fraction)
	if s.Verdict == Inconclusive {
		p.Coverage++
	}
}

func (p Placebo) calibrated() Placebo {
	n := len(p.Fractions)
	if n < leastPlacebo {
		return Placebo{Reasons: []string{ReasonTooLittleForPlacebo}}
	}
	p.Coverage /= float64(n)
	size := make([]float64, n)
	for i, f := range p.Fractions {
		p.Bias += f / float64(n)
		size[i] = math.Abs(f)
	}
	slices.Sort(size)
	// The (n+1)·0.9th smallest holds for one more period of the same kind.
	rank := int(math.Ceil(confidence * float64(n+1)))
	p.Quantile = size[min(rank, n)-1]
	return p
}
