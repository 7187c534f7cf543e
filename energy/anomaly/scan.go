package anomaly

import "math"

const (
	leastScore = 5    // of a week or a run; no budget makes a smaller deviation an event
	leastShort = 6    // of shorter windows, of which there are more
	noisiest   = 1.25 // times as much where the scores of all windows of a length spread so widely or more
	stride     = 5    // hours between the scores that this spread is taken from
)

// windows are the lengths that compete, in hours.
func windows() []int { return []int{1, 3, 6, 12, 24, 72, week} }

type search struct {
	l     load
	f     *filter
	floor float64   // kWh an hour
	total []float64 // running sum of the known differences
}

func newSearch(l load, floor float64) search {
	s := search{l: l, f: newFilter(l), floor: floor * l.mean, total: make([]float64, len(l.diff)+1)}
	for i, v := range l.diff {
		s.total[i+1] = s.total[i]
		if !math.IsNaN(v) {
			s.total[i+1] += v
		}
	}
	return s
}

type candidate struct {
	span
	score float64 // absolute
	up    bool
	kind  Kind // empty where the shape decides
}

// candidates are the judged windows whose score and mean deviation are large
// enough, and agree in direction. Those shorter than minHours count half.
func (s search) candidates() []candidate {
	var out []candidate
	n := len(s.l.diff)
	z := make([]float64, n)
	for _, hours := range windows() {
		s.scores(z, hours)
		limit := least(hours) * s.scatter(z)
		for a := s.l.from; a+hours <= n; a++ {
			size := math.Abs(z[a])
			if hours < minHours {
				size /= 2
			}
			c := candidate{span: span{a, a + hours}, score: size, up: z[a] > 0}
			if size >= limit && s.deviates(c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// deviates reports whether the mean of c's differences has c's direction and is
// large enough to matter.
func (s search) deviates(c candidate) bool {
	d := s.total[c.b] - s.total[c.a]
	return math.Abs(d) >= s.floor*float64(c.hours()) && (d > 0) == c.up
}

// scatter is the robust standard deviation of the scores of one length, between 1
// and noisiest, taken from every stride-th.
func (s search) scatter(z []float64) float64 {
	size := make([]float64, 0, len(z)/stride+1)
	for i := s.l.fit; i < len(z); i += stride {
		if !math.IsNaN(z[i]) {
			size = append(size, math.Abs(z[i]))
		}
	}
	if len(size) == 0 {
		return noisiest
	}
	return max(1, min(noisiest, 1.4826*median(size)))
}

// least is the score that a window of so many hours needs.
func least(hours int) float64 {
	if hours < week {
		return leastShort
	}
	return leastScore
}

// scores fills z, from the hours of the fit on, with the score of the window of hours
// that starts there, NaN where a fifth or more of the window is missing.
func (s search) scores(z []float64, hours int) {
	n := len(z)
	var norm [week]float64
	shape := s.f.shape(hours)
	for slot := range norm {
		norm[slot] = s.f.norm(shape, slot, len(shape))
	}
	for a := s.l.fit; a < n; a++ {
		b := a + hours
		switch {
		case b > n || (s.f.known[b]-s.f.known[a])*5 < hours*4:
			z[a] = math.NaN()
		case b+longestLag > n:
			z[a] = s.f.sums(a, b) / s.f.norm(shape, s.l.slot[a], n-a)
		default:
			z[a] = s.f.sums(a, b) / norm[s.l.slot[a]]
		}
	}
}
