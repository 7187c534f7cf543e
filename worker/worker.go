// Package worker says which activities serve which task queue, with the settings
// that keep recovery short: a process polls the queues it is told and no others.
package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Activities are what a process can do. Generators is by pool.
type Activities struct {
	Planner    *activities.Planner
	Analyst    *activities.Analyst
	Librarian  *activities.Librarian
	Router     *activities.Router
	Recorder   *activities.Recorder
	Scheduler  *activities.Scheduler
	Budgeter   *activities.Budgeter
	Generators map[string]*activities.Generator
}

// Config says what to poll.
type Config struct {
	Queues       []string        // "agent", "batch", or the name of a pool
	Slots        int             // model calls at a time per pool that does not say; 0: 4
	Nodes        map[string]Node // by pool; a pool without one takes calls whenever it has a slot
	Interceptors []interceptor.WorkerInterceptor
}

// Validate reports every fault at once, as one KindInvalid error. pools are the
// names of the pools that there are.
func (c Config) Validate(pools []string) error {
	var faults []error
	var unknown []string
	for i, q := range c.Queues {
		if q != workflows.AgentQueue && q != workflows.BatchQueue && !slices.Contains(pools, q) {
			unknown = append(unknown, q)
		}
		if slices.Contains(c.Queues[:i], q) {
			faults = append(faults, fmt.Errorf("%s is named twice: once is enough", q))
		}
	}
	if len(unknown) > 0 || len(c.Queues) == 0 {
		known := append([]string{workflows.AgentQueue, workflows.BatchQueue}, pools...)
		faults = append(faults, fmt.Errorf("cannot poll [%s]: there are %s", strings.Join(unknown, " "), strings.Join(known, ", ")))
	}
	if c.Slots < 0 {
		faults = append(faults, fmt.Errorf("%d model calls at a time: want 1 or more, or 0 for %d", c.Slots, defaultSlots))
	}
	if len(faults) > 0 {
		return eaio.Errorf(eaio.KindInvalid, "worker queues", "%w", errors.Join(faults...))
	}
	return nil
}

// defaultSlots is how many calls a pool's worker makes at a time unless told.
const defaultSlots = 4

// Register makes the workflows and the short activities known under their fixed
// names. It serves real workers and the test environment alike.
func Register(r worker.Registry, a Activities) {
	r.RegisterWorkflowWithOptions(workflows.AgentTask, workflow.RegisterOptions{Name: workflows.AgentTaskName})
	r.RegisterWorkflowWithOptions(workflows.ScheduledAnalysis, workflow.RegisterOptions{Name: workflows.ScheduledAnalysisName})
	r.RegisterWorkflowWithOptions(workflows.Conversation, workflow.RegisterOptions{Name: workflows.ConversationName})
	for name, f := range map[string]any{
		workflows.PlanActivity:     a.Planner.Plan,
		workflows.AnalyseActivity:  a.Analyst.Analyse,
		workflows.RetrieveActivity: a.Librarian.Retrieve,
		workflows.RouteActivity:    a.Router.Route,
		workflows.RecordActivity:   a.Recorder.Record,
		workflows.EndActivity:      a.Recorder.End,
		workflows.ClaimDayActivity: a.Scheduler.ClaimDay,
		workflows.SettleActivity:   a.Planner.Settle,
		workflows.OutcomeActivity:  a.Recorder.Outcome,

		workflows.RaiseBudgetActivity: a.Budgeter.Raise,
	} {
		r.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
}

// RegisterPool makes a pool's model calls known on that pool's worker.
func RegisterPool(r worker.Registry, g *activities.Generator) {
	r.RegisterActivityWithOptions(g.Generate, activity.RegisterOptions{Name: workflows.GenerateActivity})
	r.RegisterActivityWithOptions(g.Plan, activity.RegisterOptions{Name: workflows.PlanByModelActivity})
}

// stopTime is how long a stopping worker waits for what is under way.
const stopTime = 5 * time.Second

// Run polls the queues until ctx ends, then lets what is under way finish.
func Run(ctx context.Context, c client.Client, cfg Config, a Activities) error {
	if err := cfg.Validate(poolNames(a)); err != nil {
		return err
	}
	// A dead worker's sticky queue would hold its runs back for seconds, and a
	// replay of these short histories costs nothing. This is the process's setting.
	worker.SetStickyWorkflowCacheSize(0)
	fatal := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	var nodes sync.WaitGroup
	defer nodes.Wait()
	defer stop()
	var started []worker.Worker
	defer func() {
		for _, w := range slices.Backward(started) {
			w.Stop()
		}
	}()
	for _, queue := range cfg.Queues {
		w, watch, err := newWorker(c, queue, cfg, a, func(err error) {
			select {
			case fatal <- err:
			default:
			}
		})
		if err != nil {
			return fmt.Errorf("prepare polling %s: %w", queue, err)
		}
		nodes.Go(func() { watch(ctx) })
		if err := w.Start(); err != nil {
			return fmt.Errorf("start polling %s: %w", queue, err)
		}
		started = append(started, w)
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-fatal:
		return fmt.Errorf("polling stopped: %w", err)
	}
}

func poolNames(a Activities) (names []string) {
	for name := range a.Generators {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// newWorker makes the worker of a queue, and what watches its node beside it.
func newWorker(c client.Client, queue string, cfg Config, a Activities, fatal func(error)) (w worker.Worker, watch func(context.Context), err error) {
	options := worker.Options{
		WorkerStopTimeout: stopTime,
		OnFatalError:      fatal,
		Interceptors:      cfg.Interceptors,
		// The SDK would keep heartbeats back for 0.8 of the timeout; a cancelled
		// task should stop its model call sooner.
		MaxHeartbeatThrottleInterval: 500 * time.Millisecond,
	}
	if g, ok := a.Generators[queue]; ok {
		return poolWorker(c, queue, cfg, g, options)
	}
	options.WorkflowTaskPollerBehavior = worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{InitialNumberOfPollers: 4, MaximumNumberOfPollers: 20})
	options.LocalActivityWorkerOnly = true
	w = worker.New(c, queue, options)
	Register(w, a)
	return w, func(context.Context) {}, nil
}

func poolWorker(c client.Client, pool string, cfg Config, g *activities.Generator, options worker.Options) (w worker.Worker, watch func(context.Context), err error) {
	slots := cmp.Or(g.Pool.Slots, cfg.Slots, defaultSlots)
	options.DisableWorkflowWorker = true
	options.ActivityTaskPollerBehavior = worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{InitialNumberOfPollers: min(slots, 2), MaximumNumberOfPollers: min(slots, 20)})
	node, beside := cfg.Nodes[pool]
	if !beside {
		options.MaxConcurrentActivityExecutionSize = slots
		w = worker.New(c, workflows.PoolQueue(pool), options)
		RegisterPool(w, g)
		return w, func(context.Context) {}, nil
	}
	d := newDoor(slots)
	if options.Tuner, err = d.tuner(); err != nil {
		return nil, nil, err
	}
	w = worker.New(c, workflows.PoolQueue(pool), options)
	w.RegisterActivityWithOptions(doubting(g, d), activity.RegisterOptions{Name: workflows.GenerateActivity})
	return w, func(ctx context.Context) { node.watch(ctx, pool, d) }, nil
}
