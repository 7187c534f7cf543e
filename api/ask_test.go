package api_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/api/serviceerror"
)

// One key and one body make one task, however often and however fast it is sent.
func TestIdempotency(t *testing.T) {
	w := start(t)
	const key = "Idempotency-Key"
	first := w.ask(key, "k1")
	other := strings.Replace(question, "last night", "tonight", 1)
	for _, c := range []struct {
		name, key, body string
		same            bool
	}{
		{"the same again", "k1", question, true},
		{"other spacing and order", "k1", `{"as_of":"2017-11-21T00:00:00Z","building":"` + building + `","question":"What was left on last night?"}`, true},
		{"a default spelled out", "k1", strings.Replace(question, "{", `{"audience": "manager", `, 1), true},
		{"another key", "k2", question, false},
		{"no key", "", question, false},
		{"no key again", "", question, false},
	} {
		got := ok[task](t, w.post("/v1/tasks", c.body, key, c.key), http.StatusAccepted)
		if (got.ID == first.ID) != c.same {
			t.Errorf("%s: task %s, the first was %s", c.name, got.ID, first.ID)
		}
		if n := w.engine.starts(got.ID); n != 1 {
			t.Errorf("%s: started %d times", c.name, n)
		}
	}
	p := problem(t, w.post("/v1/tasks", other, key, "k1"), http.StatusConflict, "idempotency_mismatch")
	if !strings.Contains(p.Detail, "new key") || !strings.Contains(p.Detail, first.ID) {
		t.Errorf("detail: %s", p.Detail)
	}
	problem(t, w.post("/v1/tasks?wait=1s", other, key, "k1"), http.StatusConflict, "idempotency_mismatch")
	if p := problem(t, w.post("/v1/tasks", question, key, strings.Repeat("k", 201)), http.StatusBadRequest, "invalid"); !strings.Contains(p.Detail, "200") {
		t.Errorf("detail: %s", p.Detail)
	}
	problem(t, w.post("/v1/tasks", question, key, "\xff"), http.StatusBadRequest, "invalid")
	w.post("/v1/tasks", question, key, strings.Repeat("k", 200))
	if n := w.Number(t, "select count(*) from tasks"); n != 5 {
		t.Errorf("%d tasks, want 5", n)
	}
}

func TestIdempotencyUnderARace(t *testing.T) {
	w := start(t)
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { ids[i] = w.ask("Idempotency-Key", "same").ID })
	}
	wg.Wait()
	if slices.Sort(ids); ids[0] != ids[len(ids)-1] || w.engine.starts(ids[0]) != 1 {
		t.Errorf("tasks %v, started %d times", ids, w.engine.starts(ids[0]))
	}
}

// What a caller may choose reaches the task, at its bounds too.
func TestRequestsAreKept(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	for _, c := range []struct {
		body string
		want eaio.Request
	}{
		{
			`{"question": "  Vì sao hóa đơn tăng?  "}`,
			eaio.Request{Question: "Vì sao hóa đơn tăng?", Audience: eaio.AudienceManager, Deadline: 30 * time.Second},
		},
		{
			`{"question": "q", "building": "` + building + `", "audience": "owner", "language": "vi", "privacy": "private", "as_of": "2017-11-21T07:00:00+07:00", "deadline_ms": 500, "budget_usd": "0.05"}`,
			eaio.Request{Question: "q", Building: building, Audience: eaio.AudienceOwner, Language: eaio.Vietnamese, Privacy: eaio.PrivacyPrivate, AsOf: time.Date(2017, 11, 21, 0, 0, 0, 0, time.UTC), Deadline: 500 * time.Millisecond, BudgetUSD: "0.05"},
		},
		{
			`{"question": "` + strings.Repeat("ệ", 4000) + `", "deadline_ms": 300000, "refine": false}`,
			eaio.Request{Question: strings.Repeat("ệ", 4000), Audience: eaio.AudienceManager, Deadline: 5 * time.Minute},
		},
	} {
		got := ok[task](t, w.post("/v1/tasks", c.body), http.StatusAccepted)
		kept := w.Task(t, got.ID).Request
		kept.IdempotencyKey = ""
		if kept.AsOf = kept.AsOf.UTC(); !sameRequest(kept, c.want) {
			t.Errorf("kept %+v\nwant %+v", kept, c.want)
		}
	}
}

func sameRequest(a, b eaio.Request) bool {
	return a.Question == b.Question && a.Building == b.Building && a.Audience == b.Audience && a.Language == b.Language &&
		a.Privacy == b.Privacy && a.AsOf.Equal(b.AsOf) && a.Deadline == b.Deadline && a.BudgetUSD == b.BudgetUSD
}

// A question that cannot be read is answered, and says what can be asked.
func TestQuestionsInOtherLanguages(t *testing.T) {
	w := start(t)
	for _, q := range []string{"Was war letzte Nacht eingeschaltet?", "昨晚什么还开着？", "asdf qwer zxcv", "?!"} {
		got := ok[task](t, w.post("/v1/tasks?wait=30s", `{"building": "`+building+`", "question": "`+q+`"}`), http.StatusOK)
		if got.Status != eaio.TaskCompleted || got.Answer.Status != eaio.ResultDeclined || !strings.Contains(got.Answer.Text, "English") {
			t.Errorf("%s: %s, %s: %s", q, got.Status, got.Answer.Status, got.Answer.Text)
		}
	}
}

