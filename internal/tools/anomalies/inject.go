package anomalies

import (
	"hash/fnv"
	"math"
	"slices"
)

// Label is one fault put into a meter: hours [Start, End) of that Meter, and the
// energy it added.
type Label struct {
	Building, Kind string
	Start, End     int
	DeltaKWh       float64
	MeanHours      float64 // DeltaKWh in hours of the meter's mean load of 2017
}

type fault struct {
	kind     string
	hours    int
	midnight bool
	apply    func(v []float64)
}

const leftOn = "left_on"

func scale(by float64) func([]float64) {
	return func(v []float64) {
		for i := range v {
			v[i] *= by
		}
	}
}

func dropOut(v []float64) {
	low := 0.05 * slices.Min(v) // not 0, which would mean missing
	for i := range v {
		v[i] = low
	}
}

func faults() []fault {
	return []fault{
		{kind: "spike25_3h", hours: 3, apply: scale(2.5)},
		{kind: "up60_6h", hours: 6, apply: scale(1.6)},
		{kind: leftOn, hours: 11},
		{kind: "half_24h", hours: 24, midnight: true, apply: scale(0.5)},
		{kind: "dropout_12h", hours: 12, apply: dropOut},
		{kind: "up20_week", hours: 168, midnight: true, apply: scale(1.2)},
	}
}

// splitMix is SplitMix64 (Steele, Lea and Flood 2014).
type splitMix uint64

func (s *splitMix) below(n int) int {
	*s += 0x9E3779B97F4A7C15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int((z ^ z>>31) % uint64(n))
}

// DefaultSeed is the one to tune on; others are for reports.
const DefaultSeed = 20171

// InjectAll injects into every meter; the labels are by meter, then by start.
func InjectAll(meters []Meter, seed uint64) ([]Meter, []Label) {
	out := make([]Meter, len(meters))
	var labels []Label
	for i, m := range meters {
		var more []Label
		out[i], more = Inject(m, seed)
		labels = append(labels, more...)
	}
	return out, labels
}

// Inject returns a copy of m with at most two faults of each of six kinds in
// 2017, at least 72 hours apart, rounded to four decimals, and their labels by
// start. The same seed and building give the same faults, in inject.py too.
func Inject(m Meter, seed uint64) (Meter, []Label) {
	h := fnv.New64a()
	h.Write([]byte(m.Building))
	random := splitMix(seed ^ h.Sum64())
	s := newSite(m)
	out := slices.Clone(m.KWh)
	var labels []Label
	for range 2 {
		for _, f := range faults() {
			for range 400 {
				const first, spare = 24 * 28, 24 * 9
				start := Year2017 + first + random.below(len(out)-Year2017-first-spare)
				start = f.align(start)
				v := s.try(f, start)
				if v == nil {
					continue
				}
				copy(out[start:], v)
				labels = append(labels, s.take(f.kind, start, v))
				break
			}
		}
	}
	for i, v := range out {
		out[i] = math.RoundToEven(v*1e4) / 1e4
	}
	slices.SortFunc(labels, func(a, b Label) int { return a.Start - b.Start })
	m.KWh = out
	return m, labels
}

func (f fault) align(start int) int {
	switch {
	case f.kind == leftOn:
		return start - start%24 + 19
	case f.midnight:
		return start - start%24
	}
	return start
}

// site says where in a meter a fault can still go.
type site struct {
	m                  Meter
	present, bad, used []bool
	mean               float64 // kWh an hour over 2017
}

func newSite(m Meter) *site {
	n := len(m.KWh)
	s := &site{m: m, present: make([]bool, n), bad: make([]bool, n), used: make([]bool, n)}
	count := 0.0
	for i, v := range m.KWh {
		s.present[i] = v > 0
		if s.present[i] && i >= Year2017 {
			s.mean += v
			count++
		}
	}
	s.mean /= count
	for _, r := range m.Runs {
		fill(s.bad, r.Start-72, r.End+73)
	}
	return s
}

func within(x []bool, from, to int) []bool { return x[max(0, from):min(len(x), to)] }

func fill(x []bool, from, to int) {
	for i := range within(x, from, to) {
		x[max(0, from)+i] = true
	}
}

// try returns the readings with fault f at start, nil where it may not be put.
func (s *site) try(f fault, start int) []float64 {
	end := start + f.hours
	if slices.Contains(within(s.present, start-24, end+24), false) ||
		slices.Contains(within(s.bad, start, end), true) ||
		slices.Contains(within(s.used, start-72, end+72), true) {
		return nil
	}
	v := slices.Clone(s.m.KWh[start:end])
	if f.kind != leftOn {
		f.apply(v)
		return v
	}
	day := s.m.KWh[start-9 : start-2] // 10:00 to 16:59
	level := 0.95 * sum(day) / float64(len(day))
	for i := range v {
		v[i] = max(v[i], level)
	}
	if s.added(start, v)/float64(len(v)) < 0.2*s.mean {
		return nil
	}
	return v
}

// added sums the differences in the order of the Python program, NumPy's
// pairwise sum, so that the labels agree to the last digit.
func (s *site) added(start int, v []float64) float64 {
	d := make([]float64, len(v))
	for i := range v {
		d[i] = v[i] - s.m.KWh[start+i]
	}
	return pairwise(d)
}

func (s *site) take(kind string, start int, v []float64) Label {
	end := start + len(v)
	fill(s.used, start, end)
	delta := s.added(start, v)
	return Label{s.m.Building, kind, start, end, delta, delta / s.mean}
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

// pairwise sums as NumPy does: up to seven numbers in order, up to 128 in eight
// interleaved parts, more by halves.
func pairwise(x []float64) float64 {
	n := len(x)
	switch {
	case n < 8:
		return sum(x)
	case n > 128:
		half := n/2 - n/2%8
		return pairwise(x[:half]) + pairwise(x[half:])
	}
	var p [8]float64
	whole := n - n%8
	for i, v := range x[:whole] {
		p[i%8] += v
	}
	total := ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]))
	for _, v := range x[whole:] {
		total += v
	}
	return total
}
