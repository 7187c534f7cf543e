// Package boardtest is the suite that every board of model endpoints must pass, so
// that one process alone and many on one database decide the same.
package boardtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
)

// Board is what a board must do.
type Board interface {
	routing.Gate
	routing.Snapshots
	routing.Marker
}

// suite is one board under test, which every test finds empty of its own target.
type suite struct {
	*testing.T
	board Board
	later func(time.Duration) // lets time pass
	calls int
}

// Run runs the suite. later lets so much time pass for the board: a clock of the
// test's own, or rows moved into the past.
func Run(t *testing.T, board Board, later func(time.Duration)) {
	for _, c := range []struct {
		name string
		test func(suite)
	}{
		{"nothing is known at first", nothingKnown},
		{"in flight until it ends or runs out", inFlight},
		{"a share of failures opens", failuresOpen},
		{"few failures do not open", fewFailures},
		{"the window forgets", windowForgets},
		{"a deadline says nothing of health", deadline},
		{"429 opens for its hint", limited},
		{"one probe at a time", oneProbe},
		{"late replies move nothing", lateReplies},
		{"requests a minute", requests},
		{"tokens a minute are settled", tokens},
		{"limits that come later", laterLimits},
		{"averages", averages},
		{"a node's own mark", mark},
		{"many at once", many},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(suite{T: t, board: board, later: later}) })
	}
}

func (s suite) target() routing.Target {
	return routing.Target{Pool: s.Name(), Endpoint: "one", Model: "m"}
}

func (s *suite) call(l routing.Limits) routing.Call {
	s.calls++
	return routing.Call{Target: s.target(), ID: fmt.Sprint("call ", s.calls), Tokens: 100, Limits: l, For: time.Minute}
}

func (s suite) begin(c routing.Call) routing.Refusal {
	s.Helper()
	r, err := s.board.BeginCall(s.Context(), c)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s suite) end(c routing.Call, o routing.Outcome) {
	s.Helper()
	if err := s.board.EndCall(s.Context(), c, o); err != nil {
		s.Fatal(err)
	}
}

// made begins and ends a call that must be admitted.
func (s *suite) made(o routing.Outcome) {
	s.Helper()
	c := s.call(routing.Limits{})
	s.wantRefusal(s.begin(c), "", 0)
	s.end(c, o)
}

