package inmem

import (
	"testing"
	"time"

	"github.com/eaio/eaio/routing/boardtest"
)

func TestBoard(t *testing.T) {
	// The suite runs subtests, which a bubble may not: time is moved by moving what
	// the board remembers.
	b := NewBoard()
	boardtest.Run(t, b, func(d time.Duration) {
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
	})
}
