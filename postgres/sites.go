package postgres

import (
	"context"
	"time"

	"github.com/eaio/eaio"
	"github.com/jackc/pgx/v5"
)

// Sites returns up to limit of a tenant's buildings with their meters, by id, and how
// many buildings there are, as they were at one instant.
func (s *Store) Sites(ctx context.Context, tenant eaio.TenantID, limit int) (sites []eaio.Site, total int, err error) {
	b := &pgx.Batch{}
	b.Queue(`select count(*) from buildings where tenant = $1`, tenant).QueryRow(func(row pgx.Row) error { return row.Scan(&total) })
	place := map[string]int{}
	b.Queue(`select `+buildingColumns+` from buildings where tenant = $1 order by id limit $2`, tenant, limit).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Building, error) { return scanBuilding(row) })
		for i, building := range list {
			place[building.ID] = i
			sites = append(sites, eaio.Site{Building: building})
		}
		return err
	})
	b.Queue(`select `+meterColumns+` from meters where tenant = $1 and building in (select id from buildings where tenant = $1 order by id limit $2)
		order by commodity <> 'electricity', id`, tenant, limit).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (eaio.Meter, error) { return scanMeter(row) })
		for _, m := range list {
			site := &sites[place[m.Building]]
			site.Meters = append(site.Meters, m)
		}
		return err
	})
	err = s.snapshot(ctx, b)
	return sites, total, wrap("list buildings with their meters", err)
}

// UseOfPeers adds up, meter by meter, what up to limit other buildings of the same use
// as the given one used in w: those of which the floor area is known and whose data may
// go wherever the given one's may, by id. Buildings without a meter are left out, and so
// are all where the given one has no use.
func (s *Store) UseOfPeers(ctx context.Context, tenant eaio.TenantID, building string, w eaio.Window, limit int) ([]eaio.MeterUse, error) {
	rows, err := s.pool.Query(ctx, `
		with peers as (
			select p.id, p.area_m2 from buildings p join buildings own on own.tenant = $1 and own.id = $2
			where p.tenant = $1 and p.id <> own.id and own.use <> '' and lower(p.use) = lower(own.use) and p.area_m2 > 0
			and (p.privacy in ('public', own.privacy) or own.privacy = 'private')
			order by p.id limit $5)
		select p.id, p.area_m2, m.commodity, m.unit, m.interval_s, coalesce(u.total, 0), u.n
		from peers p join meters m on m.tenant = $1 and m.building = p.id
		cross join lateral (select sum(r.value) as total, count(*) as n from readings r where r.tenant = $1 and r.meter = m.no and r.at >= $3 and r.at < $4) u
		order by p.id, m.id`, tenant, building, w.From, w.To, limit)
	if err != nil {
		return nil, wrap("add up the use of peers of "+building, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u eaio.MeterUse, err error) {
		var seconds int
		err = row.Scan(&u.Building, &u.AreaM2, &u.Commodity, &u.Unit, &seconds, &u.Total, &u.Readings)
		u.Interval = time.Duration(seconds) * time.Second
		return u, err
	})
	return list, wrap("add up the use of peers of "+building, err)
}
