package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

const buildingColumns = `id, name, use, area_m2, timezone, coalesce(price_per_kwh::text, ''), currency, price_source, privacy, weather_station, source`

func scanBuilding(row pgx.Row) (b eaio.Building, err error) {
	err = row.Scan(&b.ID, &b.Name, &b.Use, &b.AreaM2, &b.Timezone, &b.PricePerKWh, &b.Currency, &b.PriceSource, &b.Privacy, &b.WeatherStation, &b.Source)
	return b, err
}

const insertBuilding = `
	insert into buildings (tenant, id, name, use, area_m2, timezone, price_per_kwh, currency, price_source, privacy, weather_station, source)
	values ($1, $2, $3, $4, $5, $6, nullif($7, '')::numeric, $8, $9, $10, $11, $12)
	on conflict (tenant, id) do `

func buildingArgs(tenant eaio.TenantID, b eaio.Building) []any {
	return []any{tenant, b.ID, b.Name, b.Use, b.AreaM2, b.Timezone, b.PricePerKWh, b.Currency, b.PriceSource, b.Privacy, b.WeatherStation, b.Source}
}

// AddBuilding creates a building; one that exists is KindConflict and stays.
func (s *Store) AddBuilding(ctx context.Context, tenant eaio.TenantID, b eaio.Building) error {
	tag, err := s.pool.Exec(ctx, insertBuilding+`nothing`, buildingArgs(tenant, b)...)
	if err == nil && tag.RowsAffected() == 0 {
		return eaio.Errorf(eaio.KindConflict, "", "building %s exists already: change it instead", b.ID)
	}
	return wrap("add building "+b.ID, err)
}

// PutBuilding creates or replaces a building.
func (s *Store) PutBuilding(ctx context.Context, tenant eaio.TenantID, b eaio.Building) error {
	_, err := s.pool.Exec(ctx, insertBuilding+`update set
			name = excluded.name, use = excluded.use, area_m2 = excluded.area_m2, timezone = excluded.timezone,
			price_per_kwh = excluded.price_per_kwh, currency = excluded.currency, price_source = excluded.price_source,
			privacy = excluded.privacy, weather_station = excluded.weather_station, source = excluded.source, updated_at = now()`,
		buildingArgs(tenant, b)...)
	return wrap("store building "+b.ID, err)
}

// Building returns one building; a missing one is KindNotFound with the code
// unknown_building.
func (s *Store) Building(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Building, error) {
	b, err := scanBuilding(s.pool.QueryRow(ctx, `select `+buildingColumns+` from buildings where tenant = $1 and id = $2`, tenant, id))
	if errors.Is(err, pgx.ErrNoRows) {
		return b, noBuilding(id)
	}
	return b, wrap("read building "+id, err)
}

func noBuilding(id string) error {
	return eaio.Errorf(eaio.KindNotFound, "", "no building %q: `eaio building list` shows the ones there are", id).WithCode("unknown_building")
}

// Buildings returns up to limit buildings in the order of their ids, after the
// given one.
func (s *Store) Buildings(ctx context.Context, tenant eaio.TenantID, after string, limit int) ([]eaio.Building, error) {
	rows, err := s.pool.Query(ctx, `select `+buildingColumns+` from buildings where tenant = $1 and id > $2 order by id limit $3`, tenant, after, limit)
	if err != nil {
		return nil, wrap("list buildings", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Building, error) { return scanBuilding(row) })
	return list, wrap("list buildings", err)
}

const meterColumns = `id, building, commodity, unit, interval_s, coalesce(first_at, 'epoch'), coalesce(end_at, 'epoch'), readings, version`

func scanMeter(row pgx.Row, more ...any) (m eaio.Meter, err error) {
	var seconds int
	dest := []any{&m.ID, &m.Building, &m.Commodity, &m.Unit, &seconds, &m.First, &m.End, &m.Readings, &m.Version}
	err = row.Scan(append(dest, more...)...)
	m.Interval, m.First, m.End = time.Duration(seconds)*time.Second, m.First.UTC(), m.End.UTC()
	if m.Readings == 0 {
		m.First, m.End = time.Time{}, time.Time{}
	}
	return m, err
}

// Meters returns a building's meters, electricity first, then by id.
func (s *Store) Meters(ctx context.Context, tenant eaio.TenantID, building string) ([]eaio.Meter, error) {
	rows, err := s.pool.Query(ctx, `select `+meterColumns+` from meters where tenant = $1 and building = $2
		order by commodity <> 'electricity', id`, tenant, building)
	if err != nil {
		return nil, wrap("list meters", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Meter, error) { return scanMeter(row) })
	return list, wrap("list meters", err)
}
