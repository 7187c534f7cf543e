package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/api"
	"github.com/eaio/eaio/internal/apptest"
	"go.temporal.io/api/serviceerror"
)

// late is how much later than its deadline an answer may be.
const late = 250 * time.Millisecond

// urgent is the sample's question with a deadline.
func urgent(deadline time.Duration) string {
	return strings.Replace(question, "{", fmt.Sprintf(`{"deadline_ms": %d, `, deadline.Milliseconds()), 1)
}

// An engine that never answers, one that is away and one that stumbles: the
// narrator's answer is there in time, all the same.
func TestTheGuardAnswersInTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault func(*world)
	}{
		{"silent engine", func(w *world) { w.engine.set(true, nil) }},
		{"engine away", func(w *world) { w.engine.set(false, serviceerror.NewUnavailable("injected")) }},
		{"first try fails", func(w *world) {
			w.engine.set(true, nil)
			w.Store.Hook(apptest.FailFirst(1, "Evidence", apptest.Before))
		}},
		{"first answer's word is lost", func(w *world) {
			w.engine.set(true, nil)
			w.Store.Hook(apptest.FailFirst(1, "Record", apptest.After))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			c.fault(w)
			started, deadline := time.Now(), 900*time.Millisecond
			got := ok[task](t, w.post("/v1/tasks?wait=30s", urgent(deadline)), http.StatusOK)
			if took := time.Since(started); took > deadline+late || got.CompletedAt.Sub(got.CreatedAt) > deadline+late {
				t.Errorf("answered after %s, the deadline was %s", took, deadline)
			}
			if got.Answer.AnsweredBy != eaio.Narrator || got.Answer.Reason != eaio.ReasonDeadline || len(got.Answer.Facts) == 0 {
				t.Errorf("answered by %s because of %s with %d facts", got.Answer.AnsweredBy, got.Answer.Reason, len(got.Answer.Facts))
			}
			checkOneEnd(t, w, got.ID)
		})
	}
}

// checkOneEnd checks that a task has one answer and one end.
func checkOneEnd(t *testing.T, w *world, id string) {
	t.Helper()
	types := w.Types(t, id)
	count := map[eaio.EventType]int{}
	for _, e := range types {
		count[e]++
	}
	if count[eaio.EventRecorded] != 1 || count[eaio.EventCompleted] != 1 || !slices.Equal(types[len(types)-2:], []eaio.EventType{eaio.EventRecorded, eaio.EventCompleted}) {
		t.Errorf("events %v", types)
	}
	if n := w.Number(t, "select count(*) from answers where task = $1", id); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// Who writes first wins, be it a moment before the guard does.
func TestTheFirstWriterWins(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	var once sync.Once
	w.Store.Hook(func(ctx context.Context, method string, stage apptest.Stage) (err error) {
		if method == "Record" && stage == apptest.Before {
			once.Do(func() { err = recordFirst(ctx, w) })
		}
		return err
	})
	got := ok[task](t, w.post("/v1/tasks?wait=30s", urgent(600*time.Millisecond)), http.StatusOK)
	if got.Answer.Text != "I was first." || got.Answer.AnsweredBy != "tiny" {
		t.Errorf("%s says: %s", got.Answer.AnsweredBy, got.Answer.Text)
	}
	checkOneEnd(t, w, got.ID)
}

func recordFirst(ctx context.Context, w *world) error {
	_, err := w.Store.Store.Record(ctx, eaio.DefaultTenant, w.onlyTask(ctx),
		eaio.Answer{Revision: 1, Text: "I was first.", Status: eaio.ResultOK, AnsweredBy: "tiny", Reason: eaio.ReasonModel}, "", eaio.Timings{},
		[]eaio.Event{eaio.NewEvent(eaio.EventRecorded, "1", nil), eaio.NewEvent(eaio.EventCompleted, "", nil)})
	return err
}

// Many who wait for one task stand guard together, and one answer comes of it.
func TestManyGuards(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	texts := make([]string, 6)
	var wg sync.WaitGroup
	for i := range texts {
		wg.Go(func() {
			got := ok[task](t, w.post("/v1/tasks?wait=30s", urgent(600*time.Millisecond), "Idempotency-Key", "k"), http.StatusOK)
			texts[i] = got.ID + got.Answer.Text
		})
	}
	wg.Wait()
	if slices.Sort(texts); texts[0] != texts[len(texts)-1] {
		t.Errorf("answers differ: %q", slices.Compact(texts))
	}
	checkOneEnd(t, w, w.onlyTask(t.Context()))
}

// A caller whose wait ends before the guard is done is not held, and finds the
// answer later.
func TestTheGuardOutlastsTheWait(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	reached, free := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.Store.Hook(func(_ context.Context, method string, stage apptest.Stage) error {
		if method == "Record" && stage == apptest.Before {
			once.Do(func() { close(reached); <-free })
		}
		return nil
	})
	got := ok[task](t, w.post("/v1/tasks?wait=700ms", urgent(500*time.Millisecond)), http.StatusAccepted)
	if <-reached; got.Answer != nil {
		t.Errorf("answered already: %+v", got.Answer)
	}
	close(free)
	rest := w.follow(t.Context(), got.ID, "").rest()
	if last := rest[len(rest)-1]; last.Type != eaio.EventCompleted {
		t.Errorf("the last event is %s", last.Type)
	}
}

// fallible is a store that fails while told to.
type fallible struct {
	tasks
	mu    sync.Mutex
	fault error
}

func (f *fallible) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = err
}

