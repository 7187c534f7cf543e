package starter_test

import (
	"context"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/starter"
	"go.temporal.io/api/serviceerror"
)

func TestSweepStartsWhatCouldNotBeStarted(t *testing.T) {
	f := apptest.New(t)
	s, temporal := newStarter(f)
	temporal.away = serviceerror.NewUnavailable("injected")
	var ids []string
	for range 3 {
		task, created, err := s.Ask(t.Context(), apptest.Tenant, apptest.Question(), "")
		if err != nil || !created {
			t.Fatalf("a task is accepted while Temporal is away: %t, %v", created, err)
		}
		ids = append(ids, task.ID)
	}
	planned := ids[2]
	f.Exec(t, `update tasks set status = 'running' where id = $1`, planned) // its workflow has begun
	sweep(t, s)
	if len(temporal.started) != 0 {
		t.Fatal("started without a server")
	}
	temporal.away = nil
	sweep(t, s)
	if len(temporal.started) != 2 {
		t.Errorf("%d workflows, want 2", len(temporal.started))
	}
	for _, id := range ids[:2] {
		if _, there := temporal.started["default/"+id]; !there {
			t.Errorf("%s was not started", id)
		}
	}
	sweep(t, s) // they are there, only not planned yet
	if len(temporal.started) != 2 {
		t.Errorf("%d workflows, want 2", len(temporal.started))
	}
}

// sweep sweeps once.
func sweep(t *testing.T, s *starter.Starter) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	tasks := s.Tasks
	defer func() { s.Tasks = tasks }()
	s.Tasks = &countdown{tasks, 1, cancel}
	s.Sweep(ctx, time.Hour, 0)
}

// A workflow that Temporal refuses does not hold up the tasks behind it, and what
// waits for a worker is not started again by each sweep.
func TestSweepGoesOnBehindARefusedTask(t *testing.T) {
	f := apptest.New(t)
	s, temporal := newStarter(f)
	refused, waiting := f.Accept(t, apptest.Question()), f.Accept(t, apptest.Question())
	temporal.invalid = "default/" + refused.ID
	ctx, cancel := context.WithCancel(t.Context())
	rounds := &countdown{s.Tasks, 3, cancel}
	s.Tasks = rounds
	s.Sweep(ctx, time.Millisecond, 0)
	if _, there := temporal.started["default/"+waiting.ID]; !there || len(temporal.started) != 1 {
		t.Errorf("started %v, want %s", temporal.started, waiting.ID)
	}
	if temporal.asked != 4 {
		t.Errorf("%d starts in three sweeps: want three of the refused task and one of the other", temporal.asked)
	}
}

// countdown ends a sweeper after so many sweeps.
type countdown struct {
	starter.TaskStore
	left   int
	cancel context.CancelFunc
}

func (c *countdown) Unstarted(ctx context.Context, age time.Duration, limit int) ([]eaio.Task, error) {
	list, err := c.TaskStore.Unstarted(ctx, age, limit)
	if c.left--; c.left == 0 {
		c.cancel()
	}
	return list, err
}
