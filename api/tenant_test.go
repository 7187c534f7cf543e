package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// Nothing of another tenant can be seen, followed, changed or taken by its id.
func TestOtherTenants(t *testing.T) {
	w := start(t)
	const other, id, key = eaio.TenantID("other"), "theirs", "their-key"
	w.Exec(t, `insert into tenants (id, name) values ($1, $1) on conflict do nothing`, string(other))
	store := w.Store.Store
	if err := store.PutBuilding(t.Context(), other, eaio.Building{ID: id, Name: "Theirs", Timezone: "UTC", Privacy: eaio.PrivacyPrivate}); err != nil {
		t.Fatal(err)
	}
	their := eaio.Task{ID: id, Tenant: other, CreatedAt: time.Now(), Request: eaio.Request{Question: "q", Building: id, Audience: eaio.AudienceManager, IdempotencyKey: key}}
	if _, _, err := store.Accept(t.Context(), their, "hash"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, body, word string }{
		{"GET", "/v1/tasks/theirs", "", "not_found"},
		{"GET", "/v1/tasks/theirs/events", "", "not_found"},
		{"POST", "/v1/tasks/theirs/cancel", "", "not_found"},
		{"POST", "/v1/tasks/theirs/feedback", `{"useful": true}`, "not_found"},
		{"POST", "/v1/tasks", `{"question": "q", "building": "theirs"}`, "unknown_building"},
		{"GET", "/v1/buildings/theirs", "", "unknown_building"},
		{"PATCH", "/v1/buildings/theirs", `{"privacy": "public"}`, "unknown_building"},
		{"GET", "/v1/buildings/theirs/meters", "", "unknown_building"},
		{"POST", "/v1/buildings/theirs/readings", rows(3, nil), "unknown_building"},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			problem(t, w.send(c.method, c.path, strings.NewReader(c.body), "Content-Type", "application/json"), http.StatusNotFound, c.word)
		})
	}
	if ids, _ := w.pages("/v1/tasks?limit=1", ""); len(ids) != 0 {
		t.Errorf("tasks %v", ids)
	}
	if ids, _ := w.pages("/v1/buildings?limit=1", ""); slices.Contains(ids, id) {
		t.Errorf("buildings %v", ids)
	}
	problem(t, w.get("/v1/tasks?cursor=theirs"), http.StatusBadRequest, "invalid")
	// Their names and keys are free for us.
	ok[task](t, w.post("/v1/tasks", question, "Idempotency-Key", key), http.StatusAccepted)
	ok[eaio.Building](t, w.post("/v1/buildings", `{"id": "theirs", "timezone": "UTC"}`), http.StatusCreated)
	after, err := store.Building(t.Context(), other, id)
	if err != nil || after.Name != "Theirs" || after.Privacy != eaio.PrivacyPrivate {
		t.Errorf("theirs is now %+v, %v", after, err)
	}
	if t2, err := store.Task(t.Context(), other, id); err != nil || t2.Status != eaio.TaskAccepted {
		t.Errorf("their task is now %s, %v", t2.Status, err)
	}
}
