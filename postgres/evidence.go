package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Subject reads a task with its building and its meters. A task that does not
// exist is KindNotFound.
func (s *Store) Subject(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Subject, error) {
	var out eaio.Subject
	b := &pgx.Batch{}
	queueSubject(b, tenant, id, &out)
	err := s.pool.SendBatch(ctx, b).Close()
	return ofAll(out), wrap("read task "+id, err)
}

// ofAll leaves the building out that a request names where the plan speaks of all: its
// label would let the others' data go where theirs do not.
func ofAll(s eaio.Subject) eaio.Subject {
	if s.Task.Plan != nil && s.Task.Plan.AllBuildings {
		s.Building, s.Meters = nil, nil
	}
	return s
}

// snapshot runs a batch of reads that see one state of the database.
func (s *Store) snapshot(ctx context.Context, b *pgx.Batch) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return tx.SendBatch(ctx, b).Close()
	})
}

func queueSubject(b *pgx.Batch, tenant eaio.TenantID, id string, out *eaio.Subject) {
	b.Queue(`select `+taskColumns+` from tasks t where t.tenant = $1 and t.id = $2`, tenant, id).QueryRow(func(row pgx.Row) (err error) {
		out.Task, err = scanTask(row)
		if errors.Is(err, pgx.ErrNoRows) {
			return noTask(id)
		}
		return err
	})
	b.Queue(`select `+buildingColumns+` from buildings where tenant = $1 and id = (select building from tasks where tenant = $1 and id = $2)`, tenant, id).
		Query(func(rows pgx.Rows) error {
			list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Building, error) { return scanBuilding(row) })
			if len(list) == 1 {
				out.Building = &list[0]
			}
			return err
		})
	b.Queue(`select `+meterColumns+` from meters where tenant = $1 and building = (select building from tasks where tenant = $1 and id = $2)
		order by commodity <> 'electricity', id`, tenant, id).Query(func(rows pgx.Rows) (err error) {
		out.Meters, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Meter, error) { return scanMeter(row) })
		return err
	})
	queueEarlier(b, tenant, id, &out.Task.Request.Earlier)
}

// SaveResults stores what the analyses of a task found, in the plan's order, and
// numbers the facts F1, F2, … across them. The first set wins: a repeated step
// changes nothing, nor does one that comes after the task's end. hashes[i] covers
// the inputs of results[i]. A value that is no finite number is KindInvalid.
func (s *Store) SaveResults(ctx context.Context, tenant eaio.TenantID, task string, results []eaio.Result, hashes []string) error {
	op := "store results of " + task
	if len(hashes) != len(results) {
		return eaio.Errorf(eaio.KindInvalid, op, "%d hashes for %d results", len(hashes), len(results))
	}
	resultRows, factRows := []map[string]any{}, []map[string]any{}
	no := 0
	for i, r := range results {
		resultRows = append(resultRows, map[string]any{"no": i, "analysis": r.Analysis, "status": r.Status, "reasons": append([]string{}, r.Reasons...)})
		for _, f := range r.Facts {
			no++
			factRows = append(factRows, map[string]any{
				"no": no, "result": i, "name": f.Name, "value": f.Value, "unit": f.Unit, "method": f.Method,
				"window_from": f.Window.From, "window_to": f.Window.To, "n": f.N, "quality": f.Quality, "inputs_hash": hashes[i],
			})
		}
	}
	encodedResults, err := json.Marshal(resultRows)
	if err != nil {
		return eaio.Errorf(eaio.KindInvalid, op, "%w", err)
	}
	encodedFacts, err := json.Marshal(factRows)
	if err != nil {
		return eaio.Errorf(eaio.KindInvalid, op, "a fact that JSON cannot hold: %w", err)
	}
	b := &pgx.Batch{}
	lockTask(b, tenant, task)
	b.Queue(`
		with saved as (
			insert into results (tenant, task, no, analysis, status, reasons)
			select $1, $2, r.no, r.analysis, r.status, r.reasons
			from jsonb_to_recordset($3::jsonb) as r (no int, analysis text, status text, reasons text[])
			where not exists (select 1 from results where tenant = $1 and task = $2)
			and exists (select 1 from tasks where tenant = $1 and id = $2 and status in ('accepted', 'running')) returning 1)
		insert into facts (tenant, task, no, result, name, value, unit, method, window_from, window_to, n, quality, inputs_hash)
		select $1, $2, f.no, f.result, f.name, f.value, f.unit, f.method, f.window_from, f.window_to, f.n, f.quality, f.inputs_hash
		from jsonb_to_recordset($4::jsonb) as f (no int, result int, name text, value jsonb, unit text, method text, window_from timestamptz, window_to timestamptz, n int, quality text, inputs_hash text)
		where exists (select 1 from saved)`, tenant, task, encodedResults, encodedFacts)
	return wrap(op, s.pool.SendBatch(ctx, b).Close())
}

