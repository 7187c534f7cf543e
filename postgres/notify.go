package postgres

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// News tells waiting readers that a task's journal has grown. One connection
// listens for the whole process. A signal means "look again", never more: after
// a lost connection every reader is signalled.
type News struct {
	mu      sync.Mutex
	waiting map[string]map[chan struct{}]bool
}

// Listen starts listening until ctx ends; it reconnects by itself.
func (s *Store) Listen(ctx context.Context, log *slog.Logger) *News {
	n := &News{waiting: map[string]map[chan struct{}]bool{}}
	go n.run(ctx, s, log)
	return n
}

// Subscribe returns a channel that is signalled when the task has news, and the
// function that ends the subscription. Subscribe first, then look, then wait.
func (n *News) Subscribe(tenant eaio.TenantID, task string) (<-chan struct{}, func()) {
	key, c := string(tenant)+"/"+task, make(chan struct{}, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.waiting[key] == nil {
		n.waiting[key] = map[chan struct{}]bool{}
	}
	n.waiting[key][c] = true
	return c, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if delete(n.waiting[key], c); len(n.waiting[key]) == 0 {
			delete(n.waiting, key)
		}
	}
}

func (n *News) signal(key string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.waiting[key] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (n *News) signalAll() {
	n.mu.Lock()
	keys := make([]string, 0, len(n.waiting))
	for k := range n.waiting {
		keys = append(keys, k)
	}
	n.mu.Unlock()
	for _, k := range keys {
		n.signal(k)
	}
}

func (n *News) run(ctx context.Context, s *Store, log *slog.Logger) {
	for told := false; ctx.Err() == nil; {
		listened, err := n.listen(ctx, s)
		if ctx.Err() != nil {
			return
		}
		if listened || !told { // an outage is told once
			log.WarnContext(ctx, "listening for task news stopped; trying again", "error", err)
			told = true
		}
		n.signalAll()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// listen returns when the connection fails, and whether there was one.
func (n *News) listen(ctx context.Context, s *Store) (listened bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return false, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return false, err
	}
	n.signalAll() // what came while nobody listened
	for {
		got, err := conn.WaitForNotification(ctx)
		if err != nil {
			return true, err
		}
		n.signal(got.Payload)
	}
}
