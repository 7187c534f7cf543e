package openai

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// question is a request like ask's, without the build tag of the servers.
func question() eaio.ModelRequest {
	return eaio.ModelRequest{Model: "m", MaxOutputTokens: 64, CallKey: "k", Messages: []eaio.Message{{Role: eaio.RoleUser, Content: "How was the night?"}}}
}

// recorder answers in order and keeps what it was asked last.
type recorder struct {
	*httptest.Server
	body        map[string]any
	header      http.Header
	connections atomic.Int32
	hold        bool // keep the connection open after the finish reason
}

func record(t *testing.T) *recorder {
	t.Helper()
	rec := &recorder{}
	rec.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec.body, rec.header = map[string]any{}, r.Header
		if err := json.NewDecoder(r.Body).Decode(&rec.body); err != nil {
			t.Error(err)
		}
		w.Header().Set("X-Ratelimit-Remaining-Requests", "41")
		_, _ = io.WriteString(w, "data: {\"model\":\"m-2026\",\"choices\":[{\"delta\":{\"content\":\"Quiet.\"},\"finish_reason\":\"stop\"}]}\n\n")
		w.(http.Flusher).Flush()
		if rec.hold {
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n")
	}))
	rec.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			rec.connections.Add(1)
		}
	}
	rec.Start()
	t.Cleanup(rec.Close)
	return rec
}

