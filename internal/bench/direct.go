package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// Store accepts tasks and shows them.
type Store interface {
	Accept(ctx context.Context, t eaio.Task, bodyHash string) (stored eaio.Task, created bool, err error)
	Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error)
}

// Direct has the question answered by the steps alone, called one after another
// in this process: the floor that any engine stands on.
type Direct struct {
	Store   Store
	Steps   worker.Activities
	Request eaio.Request
}

// accept stores a new task as the API does.
func accept(ctx context.Context, s Store, r eaio.Request) (eaio.Task, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return eaio.Task{}, err
	}
	now := time.Now().UTC()
	r.IdempotencyKey = id.String()
	t := eaio.Task{ID: id.String(), Tenant: eaio.DefaultTenant, Request: r, CreatedAt: now, DeadlineAt: now.Add(r.Deadline)}
	t, _, err = s.Accept(ctx, t, "benchmark")
	return t, err
}

// Ask accepts a task, takes it through its steps and reads its answer.
func (d *Direct) Ask(ctx context.Context) (eaio.Task, error) {
	t, err := accept(ctx, d.Store, d.Request)
	if err != nil {
		return t, err
	}
	in := workflows.Record{Task: t.Ref()}
	for _, step := range []func(context.Context, *workflows.Record) error{d.plan, d.gather, d.word, d.record} {
		if err := step(ctx, &in); err != nil {
			return t, err
		}
	}
	return d.Store.Task(ctx, t.Tenant, t.ID)
}

func (d *Direct) plan(ctx context.Context, in *workflows.Record) error {
	_, err := d.Steps.Planner.Plan(ctx, in.Task)
	return err
}

func (d *Direct) gather(ctx context.Context, in *workflows.Record) error {
	var side errgroup.Group
	side.Go(func() error { _, err := d.Steps.Analyst.Analyse(ctx, in.Task); return err })
	side.Go(func() error { _, err := d.Steps.Librarian.Retrieve(ctx, in.Task); return err })
	side.Go(func() (err error) { in.Route, err = d.Steps.Router.Route(ctx, in.Task); return err })
	return side.Wait()
}

func (d *Direct) word(ctx context.Context, in *workflows.Record) error {
	in.Reason = eaio.ReasonNoModel
	if len(in.Route.Candidates) == 0 {
		return nil
	}
	call := callOf(in.Task, in.Route)
	out, err := d.Steps.Generators[call.Candidate.Pool].Generate(ctx, call)
	*in = worded(*in, call.Candidate, out)
	return err
}

func (d *Direct) record(ctx context.Context, in *workflows.Record) error {
	_, err := d.Steps.Recorder.Record(ctx, *in)
	return err
}

// callOf asks the first candidate once.
func callOf(ref eaio.TaskRef, route eaio.Route) workflows.Generate {
	return workflows.Generate{Task: ref, Candidate: route.Candidates[0], Round: 1, Until: ref.Deadline, Route: route}
}

// worded takes over a model's words where they verified.
func worded(in workflows.Record, c eaio.Candidate, out workflows.Generated) workflows.Record {
	if in.Reason = eaio.ReasonUnverified; out.Faults == 0 {
		in.CallKey, in.Pool, in.Reason = out.CallKey, c.Pool, eaio.ReasonModel
	}
	return in
}

// Share is the CPU of one step.
type Share struct {
	Step       string  `json:"step"`
	CPUPer1000 float64 `json:"cpu_s_per_1000"`
}

// Split takes so many tasks through each step before the next, and so tells the
// CPU of each: the processes' clocks are too coarse for a single step.
func (d *Direct) Split(ctx context.Context, tasks int, cpu func() float64) ([]Share, error) {
	patient := *d
	patient.Request.Deadline = 5 * time.Minute // the last task waits for all others at each step
	d = &patient
	all := make([]workflows.Record, tasks)
	stages := []struct {
		name string
		do   func(context.Context, *workflows.Record) error
	}{
		{"accept", func(ctx context.Context, in *workflows.Record) error {
			t, err := accept(ctx, d.Store, d.Request)
			in.Task = t.Ref()
			return err
		}},
		{"plan", d.plan},
		{"gather", d.gather},
		{"word", d.word},
		{"record", d.record},
	}
	shares := make([]Share, 0, len(stages))
	for _, stage := range stages {
		used := cpu()
		for i := range all {
			if err := stage.do(ctx, &all[i]); err != nil {
				return nil, fmt.Errorf("%s: %w", stage.name, err)
			}
		}
		shares = append(shares, Share{stage.name, (cpu() - used) / float64(tasks) * 1000})
	}
	return shares, nil
}
