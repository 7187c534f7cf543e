package baseline_test

import (
	"testing"

	"github.com/eaio/eaio/energy/baseline"
)

// A year of days, with every pair of balance points, stays under 2 ms; twelve months
// of hours under 30 ms.
func BenchmarkFit(b *testing.B) {
	use := span(byDay(b, "il-electricity-cdd-hdd-daily", 1, false), 2015, 12, 27)
	degF := span(byDay(b, "il-tempF", 12, true), 2015, 12, 27)
	b.Run("daily", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			baseline.FitDaily(use, degF, baseline.Meter{})
		}
	})
	b.Run("change point", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			baseline.FitChangePoint(use, degF, baseline.Meter{})
		}
	})
	h := laboratory(b, 0)
	b.Run("hourly", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			baseline.FitTOWT(h, baseline.Meter{})
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	use, degF := lizbeth(b)
	b.ReportAllocs()
	for b.Loop() {
		baseline.Evaluate(use, degF, baseline.Span{First: 0, End: 366}, baseline.Span{First: 366, End: 731}, baseline.Meter{})
	}
}
