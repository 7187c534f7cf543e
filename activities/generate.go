package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/workflows"
	"github.com/shopspring/decimal"
)

// Model words an answer. It returns a whole reply or an error that tells its
// kind, and keeps to the context's deadline.
type Model interface {
	Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error)
}

// EvidenceStore reads what an answer may be made of.
type EvidenceStore interface {
	Evidence(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Evidence, error)
	Append(ctx context.Context, tenant eaio.TenantID, task string, events ...eaio.Event) error
	Reply(ctx context.Context, tenant eaio.TenantID, key string) (eaio.ModelCall, error)
}

// CallStore keeps the claims on model calls and their replies.
type CallStore interface {
	Claim(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) (eaio.ModelCall, error)
	Renew(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) error
	StoreReply(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, r eaio.ModelReply, costUSD string, events []eaio.Event) error
	FailCall(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, kind eaio.Kind) error
}

// Generator makes the model calls of one pool.
type Generator struct {
	Evidence EvidenceStore
	Calls    CallStore
	Model    Model
	Pool     routing.Pool
}

const (
	beat       = 750 * time.Millisecond  // how often a call under way says that it lives
	lease      = 2500 * time.Millisecond // how long a claim lives without a beat; below the heartbeat timeout
	callMargin = 150 * time.Millisecond  // kept back to store and report the reply
	storeTime  = 2 * time.Second         // for one of the last writes of a call
	storeAgain = 100 * time.Millisecond  // between two tries to store a reply
)

// called and replied are the data of the model events.
type called struct {
	Pool    string `json:"pool"`
	Model   string `json:"model"`
	Round   int    `json:"round"`
	Attempt int    `json:"attempt"`
}

type replied struct {
	called
	InputTokens  int     `json:"input_tokens"`
	OutputTokens int     `json:"output_tokens"`
	FirstTokenMS float64 `json:"first_token_ms"`
	TotalMS      float64 `json:"total_ms"`
	CostUSD      string  `json:"cost_usd"`
}

// Generate claims the call, makes it, stores the reply before anything else can
// fail, and returns what the verifier says of it. A repeat finds the stored
// reply and pays nothing.
func (g *Generator) Generate(ctx context.Context, in workflows.Generate) (workflows.Generated, error) {
	ctx, cancel := context.WithDeadline(ctx, in.Until.Add(-callMargin))
	defer cancel()
	// On a timer, not per token: a model may think long before its first one.
	// Entering counts as the first beat.
	defer everyBeat(ctx, heartbeat)()
	p, err := g.prepare(ctx, in)
	if err != nil {
		return workflows.Generated{}, failure(stopped(ctx, err))
	}
	call, err := g.claim(ctx, in, p.request, p.evidence)
	if err != nil {
		return workflows.Generated{}, failure(stopped(ctx, err))
	}
	if !call.Replied {
		if call, err = g.call(ctx, in, call, p); err != nil {
			g.giveBack(ctx, in.Task.Tenant, call, err)
			return workflows.Generated{}, failure(stopped(ctx, err))
		}
	}
	return workflows.Generated{CallKey: call.Key, Faults: countFaults(call.Faults)}, nil
}

func callKey(task, pool string, round int) string { return fmt.Sprintf("%s/%s/%d", task, pool, round) }

// prepared is a call that is ready to be made, or why it may not be.
type prepared struct {
	request  eaio.ModelRequest
	evidence agents.Evidence
	refusal  error
}

// prepare reads what the model is to word: what the call can cost hangs on that.
func (g *Generator) prepare(ctx context.Context, in workflows.Generate) (p prepared, err error) {
	var stored eaio.Evidence
	err = patiently(ctx, func(ctx context.Context) (err error) {
		stored, err = g.Evidence.Evidence(ctx, in.Task.Tenant, in.Task.ID)
		return err
	})
	if err != nil {
		return p, err
	}
	private := privacyOf(stored.Subject) != eaio.PrivacyPublic
	switch {
	case !in.Candidate.Local && private:
		p.refusal = eaio.Errorf(eaio.KindForbidden, "generate", "the data may not leave for pool %s", in.Candidate.Pool)
	case stored.Task.Status.Ended():
		p.refusal = eaio.Errorf(eaio.KindConflict, "generate", "task %s has ended meanwhile", in.Task.ID)
	}
	p.evidence = wordable(stored, in.Route, in.RetrievalFailed)
	messages, err := g.messages(ctx, in, p.evidence)
	p.request = eaio.ModelRequest{
		Model: in.Candidate.Model, Messages: messages, MaxOutputTokens: g.Pool.MaxOutputTokens,
		CallKey: callKey(in.Task.ID, in.Candidate.Pool, in.Round), Private: private,
	}
	return p, err
}

