//go:build unix

package ollama

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

func client(t *testing.T, cfg Config) *Client {
	t.Helper()
	if cfg.Options.NumThread == 0 {
		cfg.Options.NumThread = 1
	}
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
func chat(t *testing.T, c *Client, r eaio.ModelRequest) (eaio.ModelReply, error) {
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

func TestChat(t *testing.T) {
	server := scriptedtest.Start(t)
	c := client(t, Config{Host: server.Address()})

	t.Run("a whole reply", func(t *testing.T) {
		cold, err := chat(t, c, ask(scriptedollama.Plain))
		if err != nil {
			t.Fatal(err)
		}
		warm, err := chat(t, c, ask(scriptedollama.Plain))
		if err != nil {
			t.Fatal(err)
		}
		if !cold.Cold || warm.Cold {
			t.Errorf("first call cold %v (%v), second cold %v (%v)", cold.Cold, cold.Total, warm.Cold, warm.Total)
		}
		if warm.Text != scriptedollama.PlainReply || warm.Model != scriptedollama.Plain || warm.OutputTokens < 5 || warm.InputTokens < 10 {
			t.Errorf("%+v", warm)
		}
		if warm.FirstToken <= 0 || warm.FirstToken > warm.Total {
			t.Errorf("first token after %v of %v", warm.FirstToken, warm.Total)
		}
	})

	for model, want := range map[string]string{
		scriptedollama.Honest: scriptedollama.HonestReply,
		scriptedollama.Liar:   scriptedollama.LiarReply,
		scriptedollama.UTF8:   scriptedollama.UTF8Reply,
		scriptedollama.Think:  scriptedollama.ThinkOffReply,
	} {
		t.Run(model, func(t *testing.T) {
			if r, err := chat(t, c, ask(model)); err != nil || r.Text != want {
				t.Errorf("%q, %v", r.Text, err)
			}
		})
	}

	t.Run("thinking is no part of the text", func(t *testing.T) {
		thinking := client(t, Config{Host: server.Address(), Think: true})
		r, err := chat(t, thinking, ask(scriptedollama.Think))
		if err != nil || r.Text != scriptedollama.ThinkReply {
			t.Errorf("%q, %v", r.Text, err)
		}
		_, err = chat(t, thinking, ask(scriptedollama.Plain))
		wantKind(t, err, eaio.KindInvalid) // "does not support thinking"
	})

	t.Run("schema", func(t *testing.T) {
		q := ask(scriptedollama.Malformed)
		q.Schema = json.RawMessage(`{"type":"object","properties":{"days":{"type":"integer"}},"required":["days"]}`)
		r, err := chat(t, c, q)
		var got struct{ Days *int }
		if err != nil || json.Unmarshal([]byte(r.Text), &got) != nil || got.Days == nil {
			t.Errorf("%q, %v", r.Text, err)
		}
		q.Schema = json.RawMessage(`{"type":"no such type"}`)
		if _, err = chat(t, c, q); err == nil {
			t.Error("a schema that is none was accepted")
		}
	})

	t.Run("private", func(t *testing.T) {
		q := ask(scriptedollama.Honest)
		q.Private = true
		if r, err := chat(t, c, q); err != nil || r.Text != scriptedollama.HonestReply {
			t.Errorf("%q, %v", r.Text, err)
		}
	})

	t.Run("what is no reply", func(t *testing.T) {
		for name, x := range map[string]struct {
			change func(*eaio.ModelRequest)
			kind   eaio.Kind
			says   string
		}{
			"empty":               {func(r *eaio.ModelRequest) { r.Model = scriptedollama.Empty }, eaio.KindMalformed, "empty"},
			"gives up":            {func(r *eaio.ModelRequest) { r.Model, r.MaxOutputTokens = scriptedollama.Stutter, 500 }, eaio.KindMalformed, "repeated itself"},
			"endless":             {func(r *eaio.ModelRequest) { r.Model = scriptedollama.Loop }, eaio.KindMalformed, "cut off at 64 tokens"},
			"one token":           {func(r *eaio.ModelRequest) { r.MaxOutputTokens = 1 }, eaio.KindMalformed, "cut off at 1 tokens"},
			"missing":             {func(r *eaio.ModelRequest) { r.Model = "nosuch:1b" }, eaio.KindNotFound, "ollama pull nosuch:1b"},
			"missing and private": {func(r *eaio.ModelRequest) { r.Model, r.Private = "nosuch:1b", true }, eaio.KindNotFound, "ollama pull nosuch:1b"},
			"no name":             {func(r *eaio.ModelRequest) { r.Model = "a b" }, eaio.KindInvalid, ""},
			"not for chat":        {func(r *eaio.ModelRequest) { r.Model = scriptedollama.Embedding }, eaio.KindInvalid, "does not support chat"},
		} {
			q := ask(scriptedollama.Plain)
			x.change(&q)
			r, err := chat(t, c, q)
			if eaio.KindOf(err) != x.kind || !strings.Contains(err.Error(), x.says) || r.Text != "" {
				t.Errorf("%s: %q, %v", name, r.Text, err)
			}
		}
	})

	t.Run("no deadline", func(t *testing.T) {
		_, err := c.Chat(t.Context(), ask(scriptedollama.Plain))
		wantKind(t, err, eaio.KindInvalid)
	})
}

// TestContextOverflow shows that a prompt which does not fit is reported, not cut.
func TestContextOverflow(t *testing.T) {
	server := scriptedtest.Start(t)
	c := client(t, Config{Host: server.Address(), Models: map[string]Options{scriptedollama.Plain: {NumCtx: 512}, scriptedollama.Loop: {NumCtx: 512}}})

	q := ask(scriptedollama.Plain)
	q.Messages[1].Content = strings.Repeat("9 8 7 ", 600) // 3,600 bytes, at most as many tokens
	_, err := chat(t, c, q)
	wantKind(t, err, eaio.KindTooLarge)

	q.Messages[1].Content = strings.Repeat("9 8 7 ", 1000) // cannot fit: not even sent
	_, err = chat(t, c, q)
	wantKind(t, err, eaio.KindTooLarge)

	q = ask(scriptedollama.Loop)
	q.MaxOutputTokens = 5000 // the context runs out first
	_, err = chat(t, c, q)
	if wantKind(t, err, eaio.KindTooLarge); err != nil && !strings.Contains(err.Error(), "512 tokens") {
		t.Error(err)
	}

	q = ask(scriptedollama.Honest) // the default context
	q.Messages[1].Content = strings.Repeat("9 8 7 ", 200)
	if r, err := chat(t, c, q); err != nil || r.Text != scriptedollama.HonestReply {
		t.Errorf("%q, %v", r.Text, err)
	}
}

func TestHealth(t *testing.T) {
	server := scriptedtest.Start(t)
	c := client(t, Config{Host: server.Address()})
	if _, err := chat(t, c, ask(scriptedollama.Plain)); err != nil {
		t.Fatal(err)
	}
	info, err := c.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.Version != "0.17.4" || len(info.Models) != 12 || !info.Has(scriptedollama.Liar+":latest") || info.Has("nosuch") {
		t.Errorf("%+v", info)
	}
	for _, m := range info.Models {
		if m.Bytes == 0 || m.Remote || m.Loaded && !strings.HasPrefix(m.Name, "scripted") {
			t.Errorf("%+v", m)
		}
	}
	server.Kill()
	_, err = c.Health(t.Context())
	wantKind(t, err, eaio.KindUnavailable)
}
