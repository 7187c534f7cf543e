package energy

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/internal/stat"
)

// NameBenchmark is the analysis against peers.
const NameBenchmark = "benchmark"

// Reasons that Benchmark gives.
const (
	ReasonTooFewPeers   = "too_few_peers"        // fewer than 10 of the same use: no figure
	ReasonTooFewForZ    = "too_few_peers_for_z"  // fewer than 30 with a coefficient
	ReasonNoSourceRatio = "no_source_ratio"      // a commodity has none: no source energy
	ReasonHighUse       = "use_above_most_peers" // above three quarters of the peers
)

const (
	benchmarkMethod  = "peers of the same use; not an ENERGY STAR score"
	euiUnit          = "kWh/m2"
	leastPeers       = 10
	leastPeersForZ   = 30
	highUse          = 0.75
	wilsonZ          = 1.6449 // two-sided 90 %
	maxPlausibleEUI  = 1e5    // kWh/m² a year; beyond it is no building
	percentileMethod = "share of peers that use less, ties by half; " + benchmarkMethod
	percentileBand   = "90 % interval by Wilson's score; " + benchmarkMethod
)

// Peer is a building to compare with.
type Peer struct {
	Use          string             // as BenchmarkSite.Use; case does not count
	SiteEUI      float64            // kWh of site energy per m² and year; not positive: unknown
	SourceEUI    float64            // kWh of source energy per m² and year; not positive: unknown
	Coefficients map[string]float64 // of its energy signature, by name
}

// BenchmarkSite is the building that is compared.
type BenchmarkSite struct {
	Meters       []Series // all of the building's energy; no commodity may be left out
	AreaM2       float64
	Use          string
	SourceRatios map[string]float64 // source energy per site energy by commodity; nil: DefaultSourceRatios
	Coefficients map[string]float64 // of its energy signature; nil: no z
}

// DefaultSourceRatios returns source energy per site energy in the United States
// (ENERGY STAR Portfolio Manager, Technical Reference: Source Energy): 2.80 for
// electricity of the grid and 1.05 for natural gas.
func DefaultSourceRatios() map[string]float64 {
	return map[string]float64{"electricity": 2.80, "gas": 1.05}
}

// Benchmark places the last 365 days' energy per floor area among peers of the same
// use: percentile with its interval, median and quartile, and what the building would
// save at them. At least 10 peers are needed. With 30 peers that have a coefficient of
// the building, it is placed by z = (x − median) / (1.4826·MAD), as BETTER does. The
// peers are the caller's: none are built in.
func Benchmark(site BenchmarkSite, peers []Peer, asOf time.Time) eaio.Result {
	r := newReport(NameBenchmark, Series{Unit: "kWh"}, Price{})
	if !(site.AreaM2 >= minAreaM2) || math.IsInf(site.AreaM2, 0) {
		return r.decline(eaio.ResultInsufficientData, ReasonNoArea)
	}
	use, source, ok := r.annual(site, asOf)
	if !ok {
		r.Status = eaio.ResultInsufficientData
		return r.Result
	}
	peers = sameUse(peers, site.Use)
	siteEUI := euis(peers, func(p Peer) float64 { return p.SiteEUI })
	if len(siteEUI) < leastPeers {
		r.tooFew(len(siteEUI), "least number of peers", use.on)
		return r.decline(eaio.ResultInsufficientData, ReasonTooFewPeers)
	}
	r.place("site", use, siteEUI, site.AreaM2)
	sourceEUI := euis(peers, func(p Peer) float64 { return p.SourceEUI })
	if source.on.n > 0 && len(sourceEUI) >= leastPeers {
		r.place("source", source, sourceEUI, site.AreaM2)
	}
	if r.coefficients(site.Coefficients, peers, use.on) {
		r.warn(ReasonTooFewForZ)
	}
	return r.Result
}

// tooFew counts the peers where they do not suffice.
func (r *report) tooFew(peers int, required string, on basis) {
	r.count("peers", peers, "", "peers of the same use", on)
	r.count("peers_required", leastPeers, "", required, on)
}

// annual sums the meters' last year as site and as source energy; source rests on
// nothing where a commodity has no ratio.
func (r *report) annual(site BenchmarkSite, asOf time.Time) (use, source side, ok bool) {
	ratios := site.SourceRatios
	if ratios == nil {
		ratios = DefaultSourceRatios()
	}
	noRatio := false
	for _, s := range site.Meters {
		perUnit, known := kWhOf[s.Unit]
		if !known || s.unsupported(maxStep) {
			r.warn(map[bool]string{true: ReasonUnsupportedInterval, false: ReasonUnsupportedUnit}[known])
			return use, source, false
		}
		w := PeriodWindow(asOf, s.location(), eaio.LastYear)
		p := s.cut(w)
		total, n := p.sum(0, len(p.values))
		if share(n, len(p.values)) < minCompleteness {
			r.warn(ReasonIncompletePeriod)
			return use, source, false
		}
		if r.unitChanges(p, p.days()) {
			return use, source, false
		}
		use.total += total * perUnit
		ratio, there := ratios[s.Commodity]
		noRatio = noRatio || !there
		source.total += total * perUnit * ratio
		use.on.window = w
		use.on.n, use.on.of = use.on.n+n, use.on.of+len(p.values)
	}
	if use.on.n == 0 || use.total <= 0 {
		r.warn(ReasonNoReadings)
		return use, source, false
	}
	if noRatio {
		r.warn(ReasonNoSourceRatio)
		return use, source, true
	}
	source.on = use.on
	return use, source, true
}