// call makes the claimed call and stores its reply with the verdict.
func (g *Generator) call(ctx context.Context, in workflows.Generate, call eaio.ModelCall, p prepared) (eaio.ModelCall, error) {
	defer g.keepClaim(ctx, in.Task.Tenant, call)()
	if p.refusal != nil {
		return call, p.refusal
	}
	about := called{in.Candidate.Pool, in.Candidate.Model, in.Round, call.Attempt}
	events := []eaio.Event{gatheredEvent(p.evidence), routeEvent(in.Route), eaio.NewEvent(eaio.EventCalled, fmt.Sprintf("%s/%d", call.Key, call.Attempt), about)}
	err := patiently(ctx, func(ctx context.Context) error {
		return g.Evidence.Append(ctx, in.Task.Tenant, in.Task.ID, events...)
	})
	if err != nil {
		return call, err
	}
	reply, err := g.chat(ctx, p.request)
	if err != nil {
		return call, err
	}
	return g.store(ctx, in, call, about, reply, p.evidence)
}

// chat asks the model. A panic is an error like another, so that the claim is
// given back.
func (g *Generator) chat(ctx context.Context, r eaio.ModelRequest) (reply eaio.ModelReply, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = eaio.Errorf(eaio.KindInternal, "generate", "panic: %v", p)
		}
	}()
	return g.Model.Chat(ctx, r)
}

func (g *Generator) messages(ctx context.Context, in workflows.Generate, e agents.Evidence) ([]eaio.Message, error) {
	if in.Round == 1 {
		return agents.Prompt(e), nil
	}
	var previous eaio.ModelCall
	err := patiently(ctx, func(ctx context.Context) (err error) {
		previous, err = g.Evidence.Reply(ctx, in.Task.Tenant, callKey(in.Task.ID, in.Candidate.Pool, in.Round-1))
		return err
	})
	if err != nil {
		return nil, err
	}
	words := agents.Clean(previous.Reply)
	return agents.RepairPrompt(e, words, agents.Verify(words, e)), nil
}

// store keeps the reply with its verdict. It is paid for, so it is stored even
// when the caller has gone meanwhile, and tried again while the call has time.
func (g *Generator) store(ctx context.Context, in workflows.Generate, call eaio.ModelCall, about called, reply eaio.ModelReply, e agents.Evidence) (eaio.ModelCall, error) {
	faults := agents.Verify(agents.Clean(reply.Text), e)
	cost := costUSD(g.Pool, reply)
	warnBeyond(ctx, call, reply, cost)
	events := []eaio.Event{eaio.NewEvent(eaio.EventReplied, call.Key, replied{about, reply.InputTokens, reply.OutputTokens, reply.FirstToken.Seconds() * 1000, reply.Total.Seconds() * 1000, cost})}
	if len(faults) > 0 {
		encoded, err := json.Marshal(faults)
		if err != nil {
			return call, err
		}
		call.Faults = encoded
		events = append(events, eaio.NewEvent(eaio.EventRejected, call.Key, map[string]any{"round": in.Round, "faults": faults}))
	}
	once := func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
		defer cancel()
		return g.Calls.StoreReply(ctx, in.Task.Tenant, call, reply, cost, events)
	}
	for {
		left := ctx.Err() == nil
		err := once()
		if err == nil || !left || !eaio.KindOf(err).Retryable() {
			return call, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(storeAgain):
		}
	}
}

// giveBack frees the claim, so that another attempt need not wait for its lease.
func (g *Generator) giveBack(ctx context.Context, tenant eaio.TenantID, call eaio.ModelCall, err error) {
	kind := eaio.KindOf(err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	if err := g.Calls.FailCall(ctx, tenant, call, kind); err != nil {
		warn(ctx, "the claim on a call was not given back; it ends with its lease", "call", call.Key, "error", err)
	}
}

// stopped tells a worker that is shutting down, which another may take over
// from, apart from a cancelled task.
func stopped(ctx context.Context, err error) error {
	select {
	case <-stopping(ctx):
		if errors.Is(err, context.Canceled) || eaio.KindOf(err) == eaio.KindCancelled {
			return eaio.Errorf(eaio.KindUnavailable, "generate", "the worker is stopping")
		}
	default:
	}
	return err
}

func countFaults(encoded json.RawMessage) int {
	var faults []json.RawMessage
	if json.Unmarshal(encoded, &faults) != nil {
		return 0
	}
	return len(faults)
}

// costUSD prices a reply at the pool's prices per million tokens.
func costUSD(p routing.Pool, r eaio.ModelReply) string {
	price := func(perMillion string, tokens int) decimal.Decimal {
		d, err := decimal.NewFromString(perMillion)
		if err != nil {
			return decimal.Zero
		}
		return d.Mul(decimal.NewFromInt(int64(tokens))).Shift(-6)
	}
	return price(p.InputPriceUSD, r.InputTokens).Add(price(p.OutputPriceUSD, r.OutputTokens)).String()
}
