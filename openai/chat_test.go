//go:build unix

package openai

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

func client(t testing.TB, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func ask(model string) eaio.ModelRequest {
	return eaio.ModelRequest{
		Model:           model,
		Messages:        []eaio.Message{{Role: eaio.RoleSystem, Content: "Be brief."}, {Role: eaio.RoleUser, Content: "How was the night?"}},
		MaxOutputTokens: 64,
		CallKey:         "t1/word/1",
	}
}

// chat asks with more time than any test needs.
func chat(t testing.TB, c *Client, r eaio.ModelRequest) (eaio.ModelReply, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return c.Chat(ctx, r)
}

func wantKind(t *testing.T, err error, want eaio.Kind) {
	t.Helper()
	if eaio.KindOf(err) != want {
		t.Errorf("kind %q, want %q: %v", eaio.KindOf(err), want, err)
	}
}

// TestOllama talks to a real server: Ollama's own OpenAI protocol.
func TestOllama(t *testing.T) {
	server := scriptedtest.Start(t)
	c := client(t, Config{BaseURL: server.URL() + "/v1", Local: true})

	for model, want := range map[string]string{
		scriptedollama.Plain:  scriptedollama.PlainReply,
		scriptedollama.Honest: scriptedollama.HonestReply,
		scriptedollama.Liar:   scriptedollama.LiarReply,
		scriptedollama.UTF8:   scriptedollama.UTF8Reply,
		scriptedollama.Think:  scriptedollama.ThinkReply,
	} {
		r, err := chat(t, c, ask(model))
		if err != nil || r.Text != want || r.Model != model || r.InputTokens < 10 || r.OutputTokens < 5 || r.FirstToken <= 0 || r.FirstToken > r.Total {
			t.Errorf("%s: %+v, %v", model, r, err)
		}
	}

	q := ask(scriptedollama.Plain)
	q.Schema = json.RawMessage(`{"type":"object","properties":{"days":{"type":"integer"}},"required":["days"],"additionalProperties":false}`)
	r, err := chat(t, c, q)
	var got struct{ Days *int }
	if err != nil || json.Unmarshal([]byte(r.Text), &got) != nil || got.Days == nil {
		t.Errorf("schema: %q, %v", r.Text, err)
	}

	for name, x := range map[string]struct {
		model  string
		tokens int
		kind   eaio.Kind
	}{
		"endless":  {scriptedollama.Loop, 64, eaio.KindMalformed},
		"gives up": {scriptedollama.Stutter, 500, eaio.KindUnavailable}, // ends without a finish reason
		"empty":    {scriptedollama.Empty, 64, eaio.KindMalformed},
		"missing":  {"nosuch", 64, eaio.KindNotFound},
	} {
		q := ask(x.model)
		q.MaxOutputTokens = x.tokens
		r, err := chat(t, c, q)
		if eaio.KindOf(err) != x.kind || r.Text != "" {
			t.Errorf("%s: %q, %v", name, r.Text, err)
		}
	}

	info, err := c.Health(t.Context())
	if err != nil || !info.Has(scriptedollama.Liar+":latest") || info.Models[0].Remote {
		t.Errorf("%+v, %v", info, err)
	}
}

// TestServerDiesInTheMiddle strikes while a reply streams.
func TestServerDiesInTheMiddle(t *testing.T) {
	for name, x := range map[string]struct {
		strike func(*testing.T, *scriptedollama.Server, context.CancelFunc)
		limit  time.Duration
		kind   eaio.Kind
	}{
		"server killed": {func(t *testing.T, s *scriptedollama.Server, _ context.CancelFunc) { s.Kill() }, 20 * time.Second, eaio.KindUnavailable},
		"runner killed": {func(t *testing.T, s *scriptedollama.Server, _ context.CancelFunc) {
			if n, err := s.KillRunners(); n != 1 || err != nil {
				t.Errorf("%d runners: %v", n, err)
			}
		}, 20 * time.Second, eaio.KindUnavailable},
		"server frozen": {func(t *testing.T, s *scriptedollama.Server, _ context.CancelFunc) {
			if err := s.Pause(); err != nil {
				t.Error(err)
			}
		}, 1 * time.Second, eaio.KindDeadline},
		"caller gone": {func(_ *testing.T, _ *scriptedollama.Server, cancel context.CancelFunc) { cancel() }, 20 * time.Second, eaio.KindCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			server := scriptedtest.Start(t)
			c := client(t, Config{BaseURL: server.URL() + "/v1", Local: true})
			if _, err := chat(t, c, ask(scriptedollama.Plain)); err != nil { // loads the model
				t.Fatal(err)
			}
			streaming := watch(c)
			ctx, cancel := context.WithTimeout(t.Context(), x.limit)
			defer cancel()
			q := ask(scriptedollama.Loop)
			q.MaxOutputTokens = 8000
			failed := make(chan error, 1)
			go func() {
				_, err := c.Chat(ctx, q)
				failed <- err
			}()
			select {
			case <-streaming:
			case err := <-failed:
				t.Fatalf("ended before it was struck: %v", err)
			}
			begun := time.Now()
			x.strike(t, server, cancel)
			err := <-failed
			wantKind(t, err, x.kind)
			if took := time.Since(begun); took > 5*time.Second || err != nil && strings.Contains(err.Error(), "tick") {
				t.Errorf("took %v: %v", took, err)
			}
		})
	}
}
