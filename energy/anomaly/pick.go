package anomaly

import (
	"cmp"
	"math"
	"slices"
)

const (
	apart    = 3  // hours between two events; nearer ones are one
	maxMoves = 30 // of an event's ends
)

// pick takes the highest scores that fit the budget, do not overlap, and leave
// at least apart between them. Hours already taken are marked.
func (s search) pick(all []candidate, budget int, taken []bool) []candidate {
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), a.a-b.a, a.b-b.b)
	})
	var out []candidate
	for _, c := range all {
		if c.cost() > budget || !s.free(taken, c.span) {
			continue
		}
		if c.kind == "" {
			c = s.trim(s.refine(c, taken))
		}
		budget -= c.cost()
		for i := c.a; i < c.b; i++ {
			taken[i] = true
		}
		out = append(out, c)
		if budget <= 0 {
			break
		}
	}
	return out
}

// cost is the places in the budget that an event takes.
func (c candidate) cost() int { return (c.hours() + week - 1) / week }

func (s search) free(taken []bool, w span) bool {
	return !slices.Contains(taken[max(0, w.a-apart+1):min(len(taken), w.b+apart-1)], true)
}

// refine moves the ends of c by hours and days as long as the score grows.
func (s search) refine(c candidate, taken []bool) candidate {
	for range maxMoves {
		best := c
		for _, by := range []int{-24, -3, -1, 1, 3, 24} {
			for _, w := range []span{{c.a + by, c.b}, {c.a, c.b + by}} {
				if w.a < s.l.from || w.b > len(taken) || w.hours() < min(minHours, c.hours()) || !s.free(taken, w) {
					continue
				}
				moved := candidate{span: w, score: s.score(w, c.up), up: c.up}
				if moved.score > best.score && s.deviates(moved) {
					best = moved
				}
			}
		}
		if best.span == c.span {
			break
		}
		c = best
	}
	return c
}

// trim takes hours off the ends of c that differ by less than half of the event's
// middle hour, as long as half of the event remains.
func (s search) trim(c candidate) candidate {
	sign := 1.0
	if !c.up {
		sign = -1
	}
	var size []float64
	for _, v := range s.l.diff[c.a:c.b] {
		if !math.IsNaN(v) {
			size = append(size, sign*v)
		}
	}
	half := median(size) / 2
	weak := func(i int) bool { return !(sign*s.l.diff[i] >= half) }
	least := max((c.hours()+1)/2, min(minHours, c.hours()))
	for c.hours() > least && weak(c.a) {
		c.a++
	}
	for c.hours() > least && weak(c.b-1) {
		c.b--
	}
	return c
}

// score is positive where the shift has the direction asked for.
func (s search) score(w span, up bool) float64 {
	z := s.f.score(w.a, w.b)
	if !up {
		z = -z
	}
	if w.hours() < minHours {
		z /= 2
	}
	return z
}
