package anomaly_test

import (
	"testing"

	"github.com/eaio/eaio/energy/anomaly"
	"github.com/eaio/eaio/internal/tools/anomalies"
)

const alarmsPerMonth = 2

// injected scores Detect on the 38 BDG2 meters with the faults of a seed.
func injected(t testing.TB, meters []anomalies.Meter, seed uint64) (anomalies.Result, string) {
	t.Helper()
	faulty, labels := anomalies.InjectAll(meters, seed)
	var alarms []anomalies.Alarm
	for _, m := range faulty {
		alarms = append(alarms, anomalies.Detect(m, alarmsPerMonth)...)
	}
	r := anomalies.Score(labels, alarms, alarmsPerMonth, len(meters))
	return r, r.Table(labels)
}

func bdg2(t testing.TB) []anomalies.Meter {
	t.Helper()
	meters, err := anomalies.Load("../testdata/bdg2")
	if err != nil {
		t.Fatal(err)
	}
	return meters
}

// The floors are the better of two other methods, an isolation forest and a robust
// rule over several windows, less 0.03; over all kinds
// those find 0.80.
func TestInjectedFaultsAreFound(t *testing.T) {
	r, table := injected(t, bdg2(t), anomalies.DefaultSeed)
	for kind, least := range map[string]float64{
		"spike25_3h": 0.90, "up60_6h": 0.73, "left_on": 0.72, "half_24h": 0.79, "dropout_12h": 0.96, "up20_week": 0.64,
	} {
		if r.ByKind[kind] < least {
			t.Errorf("recall of %s is %.3f, below %.2f", kind, r.ByKind[kind], least)
		}
	}
	if r.Recall < 0.88 || r.Precision < 0.47 {
		t.Errorf("recall %.3f and precision %.3f, below 0.88 and 0.47", r.Recall, r.Precision)
	}
	if t.Failed() {
		t.Log("\n" + table)
	}
}

// Prints recall by kind, what chance would give, precision, and the kinds that the
// faults were taken for, for the seed that the detector was tuned on and two others.
func BenchmarkInjected(b *testing.B) {
	meters := bdg2(b)
	for _, c := range []struct {
		name string
		seed uint64
	}{{"tuned", anomalies.DefaultSeed}, {"second", 20172}, {"third", 20173}} {
		b.Run(c.name, func(b *testing.B) {
			var r anomalies.Result
			var table string
			for b.Loop() {
				r, table = injected(b, meters, c.seed)
			}
			b.ReportMetric(r.Recall, "recall")
			b.ReportMetric(r.Chance, "chance")
			b.ReportMetric(r.Precision, "precision")
			b.Log("\n" + table)
		})
	}
}

// Prints recall where readings end with the fault, and a day after, as a nightly run sees
// them.
func BenchmarkTimely(b *testing.B) {
	faulty, labels := anomalies.InjectAll(bdg2(b), anomalies.DefaultSeed)
	for _, c := range []struct {
		name  string
		after int // hours
	}{{"as_it_ends", 0}, {"a_day_later", 24}} {
		b.Run(c.name, func(b *testing.B) {
			var found, leftOn, leftOns float64
			for b.Loop() {
				found, leftOn, leftOns = 0, 0, 0
				for _, l := range labels {
					hit := timely(faulty, l, c.after)
					found += hit
					if l.Kind == "left_on" {
						leftOn, leftOns = leftOn+hit, leftOns+1
					}
				}
			}
			b.ReportMetric(found/float64(len(labels)), "recall")
			b.ReportMetric(leftOn/leftOns, "left-on-recall")
		})
	}
}

// timely is 1 if a fault is found with no readings beyond so many hours after its end.
func timely(faulty []anomalies.Meter, l anomalies.Label, after int) float64 {
	for _, m := range faulty {
		if m.Building == l.Building {
			m.KWh = m.KWh[:min(l.End+after, len(m.KWh))]
			return anomalies.Score([]anomalies.Label{l}, anomalies.Detect(m, alarmsPerMonth), alarmsPerMonth, 1).Recall
		}
	}
	return 0
}

// One meter: a year with an expectation given, and two years without.
func BenchmarkDetect(b *testing.B) {
	m := bdg2(b)[0]
	year := anomaly.Input{KWh: m.KWh[anomalies.Year2017:], HourOfWeek: func(i int) int { return anomalies.HourOfWeek(anomalies.Year2017 + i) }}
	given := year
	given.Expected = anomaly.Usual(year, anomaly.Options{})
	both := anomaly.Input{KWh: m.KWh, HourOfWeek: anomalies.HourOfWeek, From: anomalies.Year2017}
	for _, c := range []struct {
		name string
		in   anomaly.Input
	}{{"year_given", given}, {"year", year}, {"two_years", both}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				anomaly.Detect(c.in, anomaly.Options{})
			}
		})
	}
}
