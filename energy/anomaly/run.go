package anomaly

import "math"

// runs returns the runs as candidates. Their score is the length, in standard
// deviations, of the innovations that a constant reading makes of the changes it
// should have shown.
func (s search) runs() []candidate {
	var out []candidate
	for _, r := range s.l.runs {
		r.a = max(r.a, s.l.from)
		if r.hours() < minHours {
			continue
		}
		total := -float64(r.hours())
		for i := r.a; i < r.b; i++ {
			if v := s.f.innovation(s.l, i); !math.IsNaN(v) {
				total += v * v
			}
		}
		if score := math.Sqrt(max(0, total)); score >= leastScore {
			out = append(out, candidate{span: r.span, score: score, kind: r.kind})
		}
	}
	return out
}

// innovation is that of hour i in standard deviations, clipped, from the readings
// themselves, constant ones too.
func (f *filter) innovation(l load, i int) float64 {
	if i < longestLag {
		return math.NaN()
	}
	v := l.kWh[i] - l.usual[i]
	for j, lag := range lags() {
		v -= f.phi[j] * (l.kWh[i-lag] - l.usual[i-lag])
	}
	return clip(v/f.sigma[l.group[i]], clipScore)
}
