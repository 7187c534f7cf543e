package forecast

import (
	"math"
	"runtime"
	"sync"
	"testing"
)

// backtests scores meters over 2017, as many at once as there are processors.
func backtests(t testing.TB, meters []namedMeter) []Result {
	t.Helper()
	results := make([]Result, len(meters))
	errs := make([]error, len(meters))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i, m := range meters {
		all.Go(func() {
			free <- struct{}{}
			results[i], errs[i] = Backtest(m.Meter, scored, m.Days())
			<-free
		})
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("%s: %v", meters[i].name, err)
		}
	}
	return results
}

// Three meters, for time: BenchmarkBDG2 reports all of them. The figures of
// the ridges are this package's own, kept so that a change shows.
func TestAccuracy(t *testing.T) {
	var some []namedMeter
	for i, m := range bdg2(t) {
		if i%16 == 1 {
			some = append(some, m)
		}
	}
	want := []struct{ rule, ensemble, chosen float64 }{
		{13.09, 9.92, 9.17},
		{31.17, 27.69, 28.03},
		{41.82, 37.20, 37.20},
	}
	var peaks, expected float64
	for i, r := range backtests(t, some) {
		for _, c := range []struct {
			of        string
			got, want float64
		}{
			{"rule", r.Methods[rule].CVRMSE, want[i].rule},
			{"ensemble", r.Methods[ensemble].CVRMSE, want[i].ensemble},
			{"chosen", r.Chosen.CVRMSE, want[i].chosen},
		} {
			if math.Abs(c.got-c.want) > 0.05 {
				t.Errorf("%s: CVRMSE of the %s %.2f, want %.2f", some[i].name, c.of, c.got, c.want)
			}
		}
		if r.Coverage < 0.78 || r.Coverage > 0.82 {
			t.Errorf("%s: the band holds %.3f of the readings, want 0.78 to 0.82", some[i].name, r.Coverage)
		}
		peaks += float64(r.Peaks.New)
		expected += r.Peaks.Expected
	}
	if math.Abs(expected/peaks-1) > 0.15 {
		t.Errorf("%v new peaks, %.1f expected", peaks, expected)
	}
}

// BenchmarkBDG2 scores the meters over the 365 days of 2017: a line for each
// method with CVRMSE in percent, over all meters, those with an even and with an
// odd index, and those with temperature; "vs" is the geometric mean against the
// rule, in percent. The parameters were settled on the even ones, but with the
// figures of both halves in view: the odd ones are no clean held-out set.
func BenchmarkBDG2(b *testing.B) {
	meters := bdg2(b)
	var results []Result
	b.Run("run", func(b *testing.B) {
		for b.Loop() {
			results = backtests(b, meters)
		}
		var inside, hours, peaks, expected, brier float64
		for _, r := range results {
			inside += r.Coverage * float64(r.Chosen.Hours)
			hours += float64(r.Chosen.Hours)
			peaks += float64(r.Peaks.New)
			expected += r.Peaks.Expected
			brier += r.Peaks.Brier / float64(len(results))
		}
		b.ReportMetric(100*inside/hours, "band-%")
		b.ReportMetric(peaks, "peaks")
		b.ReportMetric(expected, "peaks-expected")
		b.ReportMetric(brier, "brier")
	})
	report := func(name string, score func(Result) float64) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(0, "ns/op")
			for _, group := range []struct {
				name string
				in   func(i int) bool
			}{
				{"all", func(int) bool { return true }},
				{"even", func(i int) bool { return i%2 == 0 }},
				{"odd", func(i int) bool { return i%2 == 1 }},
				{"temp", func(i int) bool { return meters[i].Temperature != nil }},
			} {
				var scores, reference []float64
				for i, r := range results {
					if group.in(i) {
						scores = append(scores, score(r))
						reference = append(reference, r.Methods[rule].CVRMSE)
					}
				}
				low, mid, top := Quartiles(scores)
				b.ReportMetric(mid, group.name+"-median")
				b.ReportMetric(Against(scores, reference), group.name+"-vs")
				if group.name == "all" {
					b.ReportMetric(low, "all-q1")
					b.ReportMetric(top, "all-q3")
				}
			}
		})
	}
	for i, method := range Methods() {
		report(string(method), func(r Result) float64 { return r.Methods[i].CVRMSE })
	}
	report("chosen", func(r Result) float64 { return r.Chosen.CVRMSE })
}

// BenchmarkFitBesideCarried fits each meter anew on every thirtieth day of 2017 and
// carries it there night by night, as Backtest does: the CVRMSE over those days of
// what was issued, its geometric mean ratio less one, and the share of the readings
// in the bands.
func BenchmarkFitBesideCarried(b *testing.B) {
	for b.Loop() {
		var fit, carry []float64
		var bands [2]tally
		for _, m := range bdg2(b) {
			var sums [2]errorSum
			load := newGrid(m.Meter).load
			issued := carried(b, m.Meter, scored, len(load))
			for d := scored + 15; d < len(load); d += 30 {
				model, err := Fit(m.upTo(d))
				if err != nil {
					b.Fatal(err)
				}
				for i, f := range []Forecast{model.Next(), issued[d-scored]} {
					sums[i].addDay(&load[d], &f.Hours)
					bands[i].add(&f, &load[d])
				}
			}
			fit, carry = append(fit, sums[0].cvrmse()), append(carry, sums[1].cvrmse())
		}
		b.ReportMetric(Against(fit, carry), "fit-vs-carried-%")
		for i, name := range []string{"fit", "carried"} {
			_, median, _ := Quartiles([][]float64{fit, carry}[i])
			b.ReportMetric(median, name+"-median")
			b.ReportMetric(100*bands[i].result().Coverage, name+"-band-%")
		}
	}
}
