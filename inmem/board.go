package inmem

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
)

// Board is one process's own board of model endpoints, for where no store is
// shared. It is safe for concurrent use and its methods never fail.
type Board struct {
	mu      sync.Mutex
	targets map[routing.Target]*target
}

type target struct {
	reason          eaio.Reason
	until           time.Time
	probe           string               // id of the call that last probed
	flying          map[string]time.Time // call id → when it counts as ended
	first           time.Duration
	rate            float64
	requests        float64
	tokens          float64
	counted, window time.Time
	calls, failures int
	noted           time.Time
}

// NewBoard makes an empty board.
func NewBoard() *Board { return &Board{targets: map[routing.Target]*target{}} }

// at returns the target as of now, without the calls that have run out.
func (b *Board) at(t routing.Target, now time.Time) *target {
	s := b.targets[t]
	if s == nil {
		s = &target{flying: map[string]time.Time{}}
		b.targets[t] = s
	}
	maps.DeleteFunc(s.flying, func(_ string, until time.Time) bool { return !until.After(now) })
	return s
}

func (s *target) probing() bool { _, ok := s.flying[s.probe]; return ok }

// BeginCall admits a call or refuses it, as routing.Gate says.
func (b *Board) BeginCall(_ context.Context, c routing.Call) (routing.Refusal, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	s := b.at(c.Target, now)
	if s.reason != "" {
		if wait := s.until.Sub(now); wait > 0 || s.probing() {
			return routing.Refusal{Reason: s.reason, Wait: max(wait, routing.FullPause)}, nil
		}
	}
	if c.Limits.InFlight > 0 && len(s.flying) >= c.Limits.InFlight {
		return routing.Refusal{Reason: eaio.ReasonFull, Wait: routing.FullPause}, nil
	}
	requests, tokens := s.left(c.Limits, now)
	need := float64(min(c.Tokens, c.Limits.TokensPerMinute))
	wait := max(routing.RefillTime(1-requests, c.Limits.RequestsPerMinute), routing.RefillTime(need-tokens, c.Limits.TokensPerMinute))
	if wait > 0 {
		return routing.Refusal{Reason: eaio.ReasonRateLimited, Wait: wait}, nil
	}
	if s.reason != "" {
		s.probe = c.ID
	}
	s.requests, s.tokens, s.counted, s.noted = 0, 0, now, now // nothing is owed where nothing is limited
	if c.Limits.RequestsPerMinute > 0 {
		s.requests = requests - 1
	}
	if c.Limits.TokensPerMinute > 0 {
		s.tokens = tokens - float64(c.Tokens)
	}
	s.flying[c.ID] = now.Add(c.For)
	return routing.Refusal{}, nil
}

// left returns what is left of the limits per minute; all of them at first.
func (s *target) left(l routing.Limits, now time.Time) (requests, tokens float64) {
	if s.counted.IsZero() {
		return float64(l.RequestsPerMinute), float64(l.TokensPerMinute)
	}
	ago := now.Sub(s.counted)
	return routing.Refill(s.requests, ago, l.RequestsPerMinute), routing.Refill(s.tokens, ago, l.TokensPerMinute)
}

// EndCall notes how a call ended, as routing.Gate says.
func (b *Board) EndCall(_ context.Context, c routing.Call, o routing.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	s := b.at(c.Target, now)
	delete(s.flying, c.ID)
	s.noted = now
	if o.Kind == "" && o.InputTokens+o.OutputTokens > 0 && c.Limits.TokensPerMinute > 0 {
		s.tokens = min(s.tokens+float64(c.Tokens-o.InputTokens-o.OutputTokens), float64(c.Limits.TokensPerMinute))
	}
	s.measure(o)
	s.judge(routing.Judge(o.Kind), o.RetryAfter, now)
	return nil
}

// measure moves the averages. A call that our own deadline ended was at least so
// slow.
func (s *target) measure(o routing.Outcome) {
	smooth := func(old, x float64) float64 {
		if old == 0 {
			return x
		}
		return old + routing.Smoothing*(x-old)
	}
	switch {
	case o.Kind == "":
		s.first = time.Duration(smooth(float64(s.first), float64(o.FirstToken)))
		if after := (o.Total - o.FirstToken).Seconds(); after > 0 && o.OutputTokens > 1 {
			s.rate = smooth(s.rate, float64(o.OutputTokens)/after)
		}
	case o.Kind == eaio.KindDeadline && o.Total > s.first:
		s.first = time.Duration(smooth(float64(s.first), float64(o.Total)))
	}
}

// judge moves the breaker. What comes in while it is open was sent before.
func (s *target) judge(v routing.Verdict, hint time.Duration, now time.Time) {
	open, half := s.reason != "" && s.until.After(now), s.reason != "" && !s.until.After(now)
	switch {
	case v == routing.Limited:
		if until := now.Add(routing.Pause(hint)); until.After(s.until) || !open {
			s.shut(eaio.ReasonRateLimited, until)
		}
		return
	case v == routing.Silent || open:
		return
	case half && v == routing.Healthy:
		s.shut("", time.Time{})
		return
	case half:
		s.shut(eaio.ReasonUnavailable, now.Add(routing.Cooldown))
		return
	}
	if now.Sub(s.window) >= routing.Window {
		s.window, s.calls, s.failures = now, 0, 0
	}
	s.calls++
	if v == routing.Trouble {
		s.failures++
	}
	if v == routing.Trouble && routing.Opens(s.calls, s.failures) {
		s.shut(eaio.ReasonUnavailable, now.Add(routing.Cooldown))
	}
}

// shut sets the breaker and begins to count anew.
func (s *target) shut(why eaio.Reason, until time.Time) {
	s.reason, s.until, s.probe, s.calls, s.failures = why, until, "", 0, 0
}

// MarkTarget notes what a worker sees of its own node, as routing.Marker says. It leaves
// the pause that a provider asked for alone.
func (b *Board) MarkTarget(_ context.Context, t routing.Target, outage time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	s := b.at(t, now)
	s.noted = now
	switch {
	case s.reason == eaio.ReasonRateLimited && s.until.After(now):
	case outage > 0:
		s.shut(eaio.ReasonUnavailable, now.Add(outage))
	default:
		s.shut("", time.Time{})
	}
	return nil
}

// Targets returns the whole board, by name.
func (b *Board) Targets(context.Context) ([]routing.State, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	var out []routing.State
	for t := range b.targets {
		s := b.at(t, now)
		state := routing.State{
			Target: t, Reason: s.reason, Probing: s.reason != "" && s.probing(), InFlight: len(s.flying), FirstToken: s.first, Rate: s.rate,
			Requests: s.requests, Tokens: s.tokens, Quiet: now.Sub(s.noted),
		}
		if s.reason != "" {
			state.OpenFor = s.until.Sub(now)
		}
		if !s.counted.IsZero() {
			state.Counted = max(now.Sub(s.counted), 1)
		}
		if now.Sub(s.window) < routing.Window {
			state.Calls, state.Failures = s.calls, s.failures
		}
		out = append(out, state)
	}
	slices.SortFunc(out, func(x, y routing.State) int {
		return cmp.Or(strings.Compare(x.Pool, y.Pool), strings.Compare(x.Endpoint, y.Endpoint), strings.Compare(x.Model, y.Model))
	})
	return out, nil
}
