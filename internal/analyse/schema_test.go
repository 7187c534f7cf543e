package analyse_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/internal/analyse"
)

// schema is the part of JSON Schema that docs/analyse.schema.json uses.
type schema struct {
	SchemaURL   string            `json:"$schema"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Defs        map[string]schema `json:"$defs"`
	Ref         string            `json:"$ref"`
	Type        any               `json:"type"`
	Enum        []string          `json:"enum"`
	Pattern     string            `json:"pattern"`
	Format      string            `json:"format"`
	Required    []string          `json:"required"`
	Properties  map[string]schema `json:"properties"`
	Additional  json.RawMessage   `json:"additionalProperties"`
	Items       *schema           `json:"items"`
}

func readSchema(t *testing.T) schema {
	t.Helper()
	f := open(t, "../../docs/analyse.schema.json")
	d := json.NewDecoder(f)
	d.DisallowUnknownFields() // a keyword that faults does not know would not be checked
	var s schema
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// faults are where a value is not as the schema has it.
func (root schema) faults(s schema, at string, v any) (out []string) {
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		return root.faults(root.Defs[name], at, v)
	}
	if s.Type != nil && !slices.Contains(types(s.Type), typeOf(v)) && !(typeOf(v) == "integer" && slices.Contains(types(s.Type), "number")) {
		return []string{fmt.Sprintf("%s is %s, not %v", at, typeOf(v), s.Type)}
	}
	switch x := v.(type) {
	case string:
		if s.Enum != nil && !slices.Contains(s.Enum, x) {
			out = append(out, fmt.Sprintf("%s: %q is none of %v", at, x, s.Enum))
		}
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(x) {
			out = append(out, fmt.Sprintf("%s: %q is not like %s", at, x, s.Pattern))
		}
		if _, err := time.Parse(time.RFC3339, x); s.Format == "date-time" && err != nil {
			out = append(out, fmt.Sprintf("%s: %v", at, err))
		}
	case []any:
		for i, e := range x {
			out = append(out, root.faults(*s.Items, fmt.Sprintf("%s[%d]", at, i), e)...)
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, ok := x[name]; !ok {
				out = append(out, at+" has no "+name)
			}
		}
		for name, e := range x {
			p, ok := s.Properties[name]
			if !ok && json.Unmarshal(s.Additional, &p) != nil {
				out = append(out, at+" has an undocumented "+name)
				continue
			}
			out = append(out, root.faults(p, at+"."+name, e)...)
		}
	}
	return out
}

func types(v any) (out []string) {
	switch x := v.(type) {
	case string:
		return []string{x}
	case []any:
		for _, e := range x {
			out = append(out, fmt.Sprint(e))
		}
	}
	return out
}

func typeOf(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if x == math.Trunc(x) {
			return "integer"
		}
		return "number"
	}
	return "object"
}

// Every document is as docs/analyse.schema.json says, and every field that stands there
// is told in docs/analyse.md and comes in some document.
func TestSchema(t *testing.T) {
	root := readSchema(t)
	all := requests(t)
	declined := all[energy.NameAnomalies]
	declined.AsOf, declined.Input.Judged.From = at(t, "2010-01-01"), at(t, "2009-01-01")
	year := all[energy.NameCost]
	year.Period = eaio.LastYear
	all["declined"], all["year"] = declined, year
	bills := all[energy.NameSignature]
	bills.Meters = []*analyse.Meter{meterOf(t, "t,v\n2016-01-01,310\n2016-02-01,280\n2016-03-01,\n", analyse.MeterOptions{})}
	all["bills"] = bills
	seen := map[string]bool{}
	for name, q := range all {
		b, err := json.Marshal(run(t, q))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		for _, f := range root.faults(root, name, v) {
			t.Error(f)
		}
		keys(v, seen)
	}
	page, err := os.ReadFile("../../docs/analyse.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range root.names() {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("%s is not told in docs/analyse.md", name)
		}
		if !seen[name] && name != "slope" { // which only a change-point model has
			t.Errorf("no document has a %s", name)
		}
	}
}

// The validator finds what is wrong.
func TestSchemaFaults(t *testing.T) {
	root := readSchema(t)
	for text, want := range map[string]string{
		`{}`: "has no analysis",
		`{"analysis":"astrology","status":"ok","reasons":[],"facts":[],"inputs":{"meters":[],"day_boundary":"","method_version":""}}`:    "none of",
		`{"analysis":"cost","status":"ok","reasons":[],"facts":[1],"inputs":{"meters":[],"day_boundary":"","method_version":""}}`:        "not object",
		`{"analysis":"cost","status":"ok","reasons":["A b"],"facts":[],"inputs":{"meters":[],"day_boundary":"","method_version":""}}`:    "is not like",
		`{"analysis":"cost","status":"ok","reasons":[],"facts":[],"new":1,"inputs":{"meters":[],"day_boundary":"","method_version":""}}`: "undocumented new",
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(root.faults(root, "it", v), "; "); !strings.Contains(got, want) {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// names are the names of all fields of a schema.
func (root schema) names() map[string]bool {
	out := map[string]bool{}
	var walk func(s schema)
	walk = func(s schema) {
		for name, p := range s.Properties {
			out[name] = true
			walk(p)
		}
		if s.Items != nil {
			walk(*s.Items)
		}
		for _, d := range s.Defs {
			walk(d)
		}
	}
	walk(root)
	return out
}

// keys gathers the keys of all objects.
func keys(v any, out map[string]bool) {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			keys(e, out)
		}
	case map[string]any:
		for k, e := range x {
			out[k] = true
			keys(e, out)
		}
	}
}
