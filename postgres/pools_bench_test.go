package postgres_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio/routing"
)

// BenchmarkBoard measures what the board adds to a model call (one statement
// before and one after it) and to a decision (one look at 18 targets, at most four
// a second), and how many calls at once one endpoint's row bears.
func BenchmarkBoard(b *testing.B) {
	d := open(b)
	call := func(endpoint, id string) routing.Call {
		return routing.Call{
			Target: routing.Target{Pool: "p", Endpoint: endpoint, Model: "m"}, ID: id, Tokens: 1000, For: time.Minute,
			Limits: routing.Limits{RequestsPerMinute: 1_000_000_000, TokensPerMinute: 1_000_000_000, InFlight: 1000},
		}
	}
	good := routing.Outcome{FirstToken: 100 * time.Millisecond, Total: time.Second, InputTokens: 900, OutputTokens: 100}
	both := func(b *testing.B, c routing.Call) {
		if r, err := d.BeginCall(b.Context(), c); err != nil || r.Reason != "" {
			b.Fatalf("%+v, %v", r, err)
		}
		if err := d.EndCall(b.Context(), c, good); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("call", func(b *testing.B) {
		var took []time.Duration
		for i := 0; b.Loop(); i++ {
			begun := time.Now()
			both(b, call("one", fmt.Sprint(i)))
			took = append(took, time.Since(begun))
		}
		percentiles(b, took)
	})
	b.Run("one endpoint, many processes", func(b *testing.B) {
		var n atomic.Int64
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				both(b, call("many", fmt.Sprint(n.Add(1))))
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	})
	b.Run("look", func(b *testing.B) {
		for i := range 18 {
			both(b, call(fmt.Sprint("e", i), "x"))
		}
		var took []time.Duration
		for b.Loop() {
			begun := time.Now()
			if _, err := d.Targets(b.Context()); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begun))
		}
		percentiles(b, took)
	})
}

func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for name, share := range map[string]int{"p50-ms": 50, "p95-ms": 95, "p99-ms": 99} {
		b.ReportMetric(took[len(took)*share/100].Seconds()*1000, name)
	}
}
