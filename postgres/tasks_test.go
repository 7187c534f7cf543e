package postgres_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// full has every field of a request set.
func full(id string) eaio.Task {
	created := time.Now()
	return eaio.Task{
		ID: id, Tenant: tenant, CreatedAt: created, DeadlineAt: created.Add(5 * time.Second),
		Request: eaio.Request{
			Question: "Bao nhiêu kWh đêm qua? \"quoted\" \\ 💡", Building: "b", Agent: "analyst", Audience: eaio.AudienceOwner, Language: eaio.Vietnamese,
			Privacy: eaio.PrivacyPrivate, AsOf: newYear, Deadline: 5 * time.Second, BudgetUSD: "0.05", Refine: true, IdempotencyKey: "key of " + id,
			Analyses: []eaio.Call{{Analysis: "consumption", Period: eaio.LastWeek, Compare: eaio.CompareYearAgo}, {Analysis: "overnight"}},
		},
	}
}

func TestAcceptKeepsTheRequest(t *testing.T) {
	request := full("a").Request
	request.Earlier = make([]eaio.Turn, 1) // read with a turn, never stored with it
	if set := reflect.ValueOf(request); !everySet(set) {
		t.Fatalf("a new field of Request is not part of this test: %+v", set)
	}
	d := open(t)
	for _, task := range []eaio.Task{full("full"), newTask("small")} {
		created, fresh, err := d.Accept(t.Context(), task, "hash")
		if err != nil || !fresh {
			t.Fatalf("%t, %v", fresh, err)
		}
		if !reflect.DeepEqual(created.Request, task.Request) || created.Status != eaio.TaskAccepted {
			t.Errorf("told %+v", created)
		}
		stored, err := d.Task(t.Context(), tenant, task.ID)
		if err != nil || !reflect.DeepEqual(stored, created) {
			t.Errorf("stored %+v, %v\n  told %+v", stored, err, created)
		}
		again, fresh, err := d.Accept(t.Context(), task, "hash")
		if err != nil || fresh || !reflect.DeepEqual(again, created) {
			t.Errorf("again: %+v, %t, %v", again, fresh, err)
		}
		s, err := d.Subject(t.Context(), tenant, task.ID)
		if err != nil || !reflect.DeepEqual(s.Task.Request, task.Request) || s.Building != nil {
			t.Errorf("subject: %+v, %v", s, err)
		}
	}
	if got := one[string](t, d, "select concat_ws(' ', idempotency_key, body_hash, building, deadline_at - created_at, last_seq) from tasks where id = 'full'"); got != "key of full hash b 00:00:05 1" {
		t.Errorf("columns: %s", got)
	}
	events, err := d.Events(t.Context(), tenant, "full", 0, 10)
	if err != nil || len(events) != 1 || events[0].ID != "task.accepted" || events[0].Type != eaio.EventAccepted || events[0].Seq != 1 {
		t.Fatalf("%+v, %v", events, err)
	}
	var data map[string]any
	if err := json.Unmarshal(events[0].Data, &data); err != nil || data["question"] != full("").Request.Question || data["building"] != "b" || data["audience"] != "owner" || data["deadline_ms"] != 5000.0 {
		t.Errorf("the event says %s, %v", events[0].Data, err)
	}
}

func everySet(v reflect.Value) bool {
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			return false
		}
	}
	return true
}

func TestOneKeyOneTask(t *testing.T) {
	d := open(t)
	ask := func(i int, hash string) (eaio.Task, bool, error) {
		task := newTask(fmt.Sprint("t", i))
		task.Request.IdempotencyKey = "same"
		return d.Accept(t.Context(), task, hash)
	}
	ids, created := make([]string, 50), make([]bool, 50)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			task, fresh, err := ask(i, "hash")
			if err != nil {
				t.Error(err)
			}
			ids[i], created[i] = task.ID, fresh
		})
	}
	wg.Wait()
	fresh := 0
	for i := range ids {
		if ids[i] != ids[0] {
			t.Fatalf("one key gave the tasks %s and %s", ids[0], ids[i])
		}
		if created[i] {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d callers were told that they made it", fresh)
	}
	d.wantCount(t, 1, "tasks")
	d.wantCount(t, 1, "task_events where type = 'task.accepted' and seq = 1 and task = $1", ids[0])

	_, again, err := ask(99, "another")
	wantKind(t, err, eaio.KindConflict)
	if eaio.CodeOf(err) != "idempotency_mismatch" || again {
		t.Errorf("the same key with another body: code %q, created %t, %v", eaio.CodeOf(err), again, err)
	}
	d.wantCount(t, 1, "tasks")

	other := newTask(ids[0]) // a new key for an id that is taken
	_, again, err = d.Accept(t.Context(), other, "hash")
	wantKind(t, err, eaio.KindConflict)
	if again || eaio.CodeOf(err) == "idempotency_mismatch" {
		t.Errorf("an id twice: created %t, %v", again, err)
	}
	d.wantCount(t, 1, "tasks")
	d.wantCount(t, 1, "task_events")
}

