package workflows

import (
	"errors"
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// step is a local activity under way: a read or a write of well under half a
// second that may be repeated.
type step struct {
	ctx    workflow.Context
	start  func() workflow.Future
	future workflow.Future
}

// short starts a step. Trouble that can pass is tried again until the limit.
func (t *task) short(name string, limit time.Duration, in any) step {
	return startStep(t.ctx, name, limit, in)
}

func startStep(ctx workflow.Context, name string, limit time.Duration, in any) step {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    stepLimit,
		ScheduleToCloseTimeout: limit,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 2 * time.Second},
	})
	start := func() workflow.Future { return workflow.ExecuteLocalActivity(local, name, in) }
	return step{ctx, start, start()}
}

// get waits for the step's result. A worker that stops cancels the steps that it
// runs although nobody has cancelled the task; such a step is done again.
func (s step) get(out any) error {
	for {
		err := s.future.Get(s.ctx, out)
		if s.ctx.Err() != nil || !temporal.IsCanceledError(err) {
			return err
		}
		if err := workflow.Sleep(s.ctx, time.Second); err != nil {
			return err
		}
		s.future = s.start()
	}
}

// failed is what an activity's error means.
type failed struct {
	kind   eaio.Kind
	code   string // the problem's stable word
	detail string
	short  *eaio.Shortfall // the budget that had no room
}

// failure reads an activity's error. A time-out that ended the tries of a failing
// activity means what that failure meant.
func failure(err error) failed {
	var app *temporal.ApplicationError
	var timeout *temporal.TimeoutError
	switch {
	case errors.As(err, &app):
		kind := kindOf(app.Type())
		f := failed{kind: kind, code: string(kind), detail: app.Message()}
		var code string
		if app.HasDetails() && app.Details(&code) == nil {
			f.code = code
		}
		var short eaio.Shortfall
		if kind == eaio.KindBudget && app.HasDetails() && app.Details(&code, &short) == nil && short.Scope != "" {
			f.short = &short
		}
		return f
	case errors.As(err, &timeout):
		return failed{kind: eaio.KindDeadline, code: string(eaio.KindDeadline), detail: timeout.Error()}
	}
	return failed{kind: eaio.KindInternal, code: string(eaio.KindInternal), detail: err.Error()}
}

// kindOf reads an error type; one that is not ours is internal.
func kindOf(errorType string) eaio.Kind {
	switch k := eaio.Kind(errorType); k {
	case eaio.KindUnavailable, eaio.KindRateLimited, eaio.KindDeadline, eaio.KindCancelled, eaio.KindInvalid,
		eaio.KindUnauthorized, eaio.KindForbidden, eaio.KindNotFound, eaio.KindTooLarge, eaio.KindMalformed,
		eaio.KindUnverified, eaio.KindRefused, eaio.KindConflict, eaio.KindBudget, eaio.KindInternal:
		return k
	default:
		return eaio.KindInternal
	}
}
