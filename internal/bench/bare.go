package bench

import (
	"context"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"github.com/google/uuid"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Bare has the question answered by the least workflow that does the same work:
// the same steps as local activities, the model call as one activity, started
// eagerly in the worker's own process. It shows nothing to operators, keeps no
// deadline, repairs and cancels nothing.
type Bare struct {
	Temporal client.Client
	Store    Store
	Request  eaio.Request
	queue    string
	worker   sdk.Worker
}

// StartBare starts a worker for it on a queue of its own.
func StartBare(c client.Client, s Store, steps worker.Activities, r eaio.Request) (*Bare, error) {
	b := &Bare{Temporal: c, Store: s, Request: r, queue: "bench-" + uuid.NewString()}
	b.worker = sdk.New(c, b.queue, sdk.Options{
		WorkflowTaskPollerBehavior: sdk.NewPollerBehaviorAutoscaling(sdk.PollerBehaviorAutoscalingOptions{InitialNumberOfPollers: 4, MaximumNumberOfPollers: 20}),
	})
	worker.Register(b.worker, steps)
	b.worker.RegisterWorkflowWithOptions(bareTask, workflow.RegisterOptions{Name: "BareTask"})
	for _, g := range steps.Generators {
		b.worker.RegisterActivityWithOptions(g.Generate, activity.RegisterOptions{Name: workflows.PoolQueue(g.Pool.Name)})
	}
	return b, b.worker.Start()
}

// Stop ends the worker.
func (b *Bare) Stop() { b.worker.Stop() }

// Ask accepts a task, runs its workflow to the end and reads its answer.
func (b *Bare) Ask(ctx context.Context) (eaio.Task, error) {
	t, err := accept(ctx, b.Store, b.Request)
	if err != nil {
		return t, err
	}
	run, err := b.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: b.queue + "/" + t.ID, TaskQueue: b.queue, EnableEagerStart: true, WorkflowExecutionTimeout: time.Minute,
	}, "BareTask", t.Ref())
	if err != nil {
		return t, err
	}
	if err := run.Get(ctx, nil); err != nil {
		return t, err
	}
	return b.Store.Task(ctx, t.Tenant, t.ID)
}

// bareTask is the same path as AgentTask without anything that may go wrong.
func bareTask(ctx workflow.Context, ref eaio.TaskRef) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 10 * time.Second})
	if err := workflow.ExecuteLocalActivity(ctx, workflows.PlanActivity, ref).Get(ctx, nil); err != nil {
		return err
	}
	in := workflows.Record{Task: ref, Reason: eaio.ReasonNoModel}
	analyse := workflow.ExecuteLocalActivity(ctx, workflows.AnalyseActivity, ref)
	retrieve := workflow.ExecuteLocalActivity(ctx, workflows.RetrieveActivity, ref)
	route := workflow.ExecuteLocalActivity(ctx, workflows.RouteActivity, ref)
	if err := analyse.Get(ctx, nil); err != nil {
		return err
	}
	if err := retrieve.Get(ctx, nil); err != nil {
		return err
	}
	if err := route.Get(ctx, &in.Route); err != nil {
		return err
	}
	if len(in.Route.Candidates) > 0 {
		call := callOf(ref, in.Route)
		model := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second})
		var out workflows.Generated
		if err := workflow.ExecuteActivity(model, workflows.PoolQueue(call.Candidate.Pool), call).Get(ctx, &out); err != nil {
			return err
		}
		in = worded(in, call.Candidate, out)
	}
	return workflow.ExecuteLocalActivity(ctx, workflows.RecordActivity, in).Get(ctx, nil)
}
