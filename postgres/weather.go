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
		select at, temp_c from weather
		where tenant = $1 and station = $2 and at >= $3 and at < $4 order by at`, tenant, station, w.From, w.To)
	if err != nil {
		return out, wrap("read weather of "+station, err)
	}
	var at time.Time
	var degC, sum float64
	n := 0 // readings of the last hour
	_, err = pgx.ForEachRow(rows, []any{&at, &degC}, func() error {
		if len(out.Values) == 0 {
			out.Start = at.UTC().Truncate(time.Hour)
		}
		hour := int(at.Sub(out.Start) / time.Hour)
		for len(out.Values) <= hour {
			out.Values, sum, n = append(out.Values, math.NaN()), 0, 0
		}
		sum, n = sum+degC, n+1
		out.Values[hour] = sum / float64(n)
		return nil
	})
	return out, wrap("read weather of "+station, err)
}
