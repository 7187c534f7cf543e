package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/workflows"
)

// Spread is percentiles of a duration, in milliseconds.
type Spread struct {
	P50MS float64 `json:"p50_ms"`
	P95MS float64 `json:"p95_ms"`
	P99MS float64 `json:"p99_ms"`
	MaxMS float64 `json:"max_ms"`
}

func spread(took []time.Duration) Spread {
	slices.Sort(took)
	at := func(share float64) float64 {
		return took[min(int(share*float64(len(took))), len(took)-1)].Seconds() * 1000
	}
	return Spread{at(.5), at(.95), at(.99), at(1)}
}

// RouteCost tells what routing adds to a model call.
type RouteCost struct {
	Calls  int    `json:"calls"`
	Decide Spread `json:"decide"` // the route decision, with what it reads
	Call   Spread `json:"call"`   // the model alone, asked by its client
	Added  Spread `json:"added"`  // evidence, prompt, claim, board, journal, verification and the stored reply
}

// timed notes how long its model took for the last call; it is for one caller.
type timed struct {
	activities.Model
	took time.Duration
}

func (m *timed) Chat(ctx context.Context, r eaio.ModelRequest) (eaio.ModelReply, error) {
	started := time.Now()
	defer func() { m.took = time.Since(started) }()
	return m.Model.Chat(ctx, r)
}

// inside stands between a pool's balancer, where there is one, and its endpoint.
func (m *timed) inside(of activities.Model) activities.Model {
	balancer, ok := of.(*routing.Balancer)
	if !ok {
		m.Model = of
		return m
	}
	own := *balancer
	own.Clients = []routing.Client{{Endpoint: balancer.Clients[0].Endpoint, Model: m}}
	m.Model = balancer.Clients[0].Model
	return &own
}

// Route makes so many model calls one after another, by the steps alone, and tells
// apart what the model took.
func (d *Direct) Route(ctx context.Context, calls int) (RouteCost, error) {
	var decide, call, added []time.Duration
	for range calls {
		t, err := accept(ctx, d.Store, d.Request)
		if err != nil {
			return RouteCost{}, err
		}
		in := workflows.Record{Task: t.Ref()}
		if err := d.plan(ctx, &in); err != nil {
			return RouteCost{}, err
		}
		if err := d.gather(ctx, &in); err != nil {
			return RouteCost{}, err
		}
		started := time.Now()
		if in.Route, err = d.Steps.Router.Route(ctx, in.Task); err != nil {
			return RouteCost{}, err
		}
		decide = append(decide, time.Since(started))
		if len(in.Route.Candidates) == 0 {
			return RouteCost{}, eaio.Errorf(eaio.KindInvalid, "", "no model may be asked: configure one, such as that of `eaio bench model`")
		}
		asked := callOf(in.Task, in.Route)
		g := *d.Steps.Generators[asked.Candidate.Pool]
		model := &timed{}
		g.Model = model.inside(g.Model)
		started = time.Now()
		if _, err := g.Generate(ctx, asked); err != nil {
			return RouteCost{}, fmt.Errorf("pool %s: %w", asked.Candidate.Pool, err)
		}
		call, added = append(call, model.took), append(added, time.Since(started)-model.took)
	}
	return RouteCost{calls, spread(decide), spread(call), spread(added)}, nil
}
