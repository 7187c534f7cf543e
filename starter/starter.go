// Package starter starts, cancels and schedules workflows. It owns workflow ids:
// nothing else makes one.
package starter

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/workflows"
	"github.com/google/uuid"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// TaskStore is where tasks are accepted before their workflow starts.
type TaskStore interface {
	Accept(ctx context.Context, t eaio.Task, bodyHash string) (stored eaio.Task, created bool, err error)
	Unstarted(ctx context.Context, age time.Duration, limit int) ([]eaio.Task, error)
}

// EndStore ends tasks whose workflow never started.
type EndStore interface {
	Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error)
	End(ctx context.Context, tenant eaio.TenantID, task string, status eaio.TaskStatus, problem *eaio.Problem, event eaio.Event) error
}

// Starter is safe for concurrent use.
type Starter struct {
	Temporal client.Client
	Tasks    TaskStore
	Ends     EndStore
	Talks    ConversationStore
	Log      *slog.Logger
	Eager    bool // API and worker share a process: the first step needs no poll
}

// Ask accepts a request and starts its workflow. A repeat with the same
// idempotency key returns the task there is; created is false then. When the
// task is stored and Temporal does not answer, the task is returned all the
// same: the sweeper starts it later.
func (s *Starter) Ask(ctx context.Context, tenant eaio.TenantID, r eaio.Request, bodyHash string) (t eaio.Task, created bool, err error) {
	return s.accept(ctx, eaio.Task{Tenant: tenant, Request: r}, func(ctx context.Context, t eaio.Task) (eaio.Task, bool, error) {
		return s.Tasks.Accept(ctx, t, bodyHash)
	})
}

// accept gives a new task its id and its clock, stores it and starts it.
func (s *Starter) accept(ctx context.Context, t eaio.Task, store func(context.Context, eaio.Task) (eaio.Task, bool, error)) (_ eaio.Task, created bool, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return t, false, err
	}
	t.ID, t.CreatedAt = id.String(), time.Now().UTC()
	if t.Request.IdempotencyKey == "" {
		t.Request.IdempotencyKey = t.ID
	}
	if t.Request.Deadline > 0 {
		t.DeadlineAt = t.CreatedAt.Add(t.Request.Deadline)
	}
	if t, created, err = store(ctx, t); err != nil || !created {
		return t, created, err
	}
	// The caller may go; the task is accepted all the same.
	starting, cancel := context.WithTimeout(context.WithoutCancel(ctx), startLimit(t))
	defer cancel()
	if err := s.Start(starting, t); err != nil {
		s.Log.WarnContext(ctx, "the task is stored; its workflow will be started later", "task", t.ID, "error", err)
	}
	return t, true, nil
}

// callLimit is how long a caller is kept waiting for Temporal.
const callLimit = 2 * time.Second

// startLimit leaves time to answer an accepted task without Temporal.
func startLimit(t eaio.Task) time.Duration {
	if t.DeadlineAt.IsZero() {
		return callLimit
	}
	return min(callLimit, t.Request.Deadline/2)
}

// Start starts a task's workflow unless it was ever started. A turn is handed to
// its conversation, which starts it.
func (s *Starter) Start(ctx context.Context, t eaio.Task) error {
	if t.Conversation != "" {
		return s.startTurn(ctx, t)
	}
	_, err := s.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       workflows.WorkflowID(t.Tenant, t.ID),
		TaskQueue:                workflows.AgentQueue,
		WorkflowTaskTimeout:      workflows.WorkflowTaskTimeout,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		EnableEagerStart:         s.Eager,
		StaticSummary:            summary(t),
		TypedSearchAttributes:    workflows.StartAttributes(t.Tenant, t.Request.Building),
	}, workflows.AgentTaskName, t.Ref())
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return nil
	}
	return unavailable("start workflow", err)
}

// summary is what Temporal Web UI shows in its list: who is asked about what. The
// question itself is content and stays in the store.
func summary(t eaio.Task) string {
	about := t.Request.Building
	if about == "" {
		about = "no building"
	}
	return "Question about " + about + " for a " + string(t.Request.Audience)
}

// Cancel asks a task's workflow to stop; asking twice is the same. A task that
// has ended stays as it is.
func (s *Starter) Cancel(ctx context.Context, tenant eaio.TenantID, task string) error {
	t, err := s.Ends.Task(ctx, tenant, task)
	if err != nil || t.Status.Ended() {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	err = s.Temporal.CancelWorkflow(asking, workflows.WorkflowID(tenant, task), "")
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return s.Ends.End(ctx, tenant, task, eaio.TaskCancelled, nil, eaio.NewEvent(eaio.EventCancelled, "", nil))
	}
	return unavailable("cancel workflow", err)
}

// unavailable gives Temporal's errors their kind.
func unavailable(op string, err error) error {
	if err == nil {
		return nil
	}
	kind := eaio.KindUnavailable
	var notFound *serviceerror.NotFound
	var exists *serviceerror.AlreadyExists
	var invalid *serviceerror.InvalidArgument
	var cancelled *serviceerror.Canceled
	var late *serviceerror.DeadlineExceeded
	switch {
	case errors.As(err, &notFound):
		kind = eaio.KindNotFound
	case errors.As(err, &exists), errors.Is(err, temporal.ErrScheduleAlreadyRunning):
		kind = eaio.KindConflict
	case errors.As(err, &invalid):
		kind = eaio.KindInvalid
	case errors.Is(err, context.Canceled), errors.As(err, &cancelled):
		kind = eaio.KindCancelled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late):
		kind = eaio.KindDeadline
	}
	return eaio.Errorf(kind, op, "%w", err)
}
