package postgres

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ImportReadings stores readings of a meter, in any order, making the meter if it
// is new. All or nothing; the same file twice changes nothing. A meter's interval,
// unit and building stay what they were: others are KindConflict. A building that
// is not there is KindNotFound; a value that is no finite number, an instant that
// comes twice and a year outside 1970 to 2199 are KindInvalid.
func (s *Store) ImportReadings(ctx context.Context, tenant eaio.TenantID, m eaio.Meter, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error) {
	report := eaio.ImportReport{Target: m.ID, Rows: from.Rows, Refused: from.Refused}
	op := "import readings of " + m.ID
	first, last, err := span(readings)
	if err != nil {
		return report, wrap(op, err)
	}
	if err := s.ensurePartitions(ctx, readings); err != nil {
		return report, wrap(op, err)
	}
	done := report
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		no, err := lockMeter(ctx, tx, tenant, m)
		if err != nil {
			return err
		}
		if len(readings) > 0 {
			if err := stage(ctx, tx, readings); err != nil {
				return err
			}
			if err := merge(ctx, tx, tenant, no, first, last, &done); err != nil {
				return err
			}
		}
		return record(ctx, tx, tenant, done, from)
	})
	if err != nil {
		return report, wrap(op, err)
	}
	return done, nil
}

// span returns the first and the last instant. It refuses what no file may bring,
// whoever read it.
func span(readings []eaio.Reading) (first, last time.Time, err error) {
	ordered := true
	for i, r := range readings {
		if math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
			return first, last, eaio.Errorf(eaio.KindInvalid, "", "reading %d, at %s, is %v: a reading is a finite number", i+1, r.At.Format(time.RFC3339), r.Value)
		}
		if year := r.At.UTC().Year(); year < 1970 || year > 2199 {
			return first, last, eaio.Errorf(eaio.KindInvalid, "", "reading %d is of the year %d: years 1970 to 2199 can be stored", i+1, year)
		}
		if i == 0 || r.At.Before(first) {
			first = r.At
		}
		ordered = ordered && (i == 0 || r.At.UnixMicro() > last.UnixMicro())
		if i == 0 || r.At.After(last) {
			last = r.At
		}
	}
	if ordered {
		return first, last, nil
	}
	return first, last, once(readings)
}

// once refuses an instant that comes twice.
func once(readings []eaio.Reading) error {
	instants := make([]int64, len(readings))
	for i, r := range readings {
		instants[i] = r.At.UnixMicro() // what the database tells apart
	}
	slices.Sort(instants)
	for i := 1; i < len(instants); i++ {
		if instants[i] == instants[i-1] {
			return eaio.Errorf(eaio.KindInvalid, "", "%s comes twice: an instant has one value", time.UnixMicro(instants[i]).UTC().Format(time.RFC3339))
		}
	}
	return nil
}

func lockMeter(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, m eaio.Meter) (no int64, err error) {
	var was eaio.Meter
	var seconds int
	_, err = tx.Exec(ctx, `insert into meters (tenant, id, building, commodity, unit, interval_s) values ($1, $2, $3, $4, $5, $6)
		on conflict do nothing`, tenant, m.ID, m.Building, m.Commodity, m.Unit, int(m.Interval/time.Second))
	if err != nil && kindOf(err) == eaio.KindNotFound {
		return 0, noBuilding(m.Building)
	}
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

func stage(ctx context.Context, tx pgx.Tx, readings []eaio.Reading) error {
	if _, err := tx.Exec(ctx, `create temp table staged (at timestamptz not null, value double precision not null) on commit drop`); err != nil {
		return err
	}
	row := make([]any, 2)
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staged"}, []string{"at", "value"}, pgx.CopyFromSlice(len(readings), func(i int) ([]any, error) {
		row[0], row[1] = &readings[i].At, &readings[i].Value
		return row, nil
	})); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `analyze staged`) // the planner would take it for tiny
	return err
}

// merge counts what the staged rows will do, then does it to those that need it:
// an upsert would lock, and so write, the unchanged ones as well. The meter is
// locked, so nothing comes between. The bounds spare the planner other months.
func merge(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, no int64, first, last time.Time, report *eaio.ImportReport) error {
	err := tx.QueryRow(ctx, `
		select count(*) filter (where r.at is null), count(*) filter (where r.value <> s.value), count(*) filter (where r.value = s.value)
		from staged s left join readings r on r.meter = $1 and r.at = s.at and r.at between $2 and $3`, no, first, last).
		Scan(&report.Added, &report.Changed, &report.Unchanged)
	if err != nil || report.Added+report.Changed == 0 {
		return err
	}
	b := &pgx.Batch{}
	if report.Changed > 0 {
		b.Queue(`update readings r set value = s.value from staged s
			where r.meter = $1 and r.at = s.at and r.at between $2 and $3 and r.value <> s.value`, no, first, last)
	}
	if report.Added > 0 {
		b.Queue(`insert into readings (tenant, meter, at, value) select $1, $2, s.at, s.value from staged s
			where not exists (select 1 from readings r where r.meter = $2 and r.at = s.at and r.at between $3 and $4)`, tenant, no, first, last)
	}
	b.Queue(`update meters set version = version + 1, readings = readings + $3,
			first_at = least(first_at, $4), end_at = greatest(end_at, $5::timestamptz + make_interval(secs => interval_s))
		where tenant = $1 and no = $2`, tenant, no, report.Added, first, last)
	return tx.SendBatch(ctx, b).Close()
}

func record(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, r eaio.ImportReport, from eaio.ImportSource) error {
	_, err := tx.Exec(ctx, `insert into imports (tenant, id, target, file, sha256, rows, added, changed, unchanged, refused)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, tenant, uuid.New(), r.Target, from.File, from.SHA256, r.Rows, r.Added, r.Changed, r.Unchanged, r.Refused)
	return err
}

// ImportWeather stores a station's temperatures, all or nothing; the same rows
// twice change nothing. What ImportReadings refuses as KindInvalid it does as well.
func (s *Store) ImportWeather(ctx context.Context, tenant eaio.TenantID, station string, readings []eaio.Reading, from eaio.ImportSource) (eaio.ImportReport, error) {
	report := eaio.ImportReport{Target: station, Rows: from.Rows, Refused: from.Refused}
	op := "import weather of " + station
	if _, _, err := span(readings); err != nil {
		return report, wrap(op, err)
	}
	done := report
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := stage(ctx, tx, readings); err != nil {
			return err
		}
		// In the order of time, so that two imports of one station cannot wait for each other.
		err := tx.QueryRow(ctx, `
			with merged as (
				insert into weather as w (tenant, station, at, temp_c) select $1, $2, at, value from staged order by at
				on conflict (tenant, station, at) do update set temp_c = excluded.temp_c where w.temp_c <> excluded.temp_c
				returning (xmax = 0) as added)
			select count(*) filter (where added), count(*) filter (where not added), (select count(*) from staged) - count(*) from merged`,
			tenant, station).Scan(&done.Added, &done.Changed, &done.Unchanged)
		if err != nil {
			return err
		}
		return record(ctx, tx, tenant, done, from)
	})
	if err != nil {
		return report, wrap(op, err)
	}
	return done, nil
}
