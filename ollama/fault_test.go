//go:build unix

package ollama

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

const wholeLine = `{"model":"m","message":{"role":"assistant","content":"All was quiet."},"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":4}` + "\n"

func TestFaults(t *testing.T) {
	server := scriptedtest.Start(t)
	before := runtime.NumGoroutine()
	proxy, err := faultproxy.Start(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, Config{Host: proxy.URL()})
	for name, x := range map[string]struct {
		fault faultproxy.Fault
		kind  eaio.Kind
		after time.Duration
		says  string
	}{
		"400":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 400, Body: `{"error":"bad option"}`}, eaio.KindInvalid, 0, "bad option"},
		"400, too long":      {faultproxy.Fault{Mode: faultproxy.Reply, Status: 400, Body: `{"error":"the input length exceeds the context length"}`}, eaio.KindTooLarge, 0, ""},
		"401":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 401, Body: `{"error":"unauthorized"}`}, eaio.KindUnauthorized, 0, "ollama signin"},
		"403":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 403, Body: `{"error":"ollama cloud is disabled"}`}, eaio.KindForbidden, 0, "disabled"},
		"404":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 404, Body: `no such page`}, eaio.KindNotFound, 0, "ollama pull scripted"},
		"422":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 422}, eaio.KindInvalid, 0, "422"},
		"408":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 408}, eaio.KindUnavailable, 0, "408"},
		"409":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 409}, eaio.KindUnavailable, 0, "409"},
		"429":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 429, Body: `{"error":"slow down"}`}, eaio.KindRateLimited, 2 * time.Second, "slow down"},
		"429 with a hint":    {faultproxy.Fault{Mode: faultproxy.Reply, Status: 429, Header: http.Header{"Retry-After": {"7"}}}, eaio.KindRateLimited, 7 * time.Second, ""},
		"500":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 500, Body: `{"error":"model requires more system memory"}`}, eaio.KindUnavailable, 0, "memory"},
		"503, queue full":    {faultproxy.Fault{Mode: faultproxy.Reply, Status: 503, Body: `{"error":"server busy, please try again"}`}, eaio.KindUnavailable, 0, "busy"},
		"529":                {faultproxy.Fault{Mode: faultproxy.Reply, Status: 529}, eaio.KindRateLimited, 2 * time.Second, ""},
		"endless report":     {faultproxy.Fault{Mode: faultproxy.Endless, Status: 502, Body: "oops "}, eaio.KindUnavailable, 0, "502"},
		"nothing":            {faultproxy.Fault{Mode: faultproxy.Reply}, eaio.KindUnavailable, 0, "broke off"},
		"not JSON":           {faultproxy.Fault{Mode: faultproxy.Reply, Body: "<html>\nlogin</html>"}, eaio.KindUnavailable, 0, ""},
		"other JSON":         {faultproxy.Fault{Mode: faultproxy.Reply, Body: `{"hello":1}`}, eaio.KindUnavailable, 0, ""},
		"wrong type":         {faultproxy.Fault{Mode: faultproxy.Reply, Body: `{"message":7,"done":true}`}, eaio.KindUnavailable, 0, ""},
		"failure in stream":  {faultproxy.Fault{Mode: faultproxy.Reply, Body: `{"message":{"content":"All"}}` + "\n" + `{"error":"CUDA error"}`}, eaio.KindUnavailable, 0, "protocol"},
		"endless line":       {faultproxy.Fault{Mode: faultproxy.Endless, Body: "x"}, eaio.KindMalformed, 0, "limit"},
		"endless stream":     {faultproxy.Fault{Mode: faultproxy.Endless, Body: `{"message":{"content":"more "}}` + "\n"}, eaio.KindMalformed, 0, "limit"},
		"cut":                {faultproxy.Fault{Mode: faultproxy.Cut, After: 200}, eaio.KindUnavailable, 0, ""},
		"cut at once":        {faultproxy.Fault{Mode: faultproxy.Cut}, eaio.KindUnavailable, 0, ""},
		"ends early":         {faultproxy.Fault{Mode: faultproxy.End, After: 100}, eaio.KindUnavailable, 0, ""},
		"strange end":        {faultproxy.Fault{Mode: faultproxy.Reply, Body: strings.Replace(wholeLine, `"stop"`, `"load"`, 1)}, eaio.KindUnavailable, 0, "load"},
		"cut prompt":         {faultproxy.Fault{Mode: faultproxy.Reply, Body: strings.Replace(wholeLine, `:9`, `:3`, 1)}, eaio.KindTooLarge, 0, "cut the prompt"},
		"redirect":           {faultproxy.Fault{Mode: faultproxy.Reply, Status: 307, Header: http.Header{"Location": {"https://example.com/"}}}, eaio.KindInvalid, 0, "example.com"},
		"healthy after all":  {faultproxy.Fault{Mode: faultproxy.Reply, Body: wholeLine}, "", 0, ""},
		"and the real thing": {faultproxy.Fault{}, "", 0, ""},
	} {
		if err := proxy.Set(x.fault); err != nil {
			t.Fatal(err)
		}
		requests := proxy.Requests()
		_, err := chat(t, c, ask(scriptedollama.Plain))
		if eaio.KindOf(err) != x.kind || eaio.RetryAfterOf(err) != x.after || err != nil && (!strings.Contains(err.Error(), x.says) || strings.Contains(err.Error(), "never changes") || len(err.Error()) > 500) {
			t.Errorf("%s: kind %q, after %v: %v", name, eaio.KindOf(err), eaio.RetryAfterOf(err), err)
		}
		if got := proxy.Requests() - requests; got != 1 {
			t.Errorf("%s: %d requests, want 1: nothing is retried here", name, got)
		}
	}
	for _, mode := range []faultproxy.Mode{faultproxy.Hang, faultproxy.BlackHole, faultproxy.Stall} {
		if err := proxy.Set(faultproxy.Fault{Mode: mode, After: 150}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		begun := time.Now()
		_, err := c.Chat(ctx, ask(scriptedollama.Plain))
		cancel()
		wantKind(t, err, eaio.KindDeadline)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%s: took %v", mode, took)
		}
	}
	if n := proxy.Keys()["t1/word/1"]; n < 30 {
		t.Errorf("%d requests carried the call key", n)
	}
	proxy.Close()
	c.Close()
	noLeak(t, before)
}

