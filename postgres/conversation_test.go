package postgres_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func newConversation(id string) eaio.Conversation {
	return eaio.Conversation{
		ID: id, Tenant: tenant, Building: "b", Audience: eaio.AudienceOwner, Language: eaio.Vietnamese, Privacy: eaio.PrivacyDeidentified,
		CreatedAt: time.Now().UTC().Truncate(time.Microsecond), IdempotencyKey: "key of " + id,
	}
}

func (d *db) converse(tb testing.TB, id string) eaio.Conversation {
	tb.Helper()
	c, created, err := d.AddConversation(tb.Context(), newConversation(id), "hash")
	if err != nil || !created {
		tb.Fatalf("created %t, %v", created, err)
	}
	return c
}

func newTurn(conversation, id string) eaio.Task {
	task := newTask(id)
	task.Conversation, task.Request.Audience = conversation, ""
	return task
}

func TestConversationsAreKept(t *testing.T) {
	d := open(t)
	told := d.converse(t, "c1")
	stored, err := d.Conversation(t.Context(), tenant, "c1")
	if err != nil || !reflect.DeepEqual(stored, told) || stored.Privacy != eaio.PrivacyDeidentified || stored.LastAt != stored.CreatedAt {
		t.Errorf("stored %+v, told %+v, %v", stored, told, err)
	}
	again, created, err := d.AddConversation(t.Context(), newConversation("c1"), "hash")
	if err != nil || created || again.ID != "c1" {
		t.Errorf("again: %+v, %t, %v", again, created, err)
	}
	other := newConversation("c2")
	other.IdempotencyKey = "key of c1"
	if _, _, err := d.AddConversation(t.Context(), other, "other"); eaio.CodeOf(err) != "idempotency_mismatch" {
		t.Errorf("another body under the same key: %v", err)
	}
	if _, err := d.Conversation(t.Context(), tenant, "none"); eaio.KindOf(err) != eaio.KindNotFound || eaio.CodeOf(err) != "unknown_conversation" {
		t.Errorf("one that is not there: %v", err)
	}
	d.converse(t, "c2")
	d.converse(t, "c3")
	for before, want := range map[string]string{"": "c3 c2 c1", "c3": "c2 c1", "c1": "", "none": ""} {
		list, err := d.Conversations(t.Context(), tenant, before, 10)
		var got []string
		for _, c := range list {
			got = append(got, c.ID)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("before %q: %v, %v; want %s", before, got, err, want)
		}
	}
}