func (f *fallible) Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fault != nil {
		return eaio.Task{}, f.fault
	}
	return f.tasks.Task(ctx, tenant, id)
}

// A store that is away while a caller waits costs it no more than the wait: the
// task was taken, and its id is in the reply.
func TestTheStoreFailsDuringAWait(t *testing.T) {
	f := &fallible{fault: eaio.Errorf(eaio.KindUnavailable, "read", "injected")}
	w := start(t, func(c *api.Config) { f.tasks, c.Tasks = c.Tasks, f })
	w.engine.set(true, nil)
	got := ok[task](t, w.post("/v1/tasks?wait=300ms", question), http.StatusAccepted)
	if got.ID != w.onlyTask(t.Context()) || got.Status != eaio.TaskAccepted {
		t.Errorf("task %q is %s", got.ID, got.Status)
	}
	problem(t, w.get("/v1/tasks/"+got.ID), http.StatusServiceUnavailable, "unavailable")
	f.set(nil)
	ok[task](t, w.get("/v1/tasks/"+got.ID), http.StatusOK)
}

// onlyTask returns the id of the one task there is.
func (w *world) onlyTask(ctx context.Context) (id string) {
	w.tb.Helper()
	if err := w.DB.QueryRow(ctx, "select max(id) from tasks having count(*) = 1").Scan(&id); err != nil {
		w.tb.Errorf("not one task: %v", err)
	}
	return id
}

// A reader who wants a model's answer too gets the first one at the deadline, from a
// task that runs on.
func TestTheGuardLeavesTheRestToTheModel(t *testing.T) {
	var guard struct{ *activities.Guard }
	w := start(t, func(c *api.Config) { c.Guard = &guard })
	acts := w.Activities(t, apptest.LocalPool(apptest.NewModel(apptest.Hang)))
	guard.Guard = activities.NewGuard(acts.Planner, acts.Analyst, acts.Router, acts.Recorder)
	w.engine.set(true, nil)
	body := strings.Replace(urgent(600*time.Millisecond), "{", `{"refine": true, `, 1)
	started := time.Now()
	got := ok[task](t, w.post("/v1/tasks?wait=30s", body), http.StatusAccepted)
	if took := time.Since(started); took > 600*time.Millisecond+late {
		t.Errorf("the first answer took %s", took)
	}
	if got.Status != eaio.TaskRunning || got.Answer == nil || got.Answer.AnsweredBy != eaio.Narrator || got.Answer.Revision != 1 {
		t.Errorf("the task is %s with %+v", got.Status, got.Answer)
	}
	if types := w.Types(t, got.ID); types[len(types)-1] != eaio.EventRecorded {
		t.Errorf("events %v", types)
	}
}

// On a machine where the guard's work takes long, it begins the sooner.
func TestTheGuardAllowsForItsWork(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	w.Store.Hook(func(_ context.Context, method string, stage apptest.Stage) error {
		if method == "Record" && stage == apptest.Before {
			time.Sleep(450 * time.Millisecond)
		}
		return nil
	})
	const deadline = 1500 * time.Millisecond
	var took []time.Duration
	for range 4 {
		started := time.Now()
		ok[task](t, w.post("/v1/tasks?wait=30s", urgent(deadline)), http.StatusOK)
		took = append(took, time.Since(started))
	}
	if last := took[len(took)-1]; last > deadline+late {
		t.Errorf("answers came after %v, the deadline was %s", took, deadline)
	}
}
