package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio/energy"
)

// A building is as a peer what it is as the one compared: 8,760 kWh of electricity and
// 100 therms (2,930.7 kWh) of gas on 100 m² are 116.907 kWh/m², of source energy
// (8,760·2.80 + 2,930.7·1.05)/100 = 276.052.
func TestPeerOf(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2018, 1, 1)
	power := electricity(date(loc, 2017, 1, 1), asOf, time.Hour, constant(1))
	gas := electricity(date(loc, 2017, 1, 1), asOf, time.Hour, constant(100.0/8760))
	gas.Commodity, gas.Unit = "gas", "therm"
	site := energy.BenchmarkSite{Meters: []energy.Series{power, gas}, AreaM2: 100, Use: "office"}
	p, ok := energy.PeerOf(site, asOf)
	if !ok || math.Abs(p.SiteEUI-116.907) > 0.01 || math.Abs(p.SourceEUI-276.052) > 0.05 || p.Use != "office" {
		t.Errorf("%+v, %t", p, ok)
	}
	near(t, energy.Benchmark(site, peersOf(10), asOf), "site_eui", p.SiteEUI, 0.001)

	whole := energy.MeterSum{Commodity: "electricity", Unit: "kWh", Total: 5000, Readings: 8760, Expected: 8760}
	with := func(change func(*energy.MeterSum)) []energy.MeterSum {
		m := whole
		change(&m)
		return []energy.MeterSum{whole, m}
	}
	for name, c := range map[string]struct {
		use    string
		area   float64
		meters []energy.MeterSum
		want   energy.Peer
		ok     bool
	}{
		"whole":         {"lab", 50, []energy.MeterSum{whole}, energy.Peer{Use: "lab", SiteEUI: 100, SourceEUI: 280}, true},
		"nine tenths":   {"lab", 50, with(func(m *energy.MeterSum) { m.Readings = 7884 }), energy.Peer{Use: "lab", SiteEUI: 200, SourceEUI: 560}, true},
		"less":          {"lab", 50, with(func(m *energy.MeterSum) { m.Readings = 7883 }), energy.Peer{}, false},
		"water":         {"lab", 50, with(func(m *energy.MeterSum) { m.Unit = "m3" }), energy.Peer{}, false},
		"heat":          {"lab", 50, with(func(m *energy.MeterSum) { m.Commodity = "heat" }), energy.Peer{Use: "lab", SiteEUI: 200}, true},
		"no area":       {"lab", 0, []energy.MeterSum{whole}, energy.Peer{}, false},
		"no use":        {"", 50, []energy.MeterSum{whole}, energy.Peer{}, false},
		"no meter":      {"lab", 50, nil, energy.Peer{}, false},
		"nothing used":  {"lab", 50, []energy.MeterSum{{Commodity: "electricity", Unit: "kWh", Readings: 1, Expected: 1}}, energy.Peer{}, false},
		"more than all": {"lab", 50, with(func(m *energy.MeterSum) { m.Readings = 9000 }), energy.Peer{Use: "lab", SiteEUI: 200, SourceEUI: 560}, true},
	} {
		p, ok := energy.PeerOfSums(c.use, c.area, c.meters)
		if ok != c.ok || ok && (p.Use != c.want.Use || p.SiteEUI != c.want.SiteEUI || p.SourceEUI != c.want.SourceEUI) {
			t.Errorf("%s: %+v, %t", name, p, ok)
		}
	}
}

// A building's signature as a peer is the one that its measures are told by.
func TestSignaturePeer(t *testing.T) {
	asOf := date(time.UTC, 2018, 1, 1)
	in := realBuilding(t, "Robin_education_Lizbeth")
	p, ok := energy.SignaturePeer(in, asOf)
	if !ok || p.Use != in.Use || p.Coefficients[energy.CoefficientBase] <= 0 {
		t.Fatalf("%+v, %t", p, ok)
	}
	in.Peers = nil
	for range 10 {
		in.Peers = append(in.Peers, p)
	}
	r := energy.Measures(in, asOf)
	wantStatus(t, r, "warn", energy.ReasonStuckReadings, energy.ReasonNotAboveMost) // it is its own median
	near(t, r, energy.CoefficientBase, p.Coefficients[energy.CoefficientBase], 0.001)
	in.AreaM2 = 0
	if p, ok := energy.SignaturePeer(in, asOf); ok {
		t.Errorf("without an area %+v", p)
	}
	in.AreaM2, in.Temperature = 2001, energy.Temperature{}
	if p, ok := energy.SignaturePeer(in, asOf); ok {
		t.Errorf("without temperatures %+v", p)
	}
}
