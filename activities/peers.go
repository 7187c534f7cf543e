package activities

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// PeerStore adds up what the buildings of a building's use used.
type PeerStore interface {
	UseOfPeers(ctx context.Context, tenant eaio.TenantID, building string, w eaio.Window, limit int) ([]eaio.MeterUse, error)
}

// maxPeers is how many buildings one is compared with, by id: more hardly move a median,
// and each costs a year of readings.
const maxPeers = 40

// comparesUse reports whether an analysis sets a building's use against peers'.
func comparesUse(analysis string) bool { return analysis == energy.NameBenchmark }

// peers fills in the tenant's other buildings of the same use with their use of the
// year that the building is judged by.
func (a *Analyst) peers(ctx context.Context, tenant eaio.TenantID, g *given, s eaio.Subject) error {
	w := energy.PeriodWindow(s.Task.AsOf, g.in.Series.Location, eaio.LastYear)
	uses, err := a.Store.UseOfPeers(ctx, tenant, s.Building.ID, w, maxPeers)
	if err != nil {
		return err
	}
	g.in.Peers = peersByUse(uses, s.Building.Use, w)
	sum := fnv.New64a()
	for _, p := range g.in.Peers {
		_ = binary.Write(sum, binary.LittleEndian, math.Float64bits(p.SiteEUI)) // a hash takes everything
	}
	g.data = append(g.data, dataVersion{"peers", sum.Sum64()})
	return nil
}

// comparesSignatures reports whether an analysis sets a building's signature against
// peers'.
func comparesSignatures(analysis string) bool { return analysis == energy.NameMeasures }

// signatures fits the tenant's other buildings of the same use that are measured alike,
// a few at once. Those that the step's time does not suffice for, or that cannot be
// read, are no peers.
func (a *Analyst) signatures(ctx context.Context, tenant eaio.TenantID, g *given, s eaio.Subject) error {
	sites, _, err := a.Store.Sites(ctx, tenant, maxBuildings)
	if err != nil {
		return err
	}
	sites = alike(sites, s)
	found := make([]given, len(sites))
	eachSite(ctx, sites, func(soon context.Context, i int) {
		if soon.Err() != nil {
			return
		}
		peer, err := a.signature(soon, tenant, sites[i], s.Task.AsOf)
		switch {
		case soon.Err() != nil: // half read is not read
		case err != nil:
			a.Log.ErrorContext(ctx, "a peer is left out", "building", sites[i].Building.ID, "error", err)
		default:
			found[i] = peer
		}
	})
	for _, peer := range found {
		g.signatures, g.data = append(g.signatures, peer.signatures...), append(g.data, peer.data...)
	}
	return ctx.Err()
}

// signature is a site with itself as a peer.
func (a *Analyst) signature(ctx context.Context, tenant eaio.TenantID, site eaio.Site, asOf time.Time) (given, error) {
	g, err := a.readings(ctx, tenant, surveyed(site, asOf, energy.NameMeasures))
	if p, ok := energy.SignaturePeer(g.in, asOf); ok && err == nil {
		g.signatures = []energy.Peer{p}
	}
	return g, err
}

// alike are the first sites besides the subject's own of which a signature can be set
// against its own.
func alike(sites []eaio.Site, s eaio.Subject) (out []eaio.Site) {
	own, _ := mainMeter(s.Meters)
	for _, site := range sites {
		m, ok := mainMeter(site.Meters)
		b := site.Building
		similar := b.ID != s.Building.ID && b.Use != "" && strings.EqualFold(b.Use, s.Building.Use) && b.AreaM2 > 0 && b.WeatherStation != ""
		measured := ok && m.Commodity == own.Commodity && m.Unit == own.Unit
		open := s.Building.Privacy.Tighten(b.Privacy) == s.Building.Privacy // its data may go wherever the subject's may
		if similar && measured && open && len(out) < maxPeers {
			out = append(out, site)
		}
	}
	return out
}

// peersByUse are the buildings whose meters were all there for the year; uses come in
// the order of the buildings.
func peersByUse(uses []eaio.MeterUse, use string, w eaio.Window) (peers []energy.Peer) {
	for len(uses) > 0 {
		n := 1
		for n < len(uses) && uses[n].Building == uses[0].Building {
			n++
		}
		sums := make([]energy.MeterSum, n)
		for i, u := range uses[:n] {
			sums[i] = energy.MeterSum{Commodity: u.Commodity, Unit: u.Unit, Total: u.Total, Readings: u.Readings, Expected: int(w.To.Sub(w.From) / max(u.Interval, time.Second))}
		}
		if p, ok := energy.PeerOfSums(use, uses[0].AreaM2, sums); ok {
			peers = append(peers, p)
		}
		uses = uses[n:]
	}
	return peers
}
