package routing

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// BenchmarkChoose measures a decision among six pools with three endpoints each,
// and prints the 99th percentile of single decisions. It must stay below 1 ms.
func BenchmarkChoose(b *testing.B) {
	var pools []Pool
	var states []State
	for i := range 6 {
		p := Pool{Name: string(rune('a' + i)), Model: "m", Local: i == 0, MaxOutputTokens: 1024, ContextTokens: 128_000, InputPriceUSD: "0.15", OutputPriceUSD: "0.60"}
		for _, name := range []string{"x", "y", "z"} {
			e := Endpoint{Name: name, Limits: Limits{RequestsPerMinute: 500, TokensPerMinute: 100_000, InFlight: 64}}
			p.Endpoints = append(p.Endpoints, e)
			states = append(states, State{Target: p.Target(e), InFlight: i, FirstToken: time.Duration(i+1) * 100 * time.Millisecond, Rate: 40, Requests: 100, Tokens: 10_000, Counted: time.Second})
		}
		pools = append(pools, p)
	}
	ask := Ask{Privacy: eaio.PrivacyPublic, Tokens: 2500, BudgetUSD: Budget{"": "0.05", "b": "1"}}
	took := make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	for b.Loop() {
		begun := time.Now()
		if r := Choose(pools, ask, states, rand.IntN); len(r.Candidates) != 6 {
			b.Fatalf("%+v", r)
		}
		if len(took) < cap(took) {
			took = append(took, time.Since(begun))
		}
	}
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	b.ReportMetric(float64(p99.Nanoseconds()), "p99-ns")
	if len(took) > 1000 && p99 > time.Millisecond {
		b.Errorf("p99 %s, want below 1 ms", p99)
	}
}
