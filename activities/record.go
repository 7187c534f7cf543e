package activities

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/workflows"
)

// AnswerStore is what recording reads and writes.
type AnswerStore interface {
	Evidence(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Evidence, error)
	Reply(ctx context.Context, tenant eaio.TenantID, key string) (eaio.ModelCall, error)
	Buildings(ctx context.Context, tenant eaio.TenantID, after string, limit int) ([]eaio.Building, error)
	Record(ctx context.Context, tenant eaio.TenantID, task string, a eaio.Answer, callKey string, timings eaio.Timings, events []eaio.Event) (eaio.Answer, error)
}

// EndStore closes tasks that get no answer.
type EndStore interface {
	Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error)
	End(ctx context.Context, tenant eaio.TenantID, task string, status eaio.TaskStatus, problem *eaio.Problem, event eaio.Event) error
}

// Recorder writes the answer of a task, or its end without one.
type Recorder struct {
	Store AnswerStore
	Ends  EndStore
	Log   *slog.Logger
}

// recorded is the data of an answer.recorded event.
type recorded struct {
	Revision   int               `json:"revision"`
	Status     eaio.ResultStatus `json:"status"`
	AnsweredBy string            `json:"answered_by"`
	Reason     eaio.Reason       `json:"reason"`
	Pool       string            `json:"pool,omitempty"`
	More       bool              `json:"more,omitempty"` // another revision may follow
}

// Record writes the answer in one transaction: a verified reply's words, or the
// narrator's. The first writer of a revision wins; a later one reports what is
// stored. It ends the task, unless more is to follow.
func (r *Recorder) Record(ctx context.Context, in workflows.Record) (eaio.Outcome, error) {
	started := time.Now()
	stored, err := r.Store.Evidence(ctx, in.Task.Tenant, in.Task.ID)
	if err != nil {
		return eaio.Outcome{}, failure(err)
	}
	e := wordable(stored, in.Route, in.RetrievalFailed)
	in.Reason = in.Reason.Answer()
	e.Reason = in.Reason
	if in.CallKey != "" {
		if e.Others, err = others(ctx, r.Store, in.Task.Tenant, stored.Subject); err != nil {
			return eaio.Outcome{}, failure(err)
		}
	}
	answer, verifying, err := r.answer(ctx, in, e)
	if err != nil {
		return eaio.Outcome{}, failure(err)
	}
	events := []eaio.Event{
		gatheredEvent(e), routeEvent(in.Route),
		eaio.NewEvent(eaio.EventRecorded, strconv.Itoa(answer.Revision), recorded{answer.Revision, answer.Status, answer.AnsweredBy, answer.Reason, answer.Pool, in.More}),
	}
	if !in.More {
		events = append(events, eaio.NewEvent(eaio.EventCompleted, "", nil))
	}
	in.Timings.Verify = milliseconds(verifying)
	in.Timings.Record = milliseconds(time.Since(started) - verifying)
	got, err := r.Store.Record(ctx, in.Task.Tenant, in.Task.ID, answer, in.CallKey, in.Timings, events)
	if err != nil {
		return eaio.Outcome{}, failure(err)
	}
	if in.More {
		return outcome(eaio.TaskRunning, &got), nil
	}
	return outcome(eaio.TaskCompleted, &got), nil
}

func outcome(status eaio.TaskStatus, a *eaio.Answer) eaio.Outcome {
	if a == nil {
		return eaio.Outcome{Status: status}
	}
	return eaio.Outcome{Status: status, AnswerStatus: a.Status, AnsweredBy: a.AnsweredBy, Reason: a.Reason, Pool: a.Pool}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// answer puts the words together and tells how long verifying them took. A reply
// is verified again here, where it is about to reach a reader; one that fails
// after all gives way to the narrator.
func (r *Recorder) answer(ctx context.Context, in workflows.Record, e agents.Evidence) (a eaio.Answer, verifying time.Duration, err error) {
	text, status := agents.Narrate(e)
	a = eaio.Answer{Revision: max(in.Revision, 1), Text: text, Status: status, AnsweredBy: eaio.Narrator, Reason: in.Reason, Skipped: in.Route.Refused}
	verify := func(words string) []agents.Fault {
		started := time.Now()
		defer func() { verifying += time.Since(started) }()
		return agents.Verify(words, e)
	}
	if in.CallKey == "" {
		if faults := verify(text); len(faults) > 0 {
			r.Log.ErrorContext(ctx, "the narrator's words do not verify: a bug to report", "task", in.Task.ID, "faults", faults)
		}
		return a, verifying, nil
	}
	call, err := r.Store.Reply(ctx, in.Task.Tenant, in.CallKey)
	if err != nil {
		return a, verifying, err
	}
	words := agents.Clean(call.Reply)
	if faults := verify(words); !call.Replied || len(faults) > 0 {
		a.Reason = eaio.ReasonUnverified
		return a, verifying, nil
	}
	a.Text, a.AnsweredBy, a.Pool = words, call.Model, call.Pool
	return a, verifying, nil
}

// End closes a task as failed or cancelled; one that has ended stays as it is.
// It reports how the task has really ended.
func (r *Recorder) End(ctx context.Context, in workflows.End) (eaio.Outcome, error) {
	kind := eaio.EventFailed
	var data any
	if in.Status == eaio.TaskCancelled {
		kind = eaio.EventCancelled
	}
	if in.Problem != nil {
		data = in.Problem
	}
	if err := r.Ends.End(ctx, in.Task.Tenant, in.Task.ID, in.Status, in.Problem, eaio.NewEvent(kind, "", data)); err != nil {
		return eaio.Outcome{}, failure(err)
	}
	t, err := r.Ends.Task(ctx, in.Task.Tenant, in.Task.ID)
	return outcome(t.Status, t.Answer), failure(err)
}
