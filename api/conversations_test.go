package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
)

// talk is a conversation as callers see it.
type talk struct {
	eaio.Conversation
	Turns      []task            `json:"turns"`
	NextCursor string            `json:"next_cursor"`
	Links      map[string]string `json:"links"`
}

// converse opens a conversation.
func (w *world) converse(body string, header ...string) talk {
	w.tb.Helper()
	return ok[talk](w.tb, w.post("/v1/conversations", body, header...), http.StatusCreated)
}

// say asks in a conversation and returns the finished turn.
func (w *world) say(c talk, body string, header ...string) task {
	w.tb.Helper()
	return ok[task](w.tb, w.post(c.Links["turns"]+"?wait=30s", body, header...), http.StatusOK)
}

func TestAConversation(t *testing.T) {
	w := start(t)
	c := w.converse(`{"building": "`+building+`", "audience": "owner", "privacy": "private"}`, "Idempotency-Key", "k")
	if c.Building != building || c.Audience != eaio.AudienceOwner || c.Links["self"] != "/v1/conversations/"+c.ID || c.Links["temporal_ui"] != "http://temporal.test/namespaces/default/workflows/default%2Fc%2F"+c.ID {
		t.Errorf("opened %+v", c)
	}
	first := w.say(c, `{"question": "How much electricity did we use last month?"}`, "Idempotency-Key", "t1")
	if first.Turn != 1 || first.Conversation != c.ID || first.Building != building || first.Links["conversation"] != c.Links["self"] || first.Answer == nil {
		t.Errorf("first turn %+v", first)
	}
	if again := w.say(c, `{"question": "How much electricity did we use last month?"}`, "Idempotency-Key", "t1"); again.ID != first.ID {
		t.Errorf("the same key and body gave the task %s, then %s", first.ID, again.ID)
	}
	second := w.say(c, `{"question": "And last week?"}`)
	stored := w.Task(t, second.ID)
	if second.Turn != 2 || stored.Plan == nil || len(stored.Plan.Calls) != 1 || stored.Plan.Calls[0] != (eaio.Call{Analysis: "consumption", Period: eaio.LastWeek, Compare: eaio.ComparePrevious}) {
		t.Errorf("second turn %+v, plan %+v", second, stored.Plan)
	}
	if stored.Request.Audience != eaio.AudienceOwner || stored.Request.Privacy != eaio.PrivacyPrivate {
		t.Errorf("asked %+v", stored.Request)
	}
	got := ok[talk](t, w.get(c.Links["self"]), http.StatusOK)
	if got.TurnCount != 2 || len(got.Turns) != 2 || got.Turns[0].ID != first.ID || got.Turns[1].Answer == nil || got.Turns[1].Links["self"] != "/v1/tasks/"+second.ID {
		t.Errorf("read %+v", got)
	}
	part := ok[talk](t, w.get(c.Links["self"]+"?limit=1"), http.StatusOK)
	rest := ok[talk](t, w.get(c.Links["self"]+"?limit=1&cursor="+part.NextCursor), http.StatusOK)
	if part.NextCursor != "1" || len(part.Turns) != 1 || len(rest.Turns) != 1 || rest.Turns[0].ID != second.ID || rest.NextCursor != "" {
		t.Errorf("pages %+v\n%+v", part, rest)
	}
	other := w.converse(`{}`)
	list := ok[struct {
		Items []talk `json:"items"`
		Next  string `json:"next_cursor"`
	}](t, w.get("/v1/conversations?limit=1"), http.StatusOK)
	if len(list.Items) != 1 || list.Items[0].ID != other.ID || list.Next != other.ID {
		t.Errorf("listed %+v", list)
	}
}

// A question that gives no building may name it in its words; so may a turn, which
// then speaks of another building than the turns before.
func TestAQuestionNamesItsBuilding(t *testing.T) {
	w := start(t)
	named := strings.ToUpper(strings.ReplaceAll(apptest.PrivateBuilding, "_", " "))
	asked := ok[task](t, w.post("/v1/tasks", `{"question": "What was left on last night in `+named+`?"}`), http.StatusAccepted)
	if asked.Building != apptest.PrivateBuilding {
		t.Errorf("the question is about %q, want %q", asked.Building, apptest.PrivateBuilding)
	}
	c := w.converse(`{"building": "` + building + `"}`)
	w.say(c, `{"question": "How much electricity did we use last month?"}`)
	if turn := w.say(c, `{"question": "What about `+named+`?"}`); turn.Building != apptest.PrivateBuilding || len(turn.Answer.Facts) == 0 || strings.Contains(turn.Answer.Text, "not understood") {
		t.Errorf("the turn is about %q with %d facts: %s; want %q", turn.Building, len(turn.Answer.Facts), turn.Answer.Text, apptest.PrivateBuilding)
	}
}

