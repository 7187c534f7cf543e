// Package poolfile reads the file that declares the pools of models. It checks the
// file as a whole and tells all faults at once, each with its line and what would
// be right, so that a process starts with what was meant or not at all.
package poolfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
	"github.com/eaio/eaio/routing"
	"go.yaml.in/yaml/v3"
)

const (
	largest       = 1 << 20 // bytes of a file
	defaultAnswer = 1024    // tokens: an answer is a few short paragraphs
	mostTokens    = 100_000_000
)

// Parse reads pools in the order of preference. name is what faults call the file.
// A secret never stands in it, only the name of the environment variable that
// holds it; whether that is set is not looked at. The error is KindInvalid.
func Parse(name string, data []byte) ([]routing.Pool, error) {
	if len(data) > largest {
		return nil, eaio.Errorf(eaio.KindInvalid, "pools", "%s: %d bytes are no list of pools: want %d at most", name, len(data), largest)
	}
	root, err := document(data)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "pools", "%s: %w", name, err)
	}
	r := &reader{file: name}
	var pools []routing.Pool
	if !r.aliases(root) {
		r.fields(root, "the file", map[string]func(*yaml.Node){
			"pools": func(n *yaml.Node) {
				r.list(n, "pools", func(n *yaml.Node) { pools = append(pools, r.pool(n, pools)) })
			},
		}, "pools")
	}
	if err := r.err(); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "pools", "%w", err)
	}
	return pools, nil
}

func document(data []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: want `pools:` with a list of pools")
	} else if err != nil {
		return nil, fmt.Errorf("not YAML: %w", err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document: want one")
	}
	return doc.Content[0], nil
}

// aliases finds the anchors' uses: a file of this size needs none, and a few of
// them can stand for millions of values.
func (r *reader) aliases(n *yaml.Node) (found bool) {
	if n.Kind == yaml.AliasNode {
		r.fault(n, "*%s: aliases are not read: write it out", clip(n.Value))
		return true
	}
	for _, c := range n.Content {
		found = r.aliases(c) || found
	}
	return found
}

