package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

const conversationColumns = `c.tenant, c.id, c.building, c.audience, c.language, c.privacy, c.turns, c.created_at, c.last_at, c.idempotency_key`

func scanConversation(row pgx.Row, more ...any) (c eaio.Conversation, err error) {
	dest := []any{&c.Tenant, &c.ID, &c.Building, &c.Audience, &c.Language, &c.Privacy, &c.TurnCount, &c.CreatedAt, &c.LastAt, &c.IdempotencyKey}
	err = row.Scan(append(dest, more...)...)
	c.CreatedAt, c.LastAt = c.CreatedAt.UTC(), c.LastAt.UTC()
	return c, err
}

// AddConversation stores a new conversation, or finds the one that the same
// idempotency key made before. The same key with another body is KindConflict
// with the code idempotency_mismatch.
func (s *Store) AddConversation(ctx context.Context, c eaio.Conversation, bodyHash string) (stored eaio.Conversation, created bool, err error) {
	tag, err := s.pool.Exec(ctx, `
		insert into conversations (tenant, id, idempotency_key, body_hash, building, audience, language, privacy, created_at, last_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant, idempotency_key) do nothing`,
		c.Tenant, c.ID, c.IdempotencyKey, bodyHash, c.Building, string(c.Audience), string(c.Language), string(c.Privacy), c.CreatedAt)
	if err != nil {
		return c, false, wrap("store conversation", err)
	}
	var hash string
	stored, err = scanConversation(s.pool.QueryRow(ctx, `select `+conversationColumns+`, c.body_hash from conversations c where c.tenant = $1 and c.idempotency_key = $2`, c.Tenant, c.IdempotencyKey), &hash)
	if err == nil && hash != bodyHash {
		return c, false, eaio.Errorf(eaio.KindConflict, "", "this idempotency key was used for another conversation (%s): use a new key, or send the same body", stored.ID).WithCode("idempotency_mismatch")
	}
	return stored, tag.RowsAffected() == 1, wrap("store conversation", err)
}

// Conversation returns one; one that does not exist is KindNotFound with the code
// unknown_conversation.
func (s *Store) Conversation(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Conversation, error) {
	return oneConversation(ctx, s.pool, tenant, id, "")
}

// querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func oneConversation(ctx context.Context, q querier, tenant eaio.TenantID, id, lock string) (eaio.Conversation, error) {
	c, err := scanConversation(q.QueryRow(ctx, `select `+conversationColumns+` from conversations c where c.tenant = $1 and c.id = $2`+lock, tenant, id))
	if errors.Is(err, pgx.ErrNoRows) {
		return c, eaio.Errorf(eaio.KindNotFound, "", "no conversation %q: GET /v1/conversations lists those there are", id).WithCode("unknown_conversation")
	}
	return c, wrap("read conversation "+id, err)
}

// Conversations returns conversations, newest first, older than the one named
// before (empty: from the newest). A before that is no conversation gives none.
func (s *Store) Conversations(ctx context.Context, tenant eaio.TenantID, before string, limit int) ([]eaio.Conversation, error) {
	rows, err := s.pool.Query(ctx, `select `+conversationColumns+` from conversations c
		where c.tenant = $1 and ($2 = '' or (c.created_at, c.id) < ((select created_at from conversations where tenant = $1 and id = $2), $2))
		order by c.created_at desc, c.id desc limit $3`, tenant, before, limit)
	if err != nil {
		return nil, wrap("list conversations", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Conversation, error) { return scanConversation(row) })
	return list, wrap("list conversations", err)
}

// Turns returns turns of a conversation after the given number, in order, as
// Tasks returns tasks.
func (s *Store) Turns(ctx context.Context, tenant eaio.TenantID, conversation string, after, limit int) ([]eaio.Task, error) {
	rows, err := s.pool.Query(ctx, listedTask+` where t.tenant = $1 and t.conversation = $2 and t.turn > $3 order by t.turn limit $4`, tenant, conversation, after, limit)
	if err != nil {
		return nil, wrap("list turns", err)
	}
	list, err := pgx.CollectRows(rows, scanListedTask)
	return list, wrap("list turns", err)
}

// AcceptTurn stores a task as the next turn of its conversation, as Accept stores
// one that stands alone, with the request completed from the conversation. Turns of
// one conversation are numbered one after the other. One more than
// eaio.MaxOpenTurns that have not ended is KindRateLimited.
func (s *Store) AcceptTurn(ctx context.Context, t eaio.Task, bodyHash string) (stored eaio.Task, created bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		stored, created, err = acceptTurn(ctx, tx, t, bodyHash)
		return err
	})
	if err != nil {
		return t, false, wrap("accept turn", err)
	}
	if !created {
		stored, err = s.Task(ctx, t.Tenant, stored.ID)
	}
	return stored, created, err
}

