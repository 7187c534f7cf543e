package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/workflows"
)

// Node is the model server that a local pool's worker stands beside. While it does
// not answer, or fails what it is asked, the worker takes no calls, so that they
// wait for a node that serves them: else the broken node would fail fastest and take
// them all.
type Node struct {
	Probe func(ctx context.Context) error               // nil: it answers
	Told  func(ctx context.Context, answers bool) error // after each change, and each probe of one that is away; nil: nobody
	// Pause is for how long a node that answers takes no calls all the same, since
	// they keep failing there; nil: never.
	Pause func(ctx context.Context) time.Duration
	Every time.Duration // between probes; 0: 2 s
	Log   *slog.Logger
}

const (
	probeEvery = 2 * time.Second
	probeTime  = 5 * time.Second
)

// Outage is for how long a node that did not answer a probe is to be left alone:
// the next probes renew it.
const Outage = 3 * probeEvery

// watch probes the node until ctx ends, and at once when the door is doubted. The
// door is opened by the first probe that is answered.
func (n Node) watch(ctx context.Context, pool string, d *door) {
	every := n.Every
	if every <= 0 {
		every = probeEvery
	}
	for answered, first := false, true; ; first = false {
		err := n.probe(ctx)
		if ctx.Err() != nil {
			return
		}
		answers, wait := !Away(err), every
		if pause := n.pause(ctx, answers); pause > 0 {
			d.set(false)
			wait = min(every, pause)
		} else {
			d.set(answers)
		}
		if changed := answers != answered; changed || first || !answers {
			n.tell(ctx, pool, answers, changed || first, err)
		}
		answered = answers
		select {
		case <-ctx.Done():
			return
		case <-d.doubts:
		case <-time.After(wait):
		}
	}
}

func (n Node) probe(ctx context.Context) error {
	limit, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	return n.Probe(limit)
}

func (n Node) pause(ctx context.Context, answers bool) time.Duration {
	if !answers || n.Pause == nil {
		return 0
	}
	limit, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	return n.Pause(limit)
}

// Away reports whether a probe found nobody. A server that answers with a fault,
// such as one without a list of models, is there.
func Away(err error) bool {
	k := eaio.KindOf(err)
	return k == eaio.KindUnavailable || k == eaio.KindDeadline
}

func (n Node) tell(ctx context.Context, pool string, answers, changed bool, err error) {
	switch {
	case !changed:
	case answers:
		n.Log.InfoContext(ctx, "the pool's node answers", "pool", pool)
	default:
		n.Log.WarnContext(ctx, "the pool's node does not answer; its calls are left to others until it does", "pool", pool, "error", err)
	}
	if n.Told == nil {
		return
	}
	limit, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	if err := n.Told(limit, answers); err != nil && ctx.Err() == nil {
		n.Log.WarnContext(ctx, "the state of the pool's node was not noted", "pool", pool, "error", err)
	}
}

// doubting makes the calls of g; one that fails casts doubt on the node, before
// its slot is free again.
func doubting(g *activities.Generator, d *door) func(context.Context, workflows.Generate) (workflows.Generated, error) {
	return func(ctx context.Context, in workflows.Generate) (workflows.Generated, error) {
		out, err := g.Generate(ctx, in)
		if err != nil {
			d.doubt()
		}
		return out, err
	}
}
