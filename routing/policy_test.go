package routing

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// never is a draw for where there is nothing to choose.
func never(t *testing.T) func(int) int {
	return func(int) int { t.Error("something was drawn"); return 0 }
}

// drawn returns the numbers in their order.
func drawn(numbers ...int) func(int) int {
	return func(n int) int {
		if len(numbers) == 0 || numbers[0] >= n {
			panic(fmt.Sprintf("a draw below %d of %v", n, numbers))
		}
		x := numbers[0]
		numbers = numbers[1:]
		return x
	}
}

func up(pool string, inFlight int, first time.Duration) State {
	return State{Target: Target{Pool: pool, Endpoint: pool, Model: "m"}, InFlight: inFlight, FirstToken: first}
}

func broken(pool string, reason eaio.Reason, openFor time.Duration) State {
	return State{Target: Target{Pool: pool, Endpoint: pool, Model: "m"}, Reason: reason, OpenFor: openFor}
}

func localPool() Pool { return Pool{Name: "local", Model: "m", Local: true, MaxOutputTokens: 100} }

func cloudPool(name string) Pool {
	return Pool{Name: name, Model: "m", MaxOutputTokens: 100, Endpoints: []Endpoint{{Name: name}}}
}

// words writes a route as "local b | c:budget".
func words(r eaio.Route) string {
	var out []string
	for _, c := range r.Candidates {
		out = append(out, c.Pool)
	}
	out = append(out, "|")
	for _, x := range r.Refused {
		out = append(out, x.Pool+":"+string(x.Reason))
	}
	return strings.Join(out, " ")
}