func TestWhatAConversationRefuses(t *testing.T) {
	w := start(t)
	c := w.converse(`{"building": "`+building+`"}`, "Idempotency-Key", "k")
	w.say(c, `{"question": "What was left on last night?"}`, "Idempotency-Key", "t")
	turns := c.Links["turns"]
	for _, bad := range []struct {
		path, body, key string
		status          int
		word            string
	}{
		{"/v1/conversations", `{"building": "nowhere"}`, "", 404, "unknown_building"},
		{"/v1/conversations", `{"building": "` + building + `", "audience": "owner"}`, "k", 409, "idempotency_mismatch"},
		{"/v1/conversations", `{"colour": "red"}`, "", 400, "invalid"},
		{"/v1/conversations", `{"language": "de"}`, "", 400, "invalid"},
		{"/v1/conversations/none/turns", `{"question": "Why?"}`, "", 404, "unknown_conversation"},
		{turns, `{"question": ""}`, "", 400, "invalid"},
		{turns, `{"question": "  "}`, "", 400, "invalid"},
		{turns, `{"question": "` + strings.Repeat("a", 4001) + `"}`, "", 400, "invalid"},
		{turns, `{"question": "Why?", "building": "nowhere"}`, "", 404, "unknown_building"},
		{turns, `{"question": "Why?", "agent": "nobody"}`, "", 400, "invalid"},
		{turns, `{"question": "Why?", "deadline_ms": 1}`, "", 400, "invalid"},
		{turns, `{"question": "Why?", "budget_usd": "much"}`, "", 400, "invalid"},
		{turns, `{"question": "Why?"}`, "t", 409, "idempotency_mismatch"},
		{turns + "?wait=1h", `{"question": "Why?"}`, "", 400, "invalid"},
	} {
		p := problem(t, w.post(bad.path, bad.body, "Idempotency-Key", bad.key), bad.status, bad.word)
		if p.Detail == "" {
			t.Errorf("%s %s: no detail", bad.path, bad.body)
		}
	}
	for _, path := range []string{"/v1/conversations/none", "/v1/conversations/none?limit=1"} {
		problem(t, w.get(path), 404, "unknown_conversation")
	}
	problem(t, w.get("/v1/conversations?cursor=none"), 400, "invalid")
	problem(t, w.get(c.Links["self"]+"?cursor=x"), 400, "invalid")
}

// TestTooManyTurns: one more than may wait is told so, and when to come again.
func TestTooManyTurns(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	c := w.converse(`{"building": "` + building + `"}`)
	for n := range eaio.MaxOpenTurns {
		ok[task](t, w.post(c.Links["turns"], fmt.Sprintf(`{"question": "And night %d?"}`, n)), http.StatusAccepted)
	}
	r := w.post(c.Links["turns"], `{"question": "Why?"}`)
	problem(t, r, http.StatusTooManyRequests, "rate_limited")
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// TestATurnIsGuarded: a turn that no worker takes has its answer in time, and one
// that leans on it finds it.
func TestATurnIsGuarded(t *testing.T) {
	w := start(t)
	c := w.converse(`{"building": "` + building + `"}`)
	w.engine.set(true, nil)
	started := time.Now()
	first := w.say(c, `{"question": "How much electricity did we use last month?", "deadline_ms": 1000}`)
	if took := time.Since(started); took > time.Second+late || first.Answer.Reason != eaio.ReasonDeadline {
		t.Errorf("answered after %s because of %s", took, first.Answer.Reason)
	}
	why := w.say(c, `{"question": "Tại sao?", "deadline_ms": 1000}`)
	if plan := w.Task(t, why.ID).Plan; plan == nil || plan.Language != eaio.Vietnamese || len(plan.Calls) != 2 || plan.Calls[1].Analysis != "change" || plan.Calls[1].Period != eaio.LastMonth {
		t.Errorf("plan %+v", plan)
	}
}
