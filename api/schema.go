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