func acceptTurn(ctx context.Context, tx pgx.Tx, t eaio.Task, bodyHash string) (eaio.Task, bool, error) {
	c, err := oneConversation(ctx, tx, t.Tenant, t.Conversation, " for update")
	if err != nil {
		return t, false, err
	}
	id, err := sameKey(ctx, tx, t, bodyHash)
	if err != nil || id != "" {
		return eaio.Task{ID: id}, false, err
	}
	last, open, err := lastTurn(ctx, tx, c)
	if err != nil {
		return t, false, err
	}
	if open >= eaio.MaxOpenTurns {
		full := eaio.Errorf(eaio.KindRateLimited, "", "%d turns of this conversation are not answered yet: wait for one of them", open)
		full.RetryAfter = time.Second
		return t, false, full
	}
	t.Request = t.Request.Within(c, last)
	t.Turn = c.TurnCount + 1
	if _, err := tx.Exec(ctx, `update conversations set turns = $3, last_at = $4 where tenant = $1 and id = $2`, t.Tenant, c.ID, t.Turn, t.CreatedAt); err != nil {
		return t, false, err
	}
	t, created, err := insertTask(ctx, tx, t, bodyHash)
	if err == nil && !created { // another conversation took the key a moment ago
		err = eaio.Errorf(eaio.KindUnavailable, "accept turn", "the idempotency key is being used by another request")
	}
	return t, created, err
}

// sameKey finds the task that the idempotency key has made already.
func sameKey(ctx context.Context, q querier, t eaio.Task, bodyHash string) (id string, err error) {
	var hash string
	err = q.QueryRow(ctx, `select id, body_hash from tasks where tenant = $1 and idempotency_key = $2`, t.Tenant, t.Request.IdempotencyKey).Scan(&id, &hash)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", nil
	case err != nil:
		return "", wrap("accept task", err)
	case hash != bodyHash:
		return "", eaio.Errorf(eaio.KindConflict, "", "this idempotency key was used for another request (task %s): use a new key, or send the same body", id).WithCode("idempotency_mismatch")
	}
	return id, nil
}

// lastTurn returns the request of the latest turn, nil where there is none, and
// how many turns have not ended.
func lastTurn(ctx context.Context, tx pgx.Tx, c eaio.Conversation) (last *eaio.Request, open int, err error) {
	b := &pgx.Batch{}
	b.Queue(`select request from tasks where tenant = $1 and conversation = $2 order by turn desc limit 1`, c.Tenant, c.ID).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
		if err != nil || len(list) == 0 {
			return err
		}
		last = new(eaio.Request)
		return decode(list[0], last)
	})
	b.Queue(`select count(*) from tasks where tenant = $1 and conversation = $2 and status in ('accepted', 'running')`, c.Tenant, c.ID).
		QueryRow(func(row pgx.Row) error { return row.Scan(&open) })
	return last, open, tx.SendBatch(ctx, b).Close()
}

// What a turn can look back on: the latest turns whole, some more in outline. It is
// bounded however long the conversation is.
const (
	wholeTurns   = 8
	earlierTurns = 40
	outlineRunes = 160
	factsOfTurn  = 3
)

// queueEarlier reads the turns before a task, oldest first; none of a task that
// stands alone.
func queueEarlier(b *pgx.Batch, tenant eaio.TenantID, id string, out *[]eaio.Turn) {
	b.Queue(`with me as (select tenant, conversation, turn from tasks where tenant = $1 and id = $2),
		turns as (select t.* from tasks t, me where t.tenant = me.tenant and t.conversation = me.conversation and t.turn < me.turn order by t.turn desc limit $3)
		select t.turn, t.id, case when recent then t.request->>'question' else left(t.request->>'question', $5) end, t.building, coalesce(t.request->>'privacy', ''), t.plan, t.status,
			coalesce(a.status, ''), case when recent then coalesce(a.text, '') else '' end,
			array(select 'F' || no || ' ' || name from facts where tenant = t.tenant and task = t.id order by no limit $6)
		from turns t cross join lateral (select t.turn >= (select turn from me) - $4::integer as recent) r
			left join lateral (select status, text from answers where tenant = t.tenant and task = t.id order by revision desc limit 1) a on true
		order by t.turn`, tenant, id, earlierTurns, wholeTurns, outlineRunes, factsOfTurn).
		Query(func(rows pgx.Rows) (err error) {
			list, err := pgx.CollectRows(rows, scanTurn)
			if len(list) > 0 {
				*out = list
			}
			return err
		})
}

func scanTurn(row pgx.CollectableRow) (t eaio.Turn, err error) {
	var plan []byte
	err = row.Scan(&t.Number, &t.Task, &t.Question, &t.Building, &t.Privacy, &plan, &t.Status, &t.AnswerStatus, &t.Answer, &t.Facts)
	return t, errors.Join(err, decode(plan, &t.Plan))
}
