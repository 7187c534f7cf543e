// Package ollama asks language models of an Ollama server over its native API,
// which, unlike its OpenAI-compatible one, lets the context size be set, refuses
// a prompt that does not fit, and tells whether a cloud answered.
//
// Set OLLAMA_NO_CLOUD=1 for the server: it then cannot pass a prompt on to a
// cloud. This package refuses what it can see, before and after the call; only
// the server can rule it out.
package ollama

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ollama/ollama/api"
	"github.com/ollama/ollama/types/model"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
)

// Client calls one server. It is safe for concurrent use, retries nothing and
// sets no time limit but that of each call's context.
type Client struct {
	cfg  Config
	host string
	http *http.Client
	api  *api.Client
	home atHome
}

// New makes a client; it does not connect.
func New(cfg Config) (*Client, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "configure ollama", "%w", err)
	}
	base, err := cfg.base()
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "configure ollama", "%w", err)
	}
	c := &Client{cfg: cfg, host: base.Host, http: modelhttp.NewClient(!cfg.Cloud, cfg.Networks...)}
	c.api = api.NewClient(base, c.http)
	return c, nil
}

// Close closes idle connections. The client stays usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Health asks the server for its version and models, within five seconds.
func (c *Client) Health(ctx context.Context) (modelhttp.Info, error) {
	const op = "ask ollama for its models"
	limited, x, cancel := modelhttp.Health(ctx)
	defer cancel()
	info := modelhttp.Info{}
	version, err := c.api.Version(limited)
	if err != nil {
		return info, c.failure(limited, op, "", x, err)
	}
	info.Version = version
	listed, err := c.api.List(limited)
	if err != nil {
		return info, c.failure(limited, op, "", x, err)
	}
	running, err := c.api.ListRunning(limited)
	if err != nil {
		return info, c.failure(limited, op, "", x, err)
	}
	for _, m := range listed.Models {
		info.Models = append(info.Models, modelhttp.Model{
			Name:       m.Name,
			Bytes:      m.Size,
			Parameters: m.Details.ParameterSize,
			Loaded:     slices.ContainsFunc(running.Models, func(r api.ProcessModelResponse) bool { return r.Name == m.Name }),
			Remote:     remote(m),
		})
	}
	slices.SortFunc(info.Models, func(a, b modelhttp.Model) int { return cmp.Compare(a.Name, b.Name) })
	return info, nil
}

func remote(m api.ListModelResponse) bool { return m.RemoteHost != "" || m.RemoteModel != "" }

// atHome remembers for a while which models the server runs itself.
type atHome struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// homeFor is short, since a name can be made to mean a cloud's model at any time;
// each reply is looked at as well.
const homeFor = 30 * time.Second

func (h *atHome) knows(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Before(h.until[name])
}

func (h *atHome) learn(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = map[string]time.Time{}
	}
	h.until[name] = time.Now().Add(homeFor)
}

// keepsPrivate returns nil if the server lists the model as its own, so that a
// private prompt may be sent to it.
func (c *Client) keepsPrivate(ctx context.Context, op, name string) error {
	if c.cfg.Cloud {
		return eaio.Errorf(eaio.KindForbidden, op, "%s is a cloud, and the request is private", c.host)
	}
	if c.home.knows(name) {
		return nil
	}
	x := modelhttp.NewExchange("", 16<<10)
	listed, err := c.api.List(x.Context(ctx))
	if err != nil {
		return c.failure(ctx, op, "", x, err)
	}
	want := model.ParseName(name)
	for _, m := range listed.Models {
		if !model.ParseName(m.Name).EqualFold(want) {
			continue
		}
		if remote(m) {
			return eaio.Errorf(eaio.KindForbidden, op, "a cloud runs %s, and the request is private", name)
		}
		c.home.learn(name)
		return nil
	}
	return missing(op, name)
}