func (s suite) state() routing.State {
	s.Helper()
	list, err := s.board.Targets(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	for _, x := range list {
		if x.Target == s.target() {
			return x
		}
	}
	return routing.State{}
}

// slack is what clocks and slow machines may add.
const slack = 2 * time.Second

func (s suite) wantRefusal(r routing.Refusal, reason eaio.Reason, wait time.Duration) {
	s.Helper()
	if r.Reason != reason || r.Wait > wait || r.Wait < wait-slack {
		s.Fatalf("refused for %q, wait %s; want %q, about %s", r.Reason, r.Wait, reason, wait)
	}
}

func failed(k eaio.Kind) routing.Outcome { return routing.Outcome{Kind: k, Total: time.Second} }

func nothingKnown(s suite) {
	if got := s.state(); got != (routing.State{}) {
		s.Errorf("%+v", got)
	}
}

func inFlight(s suite) {
	l := routing.Limits{InFlight: 2}
	a, b := s.call(l), s.call(l)
	b.For = 10 * time.Second
	s.begin(a)
	s.begin(b)
	s.wantRefusal(s.begin(s.call(l)), eaio.ReasonFull, routing.FullPause)
	s.end(a, routing.Outcome{})
	if n := s.state().InFlight; n != 1 {
		s.Errorf("%d in flight, want 1", n)
	}
	s.wantRefusal(s.begin(a), "", 0)
	s.later(11 * time.Second) // the process of b has died
	s.wantRefusal(s.begin(s.call(l)), "", 0)
}

func failuresOpen(s suite) {
	s.made(routing.Outcome{})
	for range routing.MinCalls - 1 {
		s.made(failed(eaio.KindUnavailable))
	}
	s.wantRefusal(s.begin(s.call(routing.Limits{})), eaio.ReasonUnavailable, routing.Cooldown)
	if got := s.state(); got.Reason != eaio.ReasonUnavailable || got.OpenFor <= routing.Cooldown-slack || got.InFlight != 0 {
		s.Errorf("%+v", got)
	}
}

func fewFailures(s suite) {
	for range routing.MinCalls - 1 {
		s.made(failed(eaio.KindUnavailable))
	}
	for range routing.MinCalls {
		s.made(routing.Outcome{})
	}
	s.made(failed(eaio.KindNotFound)) // now as many failed as did not
	s.wantRefusal(s.begin(s.call(routing.Limits{})), "", 0)
	if got := s.state(); got.Calls != 2*routing.MinCalls || got.Failures != routing.MinCalls {
		s.Errorf("%+v", got)
	}
}

func windowForgets(s suite) {
	for range routing.MinCalls - 1 {
		s.made(failed(eaio.KindUnavailable))
	}
	s.later(routing.Window + time.Second)
	if got := s.state(); got.Calls != 0 || got.Failures != 0 {
		s.Errorf("%+v", got)
	}
	s.made(failed(eaio.KindUnavailable))
	if got := s.state(); got.Calls != 1 || got.Failures != 1 || got.Reason != "" {
		s.Errorf("%+v", got)
	}
}

func deadline(s suite) {
	for range 3 * routing.MinCalls {
		s.made(failed(eaio.KindDeadline))
		s.made(failed(eaio.KindMalformed))
		s.made(failed(eaio.KindCancelled))
	}
	if got := s.state(); got.Reason != "" || got.Failures != 0 {
		s.Errorf("our own time-out opened the breaker of a healthy node: %+v", got)
	}
	if got := s.state(); got.FirstToken != time.Second {
		s.Errorf("a call that was stopped after 1 s counts as %s to its first token", got.FirstToken)
	}
}

func limited(s suite) {
	s.made(routing.Outcome{Kind: eaio.KindRateLimited, RetryAfter: 40 * time.Second})
	s.wantRefusal(s.begin(s.call(routing.Limits{})), eaio.ReasonRateLimited, 40*time.Second)
	s.later(41 * time.Second)
	s.made(routing.Outcome{})
	s.made(failed(eaio.KindRateLimited))
	s.wantRefusal(s.begin(s.call(routing.Limits{})), eaio.ReasonRateLimited, routing.LimitPause)
}

func oneProbe(s suite) {
	s.made(routing.Outcome{Kind: eaio.KindRateLimited, RetryAfter: time.Second})
	s.later(2 * time.Second)
	if got := s.state(); got.Reason != eaio.ReasonRateLimited || got.OpenFor > 0 || got.Probing {
		s.Errorf("half open: %+v", got)
	}
	probe := s.call(routing.Limits{})
	probe.For = 10 * time.Second
	s.wantRefusal(s.begin(probe), "", 0)
	s.wantRefusal(s.begin(s.call(routing.Limits{})), eaio.ReasonRateLimited, routing.FullPause)
	if !s.state().Probing {
		s.Error("no probe under way")
	}
	s.later(11 * time.Second) // its process has died
	again := s.call(routing.Limits{})
	s.wantRefusal(s.begin(again), "", 0)
	s.end(again, failed(eaio.KindUnavailable))
	s.wantRefusal(s.begin(s.call(routing.Limits{})), eaio.ReasonUnavailable, routing.Cooldown)
	s.later(routing.Cooldown + time.Second)
	silent := s.call(routing.Limits{})
	s.wantRefusal(s.begin(silent), "", 0)
	s.end(silent, failed(eaio.KindDeadline)) // says nothing: the next one probes
	s.made(routing.Outcome{})
	if got := s.state(); got.Reason != "" || got.Failures != 0 {
		s.Errorf("after a good probe: %+v", got)
	}
	s.made(failed(eaio.KindUnavailable)) // one failure is not a share again
	s.wantRefusal(s.begin(s.call(routing.Limits{})), "", 0)
}

func lateReplies(s suite) {
	var early []routing.Call
	for range routing.MinCalls + 2 {
		c := s.call(routing.Limits{})
		s.begin(c)
		early = append(early, c)
	}
	s.made(routing.Outcome{Kind: eaio.KindRateLimited, RetryAfter: 30 * time.Second})
	s.end(early[0], routing.Outcome{})
	for _, c := range early[1:] {
		s.end(c, failed(eaio.KindUnavailable))
	}
	s.refuses(eaio.ReasonRateLimited, 30*time.Second)
	if got := s.state(); got.Calls != 0 || got.InFlight != 0 {
		s.Errorf("%+v", got)
	}
}

func (s *suite) refuses(reason eaio.Reason, wait time.Duration) {
	s.Helper()
	s.wantRefusal(s.begin(s.call(routing.Limits{})), reason, wait)
}

func requests(s suite) {
	l := routing.Limits{RequestsPerMinute: 6}
	for range 6 {
		s.wantRefusal(s.begin(s.call(l)), "", 0)
	}
	s.wantRefusal(s.begin(s.call(l)), eaio.ReasonRateLimited, 10*time.Second)
	s.later(11 * time.Second)
	s.wantRefusal(s.begin(s.call(l)), "", 0)
	s.wantRefusal(s.begin(s.call(l)), eaio.ReasonRateLimited, 9*time.Second)
	s.later(time.Hour)
	if got := s.state(); routing.Refill(got.Requests, got.Counted, 6) != 6 {
		s.Errorf("an idle hour leaves more than one minute's requests: %+v", got)
	}
}

func tokens(s suite) {
	l := routing.Limits{TokensPerMinute: 150}
	c := s.call(l)
	s.wantRefusal(s.begin(c), "", 0)
	s.wantRefusal(s.begin(s.call(l)), eaio.ReasonRateLimited, 20*time.Second) // 50 of 100 are lacking
	s.end(c, routing.Outcome{InputTokens: 30, OutputTokens: 20})              // 50 were not used
	s.wantRefusal(s.begin(s.call(l)), "", 0)
	s.later(time.Hour)
	big := s.call(l)
	big.Tokens = 1000 // more than the limit ever holds: it goes when the limit is whole
	s.wantRefusal(s.begin(big), "", 0)
	s.wantRefusal(s.begin(s.call(l)), eaio.ReasonRateLimited, 380*time.Second) // 850 owed and 100 needed
}

// What was used while nothing was limited is not owed once something is.
func laterLimits(s suite) {
	for range 50 {
		s.made(routing.Outcome{InputTokens: 5000})
	}
	s.later(61 * time.Second)
	s.wantRefusal(s.begin(s.call(routing.Limits{RequestsPerMinute: 5, TokensPerMinute: 500})), "", 0)
}

func averages(s suite) {
	s.made(routing.Outcome{FirstToken: time.Second, Total: 3 * time.Second, OutputTokens: 100})
	s.made(routing.Outcome{FirstToken: 2 * time.Second, Total: 3 * time.Second, OutputTokens: 100})
	got := s.state()
	if got.FirstToken.Round(time.Microsecond) != 1200*time.Millisecond || got.Rate < 59.9 || got.Rate > 60.1 {
		s.Errorf("first token %s, %.2f tokens a second; want 1.2 s and 60", got.FirstToken, got.Rate)
	}
	s.made(failed(eaio.KindUnavailable)) // 1 s, but no token came
	if now := s.state(); now.FirstToken != got.FirstToken || now.Rate != got.Rate {
		s.Errorf("a failure moved the averages: %+v", now)
	}
}

func mark(s suite) {
	note := func(d time.Duration) {
		if err := s.board.MarkTarget(s.Context(), s.target(), d); err != nil {
			s.Fatal(err)
		}
	}
	note(6 * time.Second)
	s.refuses(eaio.ReasonUnavailable, 6*time.Second)
	note(0)
	s.wantRefusal(s.begin(s.call(routing.Limits{})), "", 0)
	s.made(routing.Outcome{Kind: eaio.KindRateLimited, RetryAfter: time.Minute})
	note(0) // that it answers does not end a pause that it asked for
	s.refuses(eaio.ReasonRateLimited, time.Minute)
	s.later(61 * time.Second)
	note(6 * time.Second)
	s.refuses(eaio.ReasonUnavailable, 6*time.Second)
}

// many processes at once: as many calls get through as may, past an open breaker
// one.
func many(s suite) {
	const n = 24
	through := func(l routing.Limits) (admitted []routing.Call) {
		var mu sync.Mutex
		var group sync.WaitGroup
		for range n {
			c := s.call(l)
			group.Go(func() {
				r, err := s.board.BeginCall(context.WithoutCancel(s.Context()), c)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					s.Error(err)
				} else if r.Reason == "" {
					admitted = append(admitted, c)
				}
			})
		}
		group.Wait()
		return admitted
	}
	flying := through(routing.Limits{InFlight: 5})
	if len(flying) != 5 {
		s.Errorf("%d in flight, want 5", len(flying))
	}
	for _, c := range flying {
		s.end(c, routing.Outcome{})
	}
	s.made(routing.Outcome{Kind: eaio.KindRateLimited, RetryAfter: time.Second})
	s.later(2 * time.Second)
	if probes := through(routing.Limits{}); len(probes) != 1 {
		s.Errorf("%d probes at once, want 1", len(probes))
	}
}