// A wait ends when the task does, or when it is over.
func TestWaiting(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	started := time.Now()
	got := ok[task](t, w.post("/v1/tasks?wait=100ms", question), http.StatusAccepted)
	if took := time.Since(started); took < 100*time.Millisecond || got.Status != eaio.TaskAccepted {
		t.Errorf("%s after %s", got.Status, took)
	}
	if ok[task](t, w.post("/v1/tasks?wait=0s", question), http.StatusAccepted); len(w.Events(t, got.ID)) != 1 {
		t.Errorf("events %v", w.Types(t, got.ID))
	}
	// A repeat waits for the same task, and sees the end that another caller brings.
	done := make(chan reply)
	again := w.ask("Idempotency-Key", "k")
	go func() { done <- w.post("/v1/tasks?wait=60s", question, "Idempotency-Key", "k") }()
	w.post("/v1/tasks/"+again.ID+"/cancel", "")
	if got := ok[task](t, <-done, http.StatusOK); got.ID != again.ID || got.Status != eaio.TaskCancelled {
		t.Errorf("task %s is %s", got.ID, got.Status)
	}
}

// Without an engine, questions are taken all the same: they are started later.
func TestTheEngineIsAway(t *testing.T) {
	w := start(t)
	w.engine.set(false, serviceerror.NewUnavailable("injected: connection refused"))
	got := w.ask()
	if got.Status != eaio.TaskAccepted || !w.log.has("started later") {
		t.Errorf("status %s", got.Status)
	}
	p := problem(t, w.post("/v1/tasks/"+got.ID+"/cancel", ""), http.StatusServiceUnavailable, "unavailable")
	if strings.Contains(p.Detail, "injected") || !w.log.has("injected: connection refused") {
		t.Errorf("detail: %s", p.Detail)
	}
	w.engine.set(false, nil)
	if got := ok[task](t, w.post("/v1/tasks/"+got.ID+"/cancel", ""), http.StatusAccepted); got.Status != eaio.TaskCancelled {
		t.Errorf("the task is %s", got.Status)
	}
}

func TestCancel(t *testing.T) {
	w := start(t)
	ended := w.answered()
	w.engine.set(true, nil)
	running := w.ask()
	for _, c := range []struct {
		name, id string
		want     eaio.TaskStatus
	}{
		{"under way", running.ID, eaio.TaskCancelled},
		{"twice", running.ID, eaio.TaskCancelled},
		{"finished", ended.ID, eaio.TaskCompleted},
	} {
		got := ok[task](t, w.post("/v1/tasks/"+c.id+"/cancel", ""), http.StatusAccepted)
		if got.Status != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.Status, c.want)
		}
	}
	if got := w.Types(t, running.ID); !slices.Equal(got, []eaio.EventType{eaio.EventAccepted, eaio.EventCancelled}) {
		t.Errorf("events %v", got)
	}
}

// Pages hold every task once, newest first, and filters hold within them.
func TestLists(t *testing.T) {
	w := start(t)
	w.engine.set(true, nil)
	var here, nowhere []string
	for range 3 {
		here = append(here, w.ask().ID)
		nowhere = append(nowhere, ok[task](t, w.post("/v1/tasks", `{"question": "q"}`), http.StatusAccepted).ID)
	}
	w.post("/v1/tasks/"+here[0]+"/cancel", "")
	all := []string{nowhere[2], here[2], nowhere[1], here[1], nowhere[0], here[0]}
	for _, c := range []struct {
		query string
		want  []string
		pages int
	}{
		{"", all, 1},
		{"limit=1", all, 6},
		{"limit=4", all, 2},
		{"limit=6", all, 1},
		{"limit=2&building=" + building, []string{here[2], here[1], here[0]}, 2},
		{"status=cancelled", []string{here[0]}, 1},
		{"limit=1&status=accepted&building=" + building, []string{here[2], here[1]}, 2},
		{"building=atlantis", nil, 1},
	} {
		got, pages := w.pages("/v1/tasks?"+c.query, "")
		if !slices.Equal(got, c.want) || pages != c.pages {
			t.Errorf("%s: %v on %d pages, want %v on %d", c.query, got, pages, c.want, c.pages)
		}
	}
	if got, pages := w.pages("/v1/buildings?limit=1", ""); !slices.Equal(got, []string{"fox_office_vicki", building}) || pages != 2 {
		t.Errorf("buildings %v on %d pages", got, pages)
	}
}

// pages follows a list to its end, or over a hundred pages.
func (w *world) pages(path, cursor string) (ids []string, pages int) {
	w.tb.Helper()
	type list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
		NextCursor string `json:"next_cursor"`
	}
	for {
		pages++
		got := ok[list](w.tb, w.get(path+"&cursor="+url.QueryEscape(cursor)), http.StatusOK)
		for _, item := range got.Items {
			ids = append(ids, item.ID)
		}
		if cursor = got.NextCursor; cursor == "" || pages == 100 {
			return ids, pages
		}
	}
}

// A caller who leaves while it waits leaves nothing behind but the task.
func TestAWaitingCallerLeaves(t *testing.T) {
	news := &countedNews{}
	w := start(t, news.count)
	w.engine.set(true, nil)
	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/v1/tasks?wait=60s", strings.NewReader(question))
		if err == nil {
			_, err = http.DefaultClient.Do(r) //nolint:bodyclose // there is no response
		}
		gone <- err
	}()
	news.wait(t, 1)
	leave()
	if err := <-gone; err == nil {
		t.Error("the request ended well, want it cancelled")
	}
	news.wait(t, 0)
	if n := w.Number(t, "select count(*) from tasks where status = 'accepted'"); n != 1 {
		t.Errorf("%d tasks accepted, want 1", n)
	}
}
