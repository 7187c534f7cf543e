package postgres

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Claim takes the right to make the call for the length of the lease, or returns
// the stored reply with the model that gave it. While another holder's lease lives
// the error is KindUnavailable with RetryAfter set to what is left of it. With the
// claim the call reserves what it needs in every budget that it falls under; where
// one has no room nothing is taken, and the error is KindBudget around a Shortfall.
func (s *Store) Claim(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) (eaio.ModelCall, error) {
	args := pgx.NamedArgs{
		"tenant": string(tenant), "key": c.Key, "task": c.Task, "pool": c.Pool, "model": c.Model, "lease": lease.Seconds(),
		"holder": s.holding(), "token": c.TaskToken, "usd": cmp.Or(c.ReserveUSD, "0"), "tokens": c.ReserveTokens,
	}
	var taken bool
	var left float64
	b := &pgx.Batch{}
	queueLockCall(b, args)
	queueLockPeriods(b, args)
	b.Queue(`
		insert into model_calls as c (tenant, key, task, pool, model, attempt, state, lease_until, holder, task_token, claimed_at, reserved_usd, reserved_tokens)
		select @tenant, @key, @task, @pool, @model, 1, 'claimed', clock_timestamp() + make_interval(secs => @lease), @holder, @token, now(), @usd::numeric, @tokens::bigint
		where not exists (select 1 from (`+room+`) room where short is not null)
		on conflict (tenant, key) do update set attempt = c.attempt + 1, state = 'claimed', lease_until = excluded.lease_until,
			model = excluded.model, error_kind = '', claimed_at = excluded.claimed_at, ended_at = null, renewed_at = clock_timestamp(),
			holder = excluded.holder, task_token = excluded.task_token,
			reserved_usd = excluded.reserved_usd, reserved_tokens = excluded.reserved_tokens
		where c.state = 'failed' or (c.state = 'claimed' and c.lease_until < clock_timestamp())
		returning true`, args).Query(func(rows pgx.Rows) error {
		taken = rows.Next()
		rows.Close()
		return rows.Err()
	})
	b.Queue(`select model, attempt, state = 'replied', coalesce(reply, ''), faults, extract(epoch from lease_until - clock_timestamp())
		from model_calls where tenant = @tenant and key = @key`, args).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&c.Model, &c.Attempt, &c.Replied, &c.Reply, &c.Faults, &left)
		if errors.Is(err, pgx.ErrNoRows) { // it found no room
			return nil
		}
		return err
	})
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		return c, wrap("claim call "+c.Key, err)
	}
	if taken || c.Replied {
		return c, nil
	}
	return c, s.whyNotClaimed(ctx, c, args, time.Duration(left*float64(time.Second)))
}

// whyNotClaimed is the holder whose lease has so much left, or the budget without
// room. What has passed meanwhile is worth another try at once.
func (s *Store) whyNotClaimed(ctx context.Context, c eaio.ModelCall, args pgx.NamedArgs, left time.Duration) error {
	op := "claim call " + c.Key
	e := eaio.Errorf(eaio.KindUnavailable, op, "attempt %d still holds it", c.Attempt)
	e.RetryAfter = max(left, 50*time.Millisecond)
	if left > 0 {
		return e
	}
	short, err := s.shortfall(ctx, args)
	switch {
	case err != nil:
		return wrap(op, err)
	case short == nil:
		return e
	}
	e = eaio.Errorf(eaio.KindBudget, op, "%w", short)
	if short.OnExceeded == eaio.Pause {
		e = e.WithCode(eaio.CodePaused)
	}
	return e
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
// no text are left out. What it cost is spent from the budgets that it falls under;
// one that this brings to its soft limit adds an event of its own. A call that was never claimed is KindNotFound.
func (s *Store) StoreReply(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, r eaio.ModelReply, costUSD string, events []eaio.Event) error {
	faults := []byte(c.Faults)
	if string(faults) == "null" {
		faults = nil
	}
	text := strings.ReplaceAll(strings.ToValidUTF8(r.Text, ""), "\x00", "")
	args := pgx.NamedArgs{"tenant": string(tenant), "key": c.Key, "cost": costUSD, "used": int64(r.InputTokens) + int64(r.OutputTokens)}
	return wrap("store reply of "+c.Key, pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var replied bool
		var soft []eaio.Event
		b := &pgx.Batch{}
		queueLockCall(b, args)
		b.Queue(`select state = 'replied' from model_calls where tenant = @tenant and key = @key for no key update`, args).
			QueryRow(func(row pgx.Row) error { return row.Scan(&replied) })
		queueSpend(b, args, &soft)
		if err := tx.SendBatch(ctx, b).Close(); err != nil || replied {
			return err
		}
		b = &pgx.Batch{}
		queueEvents(b, tenant, c.Task, append(slices.Clone(events), soft...)...)
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
