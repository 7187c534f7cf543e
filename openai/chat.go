package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	api "github.com/sashabaranov/go-openai"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

// afterFinish is how long the token counts and the end of a stream are waited
// for once the text is whole.
const afterFinish = 250 * time.Millisecond

// coldest is as good as the temperature 0, which the library does not send. The
// library's own advice, the smallest float32, makes llama.cpp divide by it and
// abort, so that Ollama's runner dies.
const coldest = 1e-6

// Chat asks a model and returns its reply once the endpoint has given the reason
// for which it ended. ctx must have a deadline: a stalled model never ends by
// itself. Token counts are 0 where the endpoint tells none.
//
// A reply that reached MaxOutputTokens is malformed, since asking for a shorter
// one may help; one that ran out of context is too large. A private request is
// forbidden, and not sent, unless the endpoint is local.
func (c *Client) Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
	op := "ask " + c.host + " for " + modelhttp.Clip(r.Model)
	if err := modelhttp.CheckRequest(ctx, op, r); err != nil {
		return eaio.ModelReply{}, err
	}
	if r.Private && !c.local {
		return eaio.ModelReply{}, eaio.Errorf(eaio.KindForbidden, op, "the request is private, and the endpoint is not local")
	}
	within, stop := context.WithCancel(ctx)
	defer stop()
	x := modelhttp.NewExchange(r.CallKey, r.MaxOutputTokens)
	s := stream{request: r, op: op, begun: time.Now(), model: r.Model, stop: stop}
	err := c.receive(x.Context(within), &s)
	if x.Header != nil {
		l := modelhttp.LimitsOf(x.Header)
		c.limits.Store(&l)
	}
	if s.finish == "" {
		return eaio.ModelReply{}, c.failure(ctx, op, x, err)
	}
	x.Drain()
	return s.reply()
}

// receive feeds the stream to s until it ends; only an end without a finish
// reason is a failure.
func (c *Client) receive(ctx context.Context, s *stream) error {
	in, err := c.api.CreateChatCompletionStream(ctx, c.request(s.request))
	if err != nil {
		return err
	}
	defer in.Close()
	for {
		raw, err := in.RecvRaw()
		if errors.Is(err, io.EOF) {
			return errors.New("the stream ended without a finish reason")
		}
		if err != nil {
			return err
		}
		if err := s.add(raw); err != nil {
			return err
		}
	}
}

// request builds the call at the lowest useful temperature.
func (c *Client) request(r eaio.ModelRequest) api.ChatCompletionRequest {
	q := api.ChatCompletionRequest{
		Model:               r.Model,
		MaxCompletionTokens: r.MaxOutputTokens,
		Temperature:         coldest,
		StreamOptions:       &api.StreamOptions{IncludeUsage: true},
	}
	if api.NewReasoningValidator().Validate(q) != nil { // such a model takes no temperature
		q.Temperature = 0
	} else if c.host != officialHost {
		// Ollama and others ignore the newer name, and with it the limit.
		q.MaxTokens, q.MaxCompletionTokens = r.MaxOutputTokens, 0 //nolint:staticcheck // deprecated by OpenAI alone
	}
	if r.Schema != nil {
		q.ResponseFormat = &api.ChatCompletionResponseFormat{
			Type:       api.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &api.ChatCompletionResponseFormatJSONSchema{Name: "reply", Schema: r.Schema, Strict: strict(r.Schema)},
		}
	}
	for _, m := range r.Messages {
		q.Messages = append(q.Messages, api.ChatCompletionMessage{Role: string(m.Role), Content: m.Content})
	}
	return q
}

// stream gathers a reply from its pieces.
type stream struct {
	request eaio.ModelRequest
	op      string
	begun   time.Time
	stop    context.CancelFunc

	text    strings.Builder
	refusal strings.Builder
	first   time.Duration
	model   string
	finish  api.FinishReason
	usage   api.Usage
}

// piece is a chunk of the stream, or the failure that some endpoints send in its
// place.
type piece struct {
	api.ChatCompletionStreamResponse
	Error json.RawMessage `json:"error"`
}

func (s *stream) add(raw []byte) error {
	var p piece
	if err := json.Unmarshal(raw, &p); err != nil {
		return errors.New("the stream holds something that is not a chunk of a reply")
	}
	if len(p.Error) > 0 && string(p.Error) != "null" {
		return streamFault(p.Error)
	}
	if p.Model != "" {
		s.model = p.Model
	}
	if p.Usage != nil {
		s.usage = *p.Usage
	}
	for _, choice := range p.Choices {
		if choice.Index == 0 {
			s.take(choice)
		}
	}
	return nil
}

func (s *stream) take(choice api.ChatCompletionStreamChoice) {
	if choice.Delta.Content != "" && s.first == 0 {
		s.first = time.Since(s.begun)
	}
	s.text.WriteString(choice.Delta.Content)
	s.refusal.WriteString(choice.Delta.Refusal)
	if s.finish == "" && choice.FinishReason != "" {
		s.finish = choice.FinishReason
		time.AfterFunc(afterFinish, s.stop)
	}
}

// reply judges a stream that ended in order.
func (s *stream) reply() (eaio.ModelReply, error) {
	if err := s.fault(); err != nil {
		return eaio.ModelReply{}, err
	}
	return eaio.ModelReply{
		Text:         s.text.String(),
		Model:        s.model,
		InputTokens:  s.usage.PromptTokens,
		OutputTokens: s.usage.CompletionTokens,
		FirstToken:   s.first,
		Total:        time.Since(s.begun),
	}, nil
}

func (s *stream) fault() error {
	switch s.finish {
	case api.FinishReasonContentFilter:
		return eaio.Errorf(eaio.KindRefused, s.op, "the content filter stopped the reply")
	case api.FinishReasonLength:
		if n := s.usage.CompletionTokens; n > 0 && n < s.request.MaxOutputTokens {
			return eaio.Errorf(eaio.KindTooLarge, s.op, "prompt (%d tokens) and reply do not fit into the model's context", s.usage.PromptTokens)
		}
		return eaio.Errorf(eaio.KindMalformed, s.op, "the reply was cut off at %d tokens", s.request.MaxOutputTokens)
	}
	if s.refusal.Len() > 0 {
		return eaio.Errorf(eaio.KindRefused, s.op, "the model refused: %s", modelhttp.Clip(s.refusal.String()))
	}
	return modelhttp.CheckText(s.op, s.request, s.text.String())
}
