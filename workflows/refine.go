package workflows

import (
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/workflow"
)

// refine answers by the deadline like every task, with the narrator's words if
// need be, and then lets the model that is at work finish: its verified words are
// the second revision. The call that the deadline found open is not made again.
func (t *task) refine(e evidence) (eaio.Outcome, error) {
	var words wording
	ready := false
	unhurried := *t
	unhurried.ref.Deadline = time.Time{}
	workflow.Go(t.ctx, func(ctx workflow.Context) {
		unhurried.ctx = ctx
		words = unhurried.word(e)
		ready = true
	})
	said := func() bool { return ready }
	if inTime, err := workflow.AwaitWithTimeout(t.ctx, max(t.left()-recordReserve, time.Millisecond), said); inTime || err != nil {
		return t.record(e, words)
	}
	// From here on there is an answer, which a cancellation does not take back.
	cancellable := t.ctx
	t.ctx, _ = workflow.NewDisconnectedContext(t.ctx)
	if out, err := t.record(e, wording{reason: eaio.ReasonDeadline, more: true}); err != nil {
		return out, err
	}
	if err := workflow.Await(cancellable, said); err != nil || words.callKey == "" {
		return t.record(e, wording{reason: eaio.ReasonDeadline})
	}
	words.revision = 2
	return t.record(e, words)
}