// PeerOf is a building as others are set against it: its energy of the last 365 days
// for each m². ok is false where its data does not allow one.
func PeerOf(site BenchmarkSite, asOf time.Time) (p Peer, ok bool) {
	sums := make([]MeterSum, 0, len(site.Meters))
	for _, s := range site.Meters {
		if s.unsupported(maxStep) {
			return Peer{}, false
		}
		part := s.cut(PeriodWindow(asOf, s.location(), eaio.LastYear))
		total, n := part.sum(0, len(part.values))
		sums = append(sums, MeterSum{s.Commodity, s.Unit, total, n, len(part.values)})
	}
	return PeerOfSums(site.Use, site.AreaM2, sums)
}

// PeerOfSums is PeerOf from what a store has added up: all meters of a building over a
// year.
func PeerOfSums(use string, areaM2 float64, meters []MeterSum) (p Peer, ok bool) {
	if !(areaM2 >= minAreaM2) || math.IsInf(areaM2, 0) || use == "" || len(meters) == 0 {
		return Peer{}, false
	}
	ratios, site, source := DefaultSourceRatios(), 0.0, 0.0
	for _, m := range meters {
		perUnit, known := kWhOf[m.Unit]
		if !known || share(m.Readings, m.Expected) < minCompleteness {
			return Peer{}, false
		}
		ratio, there := ratios[m.Commodity]
		if !there {
			ratio = math.NaN()
		}
		site += m.Total * perUnit
		source += m.Total * perUnit * ratio
	}
	p = Peer{Use: use, SiteEUI: site / areaM2}
	if source > 0 {
		p.SourceEUI = source / areaM2
	}
	return p, site > 0
}

// MeterSum is a meter's use over a span.
type MeterSum struct {
	Commodity, Unit    string
	Total              float64 // in Unit
	Readings, Expected int
}

func sameUse(peers []Peer, use string) []Peer {
	var out []Peer
	for _, p := range peers {
		if strings.EqualFold(p.Use, use) {
			out = append(out, p)
		}
	}
	return out
}

// euis returns the known values, sorted.
func euis(peers []Peer, of func(Peer) float64) []float64 {
	var out []float64
	for _, p := range peers {
		if v := of(p); v > 0 && v < maxPlausibleEUI {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// place adds an EUI, where it lies among sorted peers, and what the building would
// save at their median and lower quartile.
func (r *report) place(kind string, use side, sorted []float64, area float64) {
	eui := use.total / area
	r.number(kind+"_eui", eui, euiUnit, kind+" energy of 365 days / floor area", use.on)
	r.count(kind+"_peers", len(sorted), "", "peers of the same use", use.on)
	p, low, high := peerPercentile(sorted, eui)
	r.percent(kind+"_percentile", p, percentileMethod, use.on)
	r.percent(kind+"_percentile_low", low, percentileBand, use.on)
	r.percent(kind+"_percentile_high", high, percentileBand, use.on)
	middle, quarter := stat.Quantile(sorted, 0.5), stat.Quantile(sorted, 0.25)
	r.number(kind+"_eui_median", middle, euiUnit, "median of the peers", use.on)
	r.number(kind+"_eui_p25", quarter, euiUnit, "25th percentile of the peers", use.on)
	if kind == "site" {
		r.energy("potential_to_median", max(0, eui-middle)*area, "energy above the peers' median, a year", use.on)
		r.energy("potential_to_p25", max(0, eui-quarter)*area, "energy above the peers' 25th percentile, a year", use.on)
		if p > highUse {
			r.warn(ReasonHighUse)
		}
	}
}

// peerPercentile returns the share of sorted below x, equals by half, and its 90 %
// interval by Wilson's score (Wilson 1927, J. Am. Stat. Assoc. 22:209).
func peerPercentile(sorted []float64, x float64) (p, low, high float64) {
	lo, found := slices.BinarySearch(sorted, x)
	hi := lo
	for found && hi < len(sorted) && sorted[hi] == x {
		hi++
	}
	n := float64(len(sorted))
	p = (float64(lo) + float64(hi-lo)/2) / n
	z2 := wilsonZ * wilsonZ
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := wilsonZ / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return p, max(0, centre-half), min(1, centre+half)
}

// coefficients adds z for each coefficient that enough peers have, and reports whether
// too few have one.
func (r *report) coefficients(own map[string]float64, peers []Peer, on basis) (tooFew bool) {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		all := peerCoefficients(peers, name)
		if len(all) < leastPeersForZ {
			tooFew = true
			continue
		}
		middle := median(all)
		sigma := robustSigma(all, middle)
		z := (own[name] - middle) / sigma
		if math.IsNaN(z) || math.IsInf(z, 0) {
			continue
		}
		r.number("z_"+name, z, "", "(x − median) / (1.4826·MAD) of peers of the same use, after BETTER", on)
	}
	return tooFew
}
