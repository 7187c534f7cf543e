package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Every refusal is a problem that says what would be right, and stores nothing.
func TestRefusals(t *testing.T) {
	w := start(t)
	ended := w.answered()
	w.engine.working.Wait()
	ask := func(fields string) string { return `{"question": "What was left on last night?", ` + fields + `}` }
	const json, long = "application/json", "x"
	for _, c := range []struct {
		name                            string
		method, path, contentType, body string
		status                          int
		word                            string
		says                            string // part of the detail: what would be right
	}{
		{"unknown building", "POST", "/v1/tasks", json, ask(`"building": "atlantis"`), 404, "unknown_building", "building list"},
		{"building with NUL", "POST", "/v1/tasks", json, ask(`"building": "a\u0000b"`), 400, "invalid", "U+0000"},
		{"empty question", "POST", "/v1/tasks", json, `{"question": ""}`, 400, "invalid", "question"},
		{"blank question", "POST", "/v1/tasks", json, `{"question": " \t "}`, 400, "invalid", "1 to 4,000 characters"},
		{"no question", "POST", "/v1/tasks", json, `{"building": "` + building + `"}`, 400, "invalid", "question"},
		{"question with NUL", "POST", "/v1/tasks", json, `{"question": "a\u0000b"}`, 400, "invalid", "U+0000"},
		{"key with NUL", "POST", "/v1/tasks", json, `{"question": "a", "\u0000": 1}`, 400, "invalid", "U+0000"},
		{"question of 4001", "POST", "/v1/tasks", json, `{"question": "` + strings.Repeat("ệ", 4001) + `"}`, 400, "invalid", "4000"},
		{"question of 1 MB", "POST", "/v1/tasks", json, `{"question": "` + strings.Repeat(long, 1<<20) + `"}`, 413, "too_large", "64 KiB"},
		{"question is a number", "POST", "/v1/tasks", json, `{"question": 7}`, 400, "invalid", "string"},
		{"unknown field", "POST", "/v1/tasks", json, ask(`"qestion": "x"`), 400, "invalid", "qestion: there is no such field; /docs"},
		{"tenant in the body", "POST", "/v1/tasks", json, ask(`"tenant": "other"`), 400, "invalid", "tenant"},
		{"unknown agent", "POST", "/v1/tasks", json, ask(`"agent": "bond"`), 400, "invalid", "agent"},
		{"unknown audience", "POST", "/v1/tasks", json, ask(`"audience": "tenant"`), 400, "invalid", "manager, analyst, owner"},
		{"unknown language", "POST", "/v1/tasks", json, ask(`"language": "de"`), 400, "invalid", "en, vi"},
		{"unknown privacy", "POST", "/v1/tasks", json, ask(`"privacy": "secret"`), 400, "invalid", "private, deidentified, public"},
		{"budget", "POST", "/v1/tasks", json, ask(`"budget_usd": "-1"`), 400, "invalid", "dollars as a decimal, such as 0.05"},
		{"budget is a number", "POST", "/v1/tasks", json, ask(`"budget_usd": 1`), 400, "invalid", "string"},
		{"deadline too short", "POST", "/v1/tasks", json, ask(`"deadline_ms": 499`), 400, "invalid", "500"},
		{"deadline 0", "POST", "/v1/tasks", json, ask(`"deadline_ms": 0`), 400, "invalid", "500"},
		{"deadline too long", "POST", "/v1/tasks", json, ask(`"deadline_ms": 300001`), 400, "invalid", "300000"},
		{"deadline beyond numbers", "POST", "/v1/tasks", json, ask(`"deadline_ms": 1e400`), 400, "invalid", "number"},
		{"deadline with a fraction", "POST", "/v1/tasks", json, ask(`"deadline_ms": 600.5`), 400, "invalid", "integer"},
		{"as_of is a date", "POST", "/v1/tasks", json, ask(`"as_of": "2017-11-21"`), 400, "invalid", "2017-11-21T00:00:00Z"},
		{"as_of without offset", "POST", "/v1/tasks", json, ask(`"as_of": "2017-11-21T00:00:00"`), 400, "invalid", "2017-11-21T00:00:00Z"},
		{"as_of of another age", "POST", "/v1/tasks", json, ask(`"as_of": "1666-09-02T00:00:00Z"`), 400, "invalid", "2017-11-21T00:00:00Z"},
		{"as_of of the 30th of February", "POST", "/v1/tasks", json, ask(`"as_of": "2017-02-30T00:00:00Z"`), 400, "invalid", "as_of"},
		{"wait without unit", "POST", "/v1/tasks?wait=5", json, question, 400, "invalid", "such as 5s"},
		{"wait too long", "POST", "/v1/tasks?wait=61s", json, question, 400, "invalid", "0s to 60s"},
		{"wait negative", "POST", "/v1/tasks?wait=-1s", json, question, 400, "invalid", "0s to 60s"},
		{"wait is a novel", "POST", "/v1/tasks?wait=" + strings.Repeat("9", 4000), json, question, 400, "invalid", "such as 5s"},
		{"unknown query", "POST", "/v1/tasks?weight=5s", json, question, 400, "invalid", "/docs"},
		{"not JSON", "POST", "/v1/tasks", json, `question=what`, 400, "invalid", "JSON"},
		{"JSON cut short", "POST", "/v1/tasks", json, `{"question": "wh`, 400, "invalid", "JSON"},
		{"two JSON values", "POST", "/v1/tasks", json, question + question, 400, "invalid", "JSON"},
		{"no body", "POST", "/v1/tasks", json, "", 400, "invalid", "body"},
		{"null", "POST", "/v1/tasks", json, "null", 400, "invalid", "object"},
		{"list", "POST", "/v1/tasks", json, "[]", 400, "invalid", "object"},
		{"deep JSON", "POST", "/v1/tasks", json, strings.Repeat("[", 60000), 400, "invalid", "JSON"},
		{"deep JSON in a field", "POST", "/v1/tasks", json, ask(`"building": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000)), 400, "invalid", "string"},
		{"many faults", "POST", "/v1/tasks", json, manyFaults(), 400, "invalid", "and 2996 more"},
		{"a long name", "POST", "/v1/tasks", json, ask(`"` + strings.Repeat("x", 9000) + `": 1`), 400, "invalid", "no such field"},
		{"a form", "POST", "/v1/tasks", "application/x-www-form-urlencoded", "question=what", 415, "invalid", "application/json"},
		{"XML", "POST", "/v1/tasks", "text/xml", "<question/>", 415, "invalid", "application/json"},
		{"deadline in letters", "POST", "/v1/tasks", json, ask(`"deadline_ms": 1e3`), 400, "invalid", "digits"},

		{"unknown task", "GET", "/v1/tasks/nope", "", "", 404, "not_found", `no task "nope": GET /v1/tasks`},
		{"task with NUL", "GET", "/v1/tasks/a%00b", "", "", 400, "invalid", "U+0000"},
		{"task not UTF-8", "GET", "/v1/tasks/%ff", "", "", 400, "invalid", "UTF-8"},
		{"task id too long", "GET", "/v1/tasks/" + strings.Repeat("x", 101), "", "", 400, "invalid", "100"},
		{"cancel unknown", "POST", "/v1/tasks/nope/cancel", "", "", 404, "not_found", `no task "nope": GET /v1/tasks`},
		{"events of unknown", "GET", "/v1/tasks/nope/events", "", "", 404, "not_found", `no task "nope": GET /v1/tasks`},
		{"feedback on unknown", "POST", "/v1/tasks/nope/feedback", json, `{"useful": true}`, 404, "not_found", `no task "nope": GET /v1/tasks`},
		{"feedback without a word", "POST", "/v1/tasks/" + ended.ID + "/feedback", json, `{}`, 400, "invalid", "useful"},
		{"feedback with NUL", "POST", "/v1/tasks/" + ended.ID + "/feedback", json, `{"useful": true, "comment": "\u0000"}`, 400, "invalid", "U+0000"},
		{"feedback too long", "POST", "/v1/tasks/" + ended.ID + "/feedback", json, `{"useful": true, "comment": "` + strings.Repeat("x", 4001) + `"}`, 400, "invalid", "4000"},
		{"list limit 0", "GET", "/v1/tasks?limit=0", "", "", 400, "invalid", "1"},
		{"list limit 201", "GET", "/v1/tasks?limit=201", "", "", 400, "invalid", "200"},
		{"list limit is a word", "GET", "/v1/tasks?limit=all", "", "", 400, "invalid", "limit"},
		{"list status", "GET", "/v1/tasks?status=done", "", "", 400, "invalid", "completed"},
		{"list filter", "GET", "/v1/tasks?state=completed", "", "", 400, "invalid", "state"},
		{"list cursor", "GET", "/v1/tasks?cursor=nope", "", "", 400, "invalid", "next_cursor"},
		{"query not UTF-8", "GET", "/v1/tasks?building=%ff", "", "", 400, "invalid", "UTF-8"},
		{"query not decodable", "GET", "/v1/tasks?building=%zz", "", "", 400, "invalid", "%"},

		{"unknown building read", "GET", "/v1/buildings/atlantis", "", "", 404, "unknown_building", "building list"},
		{"unknown building's meters", "GET", "/v1/buildings/atlantis/meters", "", "", 404, "unknown_building", "building list"},
		{"unknown building changed", "PATCH", "/v1/buildings/atlantis", json, `{"name": "x"}`, 404, "unknown_building", "building list"},
		{"building exists", "POST", "/v1/buildings", json, `{"id": "` + building + `", "timezone": "UTC"}`, 409, "conflict", "PATCH"},
		{"building id", "POST", "/v1/buildings", json, `{"id": "HQ North", "timezone": "UTC"}`, 400, "invalid", "hq_north"},
		{"building without zone", "POST", "/v1/buildings", json, `{"id": "hq"}`, 400, "invalid", "Europe/London"},
		{"building of nowhere", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "Mars/Olympus"}`, 400, "invalid", "Europe/London"},
		{"building of a file", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "../../etc/passwd"}`, 400, "invalid", "Europe/London"},
		{"building, local zone", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "Local"}`, 400, "invalid", "Europe/London"},
		{"building, blank name", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "UTC", "name": "  "}`, 400, "invalid", "name"},
		{"building, name with NUL", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "UTC", "name": "\u0000"}`, 400, "invalid", "U+0000"},
		{"building, negative area", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "UTC", "area_m2": -1}`, 400, "invalid", "area_m2"},
		{"building, price alone", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "UTC", "price_per_kwh": "0.1"}`, 400, "invalid", "GBP"},
		{"building, price a number", "POST", "/v1/buildings", json, `{"id": "hq", "timezone": "UTC", "price_per_kwh": 0.1, "currency": "GBP"}`, 400, "invalid", "string"},
		{"building, privacy", "PATCH", "/v1/buildings/" + building, json, `{"privacy": "open"}`, 400, "invalid", "private, deidentified, public"},
		{"building, zone changed", "PATCH", "/v1/buildings/" + building, json, `{"timezone": "Mars/Olympus"}`, 400, "invalid", "Europe/London"},
		{"building, price taken", "PATCH", "/v1/buildings/" + building, json, `{"price_per_kwh": "0.1", "currency": ""}`, 400, "invalid", "go together"},
		{"building, id changed", "PATCH", "/v1/buildings/" + building, json, `{"id": "hq"}`, 400, "invalid", "id"},
		{"buildings limit", "GET", "/v1/buildings?limit=501", "", "", 400, "invalid", "500"},

		{"nothing there", "GET", "/v2/tasks", "", "", 404, "not_found", "/docs"},
		{"method", "DELETE", "/v1/tasks/" + ended.ID, "", "", 405, "invalid", "GET"},
		{"method on a list", "PUT", "/v1/buildings", json, "{}", 405, "invalid", "GET, POST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := stored(t, w)
			p := problem(t, w.send(c.method, c.path, strings.NewReader(c.body), "Content-Type", c.contentType), c.status, c.word)
			if !strings.Contains(p.Detail, c.says) {
				t.Errorf("the detail does not say %q: %s", c.says, p.Detail)
			}
			if after := stored(t, w); after != before {
				t.Errorf("a refused request left its mark: %d rows, were %d", after, before)
			}
		})
	}
}

