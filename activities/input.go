package activities

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/shopspring/decimal"
)

// given is what a task's analyses are computed from. data tells one state of the
// meters and the weather from another.
type given struct {
	in         energy.Input  // with the peers that a benchmark is by
	signatures []energy.Peer // the peers that measures are by
	data       []dataVersion
}

// forCall is the input as one call takes it.
func (g given) forCall(call eaio.Call, asOf time.Time) energy.Input {
	in := forCall(call, g.in, asOf)
	if comparesSignatures(call.Analysis) {
		in.Peers = g.signatures
	}
	return in
}

// dataVersion is a meter with the version of its readings, or a weather station
// with a sum over its temperatures.
type dataVersion struct {
	source  string
	version uint64
}

// load reads what all analyses of the plan look at, peers included.
func (a *Analyst) load(ctx context.Context, tenant eaio.TenantID, s eaio.Subject) (given, error) {
	g, err := a.readings(ctx, tenant, s)
	if err != nil || len(g.in.Series.Values) == 0 {
		return g, err
	}
	if asksFor(s, comparesUse) {
		err = a.peers(ctx, tenant, &g, s)
	}
	if err == nil && asksFor(s, comparesSignatures) {
		err = a.signatures(ctx, tenant, &g, s)
	}
	return g, err
}

// asksFor reports whether the plan has an analysis of a kind.
func asksFor(s eaio.Subject, kind func(analysis string) bool) bool {
	return slices.ContainsFunc(s.Task.Plan.Calls, func(c eaio.Call) bool { return kind(c.Analysis) })
}

// readings reads, once, the span that all analyses of the plan look at: of the main
// meter, of the others where an analysis adds them up, of the weather where one looks
// at it.
func (a *Analyst) readings(ctx context.Context, tenant eaio.TenantID, s eaio.Subject) (given, error) {
	g := given{in: knownOf(*s.Building)}
	main, ok := mainMeter(s.Meters)
	if !ok {
		return g, nil
	}
	w := g.needed(s)
	var err error
	if g.in.Series, err = a.series(ctx, tenant, &g, main, w); err != nil {
		return g, err
	}
	for _, m := range s.Meters {
		if m.ID == main.ID || m.Readings == 0 || !asksFor(s, energy.AllMeters) {
			continue
		}
		other, err := a.series(ctx, tenant, &g, m, w)
		if err != nil {
			return g, err
		}
		g.in.Meters = append(g.in.Meters, other)
	}
	if s.Building.WeatherStation != "" && asksFor(s, energy.LooksAtWeather) {
		err = a.weather(ctx, tenant, &g, s.Building.WeatherStation, w)
	}
	return g, err
}

// needed is the span that the plan's analyses look at.
func (g *given) needed(s eaio.Subject) (w eaio.Window) {
	for _, call := range s.Task.Plan.Calls {
		need := energy.WindowNeeded(call, forCall(call, g.in, s.Task.AsOf), s.Task.AsOf)
		if w.From.IsZero() || !need.From.IsZero() && need.From.Before(w.From) {
			w.From = need.From
		}
		if need.To.After(w.To) {
			w.To = need.To
		}
	}
	return w
}

func (a *Analyst) series(ctx context.Context, tenant eaio.TenantID, g *given, m eaio.Meter, w eaio.Window) (energy.Series, error) {
	r, err := a.Store.Readings(ctx, tenant, m.ID, w)
	g.data = append(g.data, dataVersion{m.ID, uint64(r.Meter.Version)})
	return energy.Series{
		Start: r.Start, Step: r.Step, Values: r.Values, Location: g.in.Series.Location,
		Unit: r.Meter.Unit, Commodity: r.Meter.Commodity,
	}, err
}

func (a *Analyst) weather(ctx context.Context, tenant eaio.TenantID, g *given, station string, w eaio.Window) error {
	r, err := a.Store.Temperatures(ctx, tenant, station, w)
	if err != nil || len(r.Values) == 0 {
		return err
	}
	g.in.Temperature = energy.Temperature{Start: r.Start, Step: r.Step, DegC: r.Values}
	sum := fnv.New64a()
	_ = binary.Write(sum, binary.LittleEndian, r.Start.Unix()) // a hash takes everything
	for _, v := range r.Values {
		_ = binary.Write(sum, binary.LittleEndian, math.Float64bits(v))
	}
	g.data = append(g.data, dataVersion{"weather " + station, sum.Sum64()})
	return nil
}

// knownOf is what is known about a building besides its data. Tariffs and emission
// factors are not stored; peers are the tenant's other buildings.
func knownOf(b eaio.Building) energy.Input {
	in := energy.Input{Price: priceOf(b), AreaM2: b.AreaM2, Use: b.Use}
	in.Series.Location = location(b)
	return in
}

// priceOf is the building's flat price; the zero price where it has none.
func priceOf(b eaio.Building) energy.Price {
	perKWh, err := decimal.NewFromString(b.PricePerKWh)
	if err != nil || b.Currency == "" {
		return energy.Price{}
	}
	return energy.Price{PerKWh: perKWh, Currency: b.Currency}
}

// forCall is the input as one call takes it. A bill is by the flat price for want of a
// tariff. A call that names the day of a measure has the year before it as baseline
// and reports from it on, or over the call's period where it has one.
func forCall(call eaio.Call, in energy.Input, asOf time.Time) energy.Input {
	if call.Analysis == energy.NameCost && in.Price.Currency != "" {
		if flat, err := tariff.Flat("flat price", in.Price.Currency, in.Price.PerKWh); err == nil {
			in.Contract.Tariff = flat
		}
	}
	loc := in.Series.Location
	day, err := time.ParseInLocation(time.DateOnly, call.Since, loc)
	if err != nil {
		return in
	}
	in.Baseline = eaio.Window{From: day.AddDate(0, 0, -baselineDays), To: day}
	in.Reporting = eaio.Window{From: day, To: asOf}
	if call.Period != "" {
		in.Reporting = energy.PeriodWindow(asOf, loc, call.Period)
	}
	return in
}

// baselineDays is how long before a measure its baseline begins (CalTRACK 2.0).
const baselineDays = 365
