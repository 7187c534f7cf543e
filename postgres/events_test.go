package postgres_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// types are the types of a task's events, in order, after a look at their numbers.
func (d *db) types(tb testing.TB, id string) string {
	tb.Helper()
	events, err := d.Events(tb.Context(), tenant, id, 0, 1000)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			tb.Errorf("event %d has the number %d", i+1, e.Seq)
		}
		out = append(out, string(e.Type))
	}
	if last := one[int](tb, d, "select last_seq from tasks where tenant = $1 and id = $2", string(tenant), id); last != len(events) {
		tb.Errorf("the task's last number is %d, there are %d events", last, len(events))
	}
	return strings.Join(out, " ")
}

func TestEventsHaveNoGaps(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.accept(t, "other")
	const writers, each = 20, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				// Two of its own, one that all write, and one of its own again.
				mine := eaio.NewEvent(eaio.EventCalled, fmt.Sprint(w, "/", i), map[string]int{"writer": w, "i": i})
				shared := eaio.NewEvent(eaio.EventRoute, fmt.Sprint(i), nil)
				if err := d.Append(t.Context(), tenant, "a", mine, shared, mine, eaio.NewEvent(eaio.EventReplied, fmt.Sprint(w, "/", i), nil)); err != nil {
					t.Error(err)
				}
				if err := d.Append(t.Context(), tenant, "other", eaio.NewEvent(eaio.EventRoute, fmt.Sprint(w, i), nil)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	const want = 1 + 2*writers*each + each
	if got := len(strings.Fields(d.types(t, "a"))); got != want {
		t.Errorf("%d events, want %d", got, want)
	}
	d.wantCount(t, want, "(select distinct id from task_events where task = 'a') x")
	d.types(t, "other")
	// What one writer wrote is in the order in which it wrote it.
	d.wantCount(t, 0, `task_events a join task_events b on a.task = b.task and a.type = 'model.called' and b.type = 'model.replied'
		and b.id = 'model.replied/' || substr(a.id, length('model.called/') + 1) where a.seq > b.seq`)
}

func TestEventsSurvive(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	at := time.Date(2020, 2, 29, 12, 0, 0, 123456789, time.FixedZone("", 3600))
	dated := eaio.Event{ID: "x", Type: eaio.EventRoute, At: at, Data: json.RawMessage(`{"b": [1, 2.50, null], "a": "ü\n"}`)}
	before := time.Now().Add(-time.Minute)
	if err := d.Append(t.Context(), tenant, "a", dated, eaio.Event{ID: "y", Type: eaio.EventCalled}); err != nil {
		t.Fatal(err)
	}
	if err := d.Append(t.Context(), tenant, "a", eaio.Event{ID: "x", Type: eaio.EventFailed, Data: json.RawMessage(`{"other": true}`)}); err != nil {
		t.Fatal(err)
	}
	events, err := d.Events(t.Context(), tenant, "a", 1, 10)
	if err != nil || len(events) != 2 {
		t.Fatalf("%+v, %v", events, err)
	}
	x, y := events[0], events[1]
	var data any
	if err := json.Unmarshal(x.Data, &data); err != nil || fmt.Sprint(data) != "map[a:ü\n b:[1 2.5 <nil>]]" {
		t.Errorf("%s, %v", x.Data, err)
	}
	if x.Seq != 2 || x.ID != "x" || x.Type != eaio.EventRoute || x.At != at.UTC().Truncate(time.Microsecond) {
		t.Errorf("%+v", x)
	}
	if y.Seq != 3 || y.Data != nil || y.At.Before(before) || y.At.Location() != time.UTC {
		t.Errorf("%+v", y)
	}
	wantKind(t, d.Append(t.Context(), tenant, "a", eaio.Event{ID: "z", Type: eaio.EventRoute, Data: json.RawMessage(`{not JSON`)}), eaio.KindInvalid)
	if got := d.types(t, "a"); got != "task.accepted route.chosen model.called" {
		t.Errorf("events: %s", got)
	}
}

func TestEventsAfter(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	for i := range 9 {
		if err := d.Append(t.Context(), tenant, "a", eaio.NewEvent(eaio.EventRoute, fmt.Sprint(i), nil)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		after int64
		limit int
		want  string
	}{{0, 3, "1 2 3"}, {3, 100, "4 5 6 7 8 9 10"}, {9, 5, "10"}, {10, 5, ""}, {1000, 5, ""}, {0, 0, ""}, {-1, 2, "1 2"}} {
		events, err := d.Events(t.Context(), tenant, "a", c.after, c.limit)
		var got []string
		for _, e := range events {
			got = append(got, fmt.Sprint(e.Seq))
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("after %d, up to %d: %v, %v; want %s", c.after, c.limit, got, err, c.want)
		}
	}
}

func TestNothingFollowsTheEnd(t *testing.T) {
	d := open(t)
	for _, status := range []eaio.TaskStatus{eaio.TaskCompleted, eaio.TaskFailed, eaio.TaskCancelled} {
		id := string(status)
		d.accept(t, id)
		if status == eaio.TaskCompleted {
			if _, err := d.record(t, id, "words"); err != nil {
				t.Fatal(err)
			}
		} else {
			d.end(t, id, status)
		}
		before := d.types(t, id)
		row := one[string](t, d, "select t::text from tasks t where id = $1", id)
		for _, e := range []eaio.Event{eaio.NewEvent(eaio.EventReplied, "late", nil), eaio.NewEvent(eaio.EventFailed, "again", nil)} {
			if err := d.Append(t.Context(), tenant, id, e); err != nil {
				t.Error(err)
			}
		}
		d.end(t, id, eaio.TaskFailed)
		d.end(t, id, eaio.TaskCancelled)
		if after := d.types(t, id); after != before {
			t.Errorf("%s: events %s, were %s", id, after, before)
		}
		if after := one[string](t, d, "select t::text from tasks t where id = $1", id); after != row {
			t.Errorf("%s: %s, was %s", id, after, row)
		}
	}
	// An end among other events ends them too.
	d.accept(t, "a")
	if err := d.Append(t.Context(), tenant, "a", eaio.NewEvent(eaio.EventRoute, "", nil), eaio.NewEvent(eaio.EventFailed, "", nil), eaio.NewEvent(eaio.EventReplied, "", nil)); err != nil {
		t.Fatal(err)
	}
	if got := d.types(t, "a"); got != "task.accepted route.chosen task.failed" {
		t.Errorf("events: %s", got)
	}
}
