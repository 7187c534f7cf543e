package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// channel carries the tasks that have news, as "<tenant>/<task>".
const channel = "eaio_tasks"

// queueEvents appends the events to the task's stream and tells listeners. An
// event whose id is already there is left out, and so is every event of a task
// that has ended: who ends it queues the last events first. All statements of one
// batch are one transaction; the first locks the task, so that the stream has no
// gaps and no two writers share a number.
func queueEvents(b *pgx.Batch, tenant eaio.TenantID, task string, events ...eaio.Event) {
	events = distinct(events)
	ids, types, data := make([]string, len(events)), make([]string, len(events)), make([]*string, len(events))
	ats := make([]*time.Time, len(events))
	for i, e := range events {
		ids[i], types[i], ats[i] = e.ID, string(e.Type), nullTime(e.At)
		if e.Data != nil {
			text := string(e.Data)
			data[i] = &text
		}
	}
	lockTask(b, tenant, task)
	b.Queue(`
		with fresh as (
			select e.id, e.type, e.at, e.data, row_number() over (order by e.ord) as k
			from unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[]) with ordinality as e (id, type, at, data, ord)
			where not exists (select 1 from task_events x where x.tenant = $1 and x.task = $2 and x.id = e.id)),
		written as (
			insert into task_events (tenant, task, seq, id, type, at, data)
			select $1, $2, t.last_seq + f.k, f.id, f.type, coalesce(f.at, clock_timestamp()), f.data::jsonb
			from fresh f, tasks t where t.tenant = $1 and t.id = $2 and t.status in ('accepted', 'running') returning seq)
		update tasks set last_seq = last_seq + (select count(*) from written) where tenant = $1 and id = $2`,
		tenant, task, ids, types, ats, data)
	b.Queue(`select pg_notify($1, $2)`, channel, string(tenant)+"/"+task)
}

// distinct leaves out repeated ids and what follows an event that ends the task.
func distinct(events []eaio.Event) []eaio.Event {
	seen := make(map[string]bool, len(events))
	var out []eaio.Event
	for _, e := range events {
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		if out = append(out, e); e.Type.Last() {
			break
		}
	}
	return out
}

// Append adds events to a task's journal; those already there are left out, and
// all of them once the task has ended. A task that does not exist is KindNotFound.
func (s *Store) Append(ctx context.Context, tenant eaio.TenantID, task string, events ...eaio.Event) error {
	b := &pgx.Batch{}
	queueEvents(b, tenant, task, events...)
	return wrap("append events of "+task, s.pool.SendBatch(ctx, b).Close())
}

// Events returns up to limit events of a task after the given number, in order.
// A task that does not exist is KindNotFound.
func (s *Store) Events(ctx context.Context, tenant eaio.TenantID, task string, after int64, limit int) ([]eaio.Event, error) {
	rows, err := s.pool.Query(ctx, `select seq, id, type, at, data from task_events where tenant = $1 and task = $2 and seq > $3 order by seq limit $4`, tenant, task, after, limit)
	if err != nil {
		return nil, wrap("read events of "+task, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e eaio.Event, err error) {
		var data []byte
		err = row.Scan(&e.Seq, &e.ID, &e.Type, &e.At, &data)
		e.At = e.At.UTC()
		e.Data = json.RawMessage(data)
		return e, err
	})
	if err == nil && len(list) == 0 {
		return nil, s.taskExists(ctx, tenant, task)
	}
	return list, wrap("read events of "+task, err)
}

func (s *Store) taskExists(ctx context.Context, tenant eaio.TenantID, task string) error {
	var there bool
	err := s.pool.QueryRow(ctx, `select exists (select 1 from tasks where tenant = $1 and id = $2)`, tenant, task).Scan(&there)
	if err == nil && !there {
		return noTask(task)
	}
	return wrap("look for task "+task, err)
}
