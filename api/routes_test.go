package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
)

// Every route does what it is for. What can go wrong has tests of its own.
func TestRoutes(t *testing.T) {
	w := start(t)
	first := w.answered()
	csv := "timestamp,value\n2020-01-01T00:00:00Z,1\n2020-01-01T01:00:00Z,2\n"
	for _, c := range []struct {
		method, path, contentType, body string
		status                          int
		want                            string // in the reply's body
	}{
		{"GET", "/v1/tasks/" + first.ID, "", "", 200, `"status":"completed"`},
		{"GET", "/v1/tasks", "", "", 200, first.ID},
		{"GET", "/v1/tasks?building=" + building + "&status=completed&limit=1", "", "", 200, first.ID},
		{"GET", "/v1/tasks/" + first.ID + "/events", "", "", 200, "event: task.completed\n"},
		{"POST", "/v1/tasks/" + first.ID + "/cancel", "", "", 202, `"status":"completed"`},
		{"POST", "/v1/tasks/" + first.ID + "/feedback", "application/json", `{"useful": true, "comment": "chuẩn"}`, 204, ""},
		{"POST", "/v1/tasks", "application/json", `{"question": "Which building wastes most?"}`, 202, `"status":"accepted"`},
		{"GET", "/v1/buildings", "", "", 200, building},
		{"GET", "/v1/buildings/" + building, "", "", 200, `"timezone":"Europe/London"`},
		{"POST", "/v1/buildings", "application/json", `{"id": "hq", "name": "HQ", "timezone": "Asia/Ho_Chi_Minh", "area_m2": 1200, "price_per_kwh": "3500.5", "currency": "VND"}`, 201, `"privacy":"private"`},
		{"PATCH", "/v1/buildings/hq", "application/json", `{"privacy": "public", "use": "office"}`, 200, `"name":"HQ"`},
		{"GET", "/v1/buildings/hq/meters", "", "", 200, `"items":[]`},
		{"POST", "/v1/buildings/hq/readings?file=hq.csv", "text/csv", csv, 200, `"added":2`},
		{"GET", "/v1/buildings/hq/meters", "", "", 200, `"interval_s":3600`},
		{"POST", "/v1/weather/hanoi", "text/csv", "timestamp,temp_c\n2020-01-01T00:00:00Z,21.5\n2020-01-01T01:00:00Z,21\n", 200, `"added":2`},
		{"GET", "/healthz", "", "", 200, `"version":"v1.2.3"`},
		{"GET", "/readyz", "", "", 200, `"ready":true`},
		{"GET", "/metrics", "", "", 200, "go_goroutines"},
		{"GET", "/openapi.json", "", "", 200, `"openapi":"3.1.0"`},
		{"GET", "/docs/", "", "", 200, "<html"},
		{"GET", "/docs", "", "", 302, ""},
		{"GET", "/", "", "", 302, ""},
	} {
		t.Run(c.method+" "+strings.ReplaceAll(c.path, first.ID, "{id}"), func(t *testing.T) {
			r := w.send(c.method, c.path, strings.NewReader(c.body), "Content-Type", c.contentType, "X-Request-Id", "mine-1")
			if r.status != c.status || !strings.Contains(string(r.body), c.want) {
				t.Errorf("%d, want %d with %s: %.500s", r.status, c.status, c.want, r.body)
			}
			if got := r.header.Get("X-Request-Id"); got != "mine-1" {
				t.Errorf("request id %q, the caller sent mine-1", got)
			}
		})
	}
}

// A finished task has every field that the contract names.
func TestATaskIsWhole(t *testing.T) {
	w := start(t)
	r := w.post("/v1/tasks?wait=30s", question)
	got := ok[task](t, r, http.StatusOK)
	for _, path := range strings.Fields(`id status question building as_of created_at completed_at usage.model_calls usage.input_tokens
		usage.output_tokens usage.cost_usd timings_ms.queue timings_ms.plan timings_ms.gather timings_ms.word timings_ms.verify
		timings_ms.record timings_ms.total links.self links.events links.temporal_ui answer.revision answer.text answer.status
		answer.answered_by answer.reason answer.facts.0.id answer.facts.0.ref answer.facts.0.name answer.facts.0.value
		answer.facts.0.unit answer.facts.0.method answer.facts.0.window.from answer.facts.0.window.to answer.facts.0.n
		answer.facts.0.quality answer.facts.0.inputs_hash answer.citations`) {
		if !present(t, r.body, path) {
			t.Errorf("no %s", path)
		}
	}
	f := got.Answer.Facts[0]
	if f.ID != got.ID+"/"+f.Ref || f.Ref != "F1" {
		t.Errorf("fact %s, ref %s of task %s", f.ID, f.Ref, got.ID)
	}
	if got.Answer.AnsweredBy != eaio.Narrator || got.Answer.Status == eaio.ResultDeclined {
		t.Errorf("answered by %s: %s", got.Answer.AnsweredBy, got.Answer.Status)
	}
	if got.Links["self"] != "/v1/tasks/"+got.ID || w.get(got.Links["events"]).status != http.StatusOK {
		t.Errorf("links %v", got.Links)
	}
}

