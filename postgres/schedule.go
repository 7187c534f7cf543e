package postgres

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// ClaimDay accepts t as the one task of a building, set of analyses and local
// day (a date "2006-01-02"), or returns the id of the task that already is. It is
// KindConflict where t's id or idempotency key belongs to a task of another kind.
func (s *Store) ClaimDay(ctx context.Context, t eaio.Task, set, day string) (id string, created bool, err error) {
	op := "claim " + set + " of " + day
	id, err = s.taskOfDay(ctx, t, set, day)
	if err != nil || id != "" {
		return id, false, wrap(op, err)
	}
	err = wrap(op, s.acceptOfDay(ctx, t, set, day))
	if eaio.KindOf(err) != eaio.KindConflict {
		return t.ID, err == nil, err
	}
	id, lookErr := s.taskOfDay(ctx, t, set, day) // somebody was faster
	if lookErr == nil && id == "" {
		return "", false, err
	}
	return id, false, wrap(op, lookErr)
}

// taskOfDay returns the id of the day's task; empty if there is none yet.
func (s *Store) taskOfDay(ctx context.Context, t eaio.Task, set, day string) (id string, err error) {
	err = s.pool.QueryRow(ctx, `select task from scheduled_days where tenant = $1 and building = $2 and set_name = $3 and day = $4::date`,
		t.Tenant, t.Request.Building, set, day).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return id, err
}

func (s *Store) acceptOfDay(ctx context.Context, t eaio.Task, set, day string) error {
	request, err := json.Marshal(t.Request)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`insert into tasks (tenant, id, idempotency_key, body_hash, building, request, status, created_at, last_seq)
		values ($1, $2, $3, '', $4, $5, 'accepted', clock_timestamp(), 1)`,
		t.Tenant, t.ID, t.Request.IdempotencyKey, t.Request.Building, request)
	b.Queue(`insert into task_events (tenant, task, seq, id, type, at, data)
		select tenant, id, 1, $3::text, $3::text, created_at, $4::jsonb from tasks where tenant = $1 and id = $2`,
		t.Tenant, t.ID, string(eaio.EventAccepted), acceptedData(t))
	b.Queue(`insert into scheduled_days (tenant, building, set_name, day, task) values ($1, $2, $3, $4::date, $5)`,
		t.Tenant, t.Request.Building, set, day, t.ID)
	return s.pool.SendBatch(ctx, b).Close()
}
