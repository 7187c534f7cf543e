package energy

import (
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/internal/stat"
)

// A night runs from 22:00 to 06:00 on the building's clock and is named for the
// morning it ends on: the nights that end on Saturday and Sunday are the
// weekend's. One definition for every building keeps nights comparable; it holds
// the hours 00–05 of LBNL-3713E's night mean.
const (
	nightFrom   = 22
	nightTo     = 6
	nightMethod = "sum of intervals, 22:00–06:00"
)

const (
	minNightShare  = 0.75 // of a night's readings, for it to count
	minBestNights  = 28   // nights that a best decile needs
	bestNightShare = 0.1
	bestMethod     = "10th percentile of the mean loads of all nights, 22:00–06:00"
)

// night is one night of a part.
type night struct {
	from, to time.Time
	lo, hi   int
	energy   float64 // sum of the readings there are
	n        int
	weekend  bool
	stuck    bool // some of its readings belong to a stuck run
}

// nights lists the nights that lie wholly in the part's window, oldest first.
// Readings in stuck runs, which the part must have blanked, do not count.
func (p part) nights(stuck []streak) []night {
	loc := p.location()
	var out []night
	y, m, d := p.window.From.In(loc).Date()
	for ; ; d++ {
		v := night{
			from: time.Date(y, m, d-1, nightFrom, 0, 0, 0, loc),
			to:   time.Date(y, m, d, nightTo, 0, 0, 0, loc),
		}
		if v.to.After(p.window.To) {
			return out
		}
		if v.from.Before(p.window.From) {
			continue
		}
		v.lo, v.hi = p.span(v.from, v.to)
		v.energy, v.n = p.sum(v.lo, v.hi)
		w := v.to.Weekday()
		v.weekend = w == time.Saturday || w == time.Sunday
		v.stuck = overlaps(stuck, v.lo, v.hi)
		out = append(out, v)
	}
}

func (v night) window() eaio.Window { return eaio.Window{From: v.from, To: v.to} }

func (v night) basis() basis { return basis{v.window(), v.n, v.hi - v.lo} }

// counts reports whether the night has enough readings to stand for a night.
func (v night) counts() bool { return v.n > 0 && v.basis().share() >= minNightShare }

// load is the mean load of the readings there are, in the unit per hour.
func (v night) load(p part) float64 { return v.energy / (float64(v.n) * p.stepHours()) }

// loads returns the mean load of each night that counts.
func (p part) loads(nights []night) []float64 {
	out := make([]float64, 0, len(nights))
	for _, v := range nights {
		if v.counts() {
			out = append(out, v.load(p))
		}
	}
	return out
}

// bestNight is the best-decile mean load of the nights that count; ok is false
// where they are too few.
func (p part) bestNight(nights []night) (load float64, b basis, ok bool) {
	loads := p.loads(nights)
	if len(loads) < minBestNights {
		return 0, basis{}, false
	}
	slices.Sort(loads)
	b.window = eaio.Window{From: nights[0].from, To: nights[len(nights)-1].to}
	for _, v := range nights {
		b.n, b.of = b.n+v.n, b.of+v.hi-v.lo
	}
	return stat.Quantile(loads, bestNightShare), b, true
}

// nightsWindow is the span in which Overnight looks: to asOf from the local day a
// year before it.
func nightsWindow(asOf time.Time, loc *time.Location) eaio.Window {
	return eaio.Window{From: PeriodWindow(asOf, loc, eaio.LastYear).From, To: asOf}
}
