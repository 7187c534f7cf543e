package api_test

import (
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/api"
)

// countedNews counts who listens for news.
type countedNews struct {
	api.News
	mu      sync.Mutex
	readers int
	changed chan struct{} // closed at every change
}

// count is a change of start's configuration.
func (n *countedNews) count(c *api.Config) {
	n.News, n.changed, c.News = c.News, make(chan struct{}), n
}

func (n *countedNews) Subscribe(tenant eaio.TenantID, task string) (<-chan struct{}, func()) {
	c, stop := n.News.Subscribe(tenant, task)
	n.add(1)
	return c, func() { stop(); n.add(-1) }
}

func (n *countedNews) add(readers int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.readers += readers
	close(n.changed)
	n.changed = make(chan struct{})
}

// wait returns once so many listen.
func (n *countedNews) wait(t *testing.T, readers int) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		n.mu.Lock()
		got, changed := n.readers, n.changed
		n.mu.Unlock()
		if got == readers {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("%d listen for news, want %d", got, readers)
		}
	}
}
