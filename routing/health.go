package routing

import (
	"context"
	"sync"
	"time"

	"github.com/eaio/eaio"
)

// fresh is how long one look at the board serves a process, lookTime how long a
// look may take.
const (
	fresh    = 250 * time.Millisecond
	lookTime = time.Second
)

// Health is what a process knows of all pools: a look at the board, four times a
// second at most however many ask. It is safe for concurrent use.
type Health struct {
	board Snapshots

	mu     sync.Mutex
	at     time.Time
	states []State
}

// NewHealth knows what the board shows.
func NewHealth(board Snapshots) *Health { return &Health{board: board} }

// States returns what the board shows, not to be changed. Where it cannot be read
// they are those of the last look, or none, and the error says why: a decision
// needs no board.
func (h *Health) States(ctx context.Context) ([]State, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.at.IsZero() && time.Since(h.at) < fresh {
		return h.states, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	states, err := h.board.Targets(ctx)
	h.at = time.Now() // a board that is away is not asked by every task
	if err == nil {
		h.states = states
	}
	return h.states, err
}

// Forget makes the next look a new one: something has just failed.
func (h *Health) Forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = time.Time{}
}

// Down looks at the board and returns why no endpoint noted there of the pool takes
// a call now, or "".
func (h *Health) Down(pool string) eaio.Reason {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	states, err := h.board.Targets(ctx)
	if err != nil {
		return ""
	}
	var shut []eaio.Reason
	for _, s := range states {
		if s.Pool != pool {
			continue
		}
		why := s.usable(Limits{})
		if why == "" {
			return ""
		}
		shut = append(shut, why)
	}
	if len(shut) == 0 {
		return ""
	}
	return soonest(shut)
}