// manyFaults has 3,000 unknown fields and no question.
func manyFaults() string {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, `"f%d": 0, `, i)
	}
	return "{" + strings.TrimSuffix(b.String(), ", ") + "}"
}

// stored counts what requests store.
func stored(t *testing.T, w *world) int {
	t.Helper()
	return w.Number(t, `select (select count(*) from tasks) + (select count(*) from task_events) + (select count(*) from feedback)
		+ (select count(*) from buildings) + (select count(*) from meters) + (select count(*) from readings) + (select count(*) from imports)`)
}

// A page of another site must not make a browser change anything here.
func TestAnotherSitesPage(t *testing.T) {
	w := start(t)
	p := problem(t, w.post("/v1/tasks", question, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden, "forbidden")
	if !strings.Contains(p.Detail, "site") {
		t.Errorf("detail: %s", p.Detail)
	}
	if n := w.Number(t, "select count(*) from tasks"); n != 0 {
		t.Errorf("%d tasks, want none", n)
	}
}

// A request id that could upset a log is replaced by one of ours.
func TestRequestIDs(t *testing.T) {
	w := start(t)
	for id, keep := range map[string]bool{"": false, "abc-1": true, "two words": false, strings.Repeat("x", 101): false, "\xff": false} {
		got := w.send(http.MethodGet, "/healthz", nil, "X-Request-Id", id).header.Get("X-Request-Id")
		if got == "" || (got == id) != keep {
			t.Errorf("request id %q became %q", id, got)
		}
	}
}
