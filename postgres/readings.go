package postgres

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ImportReadings stores readings of a meter, making it if it is new. All or
// nothing; the same file twice changes nothing. A meter's interval, unit and
// building stay what they were: others are KindConflict.
func (s *Store) ImportReadings(ctx context.Context, tenant eaio.TenantID, m eaio.Meter, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error) {
	report := eaio.ImportReport{Target: m.ID, Rows: from.Rows, Refused: from.Refused}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		no, err := lockMeter(ctx, tx, tenant, m)
		if err != nil {
			return err
		}
		if len(readings) == 0 {
			return record(ctx, tx, tenant, report, from)
		}
		if err := ensurePartitions(ctx, tx, readings); err != nil {
			return err
		}
		if err := stage(ctx, tx, readings); err != nil {
			return err
		}
		if err := merge(ctx, tx, tenant, no, &report); err != nil {
			return err
		}
		if report.Added+report.Changed > 0 {
			if err := refreshMeter(ctx, tx, tenant, no, report.Added); err != nil {
				return err
			}
		}
		return record(ctx, tx, tenant, report, from)
	})
	return report, wrap("import readings of "+m.ID, err)
}

func lockMeter(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, m eaio.Meter) (no int64, err error) {
	var was eaio.Meter
	var seconds int
	_, err = tx.Exec(ctx, `insert into meters (tenant, id, building, commodity, unit, interval_s) values ($1, $2, $3, $4, $5, $6)
		on conflict do nothing`, tenant, m.ID, m.Building, m.Commodity, m.Unit, int(m.Interval/time.Second))
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `select no, building, commodity, unit, interval_s from meters where tenant = $1 and id = $2 for update`, tenant, m.ID).
		Scan(&no, &was.Building, &was.Commodity, &was.Unit, &seconds)
	if err != nil {
		return 0, err
	}
	was.Interval = time.Duration(seconds) * time.Second
	if was.Building != m.Building || was.Commodity != m.Commodity || was.Unit != m.Unit || was.Interval != m.Interval {
		return 0, eaio.Errorf(eaio.KindConflict, "", "meter %s is %s of %s in %s every %s; the file holds %s of %s in %s every %s: name another meter for it",
			m.ID, was.Commodity, was.Building, was.Unit, was.Interval, m.Commodity, m.Building, m.Unit, m.Interval)
	}
	return no, nil
}

// ensurePartitions makes the monthly partitions the readings fall into. The
// advisory lock keeps two imports from making the same one.
func ensurePartitions(ctx context.Context, tx pgx.Tx, readings []eaio.Reading) error {
	months := map[time.Time]bool{}
	for _, r := range readings {
		t := r.At.UTC()
		months[time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)] = true
	}
	var locked bool
	for from := range months {
		name := "readings_" + from.Format("2006_01")
		var there bool
		if err := tx.QueryRow(ctx, `select to_regclass($1) is not null`, name).Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		if !locked {
			if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('eaio readings partitions'))`); err != nil {
				return err
			}
			locked = true
		}
		const day = "2006-01-02 15:04:05+00"
		if _, err := tx.Exec(ctx, fmt.Sprintf(`create table if not exists %s partition of readings for values from ('%s') to ('%s')`,
			name, from.Format(day), from.AddDate(0, 1, 0).Format(day))); err != nil {
			return err
		}
	}
	return nil
}

func stage(ctx context.Context, tx pgx.Tx, readings []eaio.Reading) error {
	if _, err := tx.Exec(ctx, `create temp table staged (at timestamptz not null, value double precision not null) on commit drop`); err != nil {
		return err
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staged"}, []string{"at", "value"}, pgx.CopyFromSlice(len(readings), func(i int) ([]any, error) {
		return []any{readings[i].At, readings[i].Value}, nil
	})); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `analyze staged`) // the planner would take it for tiny
	return err
}

// merge counts what the staged rows will do, then upserts those that do
// something. The meter is locked, so nothing comes between the two.
func merge(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, no int64, report *eaio.ImportReport) error {
	err := tx.QueryRow(ctx, `
		select count(*) filter (where r.at is null), count(*) filter (where r.value is distinct from s.value and r.at is not null), count(*) filter (where r.value = s.value)
		from staged s left join readings r on r.tenant = $1 and r.meter = $2 and r.at = s.at`,
		tenant, no).Scan(&report.Added, &report.Changed, &report.Unchanged)
	if err != nil || report.Added+report.Changed == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into readings as r (tenant, meter, at, value) select $1, $2, at, value from staged
		on conflict (meter, at) do update set value = excluded.value where r.value is distinct from excluded.value`, tenant, no)
	return err
}