// A task's link leads to its run once it is known.
func TestTemporalLinks(t *testing.T) {
	w := start(t)
	id := w.answered().ID
	const page = "http://temporal.test/namespaces/default/workflows/default%2F"
	for run, want := range map[string]string{"": page + id, "run-1": page + id + "/run-1/history"} {
		w.Exec(t, "update tasks set run_id = $1", run)
		if got := ok[task](t, w.get("/v1/tasks/"+id), http.StatusOK).Links["temporal_ui"]; got != want {
			t.Errorf("run %q: %s, want %s", run, got, want)
		}
	}
}

// present follows a path of names and indices through JSON.
func present(t *testing.T, body []byte, path string) bool {
	t.Helper()
	for name := range strings.SplitSeq(path, ".") {
		if name == "0" {
			var list []json.RawMessage
			if json.Unmarshal(body, &list) != nil || len(list) == 0 {
				return false
			}
			body = list[0]
			continue
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil || object[name] == nil {
			return false
		}
		body = object[name]
	}
	return true
}

// What was stored comes back as it was sent, in every way of reading it.
func TestABuildingIsStored(t *testing.T) {
	w := start(t)
	sent := `{"id": "hq.1", "name": "Trụ sở", "use": "office", "area_m2": 1200.5, "timezone": "Asia/Ho_Chi_Minh", "price_per_kwh": "0.110",
		"currency": "VND", "price_source": "EVN 2024", "privacy": "deidentified", "weather_station": "hanoi", "source": "own"}`
	want := eaio.Building{
		ID: "hq.1", Name: "Trụ sở", Use: "office", AreaM2: 1200.5, Timezone: "Asia/Ho_Chi_Minh", PricePerKWh: "0.110",
		Currency: "VND", PriceSource: "EVN 2024", Privacy: eaio.PrivacyDeidentified, WeatherStation: "hanoi", Source: "own",
	}
	if got := ok[eaio.Building](t, w.post("/v1/buildings", sent), http.StatusCreated); got != want {
		t.Errorf("created %+v", got)
	}
	if got := ok[eaio.Building](t, w.get("/v1/buildings/hq.1"), http.StatusOK); got != want {
		t.Errorf("read %+v", got)
	}
	want.PricePerKWh, want.Currency, want.Use = "", "", "school"
	patch := w.send(http.MethodPatch, "/v1/buildings/hq.1", strings.NewReader(`{"price_per_kwh": "", "currency": "", "use": "school"}`), "Content-Type", "application/json")
	if got := ok[eaio.Building](t, patch, http.StatusOK); got != want {
		t.Errorf("changed %+v", got)
	}
	if got := ok[eaio.Building](t, w.get("/v1/buildings/hq.1"), http.StatusOK); got != want {
		t.Errorf("read %+v", got)
	}
}

// The same file twice changes nothing, and a better file changes what it must.
func TestAnImportIsRepeatable(t *testing.T) {
	w := start(t)
	path := "/v1/buildings/" + building + "/readings?commodity=gas&unit=MWh&timezone=Europe/London&file=gas.csv"
	for _, c := range []struct {
		file                      string
		added, changed, unchanged int64
	}{
		{"timestamp,value\n2020-01-01 00:00,1\n2020-01-01 01:00,2\n", 2, 0, 0},
		{"timestamp,value\n2020-01-01 00:00,1\n2020-01-01 01:00,2\n", 0, 0, 2},
		{"timestamp,value\n2020-01-01 00:00,1\n2020-01-01 01:00,3\n2020-01-01 02:00,4\n", 1, 1, 1},
	} {
		got := ok[ingest.Loaded](t, w.send(http.MethodPost, path, strings.NewReader(c.file), "Content-Type", "text/csv"), http.StatusOK)
		if s := got.Stored; s.Added != c.added || s.Changed != c.changed || s.Unchanged != c.unchanged {
			t.Errorf("stored %+v, want %d added, %d changed, %d as before", s, c.added, c.changed, c.unchanged)
		}
		if got.File.Unit != "kWh" || got.Stored.Target != building+"/gas" {
			t.Errorf("unit %s, target %s", got.File.Unit, got.Stored.Target)
		}
	}
	if n := w.Number(t, `select sum(value)::int from readings r join meters m on m.no = r.meter where m.id = $1`, building+"/gas"); n != 8000 {
		t.Errorf("%d kWh stored, want 8000", n)
	}
}
