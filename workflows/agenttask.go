package workflows

import (
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// AgentTask answers one question: plan, gather, word, record. It always records
// an answer unless it is cancelled or the task cannot be planned; the narrator's
// words stand in for a model's whenever those do not come in time or do not
// verify.
func AgentTask(ctx workflow.Context, ref eaio.TaskRef) (eaio.Outcome, error) {
	t := begin(ctx, ref)
	plan, err := t.plan()
	if err != nil {
		return t.fail(err)
	}
	if plan.Ended != "" {
		return t.close(End{Task: ref, Status: plan.Ended}, nil)
	}
	evidence := t.gather(plan)
	if ref.Refine && len(evidence.route.Candidates) > 0 {
		return t.refine(evidence)
	}
	text := t.word(evidence)
	return t.record(evidence, text)
}

// task is the state of one run.
type task struct {
	ctx     workflow.Context
	ref     eaio.TaskRef
	agent   string
	timings eaio.Timings
	mark    time.Time // end of the last step
	pause   pause
}

const (
	recordReserve   = 750 * time.Millisecond // kept back for the narrator and the store
	shortestCall    = 300 * time.Millisecond // a model call with less time than this is not tried
	backgroundLimit = 10 * time.Minute       // what a background task may take to be worded
	stepLimit       = 10 * time.Second       // one attempt of a short step
	storeLimit      = 24 * time.Hour         // how long a step waits for a store that is away
)

func begin(ctx workflow.Context, ref eaio.TaskRef) *task {
	started := workflow.GetInfo(ctx).WorkflowStartTime
	now := workflow.Now(ctx)
	t := &task{ctx: ctx, ref: ref, mark: now, timings: eaio.Timings{Queue: ms(now.Sub(started))}}
	t.acceptRaises()
	return t
}

// evidence is what the workflow knows of what was gathered.
type evidence struct {
	route           eaio.Route
	retrievalFailed bool
}

// gather runs analyses, retrieval and the route decision side by side. What
// fails is named in the answer; it does not stop the others.
func (t *task) gather(p Planned) (e evidence) {
	if p.Analyses == 0 {
		return e
	}
	limit := gatherLimit(t.left())
	analyse := t.short(AnalyseActivity, limit, t.ref)
	retrieve := t.short(RetrieveActivity, limit, t.ref)
	route := t.short(RouteActivity, limit, t.ref)
	var found Gathered
	err := analyse.get(&found) // what is missing then shows in the stored results
	e.retrievalFailed = retrieve.get(nil) != nil
	if route.get(&e.route) != nil {
		e.route = eaio.Route{}
	}
	if err != nil || found.Count == 0 {
		e.route.Candidates = nil // without a fact there is nothing that a model could word
	}
	t.timings.Gather = t.lap()
	return e
}

// gatherLimit is how long the evidence may take: what is left of the deadline,
// less what recording needs. Once the deadline is missed anyway, a late answer
// with its facts is worth more than an early one without.
func gatherLimit(left time.Duration) time.Duration {
	if left <= 0 {
		return stepLimit
	}
	return max(left-recordReserve, shortestCall)
}

// record writes the answer; it waits for the store however long that takes.
func (t *task) record(e evidence, w wording) (out eaio.Outcome, err error) {
	if t.ctx.Err() != nil {
		return t.cancelled()
	}
	t.timings.Word = t.lap()
	in := Record{
		Task: t.ref, CallKey: w.callKey, Pool: w.pool, Reason: w.reason, Route: e.route,
		RetrievalFailed: e.retrievalFailed, Timings: t.timings, Revision: w.revision, More: w.more,
	}
	if err := t.short(RecordActivity, storeLimit, in).get(&out); err != nil {
		return t.fail(err)
	}
	if !w.more {
		t.show(out)
	}
	return out, nil
}

// fail closes the task with the words of err, in a context that outlives a
// cancellation, and fails the run so that operators see it.
func (t *task) fail(err error) (eaio.Outcome, error) {
	if temporal.IsCanceledError(err) {
		return t.cancelled()
	}
	f := failure(err)
	problem := &eaio.Problem{Type: f.code, Title: "The task could not be answered", Detail: f.detail}
	return t.close(End{Task: t.ref, Status: eaio.TaskFailed, Problem: problem}, temporal.NewNonRetryableApplicationError(f.detail, f.code, nil))
}

func (t *task) cancelled() (eaio.Outcome, error) {
	return t.close(End{Task: t.ref, Status: eaio.TaskCancelled}, temporal.NewCanceledError())
}

// close ends the task without an answer and the run with an error. A task that
// has ended otherwise meanwhile stays as it is, and the run tells of that end.
func (t *task) close(in End, because error) (out eaio.Outcome, err error) {
	t.ctx, _ = workflow.NewDisconnectedContext(t.ctx)
	if err := t.short(EndActivity, storeLimit, in).get(&out); err != nil {
		return out, err
	}
	t.show(out)
	switch out.Status {
	case in.Status:
		return out, because
	case eaio.TaskCancelled:
		return out, temporal.NewCanceledError()
	}
	return out, nil
}

// show makes the end of the run searchable: one event.
func (t *task) show(out eaio.Outcome) {
	updates := []temporal.SearchAttributeUpdate{StatusAttribute.ValueSet(string(out.Status))}
	if t.agent != "" {
		updates = append(updates, AgentAttribute.ValueSet(t.agent))
	}
	if out.AnsweredBy != "" {
		updates = append(updates, AnsweredByAttribute.ValueSet(out.AnsweredBy))
	}
	if out.Pool != "" {
		updates = append(updates, PoolAttribute.ValueSet(out.Pool))
	}
	if err := workflow.UpsertTypedSearchAttributes(t.ctx, updates...); err != nil {
		workflow.GetLogger(t.ctx).Warn("search attributes were not set", "error", err)
	}
}

// left is what remains of the deadline.
func (t *task) left() time.Duration {
	if t.ref.Deadline.IsZero() {
		return backgroundLimit
	}
	return t.ref.Deadline.Sub(workflow.Now(t.ctx))
}

// lap returns the milliseconds since the last step ended.
func (t *task) lap() float64 {
	now := workflow.Now(t.ctx)
	d := now.Sub(t.mark)
	t.mark = now
	return ms(d)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
