//go:build unix

package openai

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/internal/stubmodel"
)

// The key looks like a real one, to be found wherever it should not be.
const key = "sk-proj-4711-very-secret-0815"

// watch returns a channel that is closed when the first bytes of a reply's body
// have been read.
func watch(c *Client) <-chan struct{} {
	w := &watcher{base: c.http.Transport, seen: make(chan struct{})}
	c.http.Transport = w
	return w.seen
}

type watcher struct {
	base http.RoundTripper
	once sync.Once
	seen chan struct{}
}

func (w *watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.base.RoundTrip(r)
	if err == nil {
		resp.Body = watchedBody{resp.Body, w}
	}
	return resp, err
}

type watchedBody struct {
	io.ReadCloser
	w *watcher
}

func (b watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.w.once.Do(func() { close(b.w.seen) })
	}
	return n, err
}

// chunks makes a stream of JSON chunks.
func chunks(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "data: %s\n\n", l)
	}
	return b.String()
}

const (
	word   = `{"model":"m","choices":[{"index":0,"delta":{"content":"Quiet."}}]}`
	finish = `{"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
	usage  = `{"model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}`
	done   = `[DONE]`
)

func ended(reason string) string { return strings.Replace(finish, "stop", reason, 1) }

func reply(status int, body string, header ...string) faultproxy.Fault {
	f := faultproxy.Fault{Mode: faultproxy.Reply, Status: status, Body: body, Header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		f.Header.Set(header[i], header[i+1])
	}
	return f
}

func stubbed(t *testing.T, cfg stubmodel.Config) (*faultproxy.Proxy, *stubmodel.Server) {
	t.Helper()
	stub, err := stubmodel.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stub.Close)
	proxy, err := faultproxy.Start(strings.TrimSuffix(stub.BaseURL(), "/v1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	return proxy, stub
}

func TestFaults(t *testing.T) {
	proxy, _ := stubbed(t, stubmodel.Config{})
	c := client(t, Config{BaseURL: proxy.URL() + "/v1", APIKey: key})
	before := runtime.NumGoroutine()
	for name, x := range map[string]struct {
		fault faultproxy.Fault
		kind  eaio.Kind
		after time.Duration
		says  string
	}{
		"400":                     {reply(400, `{"error":{"message":"bad parameter","type":"invalid_request_error"}}`), eaio.KindInvalid, 0, "bad parameter"},
		"400, context":            {reply(400, `{"error":{"message":"too many tokens","code":"context_length_exceeded"}}`), eaio.KindTooLarge, 0, ""},
		"400, context in words":   {reply(400, `{"object":"error","message":"This model's maximum context length is 4096 tokens."}`), eaio.KindTooLarge, 0, ""},
		"400, filter":             {reply(400, `{"error":{"message":"the prompt triggered the policy","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}`), eaio.KindRefused, 0, ""},
		"401":                     {reply(401, `{"error":{"message":"Incorrect API key provided: `+key[:20]+`"}}`), eaio.KindUnauthorized, 0, "check the API key"},
		"403":                     {reply(403, `{"error":{"message":"no access with key `+key+`"}}`), eaio.KindForbidden, 0, "no access with key [key]"},
		"404":                     {reply(404, `{"error":{"message":"The model m does not exist","code":"model_not_found"}}`), eaio.KindNotFound, 0, "does not exist"},
		"413":                     {reply(413, `<html>too large</html>`), eaio.KindTooLarge, 0, ""},
		"422":                     {reply(422, `{"detail":[{"msg":"field required"}]}`), eaio.KindInvalid, 0, "field required"},
		"408":                     {reply(408, ``), eaio.KindUnavailable, 0, ""},
		"409":                     {reply(409, ``, "Retry-After", "1"), eaio.KindUnavailable, time.Second, ""},
		"429":                     {reply(429, `{"error":{"message":"slow down","code":"rate_limit_exceeded"}}`), eaio.KindRateLimited, 2 * time.Second, "slow down"},
		"429, milliseconds":       {reply(429, ``, "Retry-After-Ms", "350", "Retry-After", "9"), eaio.KindRateLimited, 350 * time.Millisecond, ""},
		"429, seconds":            {reply(429, ``, "Retry-After", "7"), eaio.KindRateLimited, 7 * time.Second, ""},
		"429, tokens used up":     {reply(429, ``, "X-Ratelimit-Remaining-Tokens", "0", "X-Ratelimit-Reset-Tokens", "1m"), eaio.KindRateLimited, time.Minute, ""},
		"429, account used up":    {reply(429, `{"error":{"message":"quota","code":"insufficient_quota"}}`), eaio.KindRateLimited, time.Minute, ""},
		"500":                     {reply(500, `{"error":{"message":"oops"}}`, "X-Request-Id", "req-7"), eaio.KindUnavailable, 0, "(request req-7)"},
		"502, a page":             {reply(502, strings.Repeat("<html>bad gateway</html>\n", 100)), eaio.KindUnavailable, 0, "bad gateway"},
		"503":                     {reply(503, ``, "Retry-After", "4"), eaio.KindUnavailable, 4 * time.Second, ""},
		"529":                     {reply(529, ``), eaio.KindRateLimited, 2 * time.Second, ""},
		"endless report":          {faultproxy.Fault{Mode: faultproxy.Endless, Status: 500, Body: "oops "}, eaio.KindUnavailable, 0, "500"},
		"redirect":                {reply(307, ``, "Location", "https://example.com/v1"), eaio.KindInvalid, 0, "example.com"},
		"nothing":                 {reply(200, ``), eaio.KindUnavailable, 0, "finish reason"},
		"a page":                  {reply(200, `<html>log in</html>`), eaio.KindUnavailable, 0, ""},
		"not a chunk":             {reply(200, chunks(`{"choices":7}`)), eaio.KindUnavailable, 0, "not a chunk"},
		"no finish reason":        {reply(200, chunks(word)), eaio.KindUnavailable, 0, "finish reason"},
		"done without a reason":   {reply(200, chunks(word, usage, done)), eaio.KindUnavailable, 0, "finish reason"},
		"cut":                     {faultproxy.Fault{Mode: faultproxy.Cut, After: 100}, eaio.KindUnavailable, 0, ""},
		"cut at once":             {faultproxy.Fault{Mode: faultproxy.Cut}, eaio.KindUnavailable, 0, ""},
		"ends early":              {faultproxy.Fault{Mode: faultproxy.End, After: 100}, eaio.KindUnavailable, 0, ""},
		"endless stream":          {faultproxy.Fault{Mode: faultproxy.Endless, Body: chunks(word)}, eaio.KindMalformed, 0, "limit"},
		"endless line":            {faultproxy.Fault{Mode: faultproxy.Endless, Body: "x"}, eaio.KindMalformed, 0, "limit"},
		"endless blanks":          {faultproxy.Fault{Mode: faultproxy.Endless, Body: "\n"}, eaio.KindUnavailable, 0, ""},
		"filtered":                {reply(200, chunks(word, ended("content_filter"), done)), eaio.KindRefused, 0, "filter"},
		"refused":                 {reply(200, chunks(`{"choices":[{"delta":{"refusal":"I cannot."}}]}`, finish, done)), eaio.KindRefused, 0, "I cannot."},
		"empty":                   {reply(200, chunks(finish, usage, done)), eaio.KindMalformed, 0, "empty"},
		"tool call":               {reply(200, chunks(ended("tool_calls"), usage, done)), eaio.KindMalformed, 0, ""},
		"cut off":                 {reply(200, chunks(word, ended("length"), strings.Replace(usage, ":2", ":64", 1), done)), eaio.KindMalformed, 0, "64 tokens"},
		"cut off, uncounted":      {reply(200, chunks(word, ended("length"), done)), eaio.KindMalformed, 0, ""},
		"context ran out":         {reply(200, chunks(word, ended("length"), usage, done)), eaio.KindTooLarge, 0, "context"},
		"failure in stream":       {reply(200, chunks(word, `{"error":{"message":"overloaded `+key+`","type":"server_error"}}`)), eaio.KindUnavailable, 0, "overloaded [key]"},
		"gateway's 429 in stream": {reply(200, chunks(`{"id":"x","error":{"message":"later","code":429}}`), "Retry-After", "3"), eaio.KindRateLimited, 3 * time.Second, "later"},
		"context in stream":       {reply(200, chunks(`{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}`)), eaio.KindTooLarge, 0, ""},
		"bare failure in stream":  {reply(200, chunks(`{"choices":[],"error":"boom"}`)), eaio.KindUnavailable, 0, "boom"},
		"no counts, no end mark":  {reply(200, chunks(word, finish)), "", 0, ""},
		"all in order":            {reply(200, chunks(word, finish, usage, done)), "", 0, ""},
		"comments between":        {reply(200, ": wait\n\n: wait\n\n"+chunks(word, finish, usage, done)), "", 0, ""},
		"the stub itself":         {faultproxy.Fault{}, "", 0, ""},
	} {
		if err := proxy.Set(x.fault); err != nil {
			t.Fatal(err)
		}
		requests := proxy.Requests()
		r, err := chat(t, c, ask("m"))
		if eaio.KindOf(err) != x.kind || eaio.RetryAfterOf(err) != x.after {
			t.Errorf("%s: kind %q, after %v: %v", name, eaio.KindOf(err), eaio.RetryAfterOf(err), err)
		}
		if err != nil {
			if s := err.Error(); !strings.Contains(s, x.says) || strings.Contains(s, key[:20]) || strings.Contains(s, "Quiet") || len(s) > 500 || r.Text != "" {
				t.Errorf("%s: with %q: %s", name, r.Text, s)
			}
		} else if r.Text != "Quiet." && r.Text != "ok" {
			t.Errorf("%s: %q", name, r.Text)
		}
		if got := proxy.Requests() - requests; got != 1 {
			t.Errorf("%s: %d requests, want 1: nothing is retried here", name, got)
		}
	}
	for _, mode := range []faultproxy.Mode{faultproxy.Hang, faultproxy.BlackHole, faultproxy.Stall} {
		if err := proxy.Set(faultproxy.Fault{Mode: mode, After: 100}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		begun := time.Now()
		_, err := c.Chat(ctx, ask("m"))
		cancel()
		wantKind(t, err, eaio.KindDeadline)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%s: took %v", mode, took)
		}
	}
	if n := proxy.Keys()["t1/word/1"]; n < 45 {
		t.Errorf("%d requests carried the call key", n)
	}
	proxy.Close()
	_, err := chat(t, c, ask("m"))
	wantKind(t, err, eaio.KindUnavailable)
	c.Close()
	noLeak(t, before)
}

// noLeak waits for the goroutines of closed connections to end, which they do a
// moment after the call that used them.
func noLeak(t *testing.T, before int) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(5 * time.Second)
	for runtime.NumGoroutine() > before {
		select {
		case <-tick.C:
		case <-limit:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte(chunks(word, finish, usage, done)))
	f.Add([]byte(chunks(word, `{"error":{"message":7,"code":[]}}`)))
	f.Add([]byte("data:{\"choices\":[{\"index\":-1,\"finish_reason\":\"stop\"}]}\n: c\n\ndata:"))
	f.Add([]byte(chunks(`{"error":null,"choices":[{"delta":{"refusal":"no"},"finish_reason":"stop"}]}`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := client(t, Config{APIKey: key})
		c.http.Transport = canned(body)
		r, err := chat(t, c, ask("m"))
		if err == nil && (strings.TrimSpace(r.Text) == "" || !strings.Contains(strings.ToLower(string(body)), "finish_reason")) {
			t.Errorf("%q became %+v", body, r)
		}
		if err != nil && (eaio.KindOf(err) == eaio.KindInternal || r.Text != "") {
			t.Errorf("%q: %v with %q", body, err, r.Text)
		}
	})
}

// canned answers every request with the same body.
type canned []byte

func (b canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(b))), Request: r}, nil
}