func refreshMeter(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, no, added int64) error {
	_, err := tx.Exec(ctx, `update meters m set version = version + 1, readings = readings + $3,
			first_at = least(m.first_at, s.first_at), end_at = greatest(m.end_at, s.last_at + make_interval(secs => m.interval_s))
		from (select min(at) as first_at, max(at) as last_at from staged) s
		where m.tenant = $1 and m.no = $2`, tenant, no, added)
	return err
}

func record(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, r eaio.ImportReport, from eaio.ImportSource) error {
	_, err := tx.Exec(ctx, `insert into imports (tenant, id, target, file, sha256, rows, added, changed, unchanged, refused)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, tenant, uuid.New(), r.Target, from.File, from.SHA256, r.Rows, r.Added, r.Changed, r.Unchanged, r.Refused)
	return err
}

// Readings returns a meter's values on its grid for the whole of w, missing ones
// as NaN. The grid is anchored at the meter's first reading; w is cut to the
// meter's own span. An empty span gives no values.
func (s *Store) Readings(ctx context.Context, tenant eaio.TenantID, meter string, w eaio.Window) (eaio.Readings, error) {
	var out eaio.Readings
	var no int64
	row := s.pool.QueryRow(ctx, `select `+meterColumns+`, no from meters where tenant = $1 and id = $2`, tenant, meter)
	var seconds int
	m := &out.Meter
	err := row.Scan(&m.ID, &m.Building, &m.Commodity, &m.Unit, &seconds, &m.First, &m.End, &m.Readings, &m.Version, &no)
	if err != nil {
		return out, wrap("read meter "+meter, err)
	}
	m.Interval = time.Duration(seconds) * time.Second
	out.Step = m.Interval
	if m.Readings == 0 {
		m.First, m.End = time.Time{}, time.Time{}
		return out, nil
	}
	from, to := gridSpan(*m, w)
	out.Start = from
	if !from.Before(to) {
		return out, nil
	}
	out.Values = make([]float64, int(to.Sub(from)/m.Interval))
	for i := range out.Values {
		out.Values[i] = math.NaN()
	}
	return out, wrap("read readings of "+meter, s.fill(ctx, tenant, no, &out, to))
}

// gridSpan cuts w to the meter's span and aligns it outward to the meter's grid.
func gridSpan(m eaio.Meter, w eaio.Window) (from, to time.Time) {
	from, to = m.First, m.End
	if w.From.After(from) {
		from = m.First.Add(w.From.Sub(m.First).Truncate(m.Interval))
	}
	if w.To.Before(to) {
		n := (w.To.Sub(m.First) + m.Interval - 1) / m.Interval
		to = m.First.Add(n * m.Interval)
	}
	return from.UTC(), to.UTC()
}

func (s *Store) fill(ctx context.Context, tenant eaio.TenantID, no int64, out *eaio.Readings, to time.Time) error {
	rows, err := s.pool.Query(ctx, `select at, value from readings where tenant = $1 and meter = $2 and at >= $3 and at < $4`, tenant, no, out.Start, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var at time.Time
	var v float64
	for rows.Next() {
		if err := rows.Scan(&at, &v); err != nil {
			return err
		}
		if i := int(at.Sub(out.Start) / out.Step); i >= 0 && i < len(out.Values) {
			out.Values[i] = v
		}
	}
	return rows.Err()
}

// ImportWeather stores a station's temperatures; the same rows twice change nothing.
func (s *Store) ImportWeather(ctx context.Context, tenant eaio.TenantID, station string, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error) {
	report := eaio.ImportReport{Target: station, Rows: from.Rows, Refused: from.Refused}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := stage(ctx, tx, readings); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `
			with merged as (
				insert into weather as w (tenant, station, at, temp_c) select $1, $2, at, value from staged
				on conflict (tenant, station, at) do update set temp_c = excluded.temp_c where w.temp_c is distinct from excluded.temp_c
				returning (xmax = 0) as added)
			select count(*) filter (where added), count(*) filter (where not added), (select count(*) from staged) - count(*) from merged`,
			tenant, station).Scan(&report.Added, &report.Changed, &report.Unchanged)
		if err != nil {
			return err
		}
		return record(ctx, tx, tenant, report, from)
	})
	return report, wrap("import weather of "+station, err)
}
