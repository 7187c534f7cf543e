package postgres

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Readings returns a meter's values on its grid for the whole of w, missing ones
// as NaN, as they were at one instant. The grid is anchored at the meter's first
// reading; w is cut to the meter's own span. An empty span gives no values. A
// reading beside the grid, as a clock change brings them to a meter that is read
// by the day, belongs to the nearest place.
func (s *Store) Readings(ctx context.Context, tenant eaio.TenantID, meter string, w eaio.Window) (eaio.Readings, error) {
	var out eaio.Readings
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var no int64
		m, err := scanMeter(tx.QueryRow(ctx, `select `+meterColumns+`, no from meters where tenant = $1 and id = $2`, tenant, meter), &no)
		out = eaio.Readings{Meter: m, Step: m.Interval}
		if errors.Is(err, pgx.ErrNoRows) {
			return eaio.Errorf(eaio.KindNotFound, "", "no meter %q", meter)
		}
		if err != nil || m.Readings == 0 {
			return err
		}
		from, to := gridSpan(m, w)
		out.Start = from
		if !from.Before(to) {
			return nil
		}
		out.Values = make([]float64, int(to.Sub(from)/m.Interval))
		for i := range out.Values {
			out.Values[i] = math.NaN()
		}
		return fill(ctx, tx, tenant, no, &out, to)
	})
	return out, wrap("read readings of "+meter, err)
}

// gridSpan cuts w to the meter's span and aligns it outward to the meter's grid.
func gridSpan(m eaio.Meter, w eaio.Window) (from, to time.Time) {
	from = m.First
	to = m.First.Add((m.End.Sub(m.First) + m.Interval/2).Truncate(m.Interval))
	if w.From.After(from) {
		from = m.First.Add(w.From.Sub(m.First).Truncate(m.Interval))
	}
	if w.To.Before(to) {
		n := (w.To.Sub(m.First) + m.Interval - 1) / m.Interval
		to = m.First.Add(n * m.Interval)
	}
	return from.UTC(), to.UTC()
}

func fill(ctx context.Context, tx pgx.Tx, tenant eaio.TenantID, no int64, out *eaio.Readings, to time.Time) error {
	half := out.Step / 2
	rows, err := tx.Query(ctx, `select at, value from readings where tenant = $1 and meter = $2 and at >= $3 and at < $4`, tenant, no, out.Start.Add(-half), to.Add(-half))
	if err != nil {
		return err
	}
	var at time.Time
	var v float64
	_, err = pgx.ForEachRow(rows, []any{&at, &v}, func() error {
		if i := int((at.Sub(out.Start) + half) / out.Step); i < len(out.Values) {
			out.Values[i] = v
		}
		return nil
	})
	return err
}
