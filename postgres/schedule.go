package postgres

import (
	"context"
	"encoding/json"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// ClaimDay accepts t as the one task of a building, set of analyses and local
// day (a date "2006-01-02"), or returns the id of the task that already is.
func (s *Store) ClaimDay(ctx context.Context, t eaio.Task, set, day string) (id string, created bool, err error) {
	request, err := json.Marshal(t.Request)
	if err != nil {
		return "", false, err
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			with accepted as (
				insert into tasks (tenant, id, idempotency_key, body_hash, building, request, status, created_at, last_seq)
				values ($1, $2, $3, '', $4, $5, 'accepted', clock_timestamp(), 1) on conflict do nothing returning created_at)
			insert into task_events (tenant, task, seq, id, type, at, data) select $1, $2, 1, $6::text, $6::text, created_at, $7::jsonb from accepted`,
			t.Tenant, t.ID, t.Request.IdempotencyKey, t.Request.Building, request, string(eaio.EventAccepted), acceptedData(t))
		if err != nil {
			return err
		}
		created = tag.RowsAffected() == 1
		if created {
			_, err = tx.Exec(ctx, `insert into scheduled_days (tenant, building, set_name, day, task) values ($1, $2, $3, $4::date, $5)`,
				t.Tenant, t.Request.Building, set, day, t.ID)
			return err
		}
		return tx.QueryRow(ctx, `select task from scheduled_days where tenant = $1 and building = $2 and set_name = $3 and day = $4::date`,
			t.Tenant, t.Request.Building, set, day).Scan(&id)
	})
	if created {
		id = t.ID
	}
	return id, created, wrap("claim "+set+" of "+day, err)
}