// TestDoneIsEnough shows that a reply which is whole does not wait for a server
// that keeps the connection open, and that one which closes in order keeps it.
func TestDoneIsEnough(t *testing.T) {
	var hold atomic.Bool
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, wholeLine)
		w.(http.Flusher).Flush()
		if hold.Load() {
			<-r.Context().Done()
		}
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c := client(t, Config{Host: s.URL})
	for range 5 {
		if r, err := chat(t, c, ask("m")); err != nil || r.Text != "All was quiet." {
			t.Fatalf("%q, %v", r.Text, err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("5 calls took %d connections", n)
	}
	hold.Store(true)
	begun := time.Now()
	if r, err := chat(t, c, ask("m")); err != nil || r.Text != "All was quiet." {
		t.Errorf("%q, %v", r.Text, err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte(wholeLine))
	f.Add([]byte(`{"message":{"content":"a"},"remote_host":"x"}` + "\n" + wholeLine))
	f.Add([]byte(`{"error":"x"}`))
	f.Add([]byte("{\"done\":true,\"eval_count\":-1,\"load_duration\":1e18}\n\n\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := client(t, Config{})
		c.home.learn("m")
		c.http.Transport = canned(body)
		q := ask("m")
		q.Private = true
		r, err := chat(t, c, q)
		if err == nil && (strings.TrimSpace(r.Text) == "" || !strings.Contains(string(body), "done")) {
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
