package starter

import (
	"context"
	"fmt"
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
	w := sweeper{Starter: s, age: age}
	for {
		w.tell(ctx, w.sweep(ctx))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweeper is what one sweep leaves to the next.
type sweeper struct {
	*Starter
	age     time.Duration
	started map[string]bool // what it started that still waits for a worker
	failing bool
}

func (w *sweeper) sweep(ctx context.Context) error {
	tasks, err := w.Tasks.Unstarted(ctx, w.age, sweepLimit)
	if err != nil {
		return fmt.Errorf("look for unstarted tasks: %w", err)
	}
	before := w.started
	w.started = make(map[string]bool, len(tasks))
	var failed error
	for _, t := range tasks {
		if before[t.ID] {
			w.started[t.ID] = true
			continue
		}
		if failed != nil && eaio.KindOf(failed).Retryable() {
			continue // Temporal is away: the others would fare no better
		}
		if err := w.Start(ctx, t); err != nil {
			failed = fmt.Errorf("start accepted task %s: %w", t.ID, err)
			continue
		}
		w.started[t.ID] = true
	}
	return failed
}

// tell logs the first of several failures in a row, and their end.
func (w *sweeper) tell(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !w.failing:
		w.Log.WarnContext(ctx, "sweeping accepted tasks failed; it is tried again", "error", err)
	case err == nil && w.failing:
		w.Log.InfoContext(ctx, "sweeping accepted tasks works again")
	}
	w.failing = err != nil
}
