package api_test

import (
	"context"
	"sync"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/api"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// engine stands where Temporal would: it starts and cancels workflows. The
// others of Client's methods are not there, so a call of one panics.
type engine struct {
	client.Client
	ctx     context.Context // of the workflows under way
	store   *postgres.Store
	answer  func(context.Context, eaio.TaskRef) error // what a workflow does
	working sync.WaitGroup

	mu      sync.Mutex
	silent  bool  // workflows start and nothing happens
	fault   error // of every call
	started map[string]int
}

// Aliases under which tests lay a fault over the store: the interfaces have
// methods of their own names.
type (
	tasks     = api.Tasks
	buildings = api.Buildings
)

// set changes what the engine does from now on.
func (e *engine) set(silent bool, fault error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.silent, e.fault = silent, fault
}

// starts returns how often a task's workflow was started.
func (e *engine) starts(task string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.started[workflows.WorkflowID(eaio.DefaultTenant, task)]
}

func (e *engine) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fault != nil {
		return nil, e.fault
	}
	if e.started == nil {
		e.started = map[string]int{}
	}
	e.started[o.ID]++
	if ref, ok := args[0].(eaio.TaskRef); ok && !e.silent {
		e.working.Go(func() { _ = e.answer(e.ctx, ref) })
	}
	return nil, nil
}

func (e *engine) NewWithStartWorkflowOperation(client.StartWorkflowOptions, any, ...any) client.WithStartWorkflowOperation {
	return nil
}

// UpdateWithStartWorkflow does what a conversation does with a turn.
func (e *engine) UpdateWithStartWorkflow(ctx context.Context, o client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	task := o.UpdateOptions.Args[0].(workflows.Ask).Task
	_, err := e.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: workflows.WorkflowID(task.Tenant, task.ID)}, nil, task)
	return taken{}, err
}

// taken is an update whose end is not known yet.
type taken struct{ client.WorkflowUpdateHandle }

func (taken) Get(ctx context.Context, _ any) error { return ctx.Err() }

// CancelWorkflow ends the task as a cancelled workflow does.
func (e *engine) CancelWorkflow(ctx context.Context, id, _ string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fault != nil {
		return e.fault
	}
	if e.started[id] == 0 {
		return serviceerror.NewNotFound("no such workflow")
	}
	tenant, task := eaio.DefaultTenant, id[len(eaio.DefaultTenant)+1:]
	return e.store.End(ctx, tenant, task, eaio.TaskCancelled, nil, eaio.NewEvent(eaio.EventCancelled, "", nil))
}
