package starter

import (
	"context"
	"errors"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// RaiseBudget gives the budget that a task waits for a higher cap on money (decimal,
// USD) and lets the task go on. A task that waits for none is KindConflict, a cap
// that is not higher KindInvalid.
func (s *Starter) RaiseBudget(ctx context.Context, tenant eaio.TenantID, task, capUSD string) error {
	t, err := s.Ends.Task(ctx, tenant, task)
	if err != nil {
		return err
	}
	if t.Status.Ended() {
		return eaio.Errorf(eaio.KindConflict, "", "task %s has ended: it waits for no budget", task)
	}
	asking, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	run, err := s.Temporal.UpdateWorkflow(asking, client.UpdateWorkflowOptions{
		WorkflowID: workflows.WorkflowID(tenant, task), UpdateName: workflows.RaiseBudgetUpdate,
		Args: []any{workflows.Raise{CapUSD: capUSD}}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = run.Get(asking, nil)
	}
	return raising(task, err)
}

// raising gives an update's errors their kind: the validator's and the step's are ours.
func raising(task string, err error) error {
	var app *temporal.ApplicationError
	var gone *serviceerror.NotFound
	switch {
	case errors.As(err, &gone):
		return eaio.Errorf(eaio.KindConflict, "", "task %s does not run: it waits for no budget", task)
	case errors.As(err, &app) && app.Type() == string(eaio.KindInvalid):
		return eaio.Errorf(eaio.KindInvalid, "", "%s", app.Message())
	case errors.As(err, &app) && app.Type() == string(eaio.KindConflict):
		return eaio.Errorf(eaio.KindConflict, "", "%s", app.Message())
	case errors.As(err, &app) && app.Type() == string(eaio.KindNotFound):
		return eaio.Errorf(eaio.KindNotFound, "", "%s", app.Message())
	case errors.As(err, &app): // an interactive task knows no such update
		return eaio.Errorf(eaio.KindConflict, "", "task %s does not wait for a higher budget", task)
	}
	return unavailable("raise budget", err)
}
