package energy

import (
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
)

// longStreak is how long the same value, zero or silence must last to be told.
const longStreak = 24 * time.Hour

// streak is a stretch of intervals lo to hi (exclusive) that share something.
type streak struct{ lo, hi int }

func (s streak) len() int { return s.hi - s.lo }

// longStreaks finds the stretches of at least 24 hours, and more than one interval, in
// which every interval is in and each continues the one before it.
func (p part) longStreaks(in func(i int) bool, continues func(i int) bool) []streak {
	return p.runs(max(longStreak, p.Step+1), in, continues)
}

func always(int) bool { return true }

// runs finds the stretches of at least a length in which every interval is in and each
// continues the one before it.
func (p part) runs(length time.Duration, in func(i int) bool, continues func(i int) bool) []streak {
	var out []streak
	least := int((length + p.Step - 1) / p.Step)
	lo := -1
	end := func(hi int) {
		if lo >= 0 && hi-lo >= least {
			out = append(out, streak{lo, hi})
		}
		lo = -1
	}
	for i := range p.values {
		ok := in(i)
		if lo >= 0 && (!ok || !continues(i)) {
			end(i)
		}
		if ok && lo < 0 {
			lo = i
		}
	}
	end(len(p.values))
	return out
}

// stuck finds the stretches of at least 24 hours of one and the same reading
// other than zero.
func (p part) stuck() []streak {
	v := p.values
	return p.longStreaks(
		func(i int) bool { return !math.IsNaN(v[i]) && v[i] != 0 },
		func(i int) bool { return v[i] == v[i-1] },
	)
}

// zeros finds the stretches of at least 24 hours in which the meter read zero,
// whether that counts as a reading or not.
func (p part) zeros() []streak {
	return p.longStreaks(func(i int) bool { return p.raw(i) == 0 }, always)
}

// overlaps reports whether one of the streaks holds an interval of [lo, hi).
func overlaps(all []streak, lo, hi int) bool {
	return slices.ContainsFunc(all, func(s streak) bool { return s.lo < hi && lo < s.hi })
}

// raw is what the meter read, before anything is taken for missing.
func (p part) raw(i int) float64 {
	if k := p.lo + i; k >= 0 && k < len(p.Values) {
		return p.Values[k]
	}
	return math.NaN()
}

// window is the time that a streak covers.
func (p part) streakWindow(s streak) eaio.Window {
	return eaio.Window{From: p.at(s.lo).In(p.location()), To: p.at(s.hi).In(p.location())}
}

// longest returns the longest streak, the first of equals, and the intervals of
// all together.
func longest(all []streak) (top streak, total int) {
	for _, s := range all {
		total += s.len()
		if s.len() > top.len() {
			top = s
		}
	}
	return top, total
}

// blank takes the readings of streaks out of the part: they do not tell when the
// energy was used.
func (p part) blank(all []streak) {
	for _, s := range all {
		for i := s.lo; i < s.hi; i++ {
			p.values[i] = math.NaN()
		}
	}
}
