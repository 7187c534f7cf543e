package starter

import (
	"context"
	"time"

	"github.com/eaio/eaio"
)

// sweepLimit is how many tasks one sweep looks at, oldest first.
const sweepLimit = 1000

// Sweep starts tasks that were accepted longer ago than age and have no
// workflow, every interval until ctx ends: a process may die between storing a
// task and starting it, and Temporal may be away then. Any number of sweepers may
// do so at once; each starts a task once, however long that waits for a worker.
func (s *Starter) Sweep(ctx context.Context, every, age time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	started := map[string]bool{}
	for {
		started = s.sweep(ctx, age, started)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweep starts what has not been started before and returns what still waits
// for a worker.
func (s *Starter) sweep(ctx context.Context, age time.Duration, before map[string]bool) map[string]bool {
	tasks, err := s.Tasks.Unstarted(ctx, age, sweepLimit)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "looking for unstarted tasks failed", "error", err)
		}
		return before
	}
	started := make(map[string]bool, len(tasks))
	for _, t := range tasks {
		if before[t.ID] {
			started[t.ID] = true
		}
	}
	for _, t := range tasks {
		if started[t.ID] {
			continue
		}
		if err := s.Start(ctx, t); err != nil {
			s.Log.WarnContext(ctx, "starting an accepted task failed; it is tried again", "task", t.ID, "error", err)
			if eaio.KindOf(err).Retryable() || ctx.Err() != nil {
				break // Temporal is away: the others would fare no better
			}
			continue
		}
		started[t.ID] = true
	}
	return started
}
