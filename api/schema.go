package api

import (
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
)

// schemas names types of other packages with their package, so that two of one
// name do not meet, and says that a fact's value is a number or a text.
func schemas() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		switch pkg := path.Base(t.PkgPath()); pkg {
		case ".", "api", "eaio":
			return name
		default:
			return strings.ToUpper(pkg[:1]) + pkg[1:] + name
		}
	})
	r.RegisterTypeAlias(reflect.TypeFor[eaio.Value](), reflect.TypeFor[factValue]())
	return r
}

// factValue describes eaio.Value.
type factValue struct{}

// Schema is a number or a string; huma asks for it.
func (factValue) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "a number, or a text such as a verdict or a decimal amount of money", OneOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString}}}
}

// streamSchema describes an event stream as a list of its frames.
func streamSchema(a huma.API) *huma.Schema {
	event := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[eaio.Event](), true, "Event")
	frame := &huma.Schema{
		Type: huma.TypeObject, Required: []string{"id", "event", "data"},
		Properties: map[string]*huma.Schema{
			"id":    {Type: huma.TypeInteger, Description: "the event's number, from 1 without gaps; Last-Event-ID resumes after it"},
			"event": {Type: huma.TypeString, Description: "the event's type; the last three end the stream", Enum: eventTypes()},
			"data":  event,
		},
	}
	return &huma.Schema{Type: huma.TypeArray, Items: frame, Description: "One item a frame of three lines, `id: `, `event: ` and `data: ` with JSON, and an empty line. Lines that begin with a colon only keep the connection open."}
}

func eventTypes() []any {
	return []any{
		eaio.EventAccepted, eaio.EventPlanned, eaio.EventGathered, eaio.EventRoute, eaio.EventOverBudget, eaio.EventCalled, eaio.EventReplied,
		eaio.EventSoftLimit, eaio.EventRejected, eaio.EventRecorded, eaio.EventCompleted, eaio.EventFailed, eaio.EventCancelled,
	}
}

// jsonOf describes a reply in JSON that the library does not see by itself.
func jsonOf[T any](a huma.API, description string) *huma.Response {
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	return &huma.Response{Description: description, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

// problems describes every error of an operation; where only one reply is
// described, the library adds it by itself.
func problems(a huma.API) *huma.Response {
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ProblemDetails](), true, "")
	return &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
}
