package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Record stores an answer with its events in one transaction, and ends the task
// where an event is a last one. The first writer of a revision wins: a later one gets the stored
// answer back (without facts), which may not be its own. A task that has ended
// otherwise (cancelled, failed) keeps that end and takes no answer: KindConflict.
// A task that does not exist is KindNotFound.
func (s *Store) Record(ctx context.Context, tenant eaio.TenantID, task string, a eaio.Answer, callKey string, timings eaio.Timings, events []eaio.Event) (stored eaio.Answer, err error) {
	skipped, err := json.Marshal(a.Skipped)
	if err != nil {
		return a, err
	}
	encodedTimings, err := json.Marshal(timings)
	if err != nil {
		return a, err
	}
	var answer *eaio.Answer
	b := &pgx.Batch{}
	lockTask(b, tenant, task)
	b.Queue(`insert into answers (tenant, task, revision, text, status, answered_by, reason, pool, skipped, call_key)
		select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
		where exists (select 1 from tasks where tenant = $1 and id = $2 and status in ('accepted', 'running', 'completed'))
		on conflict do nothing`,
		tenant, task, a.Revision, a.Text, string(a.Status), a.AnsweredBy, string(a.Reason), a.Pool, skipped, callKey)
	queueEvents(b, tenant, task, events...)
	b.Queue(`update tasks set status = 'completed', completed_at = clock_timestamp(),
			timings = $3::jsonb || jsonb_build_object('total', extract(epoch from clock_timestamp() - created_at) * 1000)
		where tenant = $1 and id = $2 and status in ('accepted', 'running') and $4`, tenant, task, encodedTimings, slices.ContainsFunc(events, last))
	b.Queue(`select revision, text, status, answered_by, reason, pool, skipped from answers where tenant = $1 and task = $2 and revision = $3`, tenant, task, a.Revision).
		Query(func(rows pgx.Rows) (err error) { answer, err = collectAnswer(rows); return err })
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		return a, wrap("record answer of "+task, err)
	}
	if answer == nil {
		return a, eaio.Errorf(eaio.KindConflict, "record answer of "+task, "%w", errEnded)
	}
	return *answer, nil
}

func last(e eaio.Event) bool { return e.Type.Last() }

var errEnded = errors.New("the task has already ended without an answer")
