package faultproxy_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/internal/faultproxy"
)

const whole = "one two three four five"

func start(t *testing.T) *faultproxy.Proxy {
	t.Helper()
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, word := range strings.SplitAfter(whole, " ") {
			_, _ = io.WriteString(w, word)
			w.(http.Flusher).Flush()
		}
	}))
	t.Cleanup(target.Close)
	p, err := faultproxy.Start(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// ask returns status and body of a request, and what ended it.
func ask(ctx context.Context, p *faultproxy.Proxy) (int, http.Header, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL(), strings.NewReader("a question"))
	if err != nil {
		return 0, nil, "", err
	}
	r.Header.Set("Idempotency-Key", "k1")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return 0, nil, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(body), err
}

func set(t *testing.T, p *faultproxy.Proxy, f faultproxy.Fault) {
	t.Helper()
	if err := p.Set(f); err != nil {
		t.Fatal(err)
	}
}

func TestPassesAndCounts(t *testing.T) {
	p := start(t)
	for range 2 {
		if status, _, body, err := ask(t.Context(), p); status != 200 || body != whole || err != nil {
			t.Fatalf("%d %q %v", status, body, err)
		}
	}
	if p.Requests() != 2 || p.Keys()["k1"] != 2 {
		t.Errorf("counted %d, %v", p.Requests(), p.Keys())
	}
}

func TestRepliesSoManyTimes(t *testing.T) {
	p := start(t)
	set(t, p, faultproxy.Fault{Mode: faultproxy.Reply, Status: 429, Header: http.Header{"Retry-After": {"3"}}, Body: "slow down", Times: 2})
	for range 2 {
		status, header, body, err := ask(t.Context(), p)
		if status != 429 || header.Get("Retry-After") != "3" || body != "slow down" || err != nil {
			t.Fatalf("%d %v %q %v", status, header, body, err)
		}
	}
	if status, _, body, _ := ask(t.Context(), p); status != 200 || body != whole {
		t.Errorf("after two: %d %q", status, body)
	}
}

func TestSpoilsTheTargetsReply(t *testing.T) {
	p := start(t)
	set(t, p, faultproxy.Fault{Mode: faultproxy.Cut, After: 7})
	if _, _, body, err := ask(t.Context(), p); body != whole[:7] || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: %q %v", body, err)
	}
	set(t, p, faultproxy.Fault{Mode: faultproxy.End, After: 7})
	if _, _, body, err := ask(t.Context(), p); body != whole[:7] || err != nil {
		t.Errorf("end: %q %v", body, err)
	}
	set(t, p, faultproxy.Fault{Mode: faultproxy.Stall, After: 7})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, _, body, err := ask(ctx, p); body != whole[:7] || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stall: %q %v", body, err)
	}
}

func TestNeverAnswers(t *testing.T) {
	for _, mode := range []faultproxy.Mode{faultproxy.Hang, faultproxy.BlackHole} {
		p := start(t)
		set(t, p, faultproxy.Fault{Mode: mode})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, _, _, err := ask(ctx, p); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", mode, err)
		}
		if want := map[faultproxy.Mode]int{faultproxy.Hang: 1}[mode]; p.Requests() != want {
			t.Errorf("%s: %d requests seen, want %d", mode, p.Requests(), want)
		}
		set(t, p, faultproxy.Fault{})
		if status, _, _, err := ask(t.Context(), p); status != 200 {
			t.Errorf("%s, healed: %d %v", mode, status, err)
		}
	}
}

func TestDelaysAndRunsOn(t *testing.T) {
	p := start(t)
	set(t, p, faultproxy.Fault{Delay: 30 * time.Millisecond})
	begun := time.Now()
	if _, _, body, _ := ask(t.Context(), p); body != whole || time.Since(begun) < 30*time.Millisecond {
		t.Errorf("%q after %v", body, time.Since(begun))
	}
	set(t, p, faultproxy.Fault{Mode: faultproxy.Endless, Body: "again "})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, _, body, err := ask(ctx, p); len(body) < 1000 || err == nil {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

func TestControl(t *testing.T) {
	p := start(t)
	put := func(body string) int {
		w := httptest.NewRecorder()
		p.Control().ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/", strings.NewReader(body)))
		return w.Code
	}
	for body, want := range map[string]int{
		`{"mode":"reply","status":529,"delay":"1ms"}`: 204,
		`{"mode":"unheard of"}`:                       400,
		`{"mode":"endless"}`:                          400,
		`{"status":99}`:                               400,
		`{"delay":"soon"}`:                            400,
		`{"unknown":1}`:                               400,
		`not JSON`:                                    400,
	} {
		if got := put(body); got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	if status, _, _, _ := ask(t.Context(), p); status != 529 {
		t.Errorf("status %d", status)
	}
	w := httptest.NewRecorder()
	p.Control().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if got := w.Body.String(); got != `{"mode":"reply","status":529,"delay":"1ms","requests":1,"keys":{"k1":1}}`+"\n" {
		t.Errorf("shows %s", got)
	}
}
