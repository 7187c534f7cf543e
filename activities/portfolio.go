package activities

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"golang.org/x/sync/errgroup"
)

// SiteStore lists what a question about all buildings is about.
type SiteStore interface {
	Sites(ctx context.Context, tenant eaio.TenantID, limit int) (sites []eaio.Site, total int, err error)
}

const (
	maxBuildings = 200                    // that one ranking looks at, by id
	maxReaders   = 4                      // buildings read and analysed at once
	rankReserve  = 400 * time.Millisecond // of the step's time, kept back to compare and to store
)

// survey is what is known of one building before it is set against the others.
type survey struct {
	site     eaio.Site
	given    given
	load     eaio.Result
	unjudged string // why there is nothing; empty: there is
	err      error  // of the store
}

// ranking surveys the tenant's buildings and ranks them, each currency for itself, the
// one of most buildings first. What the step's time does not suffice for is named as
// not reached. Only where no building could be read at all is that an error.
func (a *Analyst) ranking(ctx context.Context, tenant eaio.TenantID, call eaio.Call, asOf time.Time) (results []eaio.Result, hashes []string, err error) {
	sites, total, err := a.Store.Sites(ctx, tenant, maxBuildings)
	if err != nil {
		return nil, nil, err
	}
	surveys := a.surveys(ctx, tenant, sites, asOf)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if i := slices.IndexFunc(surveys, func(s survey) bool { return s.err == nil }); i < 0 && len(surveys) > 0 {
		return nil, nil, surveys[0].err
	}
	peers := peersOf(surveys, asOf)
	hash := surveysHash(surveys, call, asOf)
	for i, group := range byCurrency(surveys) {
		by := energy.Ranking{Currency: group.currency, Top: call.Top}
		if i == 0 {
			by.Beyond = total - len(sites)
		}
		entries := make([]energy.PortfolioEntry, 0, len(group.places))
		for _, place := range group.places {
			entries = append(entries, surveys[place].entry(peers, place, asOf))
		}
		results, hashes = append(results, energy.Portfolio(entries, by)), append(hashes, hash)
	}
	return results, hashes, nil
}

// surveys reads and analyses the sites, a few at once, while there is time.
func (a *Analyst) surveys(ctx context.Context, tenant eaio.TenantID, sites []eaio.Site, asOf time.Time) []survey {
	out := make([]survey, len(sites))
	eachSite(ctx, sites, func(soon context.Context, i int) { out[i] = a.survey(soon, tenant, sites[i], asOf) })
	return out
}

// eachSite reads the sites, a few at once, and returns when all have been. The context
// that it reads in ends early enough to compare and store what was found.
func eachSite(ctx context.Context, sites []eaio.Site, read func(soon context.Context, i int)) {
	soon, cancel := inTime(ctx)
	defer cancel()
	var readers errgroup.Group
	readers.SetLimit(maxReaders)
	for i := range sites {
		readers.Go(func() error { read(soon, i); return nil })
	}
	_ = readers.Wait() // none fails
}

// inTime ends early enough that what was found can still be compared and stored.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, end.Add(-rankReserve))
	}
	return context.WithCancel(ctx)
}

func (a *Analyst) survey(ctx context.Context, tenant eaio.TenantID, site eaio.Site, asOf time.Time) survey {
	s := survey{site: site, unjudged: energy.ReasonNotReached}
	if ctx.Err() != nil {
		return s
	}
	s.given, s.err = a.readings(ctx, tenant, surveyed(site, asOf, energy.NameBaseLoad, energy.NameBenchmark))
	if ctx.Err() != nil {
		s.err = nil // the time is over, not the store away
		return s
	}
	if s.err == nil {
		s.load, s.err = run(energy.NameBaseLoad, func() (eaio.Result, error) {
			return energy.Run(eaio.Call{Analysis: energy.NameBaseLoad}, s.given.in, asOf)
		})
	}
	s.unjudged = ""
	if s.err != nil {
		a.Log.ErrorContext(ctx, "a building is left out of a ranking", "building", site.Building.ID, "error", s.err)
		s.unjudged = energy.ReasonUnreadable
	} else if len(s.given.in.Series.Values) == 0 {
		s.unjudged = energy.ReasonNoReadings
	}
	return s
}

// surveyed is a site as a task about it that asks for these analyses would have it.
func surveyed(site eaio.Site, asOf time.Time, analyses ...string) eaio.Subject {
	plan := eaio.Plan{}
	for _, name := range analyses {
		plan.Calls = append(plan.Calls, eaio.Call{Analysis: name})
	}
	return eaio.Subject{Task: eaio.Task{Plan: &plan, AsOf: asOf}, Building: &site.Building, Meters: site.Meters}
}

func (s survey) benchmarkSite() energy.BenchmarkSite {
	in := s.given.in
	return energy.BenchmarkSite{Meters: append([]energy.Series{in.Series}, in.Meters...), AreaM2: in.AreaM2, Use: in.Use}
}

// peersOf are the surveyed buildings as peers, by their place.
func peersOf(surveys []survey, asOf time.Time) map[int]energy.Peer {
	out := map[int]energy.Peer{}
	for i, s := range surveys {
		if p, ok := energy.PeerOf(s.benchmarkSite(), asOf); ok && s.unjudged == "" {
			out[i] = p
		}
	}
	return out
}

// entry is what Portfolio ranks a building by; its peers are all others.
func (s survey) entry(peers map[int]energy.Peer, place int, asOf time.Time) energy.PortfolioEntry {
	e := energy.PortfolioEntry{Building: cmp.Or(s.site.Building.Name, s.site.Building.ID), Price: priceOf(s.site.Building), Unjudged: s.unjudged}
	if e.Unjudged != "" {
		return e
	}
	others := make([]energy.Peer, 0, len(peers))
	for _, i := range slices.Sorted(maps.Keys(peers)) {
		if i != place {
			others = append(others, peers[i])
		}
	}
	e.Results = []eaio.Result{s.load, energy.Benchmark(s.benchmarkSite(), others, asOf)}
	return e
}

// currencyGroup are the places of the buildings whose money can be compared.
type currencyGroup struct {
	currency string
	places   []int
}

// byCurrency groups the surveys, the largest group first, equals by name; buildings
// without a price are in the first.
func byCurrency(surveys []survey) []currencyGroup {
	places := map[string][]int{}
	for i, s := range surveys {
		currency := priceOf(s.site.Building).Currency
		places[currency] = append(places[currency], i)
	}
	priceless := places[""]
	delete(places, "")
	groups := []currencyGroup{}
	for _, currency := range slices.Sorted(maps.Keys(places)) {
		groups = append(groups, currencyGroup{currency, places[currency]})
	}
	slices.SortStableFunc(groups, func(a, b currencyGroup) int { return cmp.Compare(len(b.places), len(a.places)) })
	if len(groups) == 0 {
		groups = append(groups, currencyGroup{})
	}
	groups[0].places = append(groups[0].places, priceless...)
	return groups
}

// surveysHash covers all that a ranking depends on.
func surveysHash(surveys []survey, call eaio.Call, asOf time.Time) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s|%+v|%s", energy.MethodVersion, call, asOf.UTC().Format(time.RFC3339))
	for _, s := range surveys {
		b := s.site.Building
		fmt.Fprintf(sum, "|%s|%v|%s|%s|%s|%s|%g|%s", b.ID, s.given.data, s.unjudged, b.Timezone, b.PricePerKWh, b.Currency, b.AreaM2, b.Use)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