func TestAcceptRefusesWhatNoColumnTakes(t *testing.T) {
	d := open(t)
	nul, long, stranger := newTask("a"), newTask("b"), newTask("c")
	nul.Request.Question = "a\x00b"
	long.Request.IdempotencyKey = strings.Repeat("0123456789abcdef", 1000) + fmt.Sprint(time.Now().UnixNano())
	for i := range 400 { // incompressible
		long.Request.IdempotencyKey += fmt.Sprint(i*i*i, i*7919)
	}
	stranger.Tenant = "nobody"
	for _, c := range []struct {
		task eaio.Task
		kind eaio.Kind
	}{{nul, eaio.KindInvalid}, {long, eaio.KindTooLarge}, {stranger, eaio.KindNotFound}} {
		_, created, err := d.Accept(t.Context(), c.task, "hash")
		wantKind(t, err, c.kind)
		if created {
			t.Error("created")
		}
	}
	d.wantCount(t, 0, "tasks")
	d.wantCount(t, 0, "task_events")
}

// No method may take a task that is not there for one on which there is nothing to do.
func TestUnknownTask(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	ctx, event := t.Context(), eaio.NewEvent(eaio.EventRoute, "", nil)
	for name, call := range map[string]func() error{
		"Task":          func() error { _, err := d.Task(ctx, tenant, "x"); return err },
		"Subject":       func() error { _, err := d.Subject(ctx, tenant, "x"); return err },
		"Evidence":      func() error { _, err := d.Evidence(ctx, tenant, "x"); return err },
		"Events":        func() error { _, err := d.Events(ctx, tenant, "x", 0, 10); return err },
		"Events after":  func() error { _, err := d.Events(ctx, tenant, "x", 5, 10); return err },
		"Planned":       func() error { return d.Planned(ctx, tenant, "x", "run", eaio.Plan{}, newYear, event) },
		"Append":        func() error { return d.Append(ctx, tenant, "x", event) },
		"SaveResults":   func() error { return d.SaveResults(ctx, tenant, "x", results("r"), hashes("r")) },
		"SaveCitations": func() error { return d.SaveCitations(ctx, tenant, "x", citations("c")) },
		"Record":        func() error { _, err := d.record(t, "x", "words"); return err },
		"End":           func() error { return d.End(ctx, tenant, "x", eaio.TaskFailed, nil, event) },
		"Feedback":      func() error { return d.Feedback(ctx, tenant, "x", true, "") },
		"Claim": func() error {
			_, err := d.Claim(ctx, tenant, eaio.ModelCall{Key: "x/1", Task: "x"}, time.Second)
			return err
		},
		"Reply": func() error { _, err := d.Reply(ctx, tenant, "x/1"); return err },
		"StoreReply": func() error {
			return d.StoreReply(ctx, tenant, eaio.ModelCall{Key: "x/1", Task: "x"}, eaio.ModelReply{}, "0", nil)
		},
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, call(), eaio.KindNotFound) })
	}
	for _, table := range []string{"tasks", "task_events", "results", "facts", "citations", "answers", "model_calls", "feedback"} {
		d.wantCount(t, 0, table)
	}
}

func TestTasks(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	const n = 25
	for i := range n { // three at a time in one instant
		task := newTask(fmt.Sprintf("t%02d", i))
		task.CreatedAt = newYear.Add(time.Duration(i/3) * time.Minute)
		if i%2 == 0 {
			task.Request.Building = "b"
		}
		if _, _, err := d.Accept(t.Context(), task, "h"); err != nil {
			t.Fatal(err)
		}
		switch i % 5 {
		case 1:
			if _, err := d.record(t, task.ID, "words of "+task.ID); err != nil {
				t.Fatal(err)
			}
		case 2:
			d.end(t, task.ID, eaio.TaskCancelled)
		}
	}
	ids := func(f eaio.TaskFilter) []string {
		t.Helper()
		list, err := d.Tasks(t.Context(), tenant, f)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, task := range list {
			out = append(out, task.ID)
			if has := task.Answer != nil && task.Answer.Text == "words of "+task.ID; has != (task.Status == eaio.TaskCompleted) {
				t.Errorf("%s is %s with the answer %+v", task.ID, task.Status, task.Answer)
			}
		}
		return out
	}
	for _, filter := range []eaio.TaskFilter{{}, {Building: "b"}, {Status: eaio.TaskCompleted}, {Building: "b", Status: eaio.TaskCancelled}, {Building: "c"}, {Status: eaio.TaskRunning}} {
		want := column[string](t, d, "select id from tasks where ($1 = '' or building = $1) and ($2 = '' or status = $2) order by created_at desc, id desc", filter.Building, string(filter.Status))
		for _, limit := range []int{1, 4, 7, n, 2 * n} {
			var got []string
			for page := filter; ; {
				page.Limit = limit
				list := ids(page)
				got = append(got, list...)
				if len(list) < limit {
					break
				}
				page.Before = list[len(list)-1]
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%+v by %d: %v, want %v", filter, limit, got, want)
			}
		}
	}
	if got := ids(eaio.TaskFilter{Before: "unknown", Limit: 10}); got != nil {
		t.Errorf("before an unknown task: %v", got)
	}
	list, err := d.Tasks(t.Context(), tenant, eaio.TaskFilter{Limit: 1, Before: "t02"})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if want, err := d.Task(t.Context(), tenant, "t01"); err != nil || !reflect.DeepEqual(list[0].Request, want.Request) || list[0].Answer.Reason != want.Answer.Reason || list[0].Timings != want.Timings {
		t.Errorf("in the list %+v, by itself %+v, %v", list[0], want, err)
	}
}

