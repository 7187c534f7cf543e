//go:build unix

package scriptedollama_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ollama/ollama/api"

	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

func TestReplies(t *testing.T) {
	c := client(t, scriptedtest.Start(t))
	for model, want := range map[string]string{
		scriptedollama.Plain:     scriptedollama.PlainReply,
		scriptedollama.Honest:    scriptedollama.HonestReply,
		scriptedollama.Liar:      scriptedollama.LiarReply,
		scriptedollama.JSON:      scriptedollama.JSONReply,
		scriptedollama.UTF8:      scriptedollama.UTF8Reply,
		scriptedollama.Malformed: scriptedollama.MalformedReply,
		scriptedollama.Empty:     "",
		scriptedollama.Think:     scriptedollama.ThinkReply,
	} {
		text, last := chat(t, c, &api.ChatRequest{Model: model})
		if text != want || last.DoneReason != "stop" {
			t.Errorf("%s said %q (%s), want %q", model, text, last.DoneReason, want)
		}
	}
}

func TestPenitentTellsTheTruthWhenAskedAgain(t *testing.T) {
	c := client(t, scriptedtest.Start(t))
	first, _ := chat(t, c, &api.ChatRequest{Model: scriptedollama.Penitent})
	second, _ := chat(t, c, &api.ChatRequest{Model: scriptedollama.Penitent}, api.Message{Role: "assistant", Content: first}, api.Message{Role: "user", Content: "Write it again."})
	if first != scriptedollama.LiarReply || second != scriptedollama.HonestReply {
		t.Errorf("said %q, then %q", first, second)
	}
}

func TestThinkingCanBeTurnedOff(t *testing.T) {
	c := client(t, scriptedtest.Start(t))
	text, _ := chat(t, c, &api.ChatRequest{Model: scriptedollama.Think, Think: &api.ThinkValue{Value: false}})
	if text != scriptedollama.ThinkOffReply {
		t.Errorf("said %q", text)
	}
}

func TestEndlessReplies(t *testing.T) {
	c := client(t, scriptedtest.Start(t))
	text, last := chat(t, c, &api.ChatRequest{Model: scriptedollama.Loop, Options: map[string]any{"num_predict": 12}})
	if want := strings.Repeat(scriptedollama.LoopWord, 3); text != want || last.DoneReason != "length" {
		t.Errorf("loop said %q (%s)", text, last.DoneReason)
	}
	text, last = chat(t, c, &api.ChatRequest{Model: scriptedollama.Stutter})
	if last.Done || !strings.HasPrefix(text, strings.Repeat(scriptedollama.StutterWord, 20)) {
		t.Errorf("stutter said %q, done %v", text, last.Done)
	}
}

func TestSchemaIsKept(t *testing.T) {
	c := client(t, scriptedtest.Start(t))
	schema := json.RawMessage(`{"type":"object","properties":{"analysis":{"enum":["usage","anomalies"]},"days":{"type":"integer"},"why":{"type":"string"}},"required":["analysis","days","why"]}`)
	for _, model := range []string{scriptedollama.Plain, scriptedollama.JSON} {
		text, _ := chat(t, c, &api.ChatRequest{Model: model, Format: schema})
		var got struct {
			Analysis, Why string
			Days          *int
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Days == nil || got.Analysis == "" {
			t.Errorf("%s said %q: %v", model, text, err)
		}
	}
}

func TestEmbeddingsOfSharedWordsAreCloser(t *testing.T) {
	c := client(t, scriptedtest.Start(t))
	r, err := c.Embed(t.Context(), &api.EmbedRequest{Model: scriptedollama.Embedding, Input: []string{"the chiller load at night", "night load of the chiller", "a school holiday"}})
	if err != nil {
		t.Fatal(err)
	}
	near, far := dot(r.Embeddings[0], r.Embeddings[1]), dot(r.Embeddings[0], r.Embeddings[2])
	if len(r.Embeddings[0]) != 64 || near <= far {
		t.Errorf("%d wide, near %.3f, far %.3f", len(r.Embeddings[0]), near, far)
	}
}

func TestServerOutlivesARestartAndDiesWhole(t *testing.T) {
	s := scriptedtest.Start(t)
	c := client(t, s)
	chat(t, c, &api.ChatRequest{Model: scriptedollama.Plain})
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text, _ := chat(t, c, &api.ChatRequest{Model: scriptedollama.Plain}); text != scriptedollama.PlainReply {
		t.Errorf("after a restart: %q", text)
	}
	if n, err := s.KillRunners(); err != nil || n != 1 {
		t.Errorf("%d runners, want 1: %v", n, err)
	}
	s.Kill()
	if _, err := c.Version(t.Context()); err == nil {
		t.Error("a killed server answers")
	}
}

func client(t *testing.T, s *scriptedollama.Server) *api.Client {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return api.NewClient(u, &http.Client{})
}

func chat(t *testing.T, c *api.Client, r *api.ChatRequest, more ...api.Message) (string, api.ChatResponse) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r.Messages = append([]api.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "How was the night?"}}, more...)
	var text strings.Builder
	var last api.ChatResponse
	if err := c.Chat(ctx, r, func(p api.ChatResponse) error {
		text.WriteString(p.Message.Content)
		last = p
		return nil
	}); err != nil {
		t.Fatalf("%s: %v", r.Model, err)
	}
	return text.String(), last
}

func dot(a, b []float32) (sum float32) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
