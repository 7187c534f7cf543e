package app

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/worker"
)

// balancer is the client of a pool that this process serves.
func (a *App) balancer(m ModelPool, health *routing.Health) *routing.Balancer {
	b := &routing.Balancer{Pool: m.Pool, Gate: a.Store, Health: health, Draw: rand.IntN, Log: a.Log}
	for _, e := range m.Endpoints {
		b.Clients = append(b.Clients, e.Client)
	}
	return b
}

// served returns the pools that this process can ask.
func (a *App) served() (pools []ModelPool) {
	for _, m := range a.Models {
		if m.Missing == "" {
			pools = append(pools, m)
		}
	}
	return pools
}

// checkServed says why a queue that is a configured pool cannot be served here.
func (a *App) checkServed(queues []string) error {
	var faults []error
	for _, m := range a.Models {
		for _, q := range queues {
			if q == m.Pool.Name && m.Missing != "" {
				faults = append(faults, eaio.Errorf(eaio.KindInvalid, "", "cannot serve pool %s: %s", q, m.Missing))
			}
		}
	}
	if err := errors.Join(faults...); err != nil {
		return eaio.Errorf(eaio.KindInvalid, "worker queues", "%w", err)
	}
	return nil
}

// nodes returns the servers beside which this process serves local pools. What a
// probe finds goes on the board, so that nobody routes to a pool without a node.
func (a *App) nodes() map[string]worker.Node {
	nodes := map[string]worker.Node{}
	for _, m := range a.served() {
		if !m.Pool.Local {
			continue
		}
		nodes[m.Pool.Name] = worker.Node{
			Log:   a.Log,
			Probe: m.probe,
			Pause: func(ctx context.Context) time.Duration { return a.pause(ctx, m) },
			Told: func(ctx context.Context, answers bool) error {
				outage := time.Duration(0)
				if !answers {
					outage = worker.Outage
				}
				var errs []error
				for _, e := range m.Endpoints {
					errs = append(errs, a.Store.MarkTarget(ctx, m.Pool.Target(e.Endpoint), outage))
				}
				return errors.Join(errs...)
			},
		}
	}
	return nodes
}

// probe asks the endpoints in turn until one is there, if only to find fault.
func (m ModelPool) probe(ctx context.Context) (err error) {
	for _, e := range m.Endpoints {
		if _, err = e.Health(ctx); !worker.Away(err) {
			return nil
		}
	}
	return err
}

// pause is for how long no endpoint of the pool takes a call from here, by the
// board; 0 where that cannot be read.
func (a *App) pause(ctx context.Context, m ModelPool) time.Duration {
	states, err := a.Store.Targets(ctx)
	if err != nil {
		return 0
	}
	known := map[routing.Target]routing.State{}
	for _, s := range states {
		known[s.Target] = s
	}
	var pauses []time.Duration
	for _, e := range m.Endpoints {
		pauses = append(pauses, known[m.Pool.Target(e.Endpoint)].Pause())
	}
	return slices.Min(pauses)
}
