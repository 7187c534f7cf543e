package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/starter"
)

// Diagnosis is what one dependency said.
type Diagnosis struct {
	Name  string
	State string
	Err   error
}

// Diagnose asks every configured dependency, each on its own, so that one that
// is away does not hide the others.
func Diagnose(ctx context.Context, cfg Config, log *slog.Logger) []Diagnosis {
	cfg.ConnectTimeout = 3 * time.Second
	a := &App{Config: cfg, Log: slog.New(slog.DiscardHandler), milvus: newMilvusHealth(cfg.MilvusAddress)}
	defer a.Close()
	store, err := postgres.Open(ctx, cfg.DatabaseURL, 2)
	out := []Diagnosis{{Name: "postgresql", Err: err}}
	if err == nil {
		a.Store = store
		limit, cancel := context.WithTimeout(ctx, 5*time.Second)
		out[0].State, out[0].Err = a.checkPostgres(limit)
		cancel()
	}
	c, err := dialTemporal(ctx, cfg, a.Log)
	if err != nil {
		out = append(out, Diagnosis{Name: "temporal", Err: err})
	} else {
		a.Temporal = c
		state, err := a.checkTemporal(ctx)
		out = append(out, Diagnosis{"temporal", state, err})
	}
	if cfg.MilvusAddress != "" {
		limit, cancel := context.WithTimeout(ctx, 5*time.Second)
		state, err := a.milvus.check(limit)
		cancel()
		out = append(out, Diagnosis{"milvus", state, err})
	}
	pools, err := models(ctx, cfg, log)
	if err != nil {
		return append(out, Diagnosis{Name: "models", Err: err})
	}
	for _, m := range pools {
		limit, cancel := context.WithTimeout(ctx, 5*time.Second)
		state, err := m.Health(limit)
		cancel()
		out = append(out, Diagnosis{"model " + m.Pool.Name, state, err})
	}
	if len(pools) == 0 {
		out = append(out, Diagnosis{Name: "models", State: "none configured (OLLAMA_HOST, OPENAI_API_KEY, EAIO_POOLS): the narrator words every answer"})
	}
	return out
}

// TemporalOnly connects a starter that can schedule; it cannot accept tasks.
func TemporalOnly(ctx context.Context, cfg Config, log *slog.Logger) (*starter.Starter, func(), error) {
	c, err := dialTemporal(ctx, cfg, log)
	if err != nil {
		return nil, nil, err
	}
	return &starter.Starter{Temporal: c, Log: log}, c.Close, nil
}
