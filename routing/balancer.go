package routing

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/eaio/eaio"
)

// Model is one endpoint's client.
type Model interface {
	Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error)
}

// Balancer is the client of a pool: it picks the endpoint that takes a call, keeps
// to its limits and breaker, and notes how the call went. It makes one call at
// most; trying again is the caller's. It is safe for concurrent use.
type Balancer struct {
	Pool    Pool
	Clients []Client
	Gate    Gate
	Health  *Health
	Draw    func(n int) int // in [0, n), e.g. rand.IntN
	Log     *slog.Logger
}

// Client is an endpoint with what calls it.
type Client struct {
	Endpoint Endpoint
	Model    Model
}

// noteTime bounds a note on the board, which a call must not wait for long.
const noteTime = 2 * time.Second

// Chat asks one endpoint. A prompt that does not fit the pool's context is too
// large. Where no endpoint takes a call now the error is that of its limits
// (rate limited) or of its breaker, and says when to ask again. The board's own
// trouble does not stop a call.
func (b *Balancer) Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
	tokens := CountTokens(r.Messages)
	if limit := b.Pool.ContextTokens; limit > 0 && tokens+r.MaxOutputTokens > limit {
		return eaio.ModelReply{}, eaio.Errorf(eaio.KindTooLarge, "ask pool "+b.Pool.Name, "prompt (about %d tokens) and reply (%d) do not fit into the pool's %d", tokens, r.MaxOutputTokens, limit)
	}
	var first *eaio.Error
	for _, c := range b.order(ctx) {
		call := Call{
			Target: b.Pool.Target(c.Endpoint), ID: fmt.Sprintf("%s/%x", r.CallKey, b.Draw(1<<31)),
			Tokens: tokens + r.MaxOutputTokens, Limits: c.Endpoint.Limits, For: callTime(ctx),
		}
		refusal, err := b.begin(ctx, call)
		if err != nil {
			b.Log.WarnContext(ctx, "a call is made without a look at its endpoint's limits", "pool", b.Pool.Name, "endpoint", c.Endpoint.Name, "error", err)
		}
		if refusal.Reason == "" {
			r.Model = call.Model
			return b.ask(ctx, c, call, r)
		}
		if first == nil {
			first = refused(call.Target, refusal)
		}
	}
	return eaio.ModelReply{}, first
}

func refused(t Target, r Refusal) *eaio.Error {
	kind, why := eaio.KindRateLimited, "its limits are used up"
	switch r.Reason {
	case eaio.ReasonFull:
		why = "it has as many calls in flight as it may"
	case eaio.ReasonUnavailable:
		kind, why = eaio.KindUnavailable, "it has failed and is left alone for a while"
	}
	err := eaio.Errorf(kind, "ask pool "+t.Pool, "endpoint %s takes no call now: %s", t.Endpoint, why)
	err.RetryAfter = max(r.Wait, FullPause)
	return err
}

// callTime is how long a call may be in flight: a little past its deadline.
func callTime(ctx context.Context) time.Duration {
	until, ok := ctx.Deadline()
	if !ok {
		return time.Minute
	}
	return time.Until(until) + time.Second
}

func (b *Balancer) begin(ctx context.Context, c Call) (Refusal, error) {
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	return b.Gate.BeginCall(ctx, c)
}

// ask makes the call and notes how it ended, even where it panics.
func (b *Balancer) ask(ctx context.Context, c Client, call Call, r eaio.ModelRequest) (reply eaio.ModelReply, err error) {
	begun, o := time.Now(), Outcome{Kind: eaio.KindInternal}
	defer func() {
		o.Total = time.Since(begun)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
		defer cancel()
		if err := b.Gate.EndCall(ctx, call, o); err != nil {
			b.Log.WarnContext(ctx, "how a call went was not noted", "pool", call.Pool, "endpoint", call.Endpoint, "error", err)
		} else if v := Judge(o.Kind); v == Trouble || v == Limited {
			b.Health.Forget() // so that a second try need not meet the same endpoint
		}
	}()
	reply, err = c.Model.Chat(ctx, r)
	o = Outcome{
		Kind: eaio.KindOf(err), RetryAfter: eaio.RetryAfterOf(err),
		FirstToken: reply.FirstToken, InputTokens: reply.InputTokens, OutputTokens: reply.OutputTokens,
	}
	return reply, err
}

// order puts the better of two endpoints drawn at random first; the others stand
// behind it by their score, for when it refuses.
func (b *Balancer) order(ctx context.Context) []Client {
	if len(b.Clients) < 2 {
		return b.Clients
	}
	states, err := b.Health.States(ctx)
	if err != nil {
		b.Log.WarnContext(ctx, "an endpoint is picked without a look at the board", "pool", b.Pool.Name, "error", err)
	}
	scores := make([]float64, len(b.Clients))
	for i, c := range b.Clients {
		s := stateOf(b.Pool.Target(c.Endpoint), states)
		if scores[i] = s.score(); s.usable(c.Endpoint.Limits) != "" {
			scores[i] += shutLast
		}
	}
	return pick(b.Clients, scores, b.Draw)
}

// shutLast is more seconds than any answer takes.
const shutLast = 1e9
