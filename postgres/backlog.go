package postgres

import (
	"context"
	"time"
)

// backlogQuery counts with two indexes, whatever else there is.
const backlogQuery = `select
	(select count(*) from tasks where status in ('accepted', 'running') and deadline_at is not null and deadline_at > now()),
	(select count(*) from tasks where completed_at is not null and deadline_at is not null and completed_at > now() - make_interval(secs => $1))`

// Backlog counts, over all tenants, the interactive tasks that are open with their
// deadline ahead, and those that ended within the time just past.
func (s *Store) Backlog(ctx context.Context, past time.Duration) (open, ended int, err error) {
	err = s.pool.QueryRow(ctx, backlogQuery, past.Seconds()).Scan(&open, &ended)
	return open, ended, wrap("count open tasks", err)
}
