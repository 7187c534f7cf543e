package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/modelhttp"
	"github.com/eaio/eaio/ollama"
	"github.com/eaio/eaio/openai"
	"github.com/eaio/eaio/routing"
)

// ModelPool is a configured pool with its client.
type ModelPool struct {
	Pool   routing.Pool
	Model  activities.Model
	Health func(ctx context.Context) (state string, err error)
}

// The pools there can be, in the order of preference.
const (
	LocalPool = "local"
	CloudPool = "cloud"
)

// answerTokens bounds a reply: an answer is a few short paragraphs.
const answerTokens = 1024

// models builds the configured pools. A model that does not answer now is kept:
// it may later.
func models(ctx context.Context, cfg Config, log *slog.Logger) ([]ModelPool, error) {
	var pools []ModelPool
	if cfg.OllamaHost != "" {
		p, err := localPool(ctx, cfg, log)
		if err != nil {
			return nil, err
		}
		pools = append(pools, p)
	}
	if cfg.OpenAIKey != "" {
		c, err := openai.New(openai.Config{BaseURL: cfg.OpenAIBaseURL, APIKey: cfg.OpenAIKey})
		if err != nil {
			return nil, eaio.Errorf(eaio.KindInvalid, "OPENAI_API_KEY, OPENAI_BASE_URL", "%w", err)
		}
		pools = append(pools, ModelPool{
			Pool: routing.Pool{
				Name: CloudPool, Model: cfg.OpenAIModel, MaxOutputTokens: answerTokens,
				InputPriceUSD: cfg.OpenAIInputPrice, OutputPriceUSD: cfg.OpenAIOutputPrice,
			},
			Model: c, Health: healthOf(c, cfg.OpenAIModel),
		})
	}
	return pools, nil
}

func localPool(ctx context.Context, cfg Config, log *slog.Logger) (ModelPool, error) {
	c, err := ollama.New(ollama.Config{Host: cfg.OllamaHost})
	if err != nil {
		return ModelPool{}, eaio.Errorf(eaio.KindInvalid, "OLLAMA_HOST", "%w", err)
	}
	name := cfg.OllamaModel
	if name == "" {
		name = firstModel(ctx, c, log)
	}
	return ModelPool{
		Pool:  routing.Pool{Name: LocalPool, Model: name, Local: true, MaxOutputTokens: answerTokens},
		Model: c, Health: healthOf(c, name),
	}, nil
}

// askAround bounds how long a start waits for a model server.
const askAround = 2 * time.Second

// firstModel is the first model that the server lists; a server that does not
// answer or has none gives a name that calls will then miss with clear words.
func firstModel(ctx context.Context, c prober, log *slog.Logger) string {
	ctx, cancel := context.WithTimeout(ctx, askAround)
	defer cancel()
	info, err := c.Health(ctx)
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
