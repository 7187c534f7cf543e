package routing

import (
	"github.com/eaio/eaio"
	"github.com/shopspring/decimal"
)

// Ask is what a task wants of a model.
type Ask struct {
	Privacy   eaio.Privacy
	Tokens    int // of the prompt, counted or estimated
	Tools     bool
	Schema    bool
	BudgetUSD Budget
}

// Budget is what is left to spend in USD, as decimals, by pool, and under "" for
// all pools together. What is not in it has no limit.
type Budget map[string]string

// covers reports whether so much may be spent at a pool. An amount that is no
// number covers nothing.
func (b Budget) covers(pool string, cost decimal.Decimal) bool {
	for _, name := range []string{"", pool} {
		if usd, limited := b[name]; limited {
			left, err := decimal.NewFromString(usd)
			if err != nil || cost.GreaterThan(left) {
				return false
			}
		}
	}
	return true
}

// Choose orders the pools that may be asked and names each that may not, with the
// first reason of: privacy, capability, health and limits, budget. A pool refused
// for privacy is never a fallback either.
//
// The order is the pools' own, but for cloud pools that stand next to each other:
// those are equals, and the better of two drawn at random goes before the others,
// again and again (power of two choices), by the time that an answer is expected
// to take; within a tenth of it the cheaper one. draw returns a number in [0, n)
// and is not called where there is nothing to choose. A target without a state
// has never been called.
func Choose(pools []Pool, ask Ask, states []State, draw func(n int) int) eaio.Route {
	var r eaio.Route
	var equals []contender
	settle := func() {
		for _, c := range inOrder(equals, draw) {
			r.Candidates = append(r.Candidates, candidate(c.pool))
		}
		equals = equals[:0]
	}
	for i := range pools {
		p := &pools[i]
		if p.Local {
			settle()
		}
		reason, c := consider(p, ask, states)
		switch {
		case reason != "":
			r.Refused = append(r.Refused, eaio.Refusal{Pool: p.Name, Model: p.Model, Reason: reason})
		case p.Local:
			r.Candidates = append(r.Candidates, candidate(p))
		default:
			equals = append(equals, c)
		}
	}
	settle()
	return r
}

func candidate(p *Pool) eaio.Candidate {
	return eaio.Candidate{Pool: p.Name, Model: p.Model, Local: p.Local}
}

// contender is a pool that may be asked, with what it is judged by.
type contender struct {
	pool  *Pool
	score float64
	cost  decimal.Decimal
}

// consider filters one pool.
func consider(p *Pool, ask Ask, states []State) (eaio.Reason, contender) {
	if !Allowed(*p, ask.Privacy) {
		return eaio.ReasonPrivacy, contender{}
	}
	if ask.Tools && !p.Tools || ask.Schema && !p.Schema || !p.fits(ask.Tokens) {
		return eaio.ReasonCapability, contender{}
	}
	score, reason := p.health(states)
	if reason != "" {
		return reason, contender{}
	}
	c := contender{pool: p, score: score, cost: p.CostUSD(ask.Tokens, p.MaxOutputTokens)}
	if !ask.BudgetUSD.covers(p.Name, c.cost) {
		return eaio.ReasonBudget, contender{}
	}
	return "", c
}

// Allowed reports whether data under the label may go to the pool: private data
// stays on our own machines, de-identified data may also go to a cloud that is
// meant for it. An unknown label is private.
func Allowed(p Pool, label eaio.Privacy) bool {
	switch label {
	case eaio.PrivacyPublic:
		return true
	case eaio.PrivacyDeidentified:
		return p.Local || p.Masked
	case eaio.PrivacyPrivate:
	}
	return p.Local
}

// fits reports whether a prompt and the longest reply fit into the context that
// the pool declares.
func (p *Pool) fits(tokens int) bool {
	return p.ContextTokens == 0 || tokens+p.MaxOutputTokens <= p.ContextTokens
}

// health returns the best score of the pool's targets that take calls, or why
// none does: the reason that is likely to pass first.
func (p *Pool) health(states []State) (float64, eaio.Reason) {
	best, found, shut := 0.0, false, []eaio.Reason(nil)
	look := func(s State, l Limits) {
		if why := s.usable(l); why != "" {
			shut = append(shut, why)
		} else if score := s.score(); !found || score < best {
			best, found = score, true
		}
	}
	if len(p.Endpoints) == 0 {
		for _, s := range states {
			if s.Pool == p.Name && s.Model == p.Model && s.Quiet < Forgotten {
				look(s, p.Limits)
			}
		}
	}
	for _, e := range p.Endpoints {
		look(stateOf(p.Target(e), states), e.Limits)
	}
	if found || len(shut) == 0 {
		return best, ""
	}
	return 0, soonest(shut)
}

func stateOf(t Target, states []State) State {
	for _, s := range states {
		if s.Target == t {
			return s
		}
	}
	return State{Target: t}
}

// soonest returns the reason that is likely to pass first.
func soonest(reasons []eaio.Reason) eaio.Reason {
	for _, r := range []eaio.Reason{eaio.ReasonFull, eaio.ReasonRateLimited} {
		for _, x := range reasons {
			if x == r {
				return r
			}
		}
	}
	return reasons[0]
}

// inOrder takes the winner of two drawn at random until none is left.
func inOrder(list []contender, draw func(n int) int) []contender {
	var out []contender
	list = append([]contender(nil), list...)
	for len(list) > 0 {
		i, j := two(len(list), draw)
		if i, j = min(i, j), max(i, j); better(list[j], list[i]) {
			i = j
		}
		out = append(out, list[i])
		list = append(list[:i], list[i+1:]...)
	}
	return out
}

// tie is how much longer an answer may take and still count as equally fast.
const tie = 1.1

// better reports whether a goes before b, which stands before it in the file.
func better(a, b contender) bool {
	if a.score*tie < b.score || b.score*tie < a.score {
		return a.score < b.score
	}
	return a.cost.LessThan(b.cost)
}