func newClient(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func send(t *testing.T, c *Client, r eaio.ModelRequest) (eaio.ModelReply, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return c.Chat(ctx, r)
}

func TestRequestOnTheWire(t *testing.T) {
	rec := record(t)
	c := newClient(t, Config{BaseURL: rec.URL + "/v1/", APIKey: " secret\n"})
	q := question()
	q.Schema = json.RawMessage(`{"type":"object","properties":{}, "additionalProperties":false}`)
	_, err := send(t, c, q) // "Quiet." is not JSON
	if eaio.KindOf(err) != eaio.KindMalformed {
		t.Errorf("%v", err)
	}
	for path, want := range map[string]any{
		"model": "m", "stream": true, "max_tokens": 64.0, "max_completion_tokens": nil,
		"stream_options": map[string]any{"include_usage": true},
		"messages":       []any{map[string]any{"role": "user", "content": "How was the night?"}},
		"response_format": map[string]any{"type": "json_schema", "json_schema": map[string]any{
			"name": "reply", "strict": true, "schema": map[string]any{"type": "object", "properties": map[string]any{}, "additionalProperties": false},
		}},
	} {
		if got := rec.body[path]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if temperature, ok := rec.body["temperature"].(float64); !ok || temperature <= 0 || temperature > 1e-5 {
		t.Errorf("temperature %v", rec.body["temperature"])
	}
	if rec.header.Get("Idempotency-Key") != "k" || rec.header.Get("Authorization") != "Bearer secret" {
		t.Errorf("%v", rec.header)
	}

	q = question()
	q.Model = "o3-mini"
	if _, err := send(t, c, q); err != nil {
		t.Fatal(err)
	}
	if rec.body["max_tokens"] != nil || rec.body["max_completion_tokens"] != 64.0 || rec.body["temperature"] != nil {
		t.Errorf("a reasoning model was sent %v", rec.body)
	}
	official, err := json.Marshal(newClient(t, Config{APIKey: "k"}).request(question()))
	if err != nil || !strings.Contains(string(official), `"max_completion_tokens":64`) || strings.Contains(string(official), `"max_tokens"`) {
		t.Errorf("OpenAI itself is sent %s, %v", official, err)
	}
}

func TestReplyAndLimits(t *testing.T) {
	rec := record(t)
	c := newClient(t, Config{BaseURL: rec.URL})
	if _, ok := c.Limits(); ok {
		t.Error("limits before any reply")
	}
	for range 5 {
		r, err := send(t, c, question())
		if err != nil || r.Text != "Quiet." || r.Model != "m-2026" || r.InputTokens != 9 || r.OutputTokens != 2 || r.Cold {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if l, ok := c.Limits(); !ok || l.RemainingRequests != 41 || l.RemainingTokens != -1 {
		t.Errorf("%+v", l)
	}
	if n := rec.connections.Load(); n != 1 {
		t.Errorf("5 calls took %d connections", n)
	}
	rec.hold = true
	begun := time.Now()
	if r, err := send(t, c, question()); err != nil || r.Text != "Quiet." || r.InputTokens != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestPrivateNeedsALocalEndpoint(t *testing.T) {
	rec := record(t)
	q := question()
	q.Private = true
	_, err := send(t, newClient(t, Config{BaseURL: rec.URL}), q)
	if eaio.KindOf(err) != eaio.KindForbidden || rec.connections.Load() != 0 {
		t.Errorf("%v, %d connections", err, rec.connections.Load())
	}
	if _, err = send(t, newClient(t, Config{BaseURL: rec.URL, Local: true}), q); err != nil {
		t.Error(err)
	}
	_, err = send(t, newClient(t, Config{BaseURL: "http://93.184.216.34", Local: true}), q)
	if eaio.KindOf(err) != eaio.KindForbidden {
		t.Errorf("a public address counted as local: %v", err)
	}
}

func TestNoDeadline(t *testing.T) {
	_, err := newClient(t, Config{BaseURL: "http://127.0.0.1:1"}).Chat(t.Context(), question())
	if eaio.KindOf(err) != eaio.KindInvalid {
		t.Error(err)
	}
}

func TestConfig(t *testing.T) {
	for name, x := range map[string]struct {
		cfg  Config
		says string
	}{
		"OpenAI without a key":  {Config{}, "key is missing"},
		"key with a line break": {Config{APIKey: "secret\nvalue"}, "white space"},
		"password in the URL":   {Config{BaseURL: "https://u:secret@host/v1", APIKey: "secret"}, "user or password"},
		"key in the URL":        {Config{BaseURL: "https://host/v1?key=secret"}, "query"},
		"not a URL":             {Config{BaseURL: "https://secret host:\x7f"}, "not a URL"},
		"no scheme":             {Config{BaseURL: "host/v1"}, "http"},
		"key in the clear":      {Config{BaseURL: "http://gateway.example.com/v1", APIKey: "secret"}, "unencrypted"},
		"in order":              {Config{APIKey: "secret"}, ""},
		"loopback in the clear": {Config{BaseURL: "http://127.0.0.1:8000/v1", APIKey: "secret"}, ""},
		"own net in the clear":  {Config{BaseURL: "http://vllm:8000/v1", APIKey: "secret", Local: true}, ""},
		"own net without a key": {Config{BaseURL: "http://vllm:8000/v1", Local: true}, ""},
		"any cloud, with a key": {Config{BaseURL: "https://host/v1", APIKey: "secret"}, ""},
	} {
		_, err := New(x.cfg)
		switch {
		case x.says == "" && err != nil, x.says != "" && (err == nil || !strings.Contains(err.Error(), x.says)):
			t.Errorf("%s: %v", name, err)
		case err != nil && (strings.Contains(err.Error(), "secret") || eaio.KindOf(err) != eaio.KindInvalid):
			t.Errorf("%s repeats a secret: %v", name, err)
		}
	}
}

func TestNothingPrintsTheKey(t *testing.T) {
	cfg := Config{APIKey: "sk-secret"}
	c := newClient(t, cfg)
	for _, s := range []string{fmt.Sprint(cfg), fmt.Sprintf("%+v %#v", cfg, cfg), fmt.Sprintf("%v %+v", c, c)} {
		if strings.Contains(s, "secret") {
			t.Error(s)
		}
	}
}

func TestStrict(t *testing.T) {
	for schema, want := range map[string]bool{
		`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`:                                          true,
		`{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}`:                                                           false,
		`{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}`:                                                                       false,
		`{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{}}}},"required":["a"],"additionalProperties":false}`: false,
		`{"type":"object","properties":{"type":{"type":"string"}},"required":["type"],"additionalProperties":false}`:                                    true,
		`{"type":"array"}`: false,
		`[]`:               false,
		`not JSON`:         false,
	} {
		if got := strict([]byte(schema)); got != want {
			t.Errorf("%s: %v", schema, got)
		}
	}
}

func FuzzStrict(f *testing.F) {
	f.Add([]byte(`{"type":"object","properties":{"a":1},"required":["a",{}],"additionalProperties":false}`))
	f.Add([]byte(`{"type":"object","required":7,"properties":[]}`))
	f.Fuzz(func(t *testing.T, schema []byte) {
		if strict(schema) && !json.Valid(schema) {
			t.Errorf("%q is strict", schema)
		}
	})
}
