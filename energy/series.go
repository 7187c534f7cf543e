package energy

import (
	"math"
	"strings"
	"time"

	"github.com/eaio/eaio"
)

// Series is one meter's energy per interval on a regular grid of instants.
// Analyses read it and never write to it.
type Series struct {
	Start     time.Time      // start of the first interval
	Step      time.Duration  // length of an interval, 1 minute to 24 hours
	Values    []float64      // energy per interval in Unit; NaN: missing
	Location  *time.Location // the building's clock; nil: UTC
	Unit      string         // unit of one value, e.g. "kWh"
	Commodity string         // "electricity", where zero counts as missing, or any other
}

// The intervals that can be analysed. Load shapes need an hour or less.
const (
	minStep     = time.Minute
	maxStep     = 24 * time.Hour
	maxLoadStep = time.Hour
)

// impossible is a size no meter reads in an interval: the yearly use of the world
// is about 10¹⁴ kWh. It keeps every sum finite.
const impossible = 1e12

func (s Series) location() *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}

func (s Series) stepHours() float64 { return s.Step.Hours() }

func (s Series) end() time.Time { return s.Start.Add(time.Duration(len(s.Values)) * s.Step) }

// index returns the place on the grid of the first interval that starts at or
// after t. It may lie outside Values.
func (s Series) index(t time.Time) int {
	d := t.Sub(s.Start)
	k := d / s.Step
	if d%s.Step > 0 {
		k++
	}
	return int(k)
}

// reading returns the value at place k of the grid, NaN where there is none.
func (s Series) reading(k int) float64 {
	if k < 0 || k >= len(s.Values) {
		return math.NaN()
	}
	v := s.Values[k]
	if isSentinel(v) || v == 0 && s.zeroIsMissing() {
		return math.NaN()
	}
	return v
}

func (s Series) zeroIsMissing() bool { return s.Commodity == "electricity" }

// isSentinel reports whether v stands for "no reading" without being NaN.
func isSentinel(v float64) bool {
	switch v {
	case -99, -999, -9999, -99999:
		return true
	}
	return v > impossible || v < -impossible
}

// powerUnit is the unit of a mean load over an interval.
func (s Series) powerUnit() string {
	if base, ok := strings.CutSuffix(s.Unit, "Wh"); ok {
		return base + "W"
	}
	return s.Unit + "/h"
}

// unsupported reports whether intervals are outside what an analysis can use.
func (s Series) unsupported(longest time.Duration) bool {
	return s.Step < minStep || s.Step > longest
}

// hourly returns why intervals do not fill hours; empty where they do.
func (s Series) hourly() (reason string) {
	switch {
	case s.unsupported(maxLoadStep):
		return ReasonUnsupportedInterval
	case time.Hour%s.Step != 0:
		return ReasonUnevenInterval
	}
	return ""
}

// part is what a series says inside a window: one value per interval that starts
// there, NaN where there is no reading.
type part struct {
	Series
	window eaio.Window
	lo     int // place on the series' grid of values[0]
	values []float64
}

// cut returns the part of s inside w. The part owns its values.
func (s Series) cut(w eaio.Window) part {
	lo := s.index(w.From)
	p := part{Series: s, window: w, lo: lo, values: make([]float64, max(s.index(w.To)-lo, 0))}
	for i := range p.values {
		p.values[i] = s.reading(lo + i)
	}
	return p
}

// at returns the start of interval i.
func (p part) at(i int) time.Time { return p.Start.Add(time.Duration(p.lo+i) * p.Step) }

// span returns the places of the intervals that start in [from, to).
func (p part) span(from, to time.Time) (lo, hi int) {
	clip := func(t time.Time) int { return min(max(p.index(t)-p.lo, 0), len(p.values)) }
	return clip(from), clip(to)
}

// sum adds up the readings of values[lo:hi] and counts them.
func (p part) sum(lo, hi int) (total float64, n int) {
	for _, v := range p.values[lo:hi] {
		if !math.IsNaN(v) {
			total += v
			n++
		}
	}
	return total, n
}

// share is n of all, 0 where there are none.
func share(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}
