// Package app wires the parts into processes. One function reads top to bottom;
// the embedded stack calls the same one with other addresses.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/inmem"
	"github.com/eaio/eaio/knowledge"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/retrieval"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/starter"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
)

// App is one process's parts, connected.
type App struct {
	Config   Config
	Log      *slog.Logger
	Store    *postgres.Store
	Temporal client.Client
	Starter  *starter.Starter
	Acts     worker.Activities
	Passages retrieval.Finder
	Models   []ModelPool
	milvus   milvusHealth
}

// New builds the parts. PostgreSQL and Temporal are connected to when they are
// first needed: one that is not there yet fails what needs it, not New.
func New(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	a := &App{Config: cfg, Log: log}
	var err error
	if a.Store, err = postgres.Open(ctx, cfg.DatabaseURL, cfg.DatabaseConns); err != nil {
		return nil, err
	}
	if a.Temporal, err = client.NewLazyClient(temporalOptions(cfg, log)); err != nil {
		a.Close()
		return nil, err
	}
	if a.Models, err = models(ctx, cfg, log); err != nil {
		a.Close()
		return nil, err
	}
	if a.Acts, err = a.activities(ctx); err != nil {
		a.Close()
		return nil, err
	}
	a.Starter = &starter.Starter{Temporal: a.Temporal, Tasks: a.Store, Ends: a.Store, Talks: a.Store, Log: log}
	a.milvus = newMilvusHealth(cfg.MilvusAddress)
	return a, nil
}

// Close ends the connections.
func (a *App) Close() {
	if a.Temporal != nil {
		a.Temporal.Close()
	}
	if a.Store != nil {
		a.Store.Close()
	}
	a.milvus.close()
}

func (a *App) activities(ctx context.Context) (worker.Activities, error) {
	passages, err := knowledge.Passages()
	if err != nil {
		return worker.Activities{}, fmt.Errorf("knowledge cards: %w", err)
	}
	index := inmem.New(0)
	if err := index.Upsert(ctx, retrieval.Shared, retrieval.Plain(passages)); err != nil {
		return worker.Activities{}, fmt.Errorf("index of knowledge cards: %w", err)
	}
	a.Passages = retrieval.Finder{Store: index}
	health := routing.NewHealth(a.Store)
	acts := worker.Activities{
		Planner:    &activities.Planner{Store: a.Store},
		Analyst:    &activities.Analyst{Store: a.Store, Log: a.Log},
		Librarian:  &activities.Librarian{Store: a.Store, Retriever: a.Passages},
		Router:     &activities.Router{Store: a.Store, Budget: activities.Budgets{Store: a.Store}, Health: health, Draw: rand.IntN},
		Recorder:   &activities.Recorder{Store: a.Store, Ends: a.Store, Log: a.Log},
		Scheduler:  &activities.Scheduler{Store: a.Store},
		Budgeter:   &activities.Budgeter{Store: a.Store},
		Generators: map[string]*activities.Generator{},
	}
	for _, m := range a.Models {
		acts.Router.Pools = append(acts.Router.Pools, m.Pool)
	}
	for _, m := range a.served() {
		acts.Generators[m.Pool.Name] = &activities.Generator{Evidence: a.Store, Calls: a.Store, Model: a.balancer(m, health), Pool: m.Pool}
	}
	return acts, nil
}

// Queues returns every queue that this process could poll.
func (a *App) Queues() []string { return append([]string{workflows.AgentQueue}, a.pools()...) }

func (a *App) pools() (names []string) {
	for _, m := range a.served() {
		names = append(names, m.Pool.Name)
	}
	return names
}

// RunWorker polls the queues until ctx ends; it waits for a Temporal server that
// is not there yet. interceptors are for tests that inject faults.
func (a *App) RunWorker(ctx context.Context, queues []string, interceptors ...interceptor.WorkerInterceptor) error {
	cfg := worker.Config{Queues: queues, Slots: a.Config.ModelSlots, Nodes: a.nodes(), Interceptors: interceptors}
	if err := a.checkServed(queues); err != nil {
		return err
	}
	if err := cfg.Validate(a.pools()); err != nil {
		return err
	}
	if !a.awaitTemporal(ctx) {
		return nil
	}
	for _, m := range a.Models {
		if m.Missing != "" {
			a.Log.InfoContext(ctx, "a pool is left to other workers", "pool", m.Pool.Name, "because", m.Missing)
		}
	}
	a.Log.InfoContext(ctx, "worker is up", "queues", strings.Join(queues, ","))
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { a.Store.Watch(watching, a.Log, a.endAbandoned(watching)) })
	defer watch.Wait()
	defer stop()
	return worker.Run(ctx, a.Temporal, cfg, a.Acts)
}

// endAbandoned lets Temporal know at once of a call whose worker died, which it
// would notice by a missing heartbeat three seconds later.
func (a *App) endAbandoned(ctx context.Context) func(taskToken []byte) {
	return func(token []byte) {
		err := a.Temporal.CompleteActivity(ctx, token, nil, activities.Abandoned())
		var gone *serviceerror.NotFound
		if err != nil && !errors.As(err, &gone) && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "a call whose worker died was not ended; it times out by itself", "error", err)
		}
	}
}
