package modelhttp_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		status        int
		code, message string
		want          eaio.Kind
		retry         bool
	}{
		{400, "", "bad", eaio.KindInvalid, false},
		{400, "context_length_exceeded", "", eaio.KindTooLarge, false},
		{400, "", "This model's maximum context length is 4096 tokens", eaio.KindTooLarge, false},
		{400, "", "the input length exceeds the context length", eaio.KindTooLarge, false},
		{400, "exceed_context_size_error", "", eaio.KindTooLarge, false},
		{400, "", "prompt is too long: 210000 tokens", eaio.KindTooLarge, false},
		{400, "content_filter", "", eaio.KindRefused, false},
		{400, "content_policy_violation", "", eaio.KindRefused, false},
		{401, "", "", eaio.KindUnauthorized, false},
		{402, "", "", eaio.KindInvalid, false},
		{403, "", "no access", eaio.KindForbidden, false},
		{403, "moderation", "", eaio.KindRefused, false},
		{404, "model_not_found", "", eaio.KindNotFound, false},
		{408, "", "", eaio.KindUnavailable, true},
		{409, "", "", eaio.KindUnavailable, true},
		{413, "", "", eaio.KindTooLarge, false},
		{418, "", "", eaio.KindInvalid, false},
		{422, "", "", eaio.KindInvalid, false},
		{425, "", "", eaio.KindUnavailable, true},
		{429, "", "", eaio.KindRateLimited, true},
		{499, "", "", eaio.KindInvalid, false},
		{500, "", "", eaio.KindUnavailable, true},
		{500, "", "the prompt exceeds the context size", eaio.KindTooLarge, false},
		{501, "", "", eaio.KindUnavailable, true},
		{502, "", "", eaio.KindUnavailable, true},
		{503, "", "server busy", eaio.KindUnavailable, true},
		{504, "", "", eaio.KindUnavailable, true},
		{529, "", "", eaio.KindRateLimited, true},
	} {
		got := modelhttp.KindOf(c.status, c.code, c.message)
		if got != c.want || got.Retryable() != c.retry {
			t.Errorf("%d %q %q: %s, want %s", c.status, c.code, c.message, got, c.want)
		}
	}
}

func TestRefusalHints(t *testing.T) {
	for _, c := range []struct {
		status int
		after  string
		code   string
		want   time.Duration
	}{
		{429, "", "", 2 * time.Second},
		{429, "0", "", 2 * time.Second},
		{429, "0.5", "", 500 * time.Millisecond},
		{429, "", "insufficient_quota", time.Minute},
		{529, "", "", 2 * time.Second},
		{503, "", "", 0},
		{503, "7", "", 7 * time.Second},
		{400, "7", "", 0},
	} {
		if got := modelhttp.Refusal("ask", c.status, header("retry-after", c.after), c.code, "").RetryAfter; got != c.want {
			t.Errorf("%d after %q: %v, want %v", c.status, c.after, got, c.want)
		}
	}
}

func TestRefusalSaysWhatHappened(t *testing.T) {
	err := modelhttp.Refusal("ask x for y", 503, header("x-request-id", "req-1"), "", "busy\r\nnow")
	if got, want := err.Error(), "ask x for y: the endpoint answered 503 Service Unavailable: busy now (request req-1)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzClip(f *testing.F) {
	f.Add("plain")
	f.Add(strings.Repeat("ế", 200))
	f.Add("a\x00\xff\n\u0085b")
	f.Fuzz(func(t *testing.T, s string) {
		got := modelhttp.Clip(s)
		if len(got) > 310 && len(s) < 310 || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\x00\x1b") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
