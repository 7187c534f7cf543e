package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	Buildings(ctx context.Context, tenant eaio.TenantID, after string, limit int) ([]eaio.Building, error)
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
	Purpose string `json:"purpose"` // what is asked for: "word" or "plan"
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

// errand is one model call: what it is for, what to ask and how to judge the reply.
type errand struct {
	workflows.Generate
	purpose string // "word" or "plan"
	key     string // of the call
	prompt  func(ctx context.Context, stored eaio.Evidence, mask *agents.Mask) (prompt, error)
}

// prompt is what an errand asks once it has seen the evidence.
type prompt struct {
	messages []eaio.Message
	schema   json.RawMessage // of the reply; nil: plain text
	tokens   int             // at most in the reply
	before   []eaio.Event    // what must stand in the journal before the call
	judge    func(reply string) []agents.Fault
}

const (
	purposeWord = "word"
	purposePlan = "plan"
)

// Generate asks for the words of an answer, or for their repair, and returns what
// the verifier says of them.
func (g *Generator) Generate(ctx context.Context, in workflows.Generate) (workflows.Generated, error) {
	return g.pay(ctx, errand{in, purposeWord, callKey(in.Task.ID, in.Candidate.Pool, in.Round), func(ctx context.Context, stored eaio.Evidence, mask *agents.Mask) (prompt, error) {
		e := wordable(stored, in.Route, in.RetrievalFailed)
		var err error
		if e.Others, err = others(ctx, g.Evidence, in.Task.Tenant, stored.Subject); err != nil {
			return prompt{}, err
		}
		messages, err := g.messages(ctx, in, e, mask)
		return prompt{
			messages: messages, tokens: g.Pool.MaxOutputTokens, before: []eaio.Event{gatheredEvent(e), routeEvent(in.Route)},
			judge: func(reply string) []agents.Fault { return agents.Verify(agents.Clean(reply), e) },
		}, err
	}})
}

// pay claims the call of an errand, makes it, stores the reply before anything else
// can fail, and returns what was found wrong with it. A repeat finds the stored
// reply and pays nothing.
func (g *Generator) pay(ctx context.Context, in errand) (workflows.Generated, error) {
	ctx, cancel := context.WithDeadline(ctx, in.Until.Add(-callMargin))
	defer cancel()
	// On a timer, not per token: a model may think long before its first one.
	// Entering counts as the first beat.
	defer everyBeat(ctx, heartbeat)()
	p, err := g.prepare(ctx, in)
	if err != nil {
		return workflows.Generated{}, failure(stopped(ctx, err))
	}
	call, err := g.claim(ctx, in, p)
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
	prompt
	request eaio.ModelRequest
	mask    *agents.Mask
	refusal error
}

// prepare reads what the model is asked about: what the call can cost hangs on that.
func (g *Generator) prepare(ctx context.Context, in errand) (p prepared, err error) {
	var stored eaio.Evidence
	err = patiently(ctx, func(ctx context.Context) (err error) {
		stored, err = g.Evidence.Evidence(ctx, in.Task.Tenant, in.Task.ID)
		return err
	})
	if err != nil {
		return p, err
	}
	p.request = eaio.ModelRequest{Model: in.Candidate.Model, CallKey: in.key, Private: in.Candidate.Local && privacyOf(stored.Subject) != eaio.PrivacyPublic}
	if stored.Task.Status.Ended() {
		p.refusal = eaio.Errorf(eaio.KindConflict, "generate", "task %s has ended meanwhile", in.Task.ID)
		return p, nil
	}
	p.mask, err = g.mask(ctx, in.Generate, stored.Subject)
	if eaio.KindOf(err) == eaio.KindForbidden {
		p.refusal = err
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.prompt, err = in.prompt(ctx, stored, p.mask)
	p.request.Messages, p.request.Schema, p.request.MaxOutputTokens = p.messages, p.schema, p.tokens
	return p, err
}

// call makes the claimed call and stores its reply with the verdict.
func (g *Generator) call(ctx context.Context, in errand, call eaio.ModelCall, p prepared) (eaio.ModelCall, error) {
	defer g.keepClaim(ctx, in.Task.Tenant, call)()
	if p.refusal != nil {
		return call, p.refusal
	}
	about := called{in.purpose, in.Candidate.Pool, in.Candidate.Model, in.Round, call.Attempt}
	events := slices.Concat(p.before, []eaio.Event{eaio.NewEvent(eaio.EventCalled, fmt.Sprintf("%s/%d", call.Key, call.Attempt), about)})
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
	reply.Text = p.mask.Restore(reply.Text) // what is judged and stored is what the reader gets
	return g.store(ctx, in, call, about, reply, p.judge(reply.Text))
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

func (g *Generator) messages(ctx context.Context, in workflows.Generate, e agents.Evidence, mask *agents.Mask) ([]eaio.Message, error) {
	shown := masked(mask, e)
	if in.Round == 1 {
		return mask.Messages(agents.Prompt(shown)), nil
	}
	previous, err := g.reply(ctx, in.Task.Tenant, callKey(in.Task.ID, in.Candidate.Pool, in.Round-1))
	if err != nil {
		return nil, err
	}
	words := agents.Clean(previous.Reply)
	return mask.Messages(agents.RepairPrompt(shown, words, agents.Verify(words, e))), nil
}

// reply reads a call that is to be repaired.
func (g *Generator) reply(ctx context.Context, tenant eaio.TenantID, key string) (call eaio.ModelCall, err error) {
	err = patiently(ctx, func(ctx context.Context) (err error) {
		call, err = g.Evidence.Reply(ctx, tenant, key)
		return err
	})
	return call, err
}

// store keeps the reply with its verdict. It is paid for, so it is stored even
// when the caller has gone meanwhile, and tried again while the call has time.
func (g *Generator) store(ctx context.Context, in errand, call eaio.ModelCall, about called, reply eaio.ModelReply, faults []agents.Fault) (eaio.ModelCall, error) {
	cost := costUSD(g.Pool, reply)
	warnBeyond(ctx, call, reply, cost)
	events := []eaio.Event{eaio.NewEvent(eaio.EventReplied, call.Key, replied{about, reply.InputTokens, reply.OutputTokens, reply.FirstToken.Seconds() * 1000, reply.Total.Seconds() * 1000, cost})}
	if len(faults) > 0 {
		encoded, err := json.Marshal(faults)
		if err != nil {
			return call, err
		}
		call.Faults = encoded
		events = append(events, eaio.NewEvent(eaio.EventRejected, call.Key, map[string]any{"purpose": in.purpose, "round": in.Round, "faults": faults}))
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
