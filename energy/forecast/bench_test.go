package forecast

import "testing"

func fitted(b *testing.B) *Model {
	b.Helper()
	meter := bdg2(b)[1].Meter
	meter.Load = meter.Load[:len(meter.Load)-Hours] // the day to forecast has its temperatures
	m, err := Fit(meter)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// BenchmarkDay makes one day's forecast by all methods, six ridges among them,
// with the choice, the band and the chance of a peak.
func BenchmarkDay(b *testing.B) {
	m := fitted(b)
	b.ReportAllocs()
	for b.Loop() {
		m.reopen(m.day)
	}
}

// BenchmarkRefit solves all hours and classes of one member.
func BenchmarkRefit(b *testing.B) {
	m := fitted(b)
	for name, member := range map[string]*member{
		"ridge": m.members[0], "slow": m.members[1], "together": m.members[2],
		"ridge+temperature": m.warm[0], "slow+temperature": m.warm[1], "together+temperature": m.warm[2],
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				member.refit(m.day)
			}
		})
	}
}

// BenchmarkLearn takes a day's readings into one member.
func BenchmarkLearn(b *testing.B) {
	m := fitted(b)
	member := m.members[0]
	rule := m.grid.rule(m.day - 1)
	member.forecast(m.day-1, &rule)
	b.ReportAllocs()
	for b.Loop() {
		member.learn(m.day - 1)
	}
}

// BenchmarkFit goes through two years of one meter with temperature.
func BenchmarkFit(b *testing.B) {
	m := bdg2(b)[1].Meter
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Fit(m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNight takes a day's readings in and forecasts the next two days, with a
// refit of all six ridges.
func BenchmarkNight(b *testing.B) {
	meter := bdg2(b)[1].Meter
	g := newGrid(meter)
	fit, err := Fit(meter)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for day := 0; b.Loop(); day++ {
		load := g.load[day%len(g.load)]
		temp := meter.Temperature[day%len(g.load)*Hours:]
		if err := fit.Learn(load, temp[:min(len(temp), 3*Hours)]); err != nil {
			b.Fatal(err)
		}
		fit.After()
	}
}
