package modelhttp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

func get(ctx context.Context, c *http.Client, x *modelhttp.Exchange, address string) (string, error) {
	r, err := http.NewRequestWithContext(x.Context(ctx), http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

func TestOwnNetworkOnly(t *testing.T) {
	outside := []string{"http://93.184.216.34/", "http://[2606:2800:220:1::1]/", "http://203.0.113.9:11434/"}
	own := modelhttp.NewClient(true)
	for _, address := range outside {
		x := modelhttp.NewExchange("", 1)
		_, err := get(t.Context(), own, x, address)
		if got := x.Failure(t.Context(), "ask", err); got.Kind != eaio.KindForbidden {
			t.Errorf("%s: %s, %v", address, got.Kind, got)
		}
	}
	// Nothing listens at these: what counts is that they are tried.
	trusting := modelhttp.NewClient(true, netip.MustParsePrefix("203.0.113.0/24"))
	for _, address := range []string{"http://127.0.0.1:1/", "http://[::1]:1/", "http://203.0.113.9:1/"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		x := modelhttp.NewExchange("", 1)
		_, err := get(ctx, trusting, x, address)
		if got := x.Failure(ctx, "ask", err); got.Kind == eaio.KindForbidden {
			t.Errorf("%s was refused: %v", address, got)
		}
		cancel()
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	reached := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer elsewhere.Close()
	s := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	x := modelhttp.NewExchange("", 1)
	_, err := get(t.Context(), modelhttp.NewClient(false), x, s.URL)
	if got := x.Failure(t.Context(), "ask", err); got.Kind != eaio.KindInvalid || reached {
		t.Errorf("%s, %v, reached %v", got.Kind, got, reached)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key") != "k1" {
			t.Errorf("key %q", r.Header.Get("Idempotency-Key"))
		}
		w.WriteHeader(status)
		for range 1000 {
			_, _ = io.WriteString(w, strings.Repeat("x", 1000))
		}
	}))
	defer s.Close()
	x := modelhttp.NewExchange("k1", 10)
	text, err := get(t.Context(), modelhttp.NewClient(true), x, s.URL)
	if got := x.Failure(t.Context(), "ask", err); len(text) != 64<<10+10<<10 || got.Kind != eaio.KindMalformed {
		t.Errorf("%d bytes, %v", len(text), got)
	}
	status = http.StatusBadGateway
	x = modelhttp.NewExchange("k1", 10)
	text, err = get(t.Context(), modelhttp.NewClient(true), x, s.URL)
	if len(text) != 64<<10 || err != nil || x.Status != status {
		t.Errorf("an error report: %d bytes, %v, status %d", len(text), err, x.Status)
	}
}

func TestFailureNamesTheContextFirst(t *testing.T) {
	late, cancelLate := context.WithTimeout(t.Context(), -time.Second)
	defer cancelLate()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		err  error
		want eaio.Kind
	}{
		{late, nil, eaio.KindDeadline},
		{late, errors.New("connection reset"), eaio.KindDeadline},
		{gone, nil, eaio.KindCancelled},
		{t.Context(), nil, eaio.KindUnavailable},
		{t.Context(), context.Canceled, eaio.KindUnavailable},
		{t.Context(), errors.New(strings.Repeat("x", 100_000)), eaio.KindUnavailable},
	} {
		got := modelhttp.NewExchange("", 1).Failure(c.ctx, "ask", c.err)
		if got.Kind != c.want || len(got.Error()) > 400 {
			t.Errorf("%v: %s, %d bytes", c.err, got.Kind, len(got.Error()))
		}
	}
}

func TestCheckBase(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://api.example.com/v1": true,
		"http://127.0.0.1:11434":     true,
		"ftp://example.com":          false,
		"https://":                   false,
		"https://u:secret@host/v1":   false,
		"https://host/v1?key=secret": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		err = modelhttp.CheckBase(u)
		if (err == nil) != ok || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestCheckRequest(t *testing.T) {
	limited, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	good := func() eaio.ModelRequest {
		return eaio.ModelRequest{Model: "m", MaxOutputTokens: 1, Messages: []eaio.Message{{Role: eaio.RoleUser, Content: "hi"}}}
	}
	if err := modelhttp.CheckRequest(limited, "ask", good()); err != nil {
		t.Error(err)
	}
	if err := modelhttp.CheckRequest(t.Context(), "ask", good()); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("no deadline: %v", err)
	}
	for name, spoil := range map[string]func(*eaio.ModelRequest){
		"no model":    func(r *eaio.ModelRequest) { r.Model = " " },
		"no messages": func(r *eaio.ModelRequest) { r.Messages = nil },
		"no tokens":   func(r *eaio.ModelRequest) { r.MaxOutputTokens = 0 },
		"bad schema":  func(r *eaio.ModelRequest) { r.Schema = []byte(`"json"`) },
	} {
		r := good()
		spoil(&r)
		if err := modelhttp.CheckRequest(limited, "ask", r); eaio.KindOf(err) != eaio.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