func TestChooseRefuses(t *testing.T) {
	masked, able, small, dear, limits := cloudPool("cloud"), cloudPool("cloud"), cloudPool("cloud"), cloudPool("cloud"), cloudPool("cloud")
	masked.Masked = true
	able.Tools, able.Schema = true, true
	small.ContextTokens = 1099
	dear.InputPriceUSD, dear.OutputPriceUSD = "10", "20" // 0.012 USD for 1000 tokens in and 100 out
	limits.Endpoints[0].Limits = Limits{RequestsPerMinute: 60, TokensPerMinute: 6000, InFlight: 2}
	public := Ask{Privacy: eaio.PrivacyPublic, Tokens: 1000}
	with := func(change func(*Ask)) Ask { a := public; change(&a); return a }
	for _, c := range []struct {
		name   string
		cloud  Pool
		ask    Ask
		states []State
		want   string
	}{
		{"all is well", cloudPool("cloud"), public, nil, "local cloud |"},
		{"private", cloudPool("cloud"), with(func(a *Ask) { a.Privacy = eaio.PrivacyPrivate }), nil, "local | cloud:privacy"},
		{"private, though masked", masked, with(func(a *Ask) { a.Privacy = eaio.PrivacyPrivate }), nil, "local | cloud:privacy"},
		{"de-identified", cloudPool("cloud"), with(func(a *Ask) { a.Privacy = eaio.PrivacyDeidentified }), nil, "local | cloud:privacy"},
		{"de-identified and masked", masked, with(func(a *Ask) { a.Privacy = eaio.PrivacyDeidentified }), nil, "local cloud |"},
		{"an unknown label is private", masked, with(func(a *Ask) { a.Privacy = "" }), nil, "local | cloud:privacy"},
		{"privacy goes before all else", small, with(func(a *Ask) { a.Privacy = "" }), []State{broken("cloud", eaio.ReasonUnavailable, 1)}, "local | cloud:privacy"},
		{"tools", cloudPool("cloud"), with(func(a *Ask) { a.Tools = true }), nil, "| local:capability cloud:capability"},
		{"schema", able, with(func(a *Ask) { a.Schema, a.Tools = true, true }), nil, "cloud | local:capability"},
		{"context", small, public, nil, "local | cloud:capability"},
		{"context, just", small, with(func(a *Ask) { a.Tokens = 999 }), nil, "local cloud |"},
		{"capability goes before health", small, public, []State{broken("cloud", eaio.ReasonUnavailable, 1)}, "local | cloud:capability"},
		{"a breaker", cloudPool("cloud"), public, []State{broken("cloud", eaio.ReasonRateLimited, 1)}, "local | cloud:rate_limited"},
		{"of another model", cloudPool("cloud"), public, []State{{Target: Target{Pool: "cloud", Endpoint: "cloud", Model: "x"}, Reason: eaio.ReasonUnavailable, OpenFor: 1}}, "local cloud |"},
		{"half open", cloudPool("cloud"), public, []State{broken("cloud", eaio.ReasonUnavailable, 0)}, "local cloud |"},
		{"half open with a probe", cloudPool("cloud"), public, []State{{Target: Target{"cloud", "cloud", "m"}, Reason: eaio.ReasonUnavailable, Probing: true}}, "local | cloud:unavailable"},
		{"a local node down", cloudPool("cloud"), public, []State{broken("local", eaio.ReasonUnavailable, 1)}, "cloud | local:unavailable"},
		{"one of two nodes down", cloudPool("cloud"), public, []State{broken("local", eaio.ReasonUnavailable, 1), up("local", 3, time.Second)}, "local cloud |"},
		{"a node that is long gone", cloudPool("cloud"), public, []State{{Target: Target{"local", "old", "m"}, Reason: eaio.ReasonUnavailable, OpenFor: 1, Quiet: Forgotten}}, "local cloud |"},
		{"full", limits, public, []State{up("cloud", 2, 0)}, "local | cloud:full"},
		{"budget", dear, with(func(a *Ask) { a.BudgetUSD = Budget{"": "0.0119"} }), nil, "local | cloud:budget"},
		{"budget, just", dear, with(func(a *Ask) { a.BudgetUSD = Budget{"": "0.012"} }), nil, "local cloud |"},
		{"budget of the pool", dear, with(func(a *Ask) { a.BudgetUSD = Budget{"": "1", "cloud": "0.01"} }), nil, "local | cloud:budget"},
		{"budget of another pool", dear, with(func(a *Ask) { a.BudgetUSD = Budget{"": "1", "other": "0"} }), nil, "local cloud |"},
		{"budget that is no number", dear, with(func(a *Ask) { a.BudgetUSD = Budget{"": "much"} }), nil, "| local:budget cloud:budget"},
		{"health goes before budget", dear, with(func(a *Ask) { a.BudgetUSD = Budget{"": "0"} }), []State{broken("cloud", eaio.ReasonUnavailable, 1)}, "local | cloud:unavailable"},
	} {
		if got := words(Choose([]Pool{localPool(), c.cloud}, c.ask, c.states, never(t))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestLimitsPerMinuteRefuse(t *testing.T) {
	l := Limits{RequestsPerMinute: 60, TokensPerMinute: 6000}
	for _, c := range []struct {
		requests, tokens float64
		ago              time.Duration
		want             eaio.Reason
	}{
		{0, 100, time.Millisecond, eaio.ReasonRateLimited},
		{0, 100, time.Second, ""},
		{5, -200, time.Second, eaio.ReasonRateLimited},
		{5, -200, 3 * time.Second, ""},
		{0, 0, 0, ""}, // never counted
	} {
		s := State{Requests: c.requests, Tokens: c.tokens, Counted: c.ago}
		if got := s.usable(l); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestChooseOrders(t *testing.T) {
	a, b, c := cloudPool("a"), cloudPool("b"), cloudPool("c")
	cheap := cloudPool("b")
	a.InputPriceUSD, cheap.InputPriceUSD = "2", "1"
	for _, x := range []struct {
		name   string
		pools  []Pool
		states []State
		draw   []int
		want   string
	}{
		{"the faster of two", []Pool{a, b}, []State{up("a", 0, 2*time.Second), up("b", 0, time.Second)}, []int{0, 0}, "b a |"},
		{"in whichever order they are drawn", []Pool{a, b}, []State{up("a", 0, 2*time.Second), up("b", 0, time.Second)}, []int{1, 0}, "b a |"},
		{"in flight counts", []Pool{a, b}, []State{up("a", 0, 2*time.Second), up("b", 2, time.Second)}, []int{0, 0}, "a b |"},
		{"the rate counts", []Pool{a, b}, []State{{Target: up("a", 0, 0).Target, FirstToken: time.Second, Rate: 10}, {Target: up("b", 0, 0).Target, FirstToken: 2 * time.Second, Rate: 100}}, []int{0, 0}, "b a |"},
		{"what nobody measured goes first", []Pool{a, b}, []State{up("a", 0, time.Second)}, []int{0, 0}, "b a |"},
		{"cost breaks ties", []Pool{a, cheap}, []State{up("a", 0, 1000*time.Millisecond), up("b", 0, 1090*time.Millisecond)}, []int{0, 0}, "b a |"},
		{"but not more than ties", []Pool{a, cheap}, []State{up("a", 0, 1000*time.Millisecond), up("b", 0, 1110*time.Millisecond)}, []int{0, 0}, "a b |"},
		{"then the file's order", []Pool{b, c}, nil, []int{1, 0}, "b c |"},
		{"the best may not be drawn", []Pool{a, b, c}, []State{up("a", 0, 3*time.Second), up("b", 0, 2*time.Second), up("c", 0, time.Second)}, []int{0, 0, 0, 0}, "b c a |"},
		{"a local pool keeps its place", []Pool{localPool(), a, b}, []State{up("local", 9, time.Hour), up("a", 0, 2*time.Second), up("b", 0, time.Second)}, []int{0, 0}, "local b a |"},
		{"and parts what stands around it", []Pool{a, localPool(), b}, []State{up("a", 0, time.Hour)}, nil, "a local b |"},
		{"even where it is refused", []Pool{a, localPool(), b}, []State{up("a", 0, time.Hour), broken("local", eaio.ReasonUnavailable, 1)}, nil, "a b | local:unavailable"},
	} {
		if got := words(Choose(x.pools, Ask{Privacy: eaio.PrivacyPublic, Tokens: 1000}, x.states, drawn(x.draw...))); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
}

// world is a random set of pools with whatever can be wrong with them.
func world(r *rand.Rand) (pools []Pool, states []State, ask Ask) {
	labels := []eaio.Privacy{"", eaio.PrivacyPrivate, eaio.PrivacyDeidentified, eaio.PrivacyPublic, "nonsense"}
	reasons := []eaio.Reason{"", "", eaio.ReasonUnavailable, eaio.ReasonRateLimited}
	flip := func() bool { return r.IntN(2) == 0 }
	for i := range r.IntN(7) {
		p := Pool{Name: string(rune('a' + i)), Model: "m", Local: flip(), MaxOutputTokens: 100, ContextTokens: r.IntN(3) * 800, Tools: flip(), Schema: flip(), InputPriceUSD: []string{"", "0.5", "90"}[r.IntN(3)]}
		p.Masked = !p.Local && flip()
		for j := range r.IntN(4) {
			p.Endpoints = append(p.Endpoints, Endpoint{Name: fmt.Sprint(j), Limits: Limits{RequestsPerMinute: r.IntN(2) * 5, InFlight: r.IntN(3)}})
		}
		for j := range r.IntN(4) {
			states = append(states, State{
				Target: Target{p.Name, fmt.Sprint(j), "m"}, Reason: reasons[r.IntN(len(reasons))], OpenFor: time.Duration(r.IntN(5)-2) * time.Second, Probing: flip(),
				InFlight: r.IntN(4), FirstToken: time.Duration(r.IntN(3000)) * time.Millisecond, Rate: float64(r.IntN(3)) * 20, Requests: float64(r.IntN(2)), Counted: time.Duration(r.IntN(2)), Quiet: time.Duration(r.IntN(2)) * Forgotten,
			})
		}
		pools = append(pools, p)
	}
	return pools, states, Ask{Privacy: labels[r.IntN(len(labels))], Tokens: r.IntN(2000), Tools: r.IntN(4) == 0, Schema: r.IntN(4) == 0, BudgetUSD: []Budget{nil, {"": "0.001"}, {"a": "0", "b": "1"}}[r.IntN(3)]}
}

// Whatever the world is like: private data has no cloud candidate, de-identified
// data none that is not meant for it, and every pool is a candidate or refused
// with a reason, once.
func TestChooseNeverLeaks(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	routed := map[int]int{}
	for range 20_000 {
		pools, states, ask := world(r)
		route := Choose(pools, ask, states, r.IntN)
		named := map[string]int{}
		for _, c := range route.Candidates {
			p := pools[slices.IndexFunc(pools, func(p Pool) bool { return p.Name == c.Pool })]
			named[c.Pool]++
			switch {
			case c.Local != p.Local || c.Model != p.Model:
				t.Fatalf("candidate %+v of pool %+v", c, p)
			case p.Local || ask.Privacy == eaio.PrivacyPublic || ask.Privacy == eaio.PrivacyDeidentified && p.Masked:
			default:
				t.Fatalf("label %q may go to cloud pool %+v", ask.Privacy, p)
			}
		}
		for _, x := range route.Refused {
			named[x.Pool]++
			if x.Reason == "" || x.Reason.Answer() == "" {
				t.Fatalf("refused without a reason: %+v", x)
			}
		}
		for _, p := range pools {
			if named[p.Name] != 1 {
				t.Fatalf("pool %s is named %d times in %+v", p.Name, named[p.Name], route)
			}
		}
		routed[len(route.Candidates)]++
	}
	if routed[0] == 0 || routed[1] == 0 || routed[3] == 0 {
		t.Errorf("the worlds are too alike: candidates %v", routed)
	}
}

// The same world and the same draws give the same route.
func TestChooseIsPure(t *testing.T) {
	for seed := range uint64(500) {
		pools, states, ask := world(rand.New(rand.NewPCG(seed, 3)))
		before := fmt.Sprint(pools, states, ask)
		one := Choose(pools, ask, states, rand.New(rand.NewPCG(seed, 4)).IntN)
		two := Choose(pools, ask, states, rand.New(rand.NewPCG(seed, 4)).IntN)
		if !reflect.DeepEqual(one, two) || fmt.Sprint(pools, states, ask) != before {
			t.Fatalf("seed %d: %+v, then %+v", seed, one, two)
		}
	}
}

// The power of two choices: of ten equals the two worst can hardly win, and no
// single one takes everything.
func TestTwoChoicesSpread(t *testing.T) {
	var pools []Pool
	var states []State
	for i := range 10 {
		name := string(rune('a' + i))
		pools = append(pools, cloudPool(name))
		states = append(states, up(name, 0, time.Duration(1<<i)*time.Millisecond))
	}
	r, first := rand.New(rand.NewPCG(5, 6)), map[string]int{}
	for range 10_000 {
		first[Choose(pools, Ask{Privacy: eaio.PrivacyPublic}, states, r.IntN).Candidates[0].Pool]++
	}
	// The best of ten is one of two with probability 1/5, the last never wins.
	if n := first["a"]; n < 1800 || n > 2200 || first["j"] != 0 || first["i"] > 300 {
		t.Errorf("first came %v", first)
	}
}

func TestCountTokensIsNotTooLow(t *testing.T) {
	for text, least := range map[string]int{"": 0, "The night used 12 kWh more than usual.": 11, "Đêm qua toà nhà dùng nhiều hơn 12 kWh.": 16} {
		if got := CountTokens([]eaio.Message{{Content: text}}); got < least+tokensPerMessage {
			t.Errorf("%q: %d", text, got)
		}
	}
}
