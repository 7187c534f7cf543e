package postgres_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func (d *db) record(tb testing.TB, id, text string) (eaio.Answer, error) {
	tb.Helper()
	return d.Record(tb.Context(), tenant, id, eaio.Answer{
		Revision: 1, Text: text, Status: eaio.ResultOK, AnsweredBy: eaio.Narrator, Reason: eaio.ReasonNoModel,
	}, "", eaio.Timings{Plan: 1.5}, []eaio.Event{eaio.NewEvent(eaio.EventRecorded, "1", nil), eaio.NewEvent(eaio.EventCompleted, "", nil)})
}

func TestTheFirstAnswerWins(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	got := make([]string, 20)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			a, err := d.record(t, "a", fmt.Sprint("answer ", i))
			if err != nil {
				t.Error(err)
			}
			got[i] = a.Text
		})
	}
	wg.Wait()
	for _, text := range got {
		if text == "" || text != got[0] {
			t.Fatalf("writers were told different answers: %q", got)
		}
	}
	if stored := column[string](t, d, "select text from answers"); fmt.Sprint(stored) != "["+got[0]+"]" {
		t.Errorf("stored %v", stored)
	}
	if want := "task.accepted answer.recorded task.completed"; d.types(t, "a") != want {
		t.Errorf("events: %s", d.types(t, "a"))
	}
}

