package forecast

import "testing"

// reopen forecasts the open day again.
func (m *Model) reopen() {
	d := m.day
	m.holidays.off, m.holidays.came, m.holidays.chance = m.holidays.off[:d], m.holidays.came[:d], m.holidays.chance[:d]
	for _, v := range m.views {
		v.usual, v.other, v.level = v.usual[:d], v.other[:d], v.level[:d]
	}
	m.open()
}

func fitted(b *testing.B) *Model {
	b.Helper()
	m, err := Fit(bdg2(b)[1].Meter)
	if err != nil {
		b.Fatal(err)
	}
	m.lastFit = m.day // no refit is due
	return m
}

// BenchmarkDay makes one day's forecast by all methods, six ridges among them,
// with the choice, the band and the chance of a peak.
func BenchmarkDay(b *testing.B) {
	m := fitted(b)
	b.ReportAllocs()
	for b.Loop() {
		m.reopen()
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
