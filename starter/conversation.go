package starter

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/workflows"
	"github.com/google/uuid"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// ConversationStore is where conversations and their turns are accepted.
type ConversationStore interface {
	AddConversation(ctx context.Context, c eaio.Conversation, bodyHash string) (stored eaio.Conversation, created bool, err error)
	AcceptTurn(ctx context.Context, t eaio.Task, bodyHash string) (stored eaio.Task, created bool, err error)
}

// Converse opens a conversation. A repeat with the same idempotency key returns
// the one there is. Nothing runs before its first turn.
func (s *Starter) Converse(ctx context.Context, tenant eaio.TenantID, c eaio.Conversation, bodyHash string) (eaio.Conversation, bool, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return c, false, err
	}
	c.ID, c.Tenant, c.CreatedAt = id.String(), tenant, time.Now().UTC().Truncate(time.Microsecond)
	c.IdempotencyKey = cmp.Or(c.IdempotencyKey, c.ID)
	return s.Talks.AddConversation(ctx, c, bodyHash)
}

// Say accepts the next turn of a conversation and hands it to its workflow, which
// it starts where none runs. As with Ask, a repeat returns the task there is, and
// a turn that is stored and could not be handed over is handed over later.
func (s *Starter) Say(ctx context.Context, tenant eaio.TenantID, conversation string, r eaio.Request, bodyHash string) (eaio.Task, bool, error) {
	return s.accept(ctx, eaio.Task{Tenant: tenant, Request: r, Conversation: conversation}, func(ctx context.Context, t eaio.Task) (eaio.Task, bool, error) {
		return s.Talks.AcceptTurn(ctx, t, bodyHash)
	})
}

// startTurn sends a turn to its conversation under the turn's own id: within a
// run it is taken once however often it is sent, and across runs its task is.
func (s *Starter) startTurn(ctx context.Context, t eaio.Task) error {
	// A conversation that turns from one run to the next refuses for a moment.
	for {
		err := s.sendTurn(ctx, t)
		if err == nil || !refused(err, eaio.KindUnavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(resend):
		}
	}
}

// resend is how long a refused turn waits before it is sent again.
const resend = 50 * time.Millisecond

func (s *Starter) sendTurn(ctx context.Context, t eaio.Task) error {
	building := t.Request.Building
	id := workflows.ConversationID(t.Tenant, t.Conversation)
	start := s.Temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                workflows.AgentQueue,
		WorkflowTaskTimeout:      workflows.WorkflowTaskTimeout,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            "Conversation about " + cmp.Or(building, "no building"),
		TypedSearchAttributes:    workflows.StartAttributes(t.Tenant, building),
	}, workflows.ConversationName, workflows.Talk{Conversation: eaio.ConversationRef{Tenant: t.Tenant, ID: t.Conversation}, Turns: t.Turn - 1})
	sent, err := s.Temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			WorkflowID: id, UpdateID: t.ID, UpdateName: workflows.AskUpdate,
			Args:         []any{workflows.Ask{Task: t.Ref(), Turn: t.Turn, Building: building}},
			WaitForStage: client.WorkflowUpdateStageAccepted,
		},
	})
	if err != nil {
		return unavailable("hand over a turn", err)
	}
	return refusal(ctx, sent)
}

// refusal is why a turn was not taken. Only a handle that knows the end answers
// without asking the server, which a context that is over does not.
func refusal(ctx context.Context, sent client.WorkflowUpdateHandle) error {
	over, cancel := context.WithCancel(ctx)
	cancel()
	var app *temporal.ApplicationError
	if err := sent.Get(over, nil); errors.As(err, &app) {
		return eaio.Errorf(eaio.Kind(app.Type()), "hand over a turn", "%w", err)
	}
	return nil
}

func refused(err error, kind eaio.Kind) bool {
	var app *temporal.ApplicationError
	return errors.As(err, &app) && app.Type() == string(kind)
}
