package inmem

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local/pgtest"
	"github.com/eaio/eaio/routing"
	"github.com/eaio/eaio/routing/boardtest"
	"github.com/jackc/pgx/v5/pgxpool"
)

// later lets time pass by moving what the board remembers.
func (b *Board) later(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.targets {
		for id, until := range s.flying {
			s.flying[id] = until.Add(-d)
		}
		for _, at := range []*time.Time{&s.until, &s.counted, &s.window, &s.noted} {
			if !at.IsZero() {
				*at = at.Add(-d)
			}
		}
	}
}

func TestBoard(t *testing.T) {
	b := NewBoard()
	boardtest.Run(t, b, b.later)
}

var migrated = pgtest.NewTemplate(func(ctx context.Context, url string) error {
	s, err := postgres.Open(ctx, url, 2)
	if err != nil {
		return err
	}
	defer s.Close()
	_, _, err = s.Migrate(ctx)
	return err
})

// TestBoardDecidesAsTheStore: whatever happens in whatever order, the board of one
// process and the one that many share say the same of it.
func TestBoardDecidesAsTheStore(t *testing.T) {
	url := migrated.Database(t)
	store, err := postgres.Open(t.Context(), url, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	db, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	board := NewBoard()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 7))
	for run := range 12 {
		w := &walk{T: t, r: r, board: board, store: store, db: db, target: routing.Target{Pool: fmt.Sprint("p", run), Endpoint: "e", Model: "m"}}
		w.limits = routing.Limits{InFlight: r.IntN(4), RequestsPerMinute: r.IntN(3) * 7, TokensPerMinute: r.IntN(3) * 900}
		for range 60 {
			w.step()
		}
	}
}

// walk does the same to both boards.
type walk struct {
	*testing.T
	r      *rand.Rand
	board  *Board
	store  *postgres.Store
	db     *pgxpool.Pool
	target routing.Target
	limits routing.Limits
	open   []routing.Call
	n      int
	did    []string
}

func (w *walk) step() {
	w.Helper()
	switch w.r.IntN(8) {
	case 0, 1, 2:
		w.begin()
	case 3, 4, 5:
		w.end()
	case 6:
		w.later()
	case 7:
		if w.r.IntN(4) == 0 {
			outage := time.Duration(w.r.IntN(2)) * 6 * time.Second
			w.did = append(w.did, fmt.Sprint("mark ", outage))
			w.must(w.board.MarkTarget(w.Context(), w.target, outage))
			w.must(w.store.MarkTarget(w.Context(), w.target, outage))
		}
	}
	w.compare()
}

func (w *walk) begin() {
	w.n++
	c := routing.Call{Target: w.target, ID: fmt.Sprint(w.n), Tokens: 100 * (1 + w.r.IntN(12)), Limits: w.limits, For: time.Duration(30+100*w.r.IntN(3)) * time.Second}
	a, err := w.board.BeginCall(w.Context(), c)
	w.must(err)
	b, err := w.store.BeginCall(w.Context(), c)
	w.must(err)
	w.did = append(w.did, fmt.Sprintf("begin %s (%d tokens): %s", c.ID, c.Tokens, a.Reason))
	if a.Reason != b.Reason || (a.Wait-b.Wait).Abs() > time.Second {
		w.Fatalf("%v\nrefused for %q, %s; by the store for %q, %s", w.did, a.Reason, a.Wait, b.Reason, b.Wait)
	}
	if a.Reason == "" {
		w.open = append(w.open, c)
	}
}

func (w *walk) end() {
	if len(w.open) == 0 {
		return
	}
	i := w.r.IntN(len(w.open))
	c := w.open[i]
	w.open = append(w.open[:i], w.open[i+1:]...)
	kinds := []eaio.Kind{"", "", "", eaio.KindUnavailable, eaio.KindUnavailable, eaio.KindRateLimited, eaio.KindDeadline, eaio.KindMalformed, eaio.KindNotFound}
	o := routing.Outcome{Kind: kinds[w.r.IntN(len(kinds))], Total: time.Duration(1+w.r.IntN(9)) * time.Second}
	if o.Kind == "" {
		o.FirstToken, o.InputTokens, o.OutputTokens = o.Total/2, 50, w.r.IntN(300)
	}
	if o.Kind == eaio.KindRateLimited && w.r.IntN(2) == 0 {
		o.RetryAfter = 20 * time.Second
	}
	w.did = append(w.did, fmt.Sprintf("end %s %q", c.ID, o.Kind))
	w.must(w.board.EndCall(w.Context(), c, o))
	w.must(w.store.EndCall(w.Context(), c, o))
}

// later steps lie well beside the borders that clocks decide at.
func (w *walk) later() {
	d := []time.Duration{3500 * time.Millisecond, 7500 * time.Millisecond, 33500 * time.Millisecond, 151500 * time.Millisecond}[w.r.IntN(4)]
	w.did = append(w.did, fmt.Sprint("later ", d))
	w.board.later(d)
	_, err := w.db.Exec(w.Context(), `update model_targets set open_until = open_until - $1::interval, counted_at = counted_at - $1::interval,
		window_at = window_at - $1::interval, noted_at = noted_at - $1::interval,
		calls_open = (select coalesce(jsonb_object_agg(key, value::float8 - extract(epoch from $1::interval)), '{}') from jsonb_each(calls_open))`, d)
	w.must(err)
}

func (w *walk) compare() {
	w.Helper()
	a, b := w.state(w.board), w.state(w.store)
	near := func(x, y, by float64) bool { return math.Abs(x-y) <= by }
	same := a.Reason == b.Reason && a.Probing == b.Probing && a.InFlight == b.InFlight && a.Calls == b.Calls && a.Failures == b.Failures &&
		(a.OpenFor-b.OpenFor).Abs() < time.Second && (a.FirstToken-b.FirstToken).Abs() < time.Microsecond && near(a.Rate, b.Rate, 1e-6) &&
		(a.Quiet-b.Quiet).Abs() < time.Second && (a.Counted-b.Counted).Abs() < time.Second
	if w.limits.RequestsPerMinute > 0 {
		same = same && near(a.Requests, b.Requests, 0.5)
	}
	if w.limits.TokensPerMinute > 0 {
		same = same && near(a.Tokens, b.Tokens, 40)
	}
	if !same {
		w.Fatalf("%v\nboard %+v\nstore %+v", w.did, a, b)
	}
}

func (w *walk) state(b routing.Snapshots) routing.State {
	w.Helper()
	list, err := b.Targets(w.Context())
	w.must(err)
	for _, s := range list {
		if s.Target == w.target {
			return s
		}
	}
	return routing.State{}
}

func (w *walk) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(w.did, err)
	}
}