func TestUnstarted(t *testing.T) {
	d := open(t)
	d.exec(t, "insert into tenants values ('other', 'Other')")
	add := func(id string, tenant eaio.TenantID, age time.Duration) {
		task := newTask(id)
		task.Tenant, task.CreatedAt = tenant, time.Now().Add(-age)
		if _, _, err := d.Accept(t.Context(), task, "h"); err != nil {
			t.Fatal(err)
		}
	}
	add("old", tenant, time.Hour)
	add("older", "other", 2*time.Hour)
	add("oldest", tenant, 3*time.Hour)
	add("young", tenant, time.Second)
	add("planned", tenant, time.Hour)
	add("ended", tenant, time.Hour)
	if err := d.Planned(t.Context(), tenant, "planned", "run", eaio.Plan{}, newYear, eaio.NewEvent(eaio.EventPlanned, "", nil)); err != nil {
		t.Fatal(err)
	}
	d.end(t, "ended", eaio.TaskFailed)
	for limit, want := range map[int]string{10: "oldest older old ", 2: "oldest older "} {
		list, err := d.Unstarted(t.Context(), time.Minute, limit)
		got := ""
		for _, task := range list {
			got += task.ID + " "
		}
		if err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

func TestPlanned(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	first := eaio.Plan{Agent: "analyst", Language: eaio.Vietnamese, Calls: []eaio.Call{{Analysis: "overnight", Period: eaio.LatestDay}}, Unanswered: []string{"forecast"}, By: "rules"}
	second := eaio.Plan{Agent: "auditor", Language: eaio.English, By: "rules"}
	plan := func(id, run string, p eaio.Plan, asOf time.Time) {
		t.Helper()
		if err := d.Planned(t.Context(), tenant, id, run, p, asOf, eaio.NewEvent(eaio.EventPlanned, "", p)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(id string, status eaio.TaskStatus, p *eaio.Plan, asOf time.Time, run string) {
		t.Helper()
		got, err := d.Task(t.Context(), tenant, id)
		if err != nil || got.Status != status || !reflect.DeepEqual(got.Plan, p) || !got.AsOf.Equal(asOf) || got.RunID != run {
			t.Errorf("%+v with the plan %+v, %v", got, got.Plan, err)
		}
	}
	plan("a", "", first, newYear) // as the guard does it
	check("a", eaio.TaskRunning, &first, newYear, "")
	plan("a", "run", second, newYear.AddDate(1, 0, 0))
	check("a", eaio.TaskRunning, &first, newYear, "run")
	if got := d.types(t, "a"); got != "task.accepted task.planned" {
		t.Errorf("events: %s", got)
	}
	if got, err := d.Task(t.Context(), tenant, "a"); err != nil || got.Language != eaio.Vietnamese {
		t.Errorf("language %q, %v", got.Language, err)
	}

	d.accept(t, "ended")
	d.end(t, "ended", eaio.TaskCancelled)
	plan("ended", "run", first, newYear)
	check("ended", eaio.TaskCancelled, nil, time.Time{}, "run")
	if got := d.types(t, "ended"); got != "task.accepted task.cancelled" {
		t.Errorf("events: %s", got)
	}

	d.accept(t, "timeless")
	plan("timeless", "run", first, time.Time{})
	check("timeless", eaio.TaskRunning, &first, time.Time{}, "run")
}

func TestFeedback(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	for _, comment := range []string{"first", "second"} {
		if err := d.Feedback(t.Context(), tenant, "a", comment == "first", comment); err != nil {
			t.Fatal(err)
		}
	}
	if got := column[string](t, d, "select useful || comment from feedback"); fmt.Sprint(got) != "[falsesecond]" {
		t.Errorf("%v", got)
	}
}
