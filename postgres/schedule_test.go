package postgres_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/eaio/eaio"
)

func TestOneTaskADay(t *testing.T) {
	d := open(t)
	claim := func(task eaio.Task, set, day string) (string, bool) {
		id, created, err := d.ClaimDay(t.Context(), task, set, day)
		if err != nil {
			t.Error(err)
		}
		return id, created
	}
	for _, c := range []struct {
		name string
		task func(i int) eaio.Task
	}{
		{"the same id", func(int) eaio.Task { return full("nightly") }},
		{"ids of their own", func(i int) eaio.Task { return full(fmt.Sprint("t", i)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			ids, made := make([]string, 20), make([]bool, 20)
			var wg sync.WaitGroup
			for i := range ids {
				wg.Go(func() { ids[i], made[i] = claim(c.task(i), c.name, "2017-05-01") })
			}
			wg.Wait()
			fresh := 0
			for i := range ids {
				if ids[i] != ids[0] || ids[i] == "" {
					t.Fatalf("two tasks for one day: %q and %q", ids[0], ids[i])
				}
				if made[i] {
					fresh++
				}
			}
			if fresh != 1 {
				t.Errorf("%d callers made it", fresh)
			}
			if again, created := claim(full("other"), c.name, "2017-05-01"); again != ids[0] || created {
				t.Errorf("later: %q, %t", again, created)
			}
			d.wantCount(t, 1, "scheduled_days where set_name = $1 and task = $2 and building = 'b' and day = '2017-05-01'", c.name, ids[0])
			if got := d.types(t, ids[0]); got != "task.accepted" {
				t.Errorf("events: %s", got)
			}
		})
	}
	d.wantCount(t, 2, "tasks")
	d.wantCount(t, 2, "task_events")
}

func TestOtherDaysAreOtherTasks(t *testing.T) {
	d := open(t)
	elsewhere := full("c")
	elsewhere.Request.Building = "c"
	for i, c := range []struct {
		task     eaio.Task
		set, day string
	}{{full("a"), "nightly", "2017-05-01"}, {full("b"), "nightly", "2017-05-02"}, {full("d"), "weekly", "2017-05-01"}, {elsewhere, "nightly", "2017-05-01"}} {
		if id, created, err := d.ClaimDay(t.Context(), c.task, c.set, c.day); err != nil || !created || id != c.task.ID {
			t.Errorf("%d: %q, %t, %v", i, id, created, err)
		}
	}
	d.wantCount(t, 4, "scheduled_days")
	got, err := d.Task(t.Context(), tenant, "a")
	want := full("a").Request
	want.Deadline = 0 // it runs in the background
	if err != nil || !reflect.DeepEqual(got.Request, want) || !got.DeadlineAt.IsZero() || got.Status != eaio.TaskAccepted || got.CreatedAt.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestClaimDayRefuses(t *testing.T) {
	d := open(t)
	taken := newTask("a")
	taken.Request.IdempotencyKey = full("b").Request.IdempotencyKey
	if _, _, err := d.Accept(t.Context(), taken, "h"); err != nil {
		t.Fatal(err)
	}
	id, created, err := d.ClaimDay(t.Context(), full("b"), "nightly", "2017-05-01") // its key is somebody else's
	wantKind(t, err, eaio.KindConflict)
	if id != "" || created {
		t.Errorf("%q, %t", id, created)
	}
	_, _, err = d.ClaimDay(t.Context(), full("c"), "nightly", "2017-02-30")
	wantKind(t, err, eaio.KindInvalid)
	d.wantCount(t, 1, "tasks")
	d.wantCount(t, 0, "scheduled_days")
}
