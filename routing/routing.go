// Package routing decides which pool of models words an answer: policy as a pure
// function, and the little state it looks at.
package routing

import (
	"sync"
	"time"

	"github.com/eaio/eaio"
)

// Pool is a configured model behind one task queue, in the order of preference.
type Pool struct {
	Name            string
	Model           string
	Local           bool   // runs on our own machines; a private building's data may go there
	InputPriceUSD   string // decimal, per million tokens; empty: free
	OutputPriceUSD  string
	MaxOutputTokens int
}

// Choose orders the pools that may be asked under a privacy label and names each
// that may not, with the reason. down tells why a pool cannot be asked now; ""
// means it can. A pool that is refused for privacy is never a fallback either.
func Choose(pools []Pool, label eaio.Privacy, down func(pool string) eaio.Reason) eaio.Route {
	var r eaio.Route
	for _, p := range pools {
		reason := down(p.Name)
		if !p.Local && label != eaio.PrivacyPublic {
			reason = eaio.ReasonPrivacy
		}
		if reason != "" {
			r.Refused = append(r.Refused, eaio.Refusal{Pool: p.Name, Model: p.Model, Reason: reason})
			continue
		}
		r.Candidates = append(r.Candidates, eaio.Candidate{Pool: p.Name, Model: p.Model, Local: p.Local})
	}
	return r
}

// Health remembers for a while that a pool failed, so that the next tasks do not
// wait for it. It is this process's own view and safe for concurrent use.
type Health struct {
	mu   sync.Mutex
	down map[string]outage
	now  func() time.Time
}

type outage struct {
	until  time.Time
	reason eaio.Reason
}

// Cooldown is how long a pool that refused a connection is left alone.
const Cooldown = 5 * time.Second

// NewHealth starts with every pool up.
func NewHealth() *Health { return &Health{down: map[string]outage{}, now: time.Now} }

// Failed notes a failed call. Trouble of the endpoint (unavailable, rate limited)
// takes the pool out for the hint's time or Cooldown; trouble of one request,
// and our own deadline, does not.
func (h *Health) Failed(pool string, kind eaio.Kind, retryAfter time.Duration) {
	if kind != eaio.KindUnavailable && kind != eaio.KindRateLimited {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down[pool] = outage{until: h.now().Add(max(retryAfter, Cooldown)), reason: eaio.ReasonOf(kind)}
}

// Succeeded puts a pool back.
func (h *Health) Succeeded(pool string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.down, pool)
}

// Down returns why a pool is left alone now, or "".
func (h *Health) Down(pool string) eaio.Reason {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, ok := h.down[pool]
	if !ok || h.now().After(o.until) {
		return ""
	}
	return o.reason
}
