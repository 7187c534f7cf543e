package routing

import (
	"context"
	"time"

	"github.com/eaio/eaio"
)

// Target is a model at an endpoint of a pool: what a breaker stands before.
type Target struct{ Pool, Endpoint, Model string }

// State is what the board knows of a target at one moment.
type State struct {
	Target
	Reason     eaio.Reason   // why its breaker opened; empty: it is closed
	OpenFor    time.Duration // what is left of that; at 0 or less one call may probe
	Probing    bool          // a probe is under way
	InFlight   int
	FirstToken time.Duration // moving average of the time to the first token; 0: not measured
	Rate       float64       // moving average of output tokens per second after that; 0: not measured
	Requests   float64       // requests and tokens that were left when the board last counted,
	Tokens     float64       // and how long ago; Counted 0: never
	Counted    time.Duration
	Calls      int           // that told something of the target's health in the window, and how
	Failures   int           // many of them failed
	Quiet      time.Duration // since anything was noted
}

// Call is one attempt to call a target.
type Call struct {
	Target
	ID     string // of this attempt alone
	Tokens int    // estimate of prompt and reply
	Limits Limits
	For    time.Duration // a call of which nothing is heard for so long has ended
}

// Refusal says that a call must not be made now. The zero Refusal admits it.
type Refusal struct {
	Reason eaio.Reason
	Wait   time.Duration // until asking again may help
}

// Outcome is how a call ended.
type Outcome struct {
	Kind         eaio.Kind     // of its failure; empty: it succeeded
	RetryAfter   time.Duration // the endpoint's own hint; 0: none
	FirstToken   time.Duration
	Total        time.Duration
	InputTokens  int
	OutputTokens int
}

// Gate admits calls and takes note of how they ended. Both are one statement, so
// that of many processes as many get through as may: one past an open breaker.
// Implementations are safe for concurrent use.
type Gate interface {
	BeginCall(ctx context.Context, c Call) (Refusal, error)
	EndCall(ctx context.Context, c Call, o Outcome) error
}

// Snapshots reads the whole board at once. Targets of which nothing was ever noted
// are not on it.
type Snapshots interface {
	Targets(ctx context.Context) ([]State, error)
}

// Marker notes what a worker sees of its own node beside its calls: for how long
// to leave a target alone, or that it is back (0).
type Marker interface {
	MarkTarget(ctx context.Context, t Target, outage time.Duration) error
}

// What every board keeps to.
const (
	Window         = 30 * time.Second // over which failures are counted
	MinCalls       = 4                // before a share of failures says something
	Cooldown       = 5 * time.Second  // of a breaker that failures opened
	LimitPause     = 2 * time.Second  // after a 429 without a hint
	FullPause      = 250 * time.Millisecond
	Smoothing      = 0.2              // weight of the newest call in the moving averages
	Forgotten      = 10 * time.Minute // without a note, a target says nothing any more
	halfOf         = 2
	secondsAMinute = 60
)

// Verdict is what an outcome says of a target's health.
type Verdict int

// The verdicts. Silent: of one request, or of our own deadline, nothing follows.
const (
	Silent Verdict = iota
	Healthy
	Trouble
	Limited
)

func (v Verdict) String() string {
	return [...]string{"silent", "healthy", "trouble", "limited"}[v]
}

// Judge returns what a failure's kind ("": success) says of the target. A client's
// own time-out says nothing: a healthy node may be slow or the deadline short.
func Judge(k eaio.Kind) Verdict {
	switch k {
	case "":
		return Healthy
	case eaio.KindRateLimited:
		return Limited
	case eaio.KindUnavailable, eaio.KindUnauthorized, eaio.KindNotFound:
		return Trouble
	case eaio.KindDeadline, eaio.KindCancelled, eaio.KindInvalid, eaio.KindForbidden, eaio.KindTooLarge, eaio.KindMalformed,
		eaio.KindUnverified, eaio.KindRefused, eaio.KindConflict, eaio.KindBudget, eaio.KindInternal:
	}
	return Silent
}

// Opens reports whether so many failures of so many calls open a breaker.
func Opens(calls, failures int) bool { return calls >= MinCalls && failures*halfOf > calls }

// Refill returns how much of a limit per minute is there again, where left was
// there some time ago.
func Refill(left float64, ago time.Duration, perMinute int) float64 {
	return min(left+ago.Seconds()*float64(perMinute)/secondsAMinute, float64(perMinute))
}

// RefillTime returns how long a limit per minute takes to grow by lacking; 0 where
// nothing lacks or nothing is limited.
func RefillTime(lacking float64, perMinute int) time.Duration {
	if lacking <= 0 || perMinute <= 0 {
		return 0
	}
	return time.Duration(lacking * secondsAMinute / float64(perMinute) * float64(time.Second))
}

// Pause returns how long a 429 with this hint keeps a target shut.
func Pause(hint time.Duration) time.Duration {
	if hint <= 0 {
		return LimitPause
	}
	return hint
}

// Pause returns for how long the breaker lets no call through; 0: it lets one.
func (s State) Pause() time.Duration {
	switch {
	case s.Reason == "":
		return 0
	case s.Probing:
		return max(s.OpenFor, FullPause)
	}
	return max(s.OpenFor, 0)
}

// usable returns why a target cannot take a call now, or "".
func (s State) usable(l Limits) eaio.Reason {
	switch {
	case s.Reason != "" && (s.OpenFor > 0 || s.Probing):
		return s.Reason
	case l.InFlight > 0 && s.InFlight >= l.InFlight:
		return eaio.ReasonFull
	case s.Counted > 0 && l.RequestsPerMinute > 0 && Refill(s.Requests, s.Counted, l.RequestsPerMinute) < 1,
		s.Counted > 0 && l.TokensPerMinute > 0 && Refill(s.Tokens, s.Counted, l.TokensPerMinute) < 1:
		return eaio.ReasonRateLimited
	}
	return ""
}

const (
	nominalReply = 200      // tokens of the answer that scores are made for
	untried      = 0.001    // seconds: what nobody measured goes first, so that it is
	perFailure   = Cooldown // what each failure in the window is worth
)

// score is the time that a target is expected to take for an answer, in seconds,
// when those in flight come first.
func (s State) score() float64 {
	expected := s.FirstToken.Seconds()
	if s.Rate > 0 {
		expected += nominalReply / s.Rate
	}
	expected = max(expected, untried) + float64(s.Failures)*perFailure.Seconds()
	return float64(s.InFlight+1) * expected
}
