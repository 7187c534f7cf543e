package activities

import (
	"context"
	"errors"
	"slices"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/workflows"
	"github.com/shopspring/decimal"
)

// BudgetStore raises budgets.
type BudgetStore interface {
	RaiseBudget(ctx context.Context, tenant eaio.TenantID, key eaio.BudgetKey, capUSD string) error
}

// Budgeter changes budgets for workflows.
type Budgeter struct{ Store BudgetStore }

// Raise gives a budget a higher cap on money; doing so again changes nothing.
func (b *Budgeter) Raise(ctx context.Context, in workflows.RaiseBudget) error {
	return failure(b.Store.RaiseBudget(ctx, in.Task.Tenant, in.Budget, in.CapUSD))
}

// tokensPerMessage is more than any chat template puts around a message.
const tokensPerMessage = 16

// estimate is the most that a call can cost: a token for each byte of its prompt,
// since every token of a tokenizer that falls back to bytes covers one at least, and
// all the output that it may give. It is several times what prose needs; what is
// too much is given back with the reply.
func estimate(p routing.Pool, r eaio.ModelRequest) (usd string, tokens int64) {
	in := len(r.Schema)
	for _, m := range r.Messages {
		in += len(m.Content) + tokensPerMessage
	}
	return costUSD(p, eaio.ModelReply{InputTokens: in, OutputTokens: r.MaxOutputTokens}), int64(in) + int64(r.MaxOutputTokens)
}

// claim takes the right to make the call and reserves what it can cost.
func (g *Generator) claim(ctx context.Context, in errand, p prepared) (call eaio.ModelCall, err error) {
	wanted := eaio.ModelCall{Key: in.key, Task: in.Task.ID, Pool: in.Candidate.Pool, Model: in.Candidate.Model, TaskToken: taskToken(ctx)}
	wanted.ReserveUSD, wanted.ReserveTokens = estimate(g.Pool, p.request)
	err = patiently(ctx, func(ctx context.Context) (err error) {
		call, err = g.Calls.Claim(ctx, in.Task.Tenant, wanted, lease)
		return err
	})
	var short *eaio.Shortfall
	if errors.As(err, &short) {
		g.tellShortfall(ctx, in, p.before, short)
	}
	return call, err
}

// tellShortfall writes into the journal which budget had no room. The task goes on
// without it all the same.
func (g *Generator) tellShortfall(ctx context.Context, in errand, before []eaio.Event, short *eaio.Shortfall) {
	events := slices.Concat(before, []eaio.Event{eaio.NewEvent(eaio.EventOverBudget, in.key, short)})
	err := patiently(ctx, func(ctx context.Context) error {
		return g.Evidence.Append(ctx, in.Task.Tenant, in.Task.ID, events...)
	})
	if err != nil {
		warn(ctx, "the journal does not tell of a budget without room", "call", in.key, "error", err)
	}
}

// warnBeyond logs a reply that cost more than its call had reserved: a price or a
// bound on the output that does not hold.
func warnBeyond(ctx context.Context, call eaio.ModelCall, reply eaio.ModelReply, cost string) {
	spent, err1 := decimal.NewFromString(cost)
	reserved, err2 := decimal.NewFromString(call.ReserveUSD)
	used := int64(reply.InputTokens) + int64(reply.OutputTokens)
	if err1 == nil && err2 == nil && spent.GreaterThan(reserved) || used > call.ReserveTokens {
		warn(ctx, "a call cost more than it had reserved", "call", call.Key, "cost_usd", cost, "reserved_usd", call.ReserveUSD, "tokens", used, "reserved_tokens", call.ReserveTokens)
	}
}
