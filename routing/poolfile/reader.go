package poolfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// reader walks a YAML tree and gathers what is wrong with it.
type reader struct {
	file   string
	faults []fault
}

type fault struct {
	line int
	text string
}

func (r *reader) fault(at *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, fault{at.Line, fmt.Sprintf(format, args...)})
}

// err returns all faults in the order of the file, or nil.
func (r *reader) err() error {
	slices.SortStableFunc(r.faults, func(a, b fault) int { return cmp.Compare(a.line, b.line) })
	var list []error
	for _, f := range r.faults {
		list = append(list, fmt.Errorf("%s:%d: %s", r.file, f.line, f.text))
	}
	return errors.Join(list...)
}

// fields hands the value of each field to its reader; a field without one is a
// fault, as is one that comes twice or one of required that is missing.
func (r *reader) fields(n *yaml.Node, what string, read map[string]func(*yaml.Node), required ...string) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s: want fields such as %s", what, strings.Join(slices.Sorted(maps.Keys(read)), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		f, known := read[key.Value]
		switch {
		case !known:
			r.fault(key, "%s: there is no field %q: there are %s", what, clip(key.Value), strings.Join(slices.Sorted(maps.Keys(read)), ", "))
		case seen[key.Value]:
			r.fault(key, "%s: %s comes twice", what, key.Value)
		default:
			seen[key.Value] = true
			f(value)
		}
	}
	for _, name := range required {
		if !seen[name] {
			r.fault(n, "%s: %s is missing", what, name)
		}
	}
}

// list hands each item of a list to its reader.
func (r *reader) list(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.fault(n, "%s: want a list with at least one entry", what)
		return
	}
	for _, item := range n.Content {
		read(item)
	}
}

// scalar returns the text of a plain value.
func (r *reader) scalar(n *yaml.Node, what, want string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" {
		r.fault(n, "%s: want %s", what, want)
		return "", false
	}
	return n.Value, true
}

func (r *reader) text(to *string, what, want string, valid func(string) bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if s, ok := r.scalar(n, what, want); ok {
			if *to = s; !valid(s) {
				r.fault(n, "%s %q: want %s", what, clip(s), want)
			}
		}
	}
}

func (r *reader) number(to *int, what string, least, most int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		want := fmt.Sprintf("a whole number from %d to %d", least, most)
		if s, ok := r.scalar(n, what, want); ok {
			x, err := strconv.Atoi(s)
			if *to = x; err != nil || x < least || x > most {
				r.fault(n, "%s %q: want %s", what, clip(s), want)
			}
		}
	}
}

func (r *reader) flag(to *bool, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if s, ok := r.scalar(n, what, "true or false"); ok {
			if *to = s == "true"; s != "true" && s != "false" {
				r.fault(n, "%s %q: want true or false", what, clip(s))
			}
		}
	}
}

var plainDecimal = regexp.MustCompile(`^\d{1,9}(\.\d{1,9})?$`)

func (r *reader) price(to *string, what string) func(*yaml.Node) {
	const want = `USD per million tokens, such as "0.15"`
	return func(n *yaml.Node) {
		if s, ok := r.scalar(n, what, want); ok {
			if *to = s; !plainDecimal.MatchString(s) {
				r.fault(n, "%s %q: want %s", what, clip(s), want)
			}
		}
	}
}

const clipAt = 60

func clip(s string) string {
	if len(s) > clipAt {
		return strings.ToValidUTF8(s[:clipAt], "") + "…"
	}
	return s
}
