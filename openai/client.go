// Package openai asks language models of any endpoint that speaks OpenAI's chat
// protocol: OpenAI, vLLM, llama.cpp, gateways and clouds.
package openai

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	api "github.com/sashabaranov/go-openai"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

// Client calls one endpoint. It is safe for concurrent use, retries nothing and
// sets no time limit but that of each call's context.
type Client struct {
	host   string
	local  bool
	http   *http.Client
	api    *api.Client
	clean  func(string) string // takes the key out of a text
	limits atomic.Pointer[modelhttp.Limits]
}

// New makes a client; it does not connect.
func New(cfg Config) (*Client, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "configure openai", "%w", err)
	}
	base, err := cfg.base()
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "configure openai", "%w", err)
	}
	c := &Client{host: base.Hostname(), local: cfg.Local, http: modelhttp.NewClient(cfg.Local, cfg.Networks...), clean: cleaner(cfg.APIKey)}
	settings := api.DefaultConfig(cfg.APIKey)
	settings.BaseURL, settings.HTTPClient = base.String(), c.http
	c.api = api.NewClientWithConfig(settings)
	return c, nil
}

// Close closes idle connections. The client stays usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Limits returns what the last reply said of the endpoint's rate limits, and
// false before the first reply.
func (c *Client) Limits() (modelhttp.Limits, bool) {
	if l := c.limits.Load(); l != nil {
		return *l, true
	}
	return modelhttp.Limits{}, false
}

// Health asks the endpoint for its models, within five seconds. The protocol
// tells no version, sizes or what is loaded.
func (c *Client) Health(ctx context.Context) (modelhttp.Info, error) {
	limited, x, cancel := modelhttp.Health(ctx)
	defer cancel()
	listed, err := c.api.ListModels(limited)
	if err != nil {
		return modelhttp.Info{}, c.failure(limited, "ask "+c.host+" for its models", x, err)
	}
	var info modelhttp.Info
	for _, m := range listed.Models {
		info.Models = append(info.Models, modelhttp.Model{Name: m.ID, Remote: !c.local})
	}
	slices.SortFunc(info.Models, func(a, b modelhttp.Model) int { return cmp.Compare(a.Name, b.Name) })
	return info, nil
}

// cleaner returns a function that takes the key out of a text.
func cleaner(key string) func(string) string {
	if key == "" {
		return func(s string) string { return s }
	}
	return strings.NewReplacer(key, "[key]").Replace
}
