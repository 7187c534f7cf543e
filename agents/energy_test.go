package agents

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	money "github.com/shopspring/decimal"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// randomSeries is a year or two of a building with hours of operation, gaps,
// spikes, stuck stretches and sometimes a bad last night.
func randomSeries(r *rand.Rand, loc *time.Location) energy.Series {
	n := 24 * (5 + r.IntN(800))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, loc)
	v := make([]float64, n)
	flat := r.IntN(5) == 0
	for k := range v {
		at := start.Add(time.Duration(k) * time.Hour).In(loc)
		v[k] = 20 + 5*r.Float64()
		if h := at.Hour(); !flat && h >= 7 && h < 19 && at.Weekday() != time.Sunday {
			v[k] += 60
		}
		switch r.IntN(2000) {
		case 0:
			v[k] *= 40
		case 1:
			v[k] = -99
		}
		if r.IntN(50) == 0 {
			v[k] = math.NaN()
		}
	}
	for range r.IntN(4) {
		from, what := r.IntN(n), []float64{0, math.NaN(), 7}[r.IntN(3)]
		for k := from; k < min(n, from+r.IntN(100)); k++ {
			v[k] = what
		}
	}
	if r.IntN(3) == 0 {
		for k := max(0, n-14); k < n-1; k++ {
			v[k] *= 3
		}
	}
	return energy.Series{Start: start, Step: time.Hour, Values: v, Location: loc, Unit: "kWh", Commodity: "electricity"}
}

// TestRealAnalysesAreTold runs the acceptance questions through the analyses
// themselves: each text verifies, and each fact and reason has words of its own.
func TestRealAnalysesAreTold(t *testing.T) {
	n := 80
	if testing.Short() {
		n = 20
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range n {
		zone := []string{"Asia/Ho_Chi_Minh", "America/New_York", "Europe/London"}[r.IntN(3)]
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		s := randomSeries(r, loc)
		asOf, ok := energy.LastCompleteDay(s)
		if !ok {
			continue
		}
		q := asked[r.IntN(len(asked))]
		req := eaio.Request{Question: q.en, Building: "b", Audience: []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner}[r.IntN(3)]}
		if i%2 == 0 {
			req.Question = q.vi
		}
		p, err := MakePlan(req)
		if err != nil {
			t.Fatal(err)
		}
		if p.AllBuildings {
			continue // TestSampleQuestionsAreTold has real ones
		}
		e := Evidence{
			Request: req, Plan: p, AsOf: asOf,
			Building: eaio.Building{ID: "b", Name: "Robin_education_Lizbeth", Timezone: zone, PricePerKWh: "0.11", Currency: "USD"},
		}
		ref := 0
		for _, c := range p.Calls {
			res, err := energy.Run(c, energy.Input{Series: s, Price: energy.Price{PerKWh: money.RequireFromString("0.11"), Currency: "USD"}}, asOf)
			if err != nil {
				t.Fatalf("%+v: a plan that energy refuses: %v", c, err)
			}
			for k := range res.Facts {
				ref++
				res.Facts[k].Ref = fmt.Sprintf("F%d", ref)
			}
			e.Results = append(e.Results, res)
		}
		text, _ := Narrate(e)
		if faults := Verify(text, e); len(faults) > 0 {
			t.Errorf("%s: %+v\n%s", req.Question, faults, text)
		}
		checkWorded(t, e)
	}
}

// checkWorded reports facts and reasons that no table words.
func checkWorded(t *testing.T, e Evidence) {
	t.Helper()
	n := newNarration(e)
	for _, r := range e.Results {
		for _, f := range r.Facts {
			if _, _, ok := labelled(f.Name); !ok {
				t.Errorf("fact %s of %s has no label", f.Name, r.Analysis)
			}
			if _, ok := n.word(f); f.Value.IsText() && !ok && f.Name != "tariff" && !isBuildingName(f) && numbersAsN(f.Name) != "alternative_N" && len(scan(prepare(f.Value.String()), nil)) == 0 {
				t.Errorf("the text %q of %s is not worded", f.Value, f.Name)
			}
		}
		for _, reason := range r.Reasons {
			if n.reason(reason) == factName(reason) {
				t.Errorf("reason %s of %s is not worded", reason, r.Analysis)
			}
		}
	}
}