func TestRecord(t *testing.T) {
	d := open(t)
	task := newTask("a")
	task.CreatedAt = time.Now().Add(-3 * time.Second)
	if _, _, err := d.Accept(t.Context(), task, "h"); err != nil {
		t.Fatal(err)
	}
	answer := eaio.Answer{
		Revision: 1, Text: "Đêm qua 12 kWh [F1].", Status: eaio.ResultWarn, AnsweredBy: "gemma", Reason: eaio.ReasonModel, Pool: "local",
		Skipped: []eaio.Refusal{{Pool: "cloud", Model: "gpt", Reason: eaio.ReasonPrivacy}, {Pool: "other", Reason: eaio.ReasonBudget}},
	}
	timings := eaio.Timings{Queue: 1, Plan: 2, Gather: 3.5, Word: 4, Verify: 5, Record: 6, Total: 7}
	events := []eaio.Event{eaio.NewEvent(eaio.EventRecorded, "1", map[string]int{"revision": 1}), eaio.NewEvent(eaio.EventCompleted, "", nil)}
	record := func(a eaio.Answer, timings eaio.Timings) {
		t.Helper()
		got, err := d.Record(t.Context(), tenant, "a", a, "a/1/local", timings, events)
		if err != nil || !reflect.DeepEqual(got, answer) {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	record(answer, timings)
	first, err := d.Task(t.Context(), tenant, "a")
	if err != nil {
		t.Fatal(err)
	}
	want := answer
	want.Facts, want.Citations = []eaio.Fact{}, []eaio.Citation{}
	if !reflect.DeepEqual(*first.Answer, want) || first.Status != eaio.TaskCompleted || first.CompletedAt.IsZero() {
		t.Errorf("%+v, %+v", first, first.Answer)
	}
	total := first.CompletedAt.Sub(first.CreatedAt).Seconds() * 1000
	if got := first.Timings; got.Total < 3000 || got.Total < total-1 || got.Total > total+1 {
		t.Errorf("total %v ms, completed after %v", got.Total, total)
	}
	timings.Total = first.Timings.Total
	if first.Timings != timings {
		t.Errorf("%+v, want %+v", first.Timings, timings)
	}

	// A second time, even with other words, leaves all as it is.
	record(answer, timings)
	other := answer
	other.Text, other.AnsweredBy, other.Reason, other.Skipped = "other", eaio.Narrator, eaio.ReasonDeadline, nil
	record(other, eaio.Timings{Plan: 99})
	if again, err := d.Task(t.Context(), tenant, "a"); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("%+v, %v; was %+v", again, err, first)
	}
	d.wantCount(t, 1, "answers where call_key = 'a/1/local'")
	if got := d.types(t, "a"); got != "task.accepted answer.recorded task.completed" {
		t.Errorf("events: %s", got)
	}
}

// An answer without a last event leaves the task running: a later revision may end it.
func TestALaterRevision(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	first := eaio.Answer{Revision: 1, Text: "first", Reason: eaio.ReasonDeadline}
	if _, err := d.Record(t.Context(), tenant, "a", first, "", eaio.Timings{Plan: 1}, []eaio.Event{eaio.NewEvent(eaio.EventRecorded, "1", nil)}); err != nil {
		t.Fatal(err)
	}
	if task, err := d.Task(t.Context(), tenant, "a"); err != nil || task.Status != eaio.TaskAccepted || task.Answer.Text != "first" || !task.CompletedAt.IsZero() {
		t.Fatalf("%+v, %v: want a first answer of a task that goes on", task, err)
	}
	second := eaio.Answer{Revision: 2, Text: "refined"}
	got, err := d.Record(t.Context(), tenant, "a", second, "", eaio.Timings{Plan: 1.5}, []eaio.Event{eaio.NewEvent(eaio.EventRecorded, "2", nil), eaio.NewEvent(eaio.EventCompleted, "", nil)})
	if err != nil || got.Text != "refined" {
		t.Fatalf("%+v, %v", got, err)
	}
	if task, err := d.Task(t.Context(), tenant, "a"); err != nil || task.Status != eaio.TaskCompleted || task.Answer.Text != "refined" || task.Timings.Plan != 1.5 {
		t.Errorf("%+v, %v", task, err)
	}
	list, err := d.Tasks(t.Context(), tenant, eaio.TaskFilter{Limit: 5})
	if err != nil || len(list) != 1 || list[0].Answer.Text != "refined" {
		t.Errorf("%+v, %v", list, err)
	}
	if got := d.types(t, "a"); got != "task.accepted answer.recorded answer.recorded task.completed" {
		t.Errorf("events: %s", got)
	}
}

func TestAnEndedTaskTakesNoAnswer(t *testing.T) {
	d := open(t)
	for _, status := range []eaio.TaskStatus{eaio.TaskCancelled, eaio.TaskFailed} {
		id := string(status)
		d.accept(t, id)
		// The end may have left no event: the status counts.
		if err := d.End(t.Context(), tenant, id, status, &eaio.Problem{Type: "x", Title: "y", Detail: "z"}, eaio.NewEvent(eaio.EventRoute, "last words", nil)); err != nil {
			t.Fatal(err)
		}
		before := one[string](t, d, "select t::text from tasks t where id = $1", id)
		got, err := d.record(t, id, "too late")
		wantKind(t, err, eaio.KindConflict)
		if got.Text != "too late" {
			t.Errorf("%+v", got)
		}
		d.wantCount(t, 0, "answers")
		if after := one[string](t, d, "select t::text from tasks t where id = $1", id); after != before {
			t.Errorf("%s, was %s", after, before)
		}
		if got := d.types(t, id); got != "task.accepted route.chosen" {
			t.Errorf("events: %s", got)
		}
		task, err := d.Task(t.Context(), tenant, id)
		if err != nil || task.Answer != nil || task.Status != status || task.Problem == nil || *task.Problem != (eaio.Problem{Type: "x", Title: "y", Detail: "z"}) {
			t.Errorf("%+v, %v", task, err)
		}
	}
}

func TestRecordOrEnd(t *testing.T) {
	d := open(t)
	var answered, ended int
	for i := range 30 {
		id := fmt.Sprint("t", i)
		d.accept(t, id)
		var wg sync.WaitGroup
		start := make(chan struct{})
		var recordErr error
		for range 2 {
			wg.Go(func() {
				<-start
				if _, err := d.record(t, id, "words"); err != nil {
					recordErr = err
				}
			})
			wg.Go(func() {
				<-start
				d.end(t, id, eaio.TaskCancelled)
			})
			close(start)
			wg.Wait()
			start = make(chan struct{})
		}
		task, err := d.Task(t.Context(), tenant, id)
		if err != nil {
			t.Fatal(err)
		}
		switch got := d.types(t, id); {
		case task.Status == eaio.TaskCompleted && task.Answer != nil && recordErr == nil && got == "task.accepted answer.recorded task.completed":
			answered++
		case task.Status == eaio.TaskCancelled && task.Answer == nil && eaio.KindOf(recordErr) == eaio.KindConflict && got == "task.accepted task.cancelled":
			ended++
		default:
			t.Errorf("%+v, events %s, Record said %v", task, got, recordErr)
		}
	}
	d.wantCount(t, answered, "answers")
	t.Logf("%d answered, %d ended", answered, ended)
}
