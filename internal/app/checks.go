package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/api"
	"github.com/eaio/eaio/milvus"
	"go.temporal.io/sdk/client"
)

// Checks are what /readyz and the doctor ask. A model that does not answer is
// told, but does not make the process unready: the narrator stands behind it.
func (a *App) Checks() []api.Check {
	checks := []api.Check{
		{Name: "postgresql", Check: a.checkPostgres},
		{Name: "temporal", Check: a.checkTemporal},
	}
	if a.Config.MilvusAddress != "" {
		checks = append(checks, api.Check{Name: "milvus", Check: a.milvus.check})
	}
	for _, m := range a.Models {
		checks = append(checks, api.Check{Name: "model " + m.Pool.Name, Check: func(ctx context.Context) (string, error) {
			state, err := m.Health(ctx)
			if err != nil {
				return "does not answer, the narrator words answers: " + err.Error(), nil
			}
			return state, nil
		}})
	}
	if len(a.Models) == 0 {
		checks = append(checks, api.Check{Name: "models", Check: func(context.Context) (string, error) {
			return "none configured: the narrator words every answer", nil
		}})
	}
	return checks
}

func (a *App) checkPostgres(ctx context.Context) (string, error) {
	version, err := a.Store.ServerVersion(ctx)
	if err != nil {
		return "", err
	}
	have, want, err := a.Store.SchemaVersion(ctx)
	if err != nil {
		return "", err
	}
	if have != want {
		return "", fmt.Errorf("schema version %d, this binary wants %d: run `eaio migrate`", have, want)
	}
	return fmt.Sprintf("PostgreSQL %s, schema version %d", version, have), nil
}

func (a *App) checkTemporal(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := a.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return "", eaio.Errorf(eaio.KindUnavailable, "", "no Temporal server answers at %s: start one, or name it with --temporal-address: %w", a.Config.TemporalAddress, err)
	}
	return "answers at " + a.Config.TemporalAddress + ", namespace " + a.Config.TemporalNamespace, nil
}

// milvusHealth connects when it is first asked, and again after a failure.
type milvusHealth struct {
	address string
	mu      *sync.Mutex
	client  **milvus.Client
}

func newMilvusHealth(address string) milvusHealth {
	return milvusHealth{address: address, mu: &sync.Mutex{}, client: new(*milvus.Client)}
}

func (m milvusHealth) check(ctx context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if *m.client == nil {
		c, err := milvus.Dial(ctx, milvus.Config{Address: m.address})
		if err != nil {
			return "", err
		}
		*m.client = c
	}
	if err := (*m.client).Health(ctx); err != nil {
		return "", err
	}
	version, err := (*m.client).Version(ctx)
	return "Milvus " + version + " (searches use the index in memory until search on Milvus is offered)", err
}

func (m milvusHealth) close() {
	if m.mu == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if *m.client != nil {
		_ = (*m.client).Close()
	}
}
