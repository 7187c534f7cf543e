package ollama

import (
	"context"
	"strings"
	"time"

	"github.com/ollama/ollama/api"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

const (
	// coldLoad tells a load, of which the shortest seen took some 50 ms, from finding
	// the model in memory, which takes the server 2 to 5 ms.
	coldLoad = 25 * time.Millisecond
	// afterDone is how long the end of the connection's turn is waited for once
	// the reply is whole, so that the next call can use the connection.
	afterDone = 50 * time.Millisecond
	// serverRepeats is after how many equal pieces the server gives up on a
	// model; it then replies as if nothing were wrong, but for Done.
	serverRepeats = 30
	// bytesPerToken is more than prose averages in any language and tokenizer.
	bytesPerToken = 8
)

// Chat asks a model and returns its reply once the server has said that it is
// whole. ctx must have a deadline: a stalled model never ends by itself.
//
// The reply is not streamed. When a caller leaves a stream, Ollama 0.17.4 can
// block for good in handing over the next piece, and with it the slot of the
// model: 10 of 200 calls that met their deadline in the middle left a server that
// answered nobody, against none of 200 that asked for the reply as a whole.
// FirstToken is therefore reckoned from the server's own times.
//
// A reply that reached MaxOutputTokens is malformed, since asking for a shorter
// one may help; a prompt that leaves no room in the context is too large. For a
// private request whose model a cloud runs, the error is forbidden and the text
// is dropped.
func (c *Client) Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
	op := "ask ollama for " + modelhttp.Clip(r.Model)
	if err := modelhttp.CheckRequest(ctx, op, r); err != nil {
		return eaio.ModelReply{}, err
	}
	numCtx, sent := c.cfg.of(r.Model).NumCtx, promptBytes(r)
	if sent > bytesPerToken*numCtx {
		return eaio.ModelReply{}, eaio.Errorf(eaio.KindTooLarge, op, "a prompt of %d bytes does not fit into a context of %d tokens", sent, numCtx)
	}
	if r.Private {
		if err := c.keepsPrivate(ctx, op, r.Model); err != nil {
			return eaio.ModelReply{}, err
		}
	}
	within, stop := context.WithCancel(ctx)
	defer stop()
	x := modelhttp.NewExchange(r.CallKey, r.MaxOutputTokens)
	s := gathered{request: r, op: op, begun: time.Now(), stop: stop}
	err := c.api.Chat(x.Context(within), c.request(r), s.add)
	switch {
	case s.breach != nil:
		return eaio.ModelReply{}, s.breach
	case s.done:
		return s.reply(numCtx)
	case err == nil && x.Ended() && s.repeats() >= serverRepeats:
		return eaio.ModelReply{}, eaio.Errorf(eaio.KindMalformed, op, "the model repeated itself until the server stopped it")
	}
	return eaio.ModelReply{}, c.failure(ctx, op, r.Model, x, err)
}

// request builds the call. Nothing may be cut off silently: neither the prompt
// (truncate) nor what the model still remembers of it (shift).
func (c *Client) request(r eaio.ModelRequest) *api.ChatRequest {
	never, options := false, c.cfg.of(r.Model)
	q := &api.ChatRequest{
		Model:    r.Model,
		Format:   r.Schema,
		Stream:   &never,
		Truncate: &never,
		Shift:    &never,
		Think:    &api.ThinkValue{Value: c.cfg.Think},
		Options: map[string]any{
			"num_ctx":     options.NumCtx,
			"num_predict": r.MaxOutputTokens,
			"temperature": 0,
			"seed":        1,
		},
	}
	if options.NumBatch > 0 {
		q.Options["num_batch"] = options.NumBatch
	}
	if options.NumThread > 0 {
		q.Options["num_thread"] = options.NumThread
	}
	if c.cfg.KeepAlive > 0 {
		q.KeepAlive = &api.Duration{Duration: c.cfg.KeepAlive}
	}
	for _, m := range r.Messages {
		q.Messages = append(q.Messages, api.Message{Role: string(m.Role), Content: m.Content})
	}
	return q
}

// gathered is what has arrived of a reply.
type gathered struct {
	request eaio.ModelRequest
	op      string
	begun   time.Time
	stop    context.CancelFunc

	text   strings.Builder
	done   bool
	end    api.ChatResponse
	breach error
}

func (s *gathered) add(p api.ChatResponse) error {
	if s.request.Private && (p.RemoteHost != "" || p.RemoteModel != "") {
		s.breach = eaio.Errorf(eaio.KindForbidden, s.op, "a cloud (%s) answered a private request: its text was dropped; set OLLAMA_NO_CLOUD=1 for the server", modelhttp.Clip(p.RemoteHost))
		return s.breach
	}
	if s.done {
		return nil
	}
	s.text.WriteString(p.Message.Content)
	if p.Done {
		s.done, s.end = true, p
		time.AfterFunc(afterDone, s.stop)
	}
	return nil
}

// repeats counts the equal words at the end of the text, as the server does.
func (s *gathered) repeats() int {
	words := strings.Fields(s.text.String())
	n := 0
	for i := len(words) - 1; i > 0 && words[i] == words[i-1]; i-- {
		n++
	}
	return n
}

// reply judges a reply that ended in order.
func (s *gathered) reply(numCtx int) (eaio.ModelReply, error) {
	r := eaio.ModelReply{
		Text:         s.text.String(),
		Model:        s.end.Model,
		InputTokens:  s.end.PromptEvalCount,
		OutputTokens: s.end.EvalCount,
		Total:        time.Since(s.begun),
		Cold:         s.end.LoadDuration >= coldLoad,
	}
	r.FirstToken = firstToken(r.Total, s.end.Metrics)
	if err := s.fault(r, numCtx); err != nil {
		return eaio.ModelReply{}, err
	}
	return r, nil
}

// firstToken reckons when the first token was there: the server generates last,
// at an even pace.
func firstToken(total time.Duration, m api.Metrics) time.Duration {
	later := m.EvalDuration
	if m.EvalCount > 0 {
		later -= m.EvalDuration / time.Duration(m.EvalCount)
	}
	return min(max(total-later, 0), total)
}

func (s *gathered) fault(r eaio.ModelReply, numCtx int) error {
	switch {
	case s.end.DoneReason == "length" && r.OutputTokens < s.request.MaxOutputTokens:
		return eaio.Errorf(eaio.KindTooLarge, s.op, "prompt (%d tokens) and reply do not fit into the context of %d tokens", r.InputTokens, numCtx)
	case s.end.DoneReason == "length":
		return eaio.Errorf(eaio.KindMalformed, s.op, "the reply was cut off at %d tokens", s.request.MaxOutputTokens)
	case s.end.DoneReason != "stop" && s.end.DoneReason != "":
		return eaio.Errorf(eaio.KindUnavailable, s.op, "the reply ended for the reason %q", modelhttp.Clip(s.end.DoneReason))
	}
	if sent := promptBytes(s.request); r.InputTokens > 0 && sent > bytesPerToken*r.InputTokens {
		return eaio.Errorf(eaio.KindTooLarge, s.op, "the server read %d tokens of a prompt of %d bytes: it cut the prompt", r.InputTokens, sent)
	}
	return modelhttp.CheckText(s.op, s.request, r.Text)
}

func promptBytes(r eaio.ModelRequest) int {
	n := 0
	for _, m := range r.Messages {
		n += len(m.Content)
	}
	return n
}
