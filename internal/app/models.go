package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/modelhttp"
	"github.com/eaio/eaio/ollama"
	"github.com/eaio/eaio/openai"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/routing/poolfile"
)

// ModelPool is a configured pool with the clients of its endpoints.
type ModelPool struct {
	Pool      routing.Pool
	Endpoints []ModelEndpoint
	Missing   string // why this process cannot ask the pool, and what would be right; empty: it can
}

// ModelEndpoint is one endpoint of a pool as this process sees it.
type ModelEndpoint struct {
	routing.Client
	Health func(ctx context.Context) (state string, err error)
}

// The pools that there are without a file, in the order of preference.
const (
	LocalPool = "local"
	CloudPool = "cloud"
)

// answerTokens bounds a reply: an answer is a few short paragraphs.
const answerTokens = 1024

// models returns the configured pools with their clients. A model that does not
// answer now is kept: it may later.
func models(ctx context.Context, cfg Config, log *slog.Logger) ([]ModelPool, error) {
	pools, err := cfg.pools()
	if err != nil {
		return nil, err
	}
	var out []ModelPool
	for _, p := range pools {
		m, err := connect(p, cfg)
		if err != nil {
			return nil, err
		}
		if m.Pool.Model == "" {
			m.Pool.Model = firstModel(ctx, m.Endpoints[0], log)
		}
		for i, e := range m.Endpoints {
			m.Endpoints[i].Health = healthOf(e.Model.(prober), cmp.Or(e.Endpoint.Model, m.Pool.Model))
		}
		out = append(out, m)
	}
	return out, nil
}

// pools reads the file, or makes the pools of the environment.
func (c Config) pools() (pools []routing.Pool, err error) {
	if c.PoolsFile != "" {
		data, err := os.ReadFile(c.PoolsFile)
		if err != nil {
			return nil, eaio.Errorf(eaio.KindInvalid, "--pools (EAIO_POOLS)", "want a file that can be read: %w", err)
		}
		return poolfile.Parse(c.PoolsFile, data)
	}
	if c.OllamaHost != "" {
		pools = append(pools, routing.Pool{Name: LocalPool, Model: c.OllamaModel, Local: true, MaxOutputTokens: answerTokens})
	}
	if c.OpenAIKey != "" {
		pools = append(pools, routing.Pool{
			Name: CloudPool, Model: c.OpenAIModel, MaxOutputTokens: answerTokens,
			InputPriceUSD: c.OpenAIInputPrice, OutputPriceUSD: c.OpenAIOutputPrice,
			Endpoints: []routing.Endpoint{{Name: "openai", BaseURL: c.OpenAIBaseURL, APIKeyEnv: openAIKey}},
		})
	}
	return pools, nil
}

const openAIKey = "OPENAI_API_KEY"

// connect makes the clients of a pool, or says what they lack: a node of its own,
// or keys, which a process that does not serve the pool need not have.
func connect(p routing.Pool, cfg Config) (ModelPool, error) {
	m := ModelPool{Pool: p}
	endpoints := p.Endpoints
	if len(endpoints) == 0 {
		if cfg.OllamaHost == "" {
			m.Missing = "not set: OLLAMA_HOST (--ollama-host), this node's own server"
			return m, nil
		}
		endpoints = []routing.Endpoint{{Name: nodeName(cfg.OllamaHost), Ollama: cfg.OllamaHost, Limits: p.Limits}}
	}
	var unset []string
	for _, e := range endpoints {
		key := cfg.key(e.APIKeyEnv)
		if e.APIKeyEnv != "" && key == "" {
			unset = append(unset, e.APIKeyEnv)
			continue
		}
		client, err := clientOf(p, e, key, cfg.PoolsFile != "")
		if err != nil {
			return m, err
		}
		m.Endpoints = append(m.Endpoints, ModelEndpoint{Client: routing.Client{Endpoint: e, Model: client}})
	}
	if slices.Sort(unset); len(unset) > 0 {
		m.Missing = "not set: " + strings.Join(slices.Compact(unset), ", ")
		m.Endpoints = nil
	}
	return m, nil
}

func (c Config) key(variable string) string {
	if variable == openAIKey {
		return c.OpenAIKey
	}
	return os.Getenv(variable)
}

// clientOf makes the client of one endpoint. Only a file declares how long a context
// is; without it each client has its own idea.
func clientOf(p routing.Pool, e routing.Endpoint, key string, declared bool) (prober, error) {
	if e.Ollama == "" {
		c, err := openai.New(openai.Config{BaseURL: e.BaseURL, APIKey: key, Local: p.Local})
		if err != nil {
			return nil, eaio.Errorf(eaio.KindInvalid, "endpoint "+e.Name+" of pool "+p.Name, "%w", err)
		}
		return c, nil
	}
	config := ollama.Config{Host: e.Ollama, Cloud: !p.Local}
	if declared {
		config.Options.NumCtx = p.ContextTokens
	}
	c, err := ollama.New(config)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "endpoint "+e.Name+" of pool "+p.Name+" (OLLAMA_HOST)", "%w", err)
	}
	return c, nil
}

// nodeName is how the board calls a node's own server: by its host, or by this
// machine's name where that is loopback, which every node has.
func nodeName(address string) string {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	ip := net.ParseIP(u.Hostname())
	if u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback() && !ip.IsUnspecified()) {
		return u.Host
	}
	name, err := os.Hostname()
	if err != nil {
		return u.Host
	}
	return net.JoinHostPort(name, cmp.Or(u.Port(), "11434"))
}

// askAround bounds how long a start waits for a model server.
const askAround = 2 * time.Second

// firstModel is the first model that the server lists; a server that does not
// answer or has none gives a name that calls will then miss with clear words.
func firstModel(ctx context.Context, e ModelEndpoint, log *slog.Logger) string {
	ctx, cancel := context.WithTimeout(ctx, askAround)
	defer cancel()
	info, err := e.Model.(prober).Health(ctx)
	for _, m := range info.Models {
		if !m.Remote && !strings.Contains(m.Name, "embed") {
			return m.Name
		}
	}
	log.WarnContext(ctx, "no local model found on the Ollama server; name one with EAIO_OLLAMA_MODEL", "error", err)
	return defaultLocalModel
}

const defaultLocalModel = "llama3.2"

type prober interface {
	routing.Model
	Health(ctx context.Context) (modelhttp.Info, error)
}

func healthOf(c prober, model string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		info, err := c.Health(ctx)
		if err != nil {
			return "", err
		}
		state := fmt.Sprintf("answers, %d models", len(info.Models))
		if info.Version != "" {
			state = "version " + info.Version + " " + state
		}
		if len(info.Models) > 0 && !slices.ContainsFunc(info.Models, func(m modelhttp.Model) bool { return m.Name == model || strings.TrimSuffix(m.Name, ":latest") == model }) {
			return state + "; " + model + " is not among them", nil
		}
		return state + "; " + model + " is there", nil
	}
}

// Health asks every endpoint and says how each is, or why none is asked from here.
// It fails where none answers.
func (m ModelPool) Health(ctx context.Context) (string, error) {
	if m.Missing != "" {
		return "not asked by this process: " + m.Missing, nil
	}
	var said []string
	var failed error
	answered := false
	for _, e := range m.Endpoints {
		state, err := e.Health(ctx)
		if err != nil {
			failed, state = cmp.Or(failed, err), "does not answer: "+err.Error()
		} else {
			answered = true
		}
		if len(m.Endpoints) > 1 {
			state = e.Endpoint.Name + " " + state
		}
		said = append(said, state)
	}
	if !answered {
		return "", failed
	}
	return strings.Join(said, "; "), nil
}
