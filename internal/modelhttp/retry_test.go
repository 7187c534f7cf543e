package modelhttp_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/eaio/eaio/internal/modelhttp"
)

var now = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestRetryAfter(t *testing.T) {
	for name, c := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"none":                 {header(), 0},
		"milliseconds first":   {header("retry-after-ms", "1500.5", "retry-after", "9"), 1500*time.Millisecond + 500*time.Microsecond},
		"seconds":              {header("retry-after", " 3 "), 3 * time.Second},
		"a part of a second":   {header("retry-after", "0.25"), 250 * time.Millisecond},
		"date":                 {header("retry-after", "Tue, 24 Nov 2026 09:00:30 GMT"), 30 * time.Second},
		"date gone by":         {header("retry-after", "Tue, 24 Nov 2026 08:00:00 GMT"), 0},
		"old date form":        {header("retry-after", "Tuesday, 24-Nov-26 09:00:30 GMT"), 30 * time.Second},
		"words":                {header("retry-after", "soon"), 0},
		"negative":             {header("retry-after", "-4"), 0},
		"not a number":         {header("retry-after", "NaN"), 0},
		"infinite":             {header("retry-after", "Inf"), 0},
		"beyond reason":        {header("retry-after", "1e300"), 24 * time.Hour},
		"unreadable, then ok":  {header("retry-after-ms", "x", "retry-after", "2"), 2 * time.Second},
		"requests used up":     {header("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1m30s"), 90 * time.Second},
		"both used up":         {header("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1s", "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "20ms"), time.Second},
		"tokens left":          {header("x-ratelimit-remaining-tokens", "7", "x-ratelimit-reset-tokens", "6m0s"), 0},
		"reset without a unit": {header("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "12"), 12 * time.Second},
	} {
		if got := modelhttp.RetryAfter(c.header, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	got := modelhttp.LimitsOf(header("x-ratelimit-remaining-requests", "59", "x-ratelimit-reset-tokens", "6m0s", "x-ratelimit-remaining-tokens", "many"))
	want := modelhttp.Limits{RemainingRequests: 59, RemainingTokens: -1, ResetTokens: 6 * time.Minute}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("1500", "3", "0", "1s")
	f.Add("", "Tue, 24 Nov 2026 09:00:30 GMT", "", "")
	f.Add("1e309", "-0x1p-2", "-1", "-9223372036854775808ns")
	f.Fuzz(func(t *testing.T, ms, after, remaining, reset string) {
		h := header("retry-after-ms", ms, "retry-after", after, "x-ratelimit-remaining-tokens", remaining, "x-ratelimit-reset-tokens", reset)
		if d := modelhttp.RetryAfter(h, now); d < 0 || d > 24*time.Hour {
			t.Errorf("%v", d)
		}
		if l := modelhttp.LimitsOf(h); l.RemainingTokens < -1 || l.ResetTokens < 0 || l.ResetTokens > 24*time.Hour {
			t.Errorf("%+v", l)
		}
	})
}
