package postgres

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	watchEvery = 250 * time.Millisecond
	watchAgain = time.Second // before connecting again
)

// deadHolders takes the calls of holders whose connection has ended. A healthy
// holder that lost its connection still renews its claims; so one that is gone
// has been silent for longer than a renewal takes as well. A reply that was
// stored is told at once: its holder may have died before it could report.
const deadHolders = `
	with dead as (
		select tenant, key, task_token from model_calls
		where claimed_at > now() - interval '15 minutes' and task_token is not null and holder <> ''
			and (state = 'claimed' and renewed_at < clock_timestamp() - interval '1 second'
				or state <> 'claimed' and ended_at > clock_timestamp() - interval '5 seconds')
			and holder <> all (array(select ` + holderName + ` from pg_stat_activity where backend_start is not null))
		for no key update skip locked)
	update model_calls c set task_token = null, ended_at = coalesce(ended_at, clock_timestamp()),
		error_kind = case state when 'claimed' then 'unavailable' else error_kind end,
		state = case state when 'claimed' then 'failed' else state end
	from dead where c.tenant = dead.tenant and c.key = dead.key returning dead.task_token`

const holderName = `pid || '/' || extract(epoch from backend_start)`

// Watch names this process as the holder of the calls that it claims, by a
// connection that ends with it, and looks for calls whose holders have died so. It
// gives up their claims and calls found with the task token of each; of several
// watchers one finds a call. Until ctx ends it connects again whenever it must.
// All processes must connect as one role: others' connections are not seen.
func (s *Store) Watch(ctx context.Context, log *slog.Logger, found func(taskToken []byte)) {
	for told := false; ctx.Err() == nil; {
		connected, err := s.watch(ctx, found)
		if told = told && !connected; ctx.Err() == nil && !told {
			told = true
			log.WarnContext(ctx, "calls of workers that die are not watched; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchAgain):
		}
	}
}

func (s *Store) watch(ctx context.Context, found func(taskToken []byte)) (connected bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig.Copy())
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var holder string
	if err := conn.QueryRow(ctx, `select `+holderName+` from pg_stat_activity where pid = pg_backend_pid()`).Scan(&holder); err != nil {
		return false, err
	}
	s.holder.Store(holder)
	for {
		rows, err := conn.Query(ctx, deadHolders)
		if err != nil {
			return true, err
		}
		tokens, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
		for _, token := range tokens {
			found(token)
		}
		if err != nil {
			return true, err
		}
		select {
		case <-ctx.Done():
			return true, nil
		case <-time.After(watchEvery):
		}
	}
}

// holding is how the claims of this process name it; empty while nobody watches.
func (s *Store) holding() string {
	name, _ := s.holder.Load().(string)
	return name
}
