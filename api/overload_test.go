package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/eaio/eaio/api"
)

// full is a backlog that nobody could work off in time.
type full struct{}

func (full) Backlog(context.Context, time.Duration) (open, ended int, err error) {
	return 10000, 100, nil
}

// A task whose deadline could not be kept is refused before it is taken, with the
// time to come back; one that has more time is taken.
func TestOverload(t *testing.T) {
	w := start(t, func(c *api.Config) { c.Backlog = full{} })
	got := w.post("/v1/tasks", urgent(5*time.Second))
	problem(t, got, http.StatusServiceUnavailable, "overloaded")
	if again := got.header.Get("Retry-After"); again != "60" {
		t.Errorf("Retry-After %q", again)
	}
	if n := w.Number(t, "select count(*) from tasks"); n != 0 {
		t.Errorf("%d tasks were stored", n)
	}
}
