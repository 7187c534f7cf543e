package agents

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	money "github.com/shopspring/decimal"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/eaio/eaio/ingest"
	bdg2 "github.com/eaio/eaio/sample"
)

// building is one of the sample's, with what the analyses may know of it.
type building struct {
	eaio.Building
	in energy.Input
}

// buildings are the ten of the sample, read once.
var buildings = sync.OnceValues(func() (map[string]building, error) {
	out := map[string]building{}
	weather := map[string]energy.Temperature{}
	about := map[string]eaio.Building{}
	for _, b := range bdg2.Buildings() {
		about[b.ID] = b
	}
	for _, f := range bdg2.Files() { // the weather comes first
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		if f.Station != "" {
			rows, _, err := ingest.Weather(r, f.Options)
			if err != nil {
				return nil, err
			}
			at, degC := make([]time.Time, len(rows)), make([]float64, len(rows))
			for i, row := range rows {
				at[i], degC[i] = row.At, row.TempC
			}
			start, v := grid(at, degC)
			weather[f.Station] = energy.Temperature{Start: start, Step: time.Hour, DegC: v}
			continue
		}
		rows, _, err := ingest.Readings(r, f.Options)
		if err != nil {
			return nil, err
		}
		at, kWh := make([]time.Time, len(rows)), make([]float64, len(rows))
		for i, row := range rows {
			at[i], kWh[i] = row.At, row.Value
		}
		b := about[f.Meter.Building]
		loc, err := time.LoadLocation(b.Timezone)
		if err != nil {
			return nil, err
		}
		start, v := grid(at, kWh)
		out[b.ID] = building{b, energy.Input{
			Series:      energy.Series{Start: start, Step: time.Hour, Values: v, Location: loc, Unit: f.Meter.Unit, Commodity: f.Meter.Commodity},
			Temperature: weather[b.WeatherStation],
			Price:       energy.Price{PerKWh: money.RequireFromString(b.PricePerKWh), Currency: b.Currency},
			AreaM2:      b.AreaM2, Use: b.Use,
		}}
	}
	return out, nil
})

// grid lays values on hours.
func grid(at []time.Time, x []float64) (time.Time, []float64) {
	start, end := at[0].UTC(), at[len(at)-1].UTC()
	v := make([]float64, int(end.Sub(start)/time.Hour)+1)
	for i := range v {
		v[i] = math.NaN()
	}
	for i := range at {
		v[int(at[i].Sub(start)/time.Hour)] = x[i]
	}
	return start, v
}

// informed adds a tariff with demand charges, another one, and peers of the same use.
func (b building) informed(t testing.TB) building {
	t.Helper()
	tou, err := tariff.Parse([]byte(fmt.Sprintf(touTariff, b.Currency)))
	if err != nil {
		t.Fatal(err)
	}
	flat, err := tariff.Flat("Flat supply", b.Currency, money.RequireFromString("0.125"))
	if err != nil {
		t.Fatal(err)
	}
	b.in.Contract = energy.Contract{Tariff: tou, Alternatives: []tariff.Tariff{flat}}
	for i := range 12 {
		k := .6 + .08*float64(i)
		b.in.Peers = append(b.in.Peers, energy.Peer{
			Use: b.Use, SiteEUI: 150 * k, SourceEUI: 420 * k,
			Coefficients: map[string]float64{
				energy.CoefficientBase: .3 * k, energy.CoefficientCooling: .004 * k, energy.CoefficientHeating: .004 * k,
				energy.CoefficientCoolingBalance: 14 + k, energy.CoefficientHeatingBalance: 10 + k,
			},
		})
	}
	return b
}

// results are kept: a question asked in both languages needs them once.
var results sync.Map

func (b building) run(t testing.TB, c eaio.Call, asOf time.Time, known string) eaio.Result {
	t.Helper()
	key := fmt.Sprint(b.ID, known, c, asOf.Unix())
	if r, ok := results.Load(key); ok {
		return r.(eaio.Result)
	}
	in := b.in
	if since, err := time.ParseInLocation(time.DateOnly, c.Since, in.Series.Location); err == nil {
		in.Reporting = eaio.Window{From: since, To: asOf}
		in.Baseline = eaio.Window{From: since.AddDate(0, 0, -365), To: since}
	}
	if c.Analysis == energy.NamePortfolio {
		r := rankAll(t, c, asOf)
		results.Store(key, r)
		return r
	}
	r, err := energy.Run(c, in, asOf)
	if err != nil {
		t.Fatalf("%+v: a plan that energy refuses: %v", c, err)
	}
	results.Store(key, r)
	return r
}

