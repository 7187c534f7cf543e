package api_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// document is what these tests read of an OpenAPI document.
type document struct {
	OpenAPI string                          `json:"openapi"`
	Paths   map[string]map[string]operation `json:"paths"`
	Parts   struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID          string `json:"operationId"`
	Summary     string `json:"summary"`
	Description string `json:"description"`
	Responses   map[string]struct {
		Content map[string]struct {
			Schema *schema `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	Enum       []string           `json:"enum"`
	Additional any                `json:"additionalProperties"`
}

// Every route of the contract is in the document, with its replies.
func TestTheDocumentIsWhole(t *testing.T) {
	w := start(t)
	d := decoded[document](t, w.get("/openapi.json"))
	if said := d.Paths["/v1/tasks"]["post"].Description; !strings.Contains(said, "`overloaded`") {
		t.Errorf("asking says nothing of overload: %s", said)
	}
	for route, replies := range map[string]string{
		"post /v1/tasks":                    "200 202 default",
		"get /v1/tasks":                     "200 default",
		"get /v1/tasks/{id}":                "200 default",
		"get /v1/tasks/{id}/events":         "200 default",
		"post /v1/tasks/{id}/cancel":        "202 default",
		"post /v1/tasks/{id}/feedback":      "204 default",
		"post /v1/tasks/{id}/budget":        "200 default",
		"get /v1/budgets":                   "200 default",
		"put /v1/budgets":                   "200 default",
		"post /v1/conversations":            "201 default",
		"get /v1/conversations":             "200 default",
		"get /v1/conversations/{id}":        "200 default",
		"post /v1/conversations/{id}/turns": "200 202 default",
		"get /v1/buildings":                 "200 default",
		"post /v1/buildings":                "201 default",
		"get /v1/buildings/{id}":            "200 default",
		"patch /v1/buildings/{id}":          "200 default",
		"get /v1/buildings/{id}/meters":     "200 default",
		"post /v1/buildings/{id}/readings":  "200 default",
		"post /v1/weather/{id}":             "200 default",
		"get /healthz":                      "200 default",
		"get /readyz":                       "200 503 default",
		"get /metrics":                      "200",
	} {
		method, path, _ := strings.Cut(route, " ")
		op := d.Paths[path][method]
		if op.ID == "" || op.Summary == "" {
			t.Errorf("%s: %+v", route, op)
		}
		var got []string
		for status, r := range op.Responses {
			got = append(got, status)
			if status == "default" && d.follow(t, r.Content["application/problem+json"].Schema).Properties["detail"] == nil {
				t.Errorf("%s: the problem has no detail", route)
			}
			for _, content := range r.Content {
				if content.Schema == nil && path != "/metrics" {
					t.Errorf("%s: reply %s has no schema", route, status)
				}
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != replies {
			t.Errorf("%s: replies %v, want %s", route, got, replies)
		}
	}
	frame := d.Paths["/v1/tasks/{id}/events"]["get"].Responses["200"].Content["text/event-stream"].Schema.Items
	if len(frame.Properties["event"].Enum) != 13 || d.follow(t, frame.Properties["data"]).Properties["seq"] == nil {
		t.Errorf("a frame is %+v", frame)
	}
}

// decoded reads JSON of any content type.
func decoded[T any](t *testing.T, r reply) (out T) {
	t.Helper()
	if err := json.Unmarshal(r.body, &out); err != nil || r.status != http.StatusOK {
		t.Fatalf("status %d: %v", r.status, err)
	}
	return out
}

// follow returns the schema that a reference names.
func (d document) follow(t *testing.T, s *schema) *schema {
	t.Helper()
	for s != nil && s.Ref != "" {
		s = d.Parts.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	if s == nil {
		t.Fatal("a schema is not there")
	}
	return s
}

// What is sent is what the document says: no other fields, and none missing.
func TestTheDocumentIsTrue(t *testing.T) {
	w := start(t)
	d := decoded[document](t, w.get("/openapi.json"))
	finished := w.answered()
	talk := w.converse(`{"building": "` + building + `"}`)
	ok[task](t, w.post("/v1/conversations/"+talk.ID+"/turns?wait=30s", `{"question": "What was left on last night?"}`), http.StatusOK)
	for path, operation := range map[string]string{
		"/v1/tasks/" + finished.ID:              "/v1/tasks/{id}",
		"/v1/tasks":                             "/v1/tasks",
		"/v1/conversations":                     "/v1/conversations",
		"/v1/conversations/" + talk.ID:          "/v1/conversations/{id}",
		"/v1/buildings":                         "/v1/buildings",
		"/v1/buildings/" + building:             "/v1/buildings/{id}",
		"/v1/buildings/" + building + "/meters": "/v1/buildings/{id}/meters",
		"/readyz":                               "/readyz",
		"/healthz":                              "/healthz",
	} {
		var sent any
		if err := json.Unmarshal(w.get(path).body, &sent); err != nil {
			t.Fatal(err)
		}
		d.check(t, operation, sent, d.Paths[operation]["get"].Responses["200"].Content["application/json"].Schema)
	}
	frame := d.Paths["/v1/tasks/{id}/events"]["get"].Responses["200"].Content["text/event-stream"].Schema.Items
	for _, e := range w.follow(t.Context(), finished.ID, "").rest() {
		encoded, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var sent any
		if err := json.Unmarshal(encoded, &sent); err != nil {
			t.Fatal(err)
		}
		d.check(t, "event", sent, frame.Properties["data"])
		if !slices.Contains(frame.Properties["event"].Enum, string(e.Type)) {
			t.Errorf("the document knows no event %s", e.Type)
		}
	}
}

// check holds what was sent against its schema.
func (d document) check(t *testing.T, where string, sent any, s *schema) {
	t.Helper()
	s = d.follow(t, s)
	switch sent := sent.(type) {
	case []any:
		for _, item := range sent {
			d.check(t, where+"[]", item, s.Items)
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, there := sent[name]; !there {
				t.Errorf("%s: no %s", where, name)
			}
		}
		for name, value := range sent {
			switch property, known := s.Properties[name]; {
			case known:
				d.check(t, where+"."+name, value, property)
			case s.Additional == false:
				t.Errorf("%s: %s is not in the document", where, name)
			}
		}
	}
}

var (
	reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	styleURL  = regexp.MustCompile(`url\(["']?([^)"']*)`)
	imported  = regexp.MustCompile(`@import|<link[^>]+preconnect`)
)

// The docs page and all that it loads come from here, and the browser is told
// to take nothing from elsewhere.
func TestTheDocsStayInHouse(t *testing.T) {
	w := start(t)
	page := w.get("/docs/")
	references := reference.FindAllStringSubmatch(string(page.body), -1)
	if len(references) < 4 {
		t.Fatalf("the page loads only %v", references)
	}
	for _, r := range references {
		if !strings.HasPrefix(r[1], "/docs/") {
			t.Errorf("the page refers to %s", r[1])
		}
		part := w.get(r[1])
		if part.status != http.StatusOK || len(part.body) < 100 {
			t.Errorf("%s: status %d, %d bytes", r[1], part.status, len(part.body))
		}
		if !strings.HasSuffix(r[1], ".css") {
			continue
		}
		for _, u := range styleURL.FindAllStringSubmatch(string(part.body), -1) {
			if !strings.HasPrefix(u[1], "data:") {
				t.Errorf("%s refers to %s", r[1], u[1])
			}
		}
	}
	text := string(page.body)
	if imported.MatchString(text) || !strings.Contains(text, "validatorUrl: null") || !strings.Contains(text, `"swaggerJsonUrl":"/openapi.json"`) {
		t.Error("the page imports, validates elsewhere, or shows another document")
	}
	if policy := page.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self'") || strings.Contains(policy, "http") {
		t.Errorf("policy %q", policy)
	}
}