// SaveCitations stores the passages retrieved for a task as D1, D2, …; the first
// set wins, and none is taken after the task's end.
func (s *Store) SaveCitations(ctx context.Context, tenant eaio.TenantID, task string, citations []eaio.Citation) error {
	if len(citations) == 0 {
		return nil
	}
	encoded, err := json.Marshal(citations)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	lockTask(b, tenant, task)
	b.Queue(`insert into citations (tenant, task, no, document, title, source, passage)
		select $1, $2, c.ord, c.item ->> 'document', c.item ->> 'title', c.item ->> 'source', c.item ->> 'passage'
		from jsonb_array_elements($3::jsonb) with ordinality as c (item, ord)
		where not exists (select 1 from citations where tenant = $1 and task = $2)
		and exists (select 1 from tasks where tenant = $1 and id = $2 and status in ('accepted', 'running'))`, tenant, task, encoded)
	return wrap("store citations of "+task, s.pool.SendBatch(ctx, b).Close())
}

func queueFacts(b *pgx.Batch, tenant eaio.TenantID, task string, use func(facts []eaio.Fact, results []int)) {
	b.Queue(`select no, result, name, value, unit, method, window_from, window_to, n, quality, inputs_hash from facts where tenant = $1 and task = $2 order by no`, tenant, task).
		Query(func(rows pgx.Rows) error {
			var results []int
			facts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f eaio.Fact, err error) {
				var no, result int
				var value []byte
				err = row.Scan(&no, &result, &f.Name, &value, &f.Unit, &f.Method, &f.Window.From, &f.Window.To, &f.N, &f.Quality, &f.InputsHash)
				if err != nil {
					return f, err
				}
				f.Ref = "F" + strconv.Itoa(no)
				f.ID = task + "/" + f.Ref
				f.Window.From, f.Window.To = f.Window.From.UTC(), f.Window.To.UTC()
				results = append(results, result)
				return f, decode(value, &f.Value)
			})
			use(facts, results)
			return err
		})
}

func queueCitations(b *pgx.Batch, tenant eaio.TenantID, task string, out *[]eaio.Citation) {
	b.Queue(`select no, document, title, source, passage from citations where tenant = $1 and task = $2 order by no`, tenant, task).
		Query(func(rows pgx.Rows) (err error) {
			*out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c eaio.Citation, err error) {
				var no int
				err = row.Scan(&no, &c.Document, &c.Title, &c.Source, &c.Passage)
				c.Ref = "D" + strconv.Itoa(no)
				return c, err
			})
			return err
		})
}

// Evidence reads a task with what was gathered for it, as it was at one instant.
func (s *Store) Evidence(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Evidence, error) {
	var out eaio.Evidence
	b := &pgx.Batch{}
	queueSubject(b, tenant, task, &out.Subject)
	b.Queue(`select analysis, status, reasons from results where tenant = $1 and task = $2 order by no`, tenant, task).Query(func(rows pgx.Rows) (err error) {
		out.Results, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r eaio.Result, err error) {
			err = row.Scan(&r.Analysis, &r.Status, &r.Reasons)
			return r, err
		})
		return err
	})
	queueFacts(b, tenant, task, func(facts []eaio.Fact, results []int) {
		for i, f := range facts {
			out.Results[results[i]].Facts = append(out.Results[results[i]].Facts, f)
		}
	})
	queueCitations(b, tenant, task, &out.Citations)
	err := s.snapshot(ctx, b)
	out.Subject = ofAll(out.Subject)
	return out, wrap("read evidence of "+task, err)
}