// rankAll ranks the sample's buildings that are paid for in US dollars, and names the
// others.
func rankAll(t testing.TB, c eaio.Call, asOf time.Time) eaio.Result {
	t.Helper()
	all, err := buildings()
	if err != nil {
		t.Fatal(err)
	}
	var entries []energy.PortfolioEntry
	for _, b := range all {
		e := energy.PortfolioEntry{Building: b.Name, Price: b.in.Price, Results: []eaio.Result{energy.BaseLoad(b.in.Series, asOf, b.in.Price)}}
		if b.ID == declining {
			e = energy.PortfolioEntry{Building: b.Name, Unjudged: energy.ReasonNotReached}
		}
		entries = append(entries, e)
	}
	return energy.Portfolio(entries, energy.Ranking{Currency: "USD", Top: c.Top, Beyond: 3})
}

// evidence plans a request and runs the analyses themselves.
func (b building) evidence(t testing.TB, req eaio.Request, asOf time.Time, known string) Evidence {
	t.Helper()
	req.Building = b.ID
	p, err := MakePlan(req)
	if err != nil {
		t.Fatal(err)
	}
	e := Evidence{Request: req, Plan: Dated(p, asOf, b.in.Series.Location), Building: b.Building, AsOf: asOf, Reason: eaio.ReasonNoModel}
	if p.AllBuildings {
		e.Building = eaio.Building{}
	}
	ref := 0
	for _, c := range e.Plan.Calls {
		r := b.run(t, c, asOf, known)
		r.Facts = append([]eaio.Fact(nil), r.Facts...)
		for k := range r.Facts {
			ref++
			r.Facts[k].Ref = "F" + strconv.Itoa(ref)
		}
		e.Results = append(e.Results, r)
	}
	return e
}

const touTariff = `{
  "label": "sample", "name": "Business time of use", "utility": "Sample supply", "currency": "%s",
  "energyratestructure": [[{"rate": 0.08, "unit": "kWh"}], [{"rate": 0.14, "unit": "kWh"}]],
  "energyweekdayschedule": ` + twelveMonths + `, "energyweekendschedule": ` + twelveQuiet + `,
  "flatdemandunit": "kW", "flatdemandstructure": [[{"rate": 6.5}]], "flatdemandmonths": [0,0,0,0,0,0,0,0,0,0,0,0],
  "fixedchargefirstmeter": 45, "fixedchargeunits": "$/month"
}`

const (
	busyDay      = "[0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,0,0,0,0]"
	quietDay     = "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"
	fourBusy     = busyDay + "," + busyDay + "," + busyDay + "," + busyDay
	fourQuiet    = quietDay + "," + quietDay + "," + quietDay + "," + quietDay
	twelveMonths = "[" + fourBusy + "," + fourBusy + "," + fourBusy + "]"
	twelveQuiet  = "[" + fourQuiet + "," + fourQuiet + "," + fourQuiet + "]"
)

func get(t testing.TB, id string) building {
	t.Helper()
	all, err := buildings()
	if err != nil {
		t.Fatal(err)
	}
	b, ok := all[id]
	if !ok {
		t.Fatalf("no building %q in the sample", id)
	}
	return b
}

// TestSampleQuestionsAreTold asks every question of every building, of those with and
// without weather, tariff and peers: each text verifies, and each fact and reason has
// words of its own.
func TestSampleQuestionsAreTold(t *testing.T) {
	all, err := buildings()
	if err != nil {
		t.Fatal(err)
	}
	for nth, place := range bdg2.Buildings() {
		b := all[place.ID]
		if testing.Short() && !strings.HasSuffix(b.ID, "a") {
			continue
		}
		asOf := time.Date(2017, 11, 15, 0, 0, 0, 0, b.in.Series.Location)
		bare := b
		bare.in.Temperature, bare.in.Price, bare.PricePerKWh, bare.Currency = energy.Temperature{}, energy.Price{}, "", ""
		for k, known := range []building{b.informed(t), bare} {
			for i, q := range questionTexts(nth%2 == 0) { // half of the buildings in either language
				who := []eaio.Audience{eaio.AudienceManager, eaio.AudienceAnalyst, eaio.AudienceOwner}[(i+k)%3]
				e := known.evidence(t, eaio.Request{Question: q, Audience: who}, asOf, strconv.Itoa(k))
				text, _ := Narrate(e)
				if faults := Verify(text, e); len(faults) > 0 {
					t.Errorf("%s, %s, %s: %+v\n%s", b.ID, q, who, faults, text)
				}
				checkWorded(t, e)
			}
		}
	}
}

func questionTexts(english bool) (out []string) {
	for _, q := range append(asked, alsoAsked...) {
		out = append(out, pick(english, q.en, q.vi))
	}
	return out
}