func TestATurnTakesWhatItLeavesOpen(t *testing.T) {
	d := open(t)
	d.converse(t, "c")
	first := newTurn("c", "t1")
	first.Request.AsOf, first.Request.Privacy = newYear, eaio.PrivacyPublic
	got, created, err := d.AcceptTurn(t.Context(), first, "hash")
	want := eaio.Request{
		Question: first.Request.Question, Building: "b", Audience: eaio.AudienceOwner, Language: eaio.Vietnamese, Privacy: eaio.PrivacyDeidentified,
		AsOf: newYear, IdempotencyKey: "t1",
	}
	if err != nil || !created || got.Turn != 1 || !reflect.DeepEqual(got.Request, want) {
		t.Fatalf("%+v, %t, %v", got, created, err)
	}
	stored, err := d.Task(t.Context(), tenant, "t1")
	if err != nil || !reflect.DeepEqual(stored, got) {
		t.Errorf("stored %+v, %v\n  told %+v", stored, err, got)
	}
	again, created, err := d.AcceptTurn(t.Context(), first, "hash")
	if err != nil || created || !reflect.DeepEqual(again, got) {
		t.Errorf("again: %+v, %t, %v", again, created, err)
	}
	if _, _, err := d.AcceptTurn(t.Context(), first, "other"); eaio.CodeOf(err) != "idempotency_mismatch" {
		t.Errorf("another body under the same key: %v", err)
	}
	second, _, err := d.AcceptTurn(t.Context(), newTurn("c", "t2"), "hash")
	if err != nil || second.Turn != 2 || !second.Request.AsOf.Equal(newYear) {
		t.Errorf("%+v, %v", second, err)
	}
	elsewhere := newTurn("c", "t3")
	elsewhere.Request.Building = "b2"
	third, _, err := d.AcceptTurn(t.Context(), elsewhere, "hash")
	if err != nil || !third.Request.AsOf.IsZero() || third.Request.Building != "b2" {
		t.Errorf("%+v, %v", third.Request, err)
	}
	if _, _, err := d.AcceptTurn(t.Context(), newTurn("none", "t4"), "hash"); eaio.CodeOf(err) != "unknown_conversation" {
		t.Errorf("a turn of no conversation: %v", err)
	}
	c, err := d.Conversation(t.Context(), tenant, "c")
	if err != nil || c.TurnCount != 3 || !c.LastAt.After(c.CreatedAt) {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestTurnsAreNumberedOneAfterTheOther sends turns at once: numbers have no gap,
// and one too many is told to wait.
func TestTurnsAreNumberedOneAfterTheOther(t *testing.T) {
	d := open(t)
	d.converse(t, "c")
	var mu sync.Mutex
	var numbers []int
	refused := 0
	var wg sync.WaitGroup
	for n := range eaio.MaxOpenTurns + 5 {
		wg.Go(func() {
			got, _, err := d.AcceptTurn(t.Context(), newTurn("c", fmt.Sprint("t", n)), "hash")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				numbers = append(numbers, got.Turn)
			case eaio.KindOf(err) == eaio.KindRateLimited && eaio.RetryAfterOf(err) > 0:
				refused++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	slices.Sort(numbers)
	if fmt.Sprint(numbers) != "[1 2 3 4 5 6 7 8 9 10]" || refused != 5 {
		t.Errorf("numbers %v, %d refused", numbers, refused)
	}
	turns, err := d.Turns(t.Context(), tenant, "c", 7, 2)
	if err != nil || len(turns) != 2 || turns[0].Turn != 8 || turns[1].Turn != 9 {
		t.Errorf("%+v, %v", turns, err)
	}
	if err := d.End(t.Context(), tenant, turns[0].ID, eaio.TaskCancelled, nil, eaio.NewEvent(eaio.EventCancelled, "", nil)); err != nil {
		t.Fatal(err)
	}
	if got, _, err := d.AcceptTurn(t.Context(), newTurn("c", "more"), "hash"); err != nil || got.Turn != 11 {
		t.Errorf("once one has ended: %+v, %v", got, err)
	}
}

// TestATurnLooksBackBounded reads no more of a long conversation than of a short
// one: the latest turns whole, some more in outline.
func TestATurnLooksBackBounded(t *testing.T) {
	d := open(t)
	d.converse(t, "c")
	long := strings.Repeat("Đêm qua? ", 400)
	for n := range 60 {
		id := fmt.Sprint("t", n+1)
		turn := newTurn("c", id)
		turn.Request.Question = long
		if _, _, err := d.AcceptTurn(t.Context(), turn, "hash"); err != nil {
			t.Fatal(err)
		}
		plan := eaio.Plan{Agent: "analyst", Calls: []eaio.Call{{Analysis: "overnight", Period: eaio.LatestDay}}}
		if err := d.Planned(t.Context(), tenant, id, "", plan, newYear, eaio.NewEvent(eaio.EventPlanned, "", plan)); err != nil {
			t.Fatal(err)
		}
		if err := d.SaveResults(t.Context(), tenant, id, results("x"), hashes("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Record(t.Context(), tenant, id, eaio.Answer{Revision: 1, Text: long, Status: eaio.ResultOK}, "", eaio.Timings{}, []eaio.Event{eaio.NewEvent(eaio.EventCompleted, "", nil)}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := d.Subject(t.Context(), tenant, "t60")
	earlier := s.Task.Request.Earlier
	if err != nil || len(earlier) != 40 || earlier[0].Number != 20 || earlier[39].Number != 59 {
		t.Fatalf("%d turns, %v", len(earlier), err)
	}
	for i, turn := range earlier {
		whole := i >= 32
		if whole != (turn.Answer == long) || whole != (turn.Question == long) || !whole && len([]rune(turn.Question)) != 160 {
			t.Errorf("turn %d: a question of %d bytes, an answer of %d", turn.Number, len(turn.Question), len(turn.Answer))
		}
		if turn.Plan == nil || turn.Building != "b" || turn.Privacy != eaio.PrivacyDeidentified || turn.AnswerStatus != eaio.ResultOK || turn.Status != eaio.TaskCompleted || turn.Task != fmt.Sprint("t", turn.Number) || len(turn.Facts) == 0 || !strings.HasPrefix(turn.Facts[0], "F1 ") {
			t.Errorf("turn %+v", turn)
		}
	}
	e, err := d.Evidence(t.Context(), tenant, "t60")
	if err != nil || !reflect.DeepEqual(e.Task.Request.Earlier, earlier) {
		t.Errorf("the evidence looks back on %d turns, %v", len(e.Task.Request.Earlier), err)
	}
	first, err := d.Subject(t.Context(), tenant, "t1")
	if err != nil || first.Task.Request.Earlier != nil {
		t.Errorf("the first turn looks back on %d, %v", len(first.Task.Request.Earlier), err)
	}
}
