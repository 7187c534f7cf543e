package modelhttp

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// limitFloor is waited after a rate limit that came without a hint.
	limitFloor = 2 * time.Second
	// longestHint bounds what a header may ask for.
	longestHint = 24 * time.Hour
)

// RetryAfter returns how long the endpoint asks to wait: retry-after-ms, else
// retry-after in seconds or as an HTTP date (seen from now), else the reset of a
// rate limit of which nothing remains. It is within 0 and 24 hours; 0: no hint,
// or one that cannot be read.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	if d := units(h.Get("Retry-After-Ms"), time.Millisecond); d > 0 {
		return d
	}
	after := h.Get("Retry-After")
	if d := units(after, time.Second); d > 0 {
		return d
	}
	if at, err := http.ParseTime(after); err == nil {
		return bounded(at.Sub(now))
	}
	l := LimitsOf(h)
	var reset time.Duration
	if l.RemainingRequests == 0 {
		reset = l.ResetRequests
	}
	if l.RemainingTokens == 0 {
		reset = max(reset, l.ResetTokens)
	}
	return reset
}

// units reads a decimal number of units; 0 where there is none.
func units(s string, unit time.Duration) time.Duration {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	f = min(max(f, 0), float64(longestHint)/float64(unit))
	return time.Duration(f * float64(unit))
}

func bounded(d time.Duration) time.Duration { return min(max(d, 0), longestHint) }

// Limits is what an endpoint says of its rate limits in x-ratelimit headers.
// Remaining is -1 and reset 0 where it says nothing.
type Limits struct {
	RemainingRequests int
	RemainingTokens   int
	ResetRequests     time.Duration
	ResetTokens       time.Duration
}

// LimitsOf reads the x-ratelimit headers of a reply.
func LimitsOf(h http.Header) Limits {
	return Limits{
		RemainingRequests: remaining(h.Get("X-Ratelimit-Remaining-Requests")),
		RemainingTokens:   remaining(h.Get("X-Ratelimit-Remaining-Tokens")),
		ResetRequests:     reset(h.Get("X-Ratelimit-Reset-Requests")),
		ResetTokens:       reset(h.Get("X-Ratelimit-Reset-Tokens")),
	}
}

func remaining(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return -1
	}
	return max(n, 0)
}

// reset reads "6m0s", or a bare number of seconds.
func reset(s string) time.Duration {
	if d, err := time.ParseDuration(strings.TrimSpace(s)); err == nil {
		return bounded(d)
	}
	return units(s, time.Second)
}
