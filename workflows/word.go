package workflows

import (
	"fmt"
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// wording says whose words answer, and why. An empty call key is the narrator.
type wording struct {
	callKey  string
	pool     string
	reason   eaio.Reason
	revision int  // of the answer; 0: the first
	more     bool // another revision may follow
}

// word asks the candidates in their order until one gives words that verify.
// A reply with faults is repaired once; then the narrator speaks. A call that a
// person may grant is made again once that has happened.
func (t *task) word(e evidence) wording {
	if len(e.route.Candidates) == 0 {
		return wording{reason: narratorReason(e.route)}
	}
	reason := eaio.ReasonUnavailable
	for _, c := range e.route.Candidates {
		for round := 1; round <= 2; round++ {
			if t.left() < recordReserve+shortestCall {
				return wording{reason: eaio.ReasonDeadline}
			}
			out, err := t.generate(e, c, round)
			switch {
			case t.ctx.Err() != nil:
				return wording{reason: eaio.ReasonDeadline}
			case err == nil && out.Faults == 0:
				return wording{callKey: out.CallKey, pool: c.Pool, reason: eaio.ReasonModel}
			case err == nil:
				reason = eaio.ReasonUnverified
				continue
			}
			f := failure(err)
			if t.mayPause(f) && t.awaitBudget(f.short) {
				round--
				continue
			}
			reason = eaio.ReasonOf(f.kind)
			break
		}
		if reason == eaio.ReasonUnverified {
			break
		}
	}
	return wording{reason: reason}
}

// narratorReason tells why no model was a candidate.
func narratorReason(r eaio.Route) eaio.Reason {
	if len(r.Refused) > 0 {
		return r.Refused[0].Reason
	}
	return eaio.ReasonNoModel
}

// generate asks a candidate for the words, or for their repair.
func (t *task) generate(e evidence, c eaio.Candidate, round int) (Generated, error) {
	left := t.left() - recordReserve
	return t.call(GenerateActivity, left, Generate{
		Task: t.ref, Candidate: c, Round: round, Until: workflow.Now(t.ctx).Add(left),
		Route: e.route, RetrievalFailed: e.retrievalFailed,
	})
}

// call makes one model call on the pool's own task queue. The activity keeps its own
// deadline; the server's timeouts only guard against a worker's death and against a
// pool with no free slot.
func (t *task) call(activity string, limit time.Duration, in Generate) (out Generated, err error) {
	c := in.Candidate
	workflow.SetCurrentDetails(t.ctx, fmt.Sprintf("Waiting for **%s** (pool %s) to %s, round %d, %s left of the deadline", c.Model, c.Pool, activity, in.Round, t.left().Round(time.Millisecond)))
	defer workflow.SetCurrentDetails(t.ctx, "")
	ctx := workflow.WithActivityOptions(t.ctx, workflow.ActivityOptions{
		TaskQueue:              PoolQueue(c.Pool),
		ScheduleToCloseTimeout: limit,
		ScheduleToStartTimeout: limit / 2,
		StartToCloseTimeout:    limit,
		HeartbeatTimeout:       3 * time.Second,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 2 * time.Second, MaximumAttempts: 4},
		Summary:                c.Pool + " " + c.Model,
	})
	err = workflow.ExecuteActivity(ctx, activity, in).Get(ctx, &out)
	return out, err
}
