package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// ensurePartitions makes the monthly partitions that the readings fall into and
// that are not there yet. It does so ahead of the import, in a transaction of its
// own, and by attaching, so that neither readers nor other imports wait for it.
func (s *Store) ensurePartitions(ctx context.Context, readings []eaio.Reading) error {
	months := monthsOf(readings)
	missing, err := missingMonths(ctx, s.pool, months)
	if err != nil || len(missing) == 0 {
		return err
	}
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('eaio readings partitions'))`); err != nil {
			return err
		}
		missing, err := missingMonths(ctx, tx, months) // somebody may have been faster
		if err != nil {
			return err
		}
		var ddl strings.Builder
		for _, from := range missing {
			const day = "2006-01-02 15:04:05+00"
			fmt.Fprintf(&ddl, `create table %[1]s (like readings including all);
				alter table readings attach partition %[1]s for values from ('%[2]s') to ('%[3]s');`,
				partition(from), from.Format(day), from.AddDate(0, 1, 0).Format(day))
		}
		_, err = tx.Exec(ctx, ddl.String(), pgx.QueryExecModeSimpleProtocol)
		return err
	})
}

func partition(month time.Time) string { return month.Format("readings_2006_01") }

func monthsOf(readings []eaio.Reading) []time.Time {
	seen := map[time.Time]bool{}
	for _, r := range readings {
		t := r.At.UTC()
		seen[time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)] = true
	}
	return slices.SortedFunc(maps.Keys(seen), time.Time.Compare)
}

// asker is a pool or a transaction.
type asker interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// missingMonths asks the catalogue's rows, not to_regclass: that may answer from a
// cache which does not know yet what another session made.
func missingMonths(ctx context.Context, db asker, months []time.Time) ([]time.Time, error) {
	names := make([]string, len(months))
	for i, m := range months {
		names[i] = partition(m)
	}
	rows, err := db.Query(ctx, `select no from unnest($1::text[]) with ordinality as p (name, no)
		where name not in (select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'readings'::regclass) order by no`, names)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (time.Time, error) {
		var no int
		err := row.Scan(&no)
		return months[max(no-1, 0)], err
	})
}
