package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Claim takes the right to make the call for the length of the lease, or returns
// the stored reply with the model that gave it. While another holder's lease lives
// the error is KindUnavailable with RetryAfter set to what is left of it.
func (s *Store) Claim(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) (eaio.ModelCall, error) {
	var taken bool
	var left float64
	b := &pgx.Batch{}
	b.Queue(`
		insert into model_calls as c (tenant, key, task, pool, model, attempt, state, lease_until, holder, task_token)
		values ($1, $2, $3, $4, $5, 1, 'claimed', clock_timestamp() + make_interval(secs => $6), $7, $8)
		on conflict (tenant, key) do update set attempt = c.attempt + 1, state = 'claimed', lease_until = excluded.lease_until,
			model = excluded.model, error_kind = '', claimed_at = clock_timestamp(), ended_at = null,
			renewed_at = clock_timestamp(), holder = excluded.holder, task_token = excluded.task_token
		where c.state = 'failed' or (c.state = 'claimed' and c.lease_until < clock_timestamp())
		returning true`, tenant, c.Key, c.Task, c.Pool, c.Model, lease.Seconds(), s.holding(), c.TaskToken).Query(func(rows pgx.Rows) error {
		taken = rows.Next()
		rows.Close()
		return rows.Err()
	})
	b.Queue(`select model, attempt, state = 'replied', coalesce(reply, ''), faults, extract(epoch from lease_until - clock_timestamp())
		from model_calls where tenant = $1 and key = $2`, tenant, c.Key).QueryRow(func(row pgx.Row) error {
		return row.Scan(&c.Model, &c.Attempt, &c.Replied, &c.Reply, &c.Faults, &left)
	})
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		return c, wrap("claim call "+c.Key, err)
	}
	if !taken && !c.Replied {
		e := eaio.Errorf(eaio.KindUnavailable, "claim call "+c.Key, "attempt %d still holds it", c.Attempt)
		e.RetryAfter = max(time.Duration(left*float64(time.Second)), 50*time.Millisecond)
		return c, e
	}
	return c, nil
}

// Reply returns the stored reply of a call; Replied is false if there is none.
func (s *Store) Reply(ctx context.Context, tenant eaio.TenantID, key string) (eaio.ModelCall, error) {
	c := eaio.ModelCall{Key: key}
	err := s.pool.QueryRow(ctx, `select task, pool, model, attempt, state = 'replied', coalesce(reply, ''), faults from model_calls where tenant = $1 and key = $2`, tenant, key).
		Scan(&c.Task, &c.Pool, &c.Model, &c.Attempt, &c.Replied, &c.Reply, &c.Faults)
	return c, wrap("read call "+key, err)
}

// StoreReply keeps a reply with what the verifier said of it and what it cost,
// with the events that belong to it, whoever holds the claim now: it is paid for.
// The first reply of a call wins, and a later one leaves no trace. Bytes that are
// no text are left out. A call that was never claimed is KindNotFound.
func (s *Store) StoreReply(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, r eaio.ModelReply, costUSD string, events []eaio.Event) error {
	faults := []byte(c.Faults)
	if string(faults) == "null" {
		faults = nil
	}
	text := strings.ReplaceAll(strings.ToValidUTF8(r.Text, ""), "\x00", "")
	return wrap("store reply of "+c.Key, pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var replied bool
		err := tx.QueryRow(ctx, `select state = 'replied' from model_calls where tenant = $1 and key = $2 for no key update`, tenant, c.Key).Scan(&replied)
		if err != nil || replied {
			return err
		}
		b := &pgx.Batch{}
		queueEvents(b, tenant, c.Task, events...)
		b.Queue(`update model_calls set state = 'replied', reply = $3, verified = $4, faults = $5, input_tokens = $6, output_tokens = $7,
				cost_usd = $8::numeric, first_token_ms = $9, total_ms = $10, ended_at = clock_timestamp()
			where tenant = $1 and key = $2`,
			tenant, c.Key, text, faults == nil, faults, r.InputTokens, r.OutputTokens, costUSD,
			r.FirstToken.Seconds()*1000, r.Total.Seconds()*1000)
		return tx.SendBatch(ctx, b).Close()
	}))
}

// FailCall gives the claim of this attempt back with the kind of its failure.
func (s *Store) FailCall(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, kind eaio.Kind) error {
	_, err := s.pool.Exec(ctx, `update model_calls set state = 'failed', error_kind = $4, ended_at = clock_timestamp()
		where tenant = $1 and key = $2 and attempt = $3 and state = 'claimed'`, tenant, c.Key, c.Attempt, string(kind))
	return wrap("fail call "+c.Key, err)
}

// Renew keeps the claim of this attempt alive for another lease. A claim that
// another attempt has taken over, or that has ended, is KindConflict.
func (s *Store) Renew(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) error {
	tag, err := s.pool.Exec(ctx, `update model_calls set lease_until = clock_timestamp() + make_interval(secs => $4), renewed_at = clock_timestamp()
		where tenant = $1 and key = $2 and attempt = $3 and state = 'claimed'`, tenant, c.Key, c.Attempt, lease.Seconds())
	if err == nil && tag.RowsAffected() == 0 {
		return eaio.Errorf(eaio.KindConflict, "renew call "+c.Key, "attempt %d holds it no longer", c.Attempt)
	}
	return wrap("renew call "+c.Key, err)
}
