package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Accept stores a new task with its first event, or finds the one that the same
// idempotency key made before. The same key with another body is KindConflict
// with the code idempotency_mismatch. The returned task is the stored one.
func (s *Store) Accept(ctx context.Context, t eaio.Task, bodyHash string) (stored eaio.Task, created bool, err error) {
	t, created, err = insertTask(ctx, s.pool, t, bodyHash)
	if err != nil {
		return t, false, wrap("accept task", err)
	}
	if created {
		return t, true, nil
	}
	id, err := sameKey(ctx, s.pool, t, bodyHash)
	if err != nil {
		return t, false, err
	}
	stored, err = s.Task(ctx, t.Tenant, id)
	return stored, false, err
}

// execer is a pool or a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// insertTask writes a task with its first event unless its key is taken.
func insertTask(ctx context.Context, q execer, t eaio.Task, bodyHash string) (eaio.Task, bool, error) {
	request, err := json.Marshal(t.Request)
	if err != nil {
		return t, false, err
	}
	t.CreatedAt, t.DeadlineAt = t.CreatedAt.UTC().Truncate(time.Microsecond), t.DeadlineAt.UTC().Truncate(time.Microsecond)
	tag, err := q.Exec(ctx, `
		with accepted as (
			insert into tasks (tenant, id, idempotency_key, body_hash, building, request, status, created_at, deadline_at, last_seq, conversation, turn)
			values ($1, $2, $3, $4, $5, $6, 'accepted', $7, $8, 1, nullif($12, ''), nullif($13, 0))
			on conflict (tenant, idempotency_key) do nothing returning tenant, id, created_at),
			capped as (
			insert into budgets (tenant, scope, name, period, cap_usd)
			select tenant, 'task', id, 'task', nullif($11::text, '')::numeric from accepted where $11::text <> '')
		insert into task_events (tenant, task, seq, id, type, at, data)
		select tenant, id, 1, $9::text, $9::text, created_at, $10::jsonb from accepted`,
		t.Tenant, t.ID, t.Request.IdempotencyKey, bodyHash, t.Request.Building, request, t.CreatedAt, nullTime(t.DeadlineAt),
		string(eaio.EventAccepted), acceptedData(t), t.Request.BudgetUSD, t.Conversation, t.Turn)
	if err != nil || tag.RowsAffected() == 0 {
		return t, false, err
	}
	t.Status, t.Usage.CostUSD = eaio.TaskAccepted, "0"
	return t, true, nil
}

func acceptedData(t eaio.Task) json.RawMessage {
	return eaio.NewEvent(eaio.EventAccepted, "", map[string]any{
		"question": t.Request.Question, "building": t.Request.Building, "audience": t.Request.Audience,
		"deadline_ms": t.Request.Deadline.Milliseconds(),
	}).Data
}

const taskColumns = `t.tenant, t.id, t.idempotency_key, t.request, t.status, t.plan, t.as_of, t.language, t.created_at, t.deadline_at, t.completed_at, t.run_id, t.timings, t.problem, coalesce(t.conversation, ''), coalesce(t.turn, 0)`

func scanTask(row pgx.Row, more ...any) (t eaio.Task, err error) {
	var request, plan, timings, problem []byte
	var asOf, deadline, completed *time.Time
	var key string
	dest := append([]any{&t.Tenant, &t.ID, &key, &request, &t.Status, &plan, &asOf, &t.Language, &t.CreatedAt, &deadline, &completed, &t.RunID, &timings, &problem, &t.Conversation, &t.Turn}, more...)
	if err := row.Scan(dest...); err != nil {
		return t, err
	}
	t.CreatedAt, t.AsOf, t.DeadlineAt, t.CompletedAt = t.CreatedAt.UTC(), orZero(asOf), orZero(deadline), orZero(completed)
	err = errors.Join(decode(request, &t.Request), decode(plan, &t.Plan), decode(timings, &t.Timings), decode(problem, &t.Problem))
	t.Request.IdempotencyKey = key
	if !t.DeadlineAt.IsZero() {
		t.Request.Deadline = t.DeadlineAt.Sub(t.CreatedAt)
	}
	return t, err
}

func decode(b []byte, into any) error {
	if len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, into); err != nil {
		return eaio.Errorf(eaio.KindInternal, "read what is stored", "%w", err)
	}
	return nil
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func nullTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Task returns a task with its latest answer, facts, citations and usage.
func (s *Store) Task(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Task, error) {
	var t eaio.Task
	var answer *eaio.Answer
	var facts []eaio.Fact
	var citations []eaio.Citation
	b := &pgx.Batch{}
	b.Queue(`select `+taskColumns+` from tasks t where t.tenant = $1 and t.id = $2`, tenant, id).QueryRow(func(row pgx.Row) (err error) {
		t, err = scanTask(row)
		return err
	})
	b.Queue(`select revision, text, status, answered_by, reason, pool, skipped from answers where tenant = $1 and task = $2 order by revision desc limit 1`, tenant, id).
		Query(func(rows pgx.Rows) (err error) { answer, err = collectAnswer(rows); return err })
	queueFacts(b, tenant, id, func(f []eaio.Fact, _ []int) { facts = f })
	queueCitations(b, tenant, id, &citations)
	b.Queue(`select count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(cost_usd), 0)::text from model_calls where tenant = $1 and task = $2`, tenant, id).
		QueryRow(func(row pgx.Row) error {
			return row.Scan(&t.Usage.ModelCalls, &t.Usage.InputTokens, &t.Usage.OutputTokens, &t.Usage.CostUSD)
		})
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			return t, noTask(id)
		}
		return t, wrap("read task "+id, err)
	}
	if answer != nil {
		answer.Facts, answer.Citations = facts, citations
		t.Answer = answer
	}
	return t, nil
}

