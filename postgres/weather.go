package postgres

import (
	"context"
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Temperatures returns a station's outdoor temperatures in °C inside w, on a grid of
// whole hours, NaN where there is none. Readings within an hour are averaged. A
// station without any, or one that is not there, gives an empty grid.
func (s *Store) Temperatures(ctx context.Context, tenant eaio.TenantID, station string, w eaio.Window) (eaio.Readings, error) {
	out := eaio.Readings{Step: time.Hour}
	rows, err := s.pool.Query(ctx, `
		select date_trunc('hour', at), avg(temp_c) from weather
		where tenant = $1 and station = $2 and at >= $3 and at < $4 group by 1 order by 1`, tenant, station, w.From, w.To)
	if err != nil {
		return out, wrap("read weather of "+station, err)
	}
	var at time.Time
	var degC float64
	_, err = pgx.ForEachRow(rows, []any{&at, &degC}, func() error {
		if len(out.Values) == 0 {
			out.Start = at.UTC()
		}
		for hour := int(at.Sub(out.Start) / time.Hour); len(out.Values) < hour; {
			out.Values = append(out.Values, math.NaN())
		}
		out.Values = append(out.Values, degC)
		return nil
	})
	return out, wrap("read weather of "+station, err)
}
