package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// TestFaultProxyCommand breaks a server by its control address, heals it, and ends
// with its context.
func TestFaultProxyCommand(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "whole") }))
	defer target.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said, says := io.Pipe()
	c := faultProxyCommand()
	c.SetArgs([]string{"--target", target.URL})
	c.SetOut(says)
	ended := make(chan error, 1)
	go func() { ended <- c.ExecuteContext(ctx) }()
	lines := make([]byte, 500)
	n, err := said.Read(lines)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`proxy +(\S+) -> \S+\ncontrol +(\S+)\n`).FindStringSubmatch(string(lines[:n]))
	if found == nil {
		t.Fatalf("it said %q", lines[:n])
	}
	proxy, control := found[1], found[2]
	if status, body := send(t, http.MethodPut, control, `{"mode":"reply","status":429,"body":"slow down","times":1}`); status != http.StatusNoContent {
		t.Fatalf("control: %d %s", status, body)
	}
	for _, want := range []struct {
		status int
		body   string
	}{{429, "slow down"}, {200, "whole"}} {
		if status, body := send(t, http.MethodPost, proxy, "a question"); status != want.status || body != want.body {
			t.Errorf("%d %q, want %d %q", status, body, want.status, want.body)
		}
	}
	if status, body := send(t, http.MethodPut, control, `{"mode":"explode"}`); status != http.StatusBadRequest || !strings.Contains(body, "explode") {
		t.Errorf("a mode that does not exist: %d %q", status, body)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestFaultProxyWantsATarget(t *testing.T) {
	c := faultProxyCommand()
	c.SetArgs([]string{"--target", "localhost:11434"})
	c.SilenceErrors, c.SilenceUsage = true, true
	if err := c.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "http://") {
		t.Errorf("%v: want to be told what an address looks like", err)
	}
}

func send(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}
