package workflows

import (
	"fmt"
	"slices"
	"time"

	"github.com/eaio/eaio"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Talk is what a conversation carries from run to run: ids and a count, the same
// size however long it lasts. Words and plans of its turns are in the store.
type Talk struct {
	Conversation eaio.ConversationRef `json:"conversation"`
	Turns        int                  `json:"turns"` // taken by the runs before
}

// Ask is a turn that is stored and waits to be answered.
type Ask struct {
	Task     eaio.TaskRef `json:"task"`
	Turn     int          `json:"turn"` // from 1, within the conversation
	Building string       `json:"building,omitempty"`
}

const (
	turnsPerRun = 50              // after so many turns, the run goes on as a new one between two turns
	mostPerRun  = 2 * turnsPerRun // and refuses more where no such moment came
	idleLimit   = 24 * time.Hour  // without a turn for so long, the run ends; the next turn starts another
)

// Conversation answers turns one after the other, each as an AgentTask of its own,
// so that its own history grows by the same few events a turn, whatever way the
// answer takes. It goes on as a new run when that history has grown, and ends when
// nobody has asked for a day.
func Conversation(ctx workflow.Context, talk Talk) error {
	c := &conversation{talk: talk, last: workflow.Now(ctx)}
	err := workflow.SetUpdateHandlerWithOptions(ctx, AskUpdate, c.ask, workflow.UpdateHandlerOptions{Validator: c.mayAsk, Description: "Answer a turn that is stored"})
	if err != nil {
		return err
	}
	for {
		long, err := workflow.AwaitWithTimeout(ctx, c.patience(ctx), func() bool {
			return c.long(ctx) && workflow.AllHandlersFinished(ctx)
		})
		switch {
		case err != nil:
			return c.stop(ctx, err)
		case long:
			return workflow.NewContinueAsNewError(ctx, ConversationName, Talk{Conversation: talk.Conversation, Turns: talk.Turns + c.taken})
		case c.patience(ctx) <= 0 && workflow.AllHandlersFinished(ctx):
			return c.end(ctx)
		}
	}
}

// conversation is the state of one run.
type conversation struct {
	talk     Talk
	taken    int       // turns of this run
	open     []int     // turns that wait or are being answered
	busy     bool      // one of them is being answered
	stopping bool      // cancelled: what is under way ends, nothing begins
	last     time.Time // when a turn last ended
}

// mayAsk refuses a turn that cannot be taken; nothing of it enters the history.
func (c *conversation) mayAsk(ctx workflow.Context, a Ask) error {
	switch {
	case a.Task.ID == "" || a.Turn < 1:
		return refusal(eaio.KindInvalid, "a turn has the id of its task and a number from 1")
	case a.Task.Tenant != c.talk.Conversation.Tenant:
		return refusal(eaio.KindForbidden, "the task is another tenant's")
	case c.stopping:
		return refusal(eaio.KindUnavailable, "the conversation is being stopped: ask again in a moment")
	case c.taken >= mostPerRun:
		return refusal(eaio.KindUnavailable, "the conversation goes on as a new run: ask again in a moment")
	case len(c.open) >= eaio.MaxOpenTurns:
		return refusal(eaio.KindRateLimited, fmt.Sprintf("%d turns are not answered yet: wait for one of them", len(c.open)))
	}
	return nil
}

func refusal(kind eaio.Kind, words string) error {
	return temporal.NewNonRetryableApplicationError(words, string(kind), nil)
}

// ask answers a turn when those before it are answered. How a turn ends is an
// outcome like any other: it does not end the conversation.
func (c *conversation) ask(ctx workflow.Context, a Ask) (out eaio.Outcome, err error) {
	c.taken++
	c.open = append(c.open, a.Turn)
	c.show(ctx)
	defer func() {
		c.open = slices.DeleteFunc(c.open, func(turn int) bool { return turn == a.Turn })
		c.last = workflow.Now(ctx)
		c.show(ctx)
	}()
	if err := workflow.Await(ctx, func() bool { return !c.busy && a.Turn == slices.Min(c.open) }); err != nil {
		ctx, _ = workflow.NewDisconnectedContext(ctx)
		return out, startStep(ctx, EndActivity, storeLimit, End{Task: a.Task, Status: eaio.TaskCancelled}).get(&out)
	}
	c.busy = true
	defer func() { c.busy = false }()
	return c.answer(ctx, a)
}

// answer runs the turn's task. One that runs or ran already, as when a turn is
// sent again to a later run, is waited for in the store.
func (c *conversation) answer(ctx workflow.Context, a Ask) (out eaio.Outcome, err error) {
	at := c.talk.Conversation
	child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            WorkflowID(at.Tenant, a.Task.ID),
		TaskQueue:             AgentQueue,
		WorkflowTaskTimeout:   WorkflowTaskTimeout,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_ABANDON,
		StaticSummary:         fmt.Sprintf("Turn %d of the conversation %s", a.Turn, at.ID),
		TypedSearchAttributes: StartAttributes(at.Tenant, a.Building),
	})
	err = workflow.ExecuteChildWorkflow(child, AgentTaskName, a.Task).Get(ctx, &out)
	switch {
	case err == nil:
		return out, nil
	case temporal.IsWorkflowExecutionAlreadyStartedError(err):
		return out, startStep(ctx, OutcomeActivity, storeLimit, a.Task).get(&out)
	case temporal.IsCanceledError(err):
		return eaio.Outcome{Status: eaio.TaskCancelled}, nil
	}
	return eaio.Outcome{Status: eaio.TaskFailed}, nil
}

// long reports whether the history has grown enough to begin a new one.
func (c *conversation) long(ctx workflow.Context) bool {
	return c.taken >= turnsPerRun || workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

// patience is how long nobody may ask until the run ends. One timer serves many
// turns: it is set again, for what is left, when it has fired.
func (c *conversation) patience(ctx workflow.Context) time.Duration {
	if len(c.open) > 0 {
		return idleLimit
	}
	return c.last.Add(idleLimit).Sub(workflow.Now(ctx))
}

// stop lets cancelled turns write their ends.
func (c *conversation) stop(ctx workflow.Context, because error) error {
	c.stopping = true
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
		return err
	}
	return because
}

// end makes the end of the run searchable.
func (c *conversation) end(ctx workflow.Context) error {
	return workflow.UpsertTypedSearchAttributes(ctx, StatusAttribute.ValueSet(string(eaio.TaskCompleted)))
}

// show keeps Temporal Web UI up to date; it leaves nothing in the history.
func (c *conversation) show(ctx workflow.Context) {
	text := fmt.Sprintf("**%d turns** so far", c.talk.Turns+c.taken)
	if len(c.open) > 0 {
		text += fmt.Sprintf("; answering turn %d, %d wait", slices.Min(c.open), len(c.open)-1)
	}
	workflow.SetCurrentDetails(ctx, text)
}

// ConversationID is the id of a conversation's runs.
func ConversationID(tenant eaio.TenantID, conversation string) string {
	return string(tenant) + "/c/" + conversation
}
