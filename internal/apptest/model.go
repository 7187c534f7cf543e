package apptest

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
)

// Reply is what a model does with one call.
type Reply func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error)

// Model does for its n-th call what its n-th reply says; the last one repeats.
type Model struct {
	mu       sync.Mutex
	script   []Reply
	requests []eaio.ModelRequest
}

// NewModel makes a model of at least one reply.
func NewModel(script ...Reply) *Model { return &Model{script: script} }

// Chat counts the call and does what the script says.
func (m *Model) Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
	m.mu.Lock()
	reply := m.script[min(len(m.requests), len(m.script)-1)]
	m.requests = append(m.requests, r)
	m.mu.Unlock()
	return reply(ctx, r)
}

// Requests returns what the model was asked, call by call.
func (m *Model) Requests() []eaio.ModelRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]eaio.ModelRequest(nil), m.requests...)
}

// Say answers with a text, for 1000 tokens in and 100 out.
func Say(text string) Reply {
	return func(context.Context, eaio.ModelRequest) (eaio.ModelReply, error) {
		return eaio.ModelReply{Text: text, InputTokens: 1000, OutputTokens: 100, FirstToken: time.Millisecond, Total: 2 * time.Millisecond}, nil
	}
}

// Lie is a text with a number that no fact of the sample has.
func Lie() Reply { return Say("Last night the building used 987,654 kWh [F1].") }

// Truth answers with words that verify, and end with Mark. It reads the evidence
// where the activities read it, so that it holds whatever the facts are.
func (f *Fixture) Truth() Reply {
	return func(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
		task, _, _ := strings.Cut(r.CallKey, "/")
		e, err := f.Store.Store.Evidence(ctx, Tenant, task)
		if err != nil {
			return eaio.ModelReply{}, err
		}
		text, _ := agents.Narrate(agents.Evidence{
			Request: e.Task.Request, Plan: *e.Task.Plan, Building: *e.Building, AsOf: e.Task.AsOf, Results: e.Results, Citations: e.Citations,
		})
		return Say(text+"\n"+Mark)(ctx, r)
	}
}

// Mark ends the words of Truth: it tells them from the narrator's.
const Mark = "Please have a look."

// Fail answers with an error.
func Fail(kind eaio.Kind, retryAfter time.Duration) Reply {
	return func(context.Context, eaio.ModelRequest) (eaio.ModelReply, error) {
		err := eaio.Errorf(kind, "chat", "injected: %s", kind)
		err.RetryAfter = retryAfter
		return eaio.ModelReply{}, err
	}
}

// Hang answers when its context ends, as a model does that has stalled.
func Hang(ctx context.Context, _ eaio.ModelRequest) (eaio.ModelReply, error) {
	<-ctx.Done()
	return eaio.ModelReply{}, eaio.Errorf(eaio.KindOf(ctx.Err()), "chat", "%w", ctx.Err())
}

// Panic answers with a panic.
func Panic(context.Context, eaio.ModelRequest) (eaio.ModelReply, error) { panic("injected") }
