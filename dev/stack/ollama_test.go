package stack

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

// A real Ollama server words the answers, well or badly; whatever it says, no
// number that is in no fact gets out, and the answer comes in time.
func TestOllamaWordsTheAnswer(t *testing.T) {
	ollama := scriptedtest.Start(t)
	s := up(t, func(c *Config) { c.NoWorker, c.App.OllamaHost = true, ollama.URL() })
	for _, c := range []struct {
		model    string
		more     string        // of the question
		deadline time.Duration // 0: 4 s
		before   func() error
		reason   eaio.Reason
		calls    int // -1: one, or none where there is no time for it
		rejected int
	}{
		{model: scriptedollama.Honest, reason: eaio.ReasonModel, calls: 1},
		{model: scriptedollama.Honest, more: `,"privacy":"private"`, reason: eaio.ReasonModel, calls: 1},
		{model: scriptedollama.Liar, reason: eaio.ReasonUnverified, calls: 2, rejected: 2},
		{model: scriptedollama.Penitent, reason: eaio.ReasonModel, calls: 2, rejected: 1},
		{model: scriptedollama.Loop, reason: eaio.ReasonMalformed, calls: 1}, // the server stops it at the most tokens that we ask for
		{model: scriptedollama.Loop, deadline: 1200 * time.Millisecond, reason: eaio.ReasonDeadline, calls: -1},
		{model: scriptedollama.Stutter, reason: eaio.ReasonMalformed, calls: 1},
		{model: scriptedollama.Empty, reason: eaio.ReasonMalformed, calls: 1},
		{model: scriptedollama.Honest, before: ollama.Pause, reason: eaio.ReasonDeadline, calls: 1},
	} {
		deadline := cmp.Or(c.deadline, 4*time.Second)
		name := c.model + c.more + " " + deadline.String()
		if c.before != nil {
			name += " that hangs"
		}
		t.Run(name, func(t *testing.T) {
			cfg := s.App.Config
			cfg.OllamaModel = c.model
			worker := startWorker(t, cfg, "")
			defer worker.end()
			worker.said.await(t, "worker is up", 20*time.Second)
			warm(t, s)
			if c.before != nil {
				if err := c.before(); err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := ollama.Resume(); err != nil {
						t.Error(err)
					}
				}()
			}
			asked := time.Now()
			var got task
			call(t, s, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, fmt.Sprintf(`%s,"deadline_ms":%d`, c.more, deadline.Milliseconds())), &got)
			took := time.Since(asked)
			t.Logf("answered by %s after %s", got.Answer.AnsweredBy, took.Round(time.Millisecond))
			if took > deadline+250*time.Millisecond {
				t.Errorf("the answer took %s; the deadline was %s", took, deadline)
			}
			checkWords(t, got, c.model, c.reason)
			if n := got.Usage.ModelCalls; n != c.calls && (c.calls >= 0 || n > 1) {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
			rejected := strings.Count(strings.Join(stream(t, s, got.ID, ""), " "), string(eaio.EventRejected))
			if rejected != c.rejected {
				t.Errorf("%d replies were rejected, want %d", rejected, c.rejected)
			}
		})
	}
}

// warm has the model loaded and the parts connected.
func warm(t *testing.T, s server) {
	t.Helper()
	call(t, s, "POST", "/v1/tasks?wait=20s", "", fmt.Sprintf(night, `,"deadline_ms":20000`), nil)
}

func checkWords(t *testing.T, got task, model string, reason eaio.Reason) {
	t.Helper()
	if got.Answer.Reason != reason {
		t.Errorf("the reason is %s, want %s", got.Answer.Reason, reason)
	}
	if strings.Contains(got.Answer.Text, "999") {
		t.Errorf("a number of no fact got out: %s", got.Answer.Text)
	}
	if reason == eaio.ReasonModel {
		if got.Answer.AnsweredBy != model || got.Answer.Pool != "local" || got.Answer.Text != scriptedollama.HonestReply {
			t.Errorf("answer: %+v", got.Answer)
		}
		return
	}
	if got.Answer.AnsweredBy != eaio.Narrator || len(got.Answer.Facts) == 0 || !strings.Contains(got.Answer.Text, "[F1]") {
		t.Errorf("answer: %+v", got.Answer)
	}
}