func collectAnswer(rows pgx.Rows) (*eaio.Answer, error) {
	a, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (a eaio.Answer, err error) {
		var skipped []byte
		err = row.Scan(&a.Revision, &a.Text, &a.Status, &a.AnsweredBy, &a.Reason, &a.Pool, &skipped)
		return a, errors.Join(err, decode(skipped, &a.Skipped))
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &a, err
}

// Tasks returns tasks, newest first, without facts, citations and usage. A Before that
// is no task's id gives none.
func (s *Store) Tasks(ctx context.Context, tenant eaio.TenantID, f eaio.TaskFilter) ([]eaio.Task, error) {
	query, args := tasksQuery(tenant, f)
	rows, err := s.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, wrap("list tasks", err)
	}
	list, err := pgx.CollectRows(rows, scanListedTask)
	return list, wrap("list tasks", err)
}

func scanListedTask(row pgx.CollectableRow) (eaio.Task, error) {
	var a eaio.Answer
	t, err := scanTask(row, &a.Revision, &a.Text, &a.Status, &a.AnsweredBy, &a.Reason, &a.Pool)
	if a.Revision > 0 {
		a.Facts, a.Citations = []eaio.Fact{}, []eaio.Citation{}
		t.Answer = &a
	}
	return t, err
}

// listedTask selects what scanListedTask reads.
const listedTask = `select ` + taskColumns + `, coalesce(a.revision, 0), coalesce(a.text, ''), coalesce(a.status, ''), coalesce(a.answered_by, ''), coalesce(a.reason, ''), coalesce(a.pool, '')
	from tasks t left join lateral (select * from answers where tenant = t.tenant and task = t.id order by revision desc limit 1) a on true`

// tasksQuery holds only the conditions that are asked for, so that each form has
// a plan of its own that follows an index in the order of the list.
func tasksQuery(tenant eaio.TenantID, f eaio.TaskFilter) (query string, args []any) {
	query = listedTask + ` where t.tenant = $1`
	args = []any{tenant, f.Limit}
	and := func(condition string, arg string) {
		args = append(args, arg)
		query += " and " + strings.ReplaceAll(condition, "$n", "$"+strconv.Itoa(len(args)))
	}
	if f.Building != "" {
		and("t.building = $n", f.Building)
	}
	if f.Status != "" {
		and("t.status = $n", string(f.Status))
	}
	if f.Before != "" {
		and("(t.created_at, t.id) < ((select created_at from tasks where tenant = $1 and id = $n), $n)", f.Before)
	}
	return query + " order by t.created_at desc, t.id desc limit $2", args
}

const unstartedQuery = `select ` + taskColumns + ` from tasks t
	where t.status = 'accepted' and t.created_at < now() - make_interval(secs => $1) order by t.created_at limit $2`

// Unstarted returns tasks of all tenants that were accepted longer ago than age
// and whose workflow has not planned yet: a process may have died between
// storing the task and starting its workflow.
func (s *Store) Unstarted(ctx context.Context, age time.Duration, limit int) ([]eaio.Task, error) {
	rows, err := s.pool.Query(ctx, unstartedQuery, age.Seconds(), limit)
	if err != nil {
		return nil, wrap("list unstarted tasks", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Task, error) { return scanTask(row) })
	return list, wrap("list unstarted tasks", err)
}

// Planned records the plan and makes the task running. The first plan stays: a
// repeat changes nothing, and neither does a plan for a task that has ended.
func (s *Store) Planned(ctx context.Context, tenant eaio.TenantID, id, runID string, plan eaio.Plan, asOf time.Time, event eaio.Event) error {
	encoded, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	queueEvents(b, tenant, id, event)
	b.Queue(`update tasks set status = 'running', plan = $3, as_of = $4, language = $5
		where tenant = $1 and id = $2 and status in ('accepted', 'running') and plan is null`, tenant, id, encoded, nullTime(asOf), string(plan.Language))
	b.Queue(`update tasks set run_id = $3 where tenant = $1 and id = $2 and $3 <> ''`, tenant, id, runID)
	return wrap("record plan of "+id, s.pool.SendBatch(ctx, b).Close())
}

// End closes a task that has no answer: as failed with a problem, or as
// cancelled. An ended task stays as it is; one that does not exist is KindNotFound.
func (s *Store) End(ctx context.Context, tenant eaio.TenantID, id string, status eaio.TaskStatus, problem *eaio.Problem, event eaio.Event) error {
	var encoded []byte
	if problem != nil {
		var err error
		if encoded, err = json.Marshal(problem); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	queueEvents(b, tenant, id, event)
	b.Queue(`update tasks set status = $3, problem = $4, completed_at = clock_timestamp()
		where tenant = $1 and id = $2 and status in ('accepted', 'running')`, tenant, id, string(status), encoded)
	return wrap("end task "+id, s.pool.SendBatch(ctx, b).Close())
}

// Feedback stores what a reader thought of an answer; the last word counts.
func (s *Store) Feedback(ctx context.Context, tenant eaio.TenantID, id string, useful bool, comment string) error {
	_, err := s.pool.Exec(ctx, `insert into feedback (tenant, task, useful, comment) values ($1, $2, $3, $4)
		on conflict (tenant, task) do update set useful = excluded.useful, comment = excluded.comment, at = now()`, tenant, id, useful, comment)
	if err != nil && kindOf(err) == eaio.KindNotFound {
		return noTask(id)
	}
	return wrap("store feedback on "+id, err)
}
