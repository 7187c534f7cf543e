package stubmodel_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio/internal/stubmodel"
)

func start(t *testing.T, cfg stubmodel.Config) *stubmodel.Server {
	t.Helper()
	s, err := stubmodel.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func post(ctx context.Context, t *testing.T, s *stubmodel.Server, key, body string) (int, string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.BaseURL()+"/chat/completions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

func TestRepliesInBothForms(t *testing.T) {
	s := start(t, stubmodel.Config{Text: func(r stubmodel.Request) string {
		return "you said " + r.Messages[0].Content + string(r.Schema)
	}})
	for body, want := range map[string][]string{
		`{"model":"m","messages":[{"role":"user","content":"hi"}]}`:                                                       {`"content":"you said hi"`, `"finish_reason":"stop"`, `"total_tokens":4`},
		`{"model":"m","max_tokens":2,"messages":[{"role":"user","content":"hi"}]}`:                                        {`"content":"you said "`, `"finish_reason":"length"`},
		`{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}`: {`"content":"you "`, `"content":"hi"`, `"choices":[],"usage":{"prompt_tokens":1`, "data: [DONE]"},
		`{"model":"m","response_format":{"json_schema":{"schema":{"a":1}}},"messages":[{"role":"user","content":"hi"}]}`:  {`you said hi{\"a\":1}`},
	} {
		status, text, err := post(t.Context(), t, s, "", body)
		if status != 200 || err != nil {
			t.Fatalf("%s: %d %v", body, status, err)
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %s in %s", body, w, text)
			}
		}
	}
}

func TestRefusesWhatIsNoRequest(t *testing.T) {
	s := start(t, stubmodel.Config{})
	for _, body := range []string{``, `{}`, `{"model":"m"}`, `[]`} {
		if status, _, _ := post(t.Context(), t, s, "k", body); status != 400 {
			t.Errorf("%q: %d", body, status)
		}
	}
	if len(s.Calls()) != 0 {
		t.Errorf("counted %v", s.Calls())
	}
}

func TestCountsWhatIsPaidTwice(t *testing.T) {
	s := start(t, stubmodel.Config{Latency: time.Hour})
	const body = `{"model":"m","messages":[{"role":"user","content":"hi"}]}`
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, _, err := post(ctx, t, s, "a", body); err == nil {
		t.Error("answered before its latency")
	}
	fast := start(t, stubmodel.Config{})
	for _, key := range []string{"a", "b", "a", "", ""} {
		if _, _, err := post(t.Context(), t, fast, key, body); err != nil {
			t.Fatal(err)
		}
	}
	if s.Calls()["a"] != 1 || s.Answered()["a"] != 0 || s.PaidTwice() != 0 {
		t.Errorf("slow: %v, answered %v", s.Calls(), s.Answered())
	}
	if fast.Calls()["a"] != 2 || fast.Answered()["b"] != 1 || fast.PaidTwice() != 1 {
		t.Errorf("fast: %v, paid twice %d", fast.Calls(), fast.PaidTwice())
	}
}

func TestListsModels(t *testing.T) {
	s := start(t, stubmodel.Config{Models: []string{"one", "two"}})
	resp, err := http.Get(s.BaseURL() + "/models")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if want := `{"object":"list","data":[{"id":"one","object":"model"},{"id":"two","object":"model"}]}` + "\n"; string(text) != want {
		t.Errorf("%s", text)
	}
}