var (
	poolName     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)
	endpointName = regexp.MustCompile(`^[A-Za-z0-9._:\[\]-]{1,100}$`)
	variable     = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,99}$`)
)

func notEmpty(s string) bool { return s != "" && len(s) <= 200 }

// pool reads one pool; before are those that stand above it.
func (r *reader) pool(n *yaml.Node, before []routing.Pool) routing.Pool {
	p := routing.Pool{MaxOutputTokens: defaultAnswer}
	privacy, what := "", "pool"
	if name := child(n, "name"); name != nil {
		what = "pool " + clip(name.Value)
	}
	r.fields(n, what, map[string]func(*yaml.Node){
		"name":              r.text(&p.Name, "name", "small letters, digits and -, 40 at most", poolName.MatchString),
		"privacy":           r.text(&privacy, "privacy", "local or cloud", func(s string) bool { return s == "local" || s == "cloud" }),
		"masked":            r.flag(&p.Masked, "masked"),
		"model":             r.text(&p.Model, "model", "the model's name", notEmpty),
		"slots":             r.number(&p.Slots, "slots", 1, 1000),
		"context_tokens":    r.number(&p.ContextTokens, "context_tokens", 512, mostTokens),
		"max_output_tokens": r.number(&p.MaxOutputTokens, "max_output_tokens", 16, mostTokens),
		"tools":             r.flag(&p.Tools, "tools"),
		"json_schema":       r.flag(&p.Schema, "json_schema"),
		"input_price_usd":   r.price(&p.InputPriceUSD, "input_price_usd"),
		"output_price_usd":  r.price(&p.OutputPriceUSD, "output_price_usd"),
		"limits":            func(n *yaml.Node) { p.Limits = r.limits(n) },
		"endpoints": func(n *yaml.Node) {
			r.list(n, what+": endpoints", func(n *yaml.Node) { p.Endpoints = append(p.Endpoints, r.endpoint(n, p.Endpoints)) })
		},
	}, "name", "privacy", "model", "context_tokens")
	p.Local = privacy == "local"
	for i := range p.Endpoints {
		if p.Endpoints[i].Limits == (routing.Limits{}) {
			p.Endpoints[i].Limits = p.Limits
		}
	}
	r.related(n, what, p, before)
	return p
}

// related checks fields against each other and against the pools above.
func (r *reader) related(n *yaml.Node, what string, p routing.Pool, before []routing.Pool) {
	if slices.Contains([]string{"agent", "batch"}, p.Name) {
		r.fault(child(n, "name"), "%s: the queues of workflows are called so: choose another name", what)
	}
	if slices.ContainsFunc(before, func(b routing.Pool) bool { return b.Name == p.Name && p.Name != "" }) {
		r.fault(child(n, "name"), "%s: a pool above is called so: choose another name", what)
	}
	if p.Masked && p.Local {
		r.fault(child(n, "masked"), "%s: masked is of cloud pools: a local one may see everything", what)
	}
	if p.ContextTokens > 0 && p.MaxOutputTokens >= p.ContextTokens {
		r.fault(n, "%s: max_output_tokens %d leave no room for a prompt in context_tokens %d", what, p.MaxOutputTokens, p.ContextTokens)
	}
	if (p.InputPriceUSD == "") != (p.OutputPriceUSD == "") {
		r.fault(n, "%s: one price without the other: name input_price_usd and output_price_usd, or neither where it is free", what)
	}
	if !p.Local && len(p.Endpoints) == 0 && child(n, "endpoints") == nil && child(n, "privacy") != nil {
		r.fault(n, "%s: a cloud pool needs endpoints, each with its base_url", what)
	}
}

func (r *reader) limits(n *yaml.Node) (l routing.Limits) {
	const most = 1_000_000_000
	r.fields(n, "limits", map[string]func(*yaml.Node){
		"requests_per_minute": r.number(&l.RequestsPerMinute, "requests_per_minute", 1, most),
		"tokens_per_minute":   r.number(&l.TokensPerMinute, "tokens_per_minute", 1, most),
		"in_flight":           r.number(&l.InFlight, "in_flight", 1, 10_000),
	})
	return l
}

func (r *reader) endpoint(n *yaml.Node, before []routing.Endpoint) (e routing.Endpoint) {
	r.fields(n, "endpoint", map[string]func(*yaml.Node){
		"name":        r.text(&e.Name, "name", "letters, digits and . _ : -, 100 at most", endpointName.MatchString),
		"ollama":      r.address(&e.Ollama, "ollama", "http://10.0.0.7:11434"),
		"base_url":    r.address(&e.BaseURL, "base_url", "https://api.openai.com/v1"),
		"api_key_env": r.keyName(&e.APIKeyEnv),
		"model":       r.text(&e.Model, "model", "the model's name at this endpoint", notEmpty),
		"limits":      func(n *yaml.Node) { e.Limits = r.limits(n) },
	})
	if n.Kind != yaml.MappingNode {
		return e
	}
	if (child(n, "ollama") == nil) == (child(n, "base_url") == nil) {
		r.fault(n, "endpoint: want either ollama, the address of an Ollama server, or base_url, that of an OpenAI-compatible endpoint")
	}
	if e.Ollama != "" && e.APIKeyEnv != "" {
		r.fault(child(n, "api_key_env"), "endpoint: an Ollama server takes no key: leave api_key_env out")
	}
	if u, err := url.Parse(e.Ollama + e.BaseURL); err == nil && e.Name == "" {
		e.Name = u.Host
	}
	if slices.ContainsFunc(before, func(b routing.Endpoint) bool { return b.Name == e.Name && e.Name != "" }) {
		r.fault(n, "endpoint %s: one above is called so: give each a name", clip(e.Name))
	}
	return e
}

// address reads a URL; what may be a secret in it is never repeated.
func (r *reader) address(to *string, what, example string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n, what, "an address such as "+example)
		if !ok {
			return
		}
		u, err := url.Parse(s)
		if err != nil {
			r.fault(n, "%s: not an address: want one such as %s", what, example)
			return
		}
		if err := modelhttp.CheckBase(u); err != nil {
			r.fault(n, "%s: %s; want one such as %s", what, err, example)
			return
		}
		*to = s
	}
}

// keyName reads the name of a variable. What stands there instead may be the key
// itself: it is never repeated.
func (r *reader) keyName(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		const want = "the name of the environment variable that holds the key, such as OPENAI_API_KEY, never the key itself"
		s, ok := r.scalar(n, "api_key_env", want)
		if ok && !variable.MatchString(s) {
			r.fault(n, "api_key_env: want %s", want)
		} else if ok {
			*to = s
		}
	}
}

// child returns the value of a field, or nil.
func child(n *yaml.Node, field string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == field {
			return n.Content[i+1]
		}
	}
	return nil
}
