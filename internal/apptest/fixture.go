// Package apptest is the ground that tests of workflows and activities stand on:
// a private database with two real buildings, the activities wired as the
// processes wire them, a hook around every call of the store, and a model that
// says what a test tells it to.
package apptest

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/ingest"
	"github.com/eaio/eaio/inmem"
	"github.com/eaio/eaio/knowledge"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local/pgtest"
	"github.com/eaio/eaio/retrieval"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/sample"
	"github.com/eaio/eaio/worker"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The buildings of every fixture: the sample's own answer comes from the public
// one; the private one is another of the sample under a tighter label.
const (
	PublicBuilding  = "robin_office_serena" // Europe/London
	PrivateBuilding = "fox_office_vicki"    // America/Phoenix
)

// Tenant owns everything in a fixture.
const Tenant = eaio.DefaultTenant

// Fixture is one test's own world. Its parts are safe for concurrent use.
type Fixture struct {
	Store *Store        // the real store, with hooks
	DB    *pgxpool.Pool // the same database, to look at rows
	Board *inmem.Board  // how the pools do
}

// template is migrated and filled once for each test process.
var template = pgtest.NewTemplate(prepare)

// New returns a fixture over a database of tb's own. It skips tb where no
// PostgreSQL can be had, as pgtest does.
func New(tb testing.TB) *Fixture {
	tb.Helper()
	url := template.Database(tb)
	store, err := postgres.Open(tb.Context(), url, 6) // many tests share one server
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(store.Close)
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		tb.Fatal(err)
	}
	config.MaxConns = 2
	db, err := pgxpool.NewWithConfig(tb.Context(), config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(db.Close)
	return &Fixture{Store: &Store{Store: store}, DB: db, Board: inmem.NewBoard()}
}

func prepare(ctx context.Context, url string) error {
	store, err := postgres.Open(ctx, url, 2)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, _, err := store.Migrate(ctx); err != nil {
		return err
	}
	for _, b := range sample.Buildings() {
		switch b.ID {
		case PrivateBuilding:
			b.Privacy = eaio.PrivacyPrivate
		case PublicBuilding:
		default:
			continue
		}
		if err := store.PutBuilding(ctx, Tenant, b); err != nil {
			return err
		}
	}
	for _, file := range sample.Files() {
		if file.Meter.Building != PublicBuilding && file.Meter.Building != PrivateBuilding {
			continue
		}
		if err := load(ctx, store, file); err != nil {
			return err
		}
	}
	return nil
}

func load(ctx context.Context, store *postgres.Store, file sample.File) error {
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = ingest.LoadReadings(ctx, store, Tenant, file.Meter, file.Name, r, file.Options)
	return err
}

// index is searched only, so all tests of a process share it.
var index = sync.OnceValues(func() (*inmem.Index, error) {
	passages, err := knowledge.Passages()
	if err != nil {
		return nil, err
	}
	x := inmem.New(0)
	return x, x.Upsert(context.Background(), retrieval.Shared, retrieval.Plain(passages))
})

// Pool is a pool of models with the model behind it.
type Pool struct {
	routing.Pool
	Model activities.Model
}

// LocalPool and CloudPool make the two pools that there can be.
func LocalPool(m activities.Model) Pool {
	return Pool{routing.Pool{Name: "local", Model: "tiny", Local: true, MaxOutputTokens: 500}, m}
}

// CloudPool costs 1 USD per million tokens in, 2 USD out.
func CloudPool(m activities.Model) Pool {
	return Pool{routing.Pool{Name: "cloud", Model: "large", MaxOutputTokens: 500, InputPriceUSD: "1", OutputPriceUSD: "2"}, m}
}

// Activities wires the activities over the fixture's store, with the shipped
// knowledge cards and the given pools in their order of preference.
func (f *Fixture) Activities(tb testing.TB, pools ...Pool) worker.Activities {
	tb.Helper()
	passages, err := index()
	if err != nil {
		tb.Fatal(err)
	}
	health, log := routing.NewHealth(f.Board), slog.New(slog.DiscardHandler)
	acts := worker.Activities{
		Planner:    &activities.Planner{Store: f.Store},
		Analyst:    &activities.Analyst{Store: f.Store, Log: log},
		Librarian:  &activities.Librarian{Store: f.Store, Retriever: retrieval.Finder{Store: passages}},
		Router:     &activities.Router{Store: f.Store, Health: health, Draw: rand.IntN},
		Recorder:   &activities.Recorder{Store: f.Store, Ends: f.Store, Log: log},
		Scheduler:  &activities.Scheduler{Store: f.Store},
		Budgeter:   &activities.Budgeter{Store: f.Store},
		Generators: map[string]*activities.Generator{},
	}
	for _, p := range pools {
		acts.Router.Pools = append(acts.Router.Pools, p.Pool)
		client := &routing.Balancer{
			Pool: p.Pool, Clients: []routing.Client{{Endpoint: routing.Endpoint{Name: "test"}, Model: p.Model}},
			Gate: open{f.Board}, Health: health, Draw: rand.IntN, Log: log,
		}
		acts.Generators[p.Name] = &activities.Generator{Evidence: f.Store, Calls: f.Store, Model: client, Pool: p.Pool}
	}
	return acts
}

// open lets every call through and notes how it went: Temporal's test environment
// skips the waiting between two tries, which the board's clock knows nothing of.
type open struct{ *inmem.Board }

func (g open) BeginCall(ctx context.Context, c routing.Call) (routing.Refusal, error) {
	_, err := g.Board.BeginCall(ctx, c)
	return routing.Refusal{}, err
}

// Question is the sample's first question, with time enough.
func Question() eaio.Request {
	demo := sample.Question()
	return eaio.Request{Question: demo.Question, Building: demo.Building, AsOf: demo.AsOf, Audience: eaio.AudienceManager, Deadline: 30 * time.Second}
}

// Accept stores a task as the API does before its workflow starts. A request
// without a deadline is a background task.
func (f *Fixture) Accept(tb testing.TB, r eaio.Request) eaio.Task {
	tb.Helper()
	id := uuid.NewString()
	if r.IdempotencyKey == "" {
		r.IdempotencyKey = id
	}
	t := eaio.Task{ID: id, Tenant: Tenant, Request: r, CreatedAt: time.Now().UTC()}
	if r.Deadline != 0 {
		t.DeadlineAt = t.CreatedAt.Add(r.Deadline)
	}
	t, _, err := f.Store.Store.Accept(tb.Context(), t, "")
	if err != nil {
		tb.Fatal(err)
	}
	return t
}
