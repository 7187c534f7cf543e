package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local/pgtest"
)

var migrated = pgtest.NewTemplate(func(ctx context.Context, url string) error {
	s, err := postgres.Open(ctx, url, 2)
	if err != nil {
		return err
	}
	defer s.Close()
	_, _, err = s.Migrate(ctx)
	return err
})

func open(t *testing.T) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), migrated.Database(t), 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func accept(t *testing.T, s *postgres.Store, id string) eaio.Task {
	t.Helper()
	task, created, err := s.Accept(t.Context(), eaio.Task{
		ID: id, Tenant: eaio.DefaultTenant, CreatedAt: time.Now().UTC(),
		Request: eaio.Request{Question: "What was left on last night?", Audience: eaio.AudienceManager, IdempotencyKey: id},
	}, "hash")
	if err != nil || !created {
		t.Fatalf("created %t, %v", created, err)
	}
	return task
}

func types(t *testing.T, s *postgres.Store, id string) string {
	t.Helper()
	events, err := s.Events(t.Context(), eaio.DefaultTenant, id, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			t.Errorf("event %d has the number %d", i+1, e.Seq)
		}
		out = append(out, string(e.Type))
	}
	return strings.Join(out, " ")
}

func record(t *testing.T, s *postgres.Store, id, text string) (eaio.Answer, error) {
	t.Helper()
	return s.Record(t.Context(), eaio.DefaultTenant, id, eaio.Answer{Revision: 1, Text: text, Status: eaio.ResultOK, AnsweredBy: eaio.Narrator, Reason: eaio.ReasonNoModel},
		"", eaio.Timings{}, []eaio.Event{eaio.NewEvent(eaio.EventRecorded, "1", nil), eaio.NewEvent(eaio.EventCompleted, "", nil)})
}

func TestTheFirstAnswerWins(t *testing.T) {
	s := open(t)
	accept(t, s, "a")
	var wg sync.WaitGroup
	got := make([]string, 20)
	for i := range got {
		wg.Go(func() {
			a, err := record(t, s, "a", fmt.Sprint("answer ", i))
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
	if want := "task.accepted answer.recorded task.completed"; types(t, s, "a") != want {
		t.Errorf("events: %s", types(t, s, "a"))
	}
}

func TestNothingFollowsTheEnd(t *testing.T) {
	s := open(t)
	accept(t, s, "a")
	end := func(status eaio.TaskStatus, kind eaio.EventType) {
		if err := s.End(t.Context(), eaio.DefaultTenant, "a", status, nil, eaio.NewEvent(kind, "", nil)); err != nil {
			t.Fatal(err)
		}
	}
	end(eaio.TaskCancelled, eaio.EventCancelled)
	if _, err := record(t, s, "a", "too late"); eaio.KindOf(err) != eaio.KindConflict {
		t.Errorf("an answer after the end: %v", err)
	}
	if err := s.Append(t.Context(), eaio.DefaultTenant, "a", eaio.NewEvent(eaio.EventReplied, "x", nil)); err != nil {
		t.Error(err)
	}
	end(eaio.TaskFailed, eaio.EventFailed)
	task, err := s.Task(t.Context(), eaio.DefaultTenant, "a")
	if err != nil || task.Status != eaio.TaskCancelled || task.Answer != nil {
		t.Errorf("task %+v, %v", task, err)
	}
	if want := "task.accepted task.cancelled"; types(t, s, "a") != want {
		t.Errorf("events: %s", types(t, s, "a"))
	}
}

func TestOneKeyOneTask(t *testing.T) {
	s := open(t)
	var wg sync.WaitGroup
	ids := make([]string, 50)
	created := make([]bool, 50)
	ask := func(i int, hash string) (eaio.Task, bool, error) {
		return s.Accept(t.Context(), eaio.Task{
			ID: fmt.Sprint("t", i), Tenant: eaio.DefaultTenant, CreatedAt: time.Now().UTC(),
			Request: eaio.Request{Question: "q", IdempotencyKey: "same"},
		}, hash)
	}
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
	if _, _, err := ask(99, "another"); eaio.CodeOf(err) != "idempotency_mismatch" {
		t.Errorf("the same key with another body: %v", err)
	}
}

func TestACallIsClaimedOnceAndItsReplyKept(t *testing.T) {
	s := open(t)
	accept(t, s, "a")
	call := eaio.ModelCall{Key: "a/local/1", Task: "a", Pool: "local", Model: "m"}
	const lease = 300 * time.Millisecond
	first, err := s.Claim(t.Context(), eaio.DefaultTenant, call, lease)
	if err != nil || first.Attempt != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	if _, err := s.Claim(t.Context(), eaio.DefaultTenant, call, lease); eaio.KindOf(err) != eaio.KindUnavailable || eaio.RetryAfterOf(err) <= 0 {
		t.Fatalf("a second claim: %v", err)
	}
	if err := s.FailCall(t.Context(), eaio.DefaultTenant, first, eaio.KindUnavailable); err != nil {
		t.Fatal(err)
	}
	second, err := s.Claim(t.Context(), eaio.DefaultTenant, call, lease)
	if err != nil || second.Attempt != 2 {
		t.Fatalf("after the first was given back: %+v, %v", second, err)
	}
	for _, text := range []string{"first reply", "late reply"} {
		if err := s.StoreReply(t.Context(), eaio.DefaultTenant, second, eaio.ModelReply{Text: text}, "0", nil); err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.Claim(t.Context(), eaio.DefaultTenant, call, lease)
	if err != nil || !found.Replied || found.Reply != "first reply" || len(found.Faults) != 0 {
		t.Fatalf("%+v, %v", found, err)
	}
}
