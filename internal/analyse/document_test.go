package analyse_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
	"github.com/eaio/eaio/internal/analyse"
	"github.com/shopspring/decimal"
)

var update = flag.Bool("update", false, "write the golden files")

// office is a London office, as a column of a wide file.
func office(t testing.TB) *analyse.Meter {
	t.Helper()
	return meterFile(t, bdg2, analyse.MeterOptions{Timezone: "Europe/London", Column: "Robin_office_Serena", Boundary: clock(t, "Europe/London")})
}

// requests are one of every analysis, on samples of this repository.
func requests(t testing.TB) map[string]analyse.Request {
	london := clock(t, "Europe/London")
	meter := office(t)
	onOffice := func(q analyse.Request) analyse.Request {
		q.Meters, q.Boundary = []*analyse.Meter{meter}, london
		q.AsOf = time.Date(2017, 12, 1, 0, 0, 0, 0, london)
		q.Input.Price = energy.Price{PerKWh: decimal.RequireFromString("0.15"), Currency: "GBP"}
		return q
	}
	home := analyse.Request{
		Temperature: illinois(t), Fahrenheit: true, Boundary: time.UTC,
		Meters: []*analyse.Meter{meterFile(t, eemeter+"il-electricity-cdd-hdd-daily.csv.gz", analyse.MeterOptions{Boundary: time.UTC})},
	}
	out := map[string]analyse.Request{}
	for _, name := range []string{energy.NameQuality, energy.NameBaseLoad, energy.NameOvernight, energy.NamePeak, energy.NameForecast} {
		out[name] = onOffice(analyse.Request{Analysis: name})
	}
	out[energy.NameConsumption] = onOffice(analyse.Request{Analysis: energy.NameConsumption, Period: eaio.LastMonth, Compare: eaio.CompareYearAgo})

	anomalies := onOffice(analyse.Request{Analysis: energy.NameAnomalies})
	anomalies.Input.Judged.From, anomalies.Input.AlarmsPerMonth = time.Date(2017, 5, 1, 0, 0, 0, 0, london), 3
	out[energy.NameAnomalies] = anomalies

	cost := onOffice(analyse.Request{Analysis: energy.NameCost})
	b, err := os.ReadFile("../../energy/tariff/testdata/commercial.json")
	if err != nil {
		t.Fatal(err)
	}
	if cost.Input.Contract.Tariff, err = tariff.Parse(b); err != nil {
		t.Fatal(err)
	}
	billed := decimal.RequireFromString("9000")
	cost.Input.Contract.Billed = &billed
	out[energy.NameCost] = cost

	benchmark := onOffice(analyse.Request{Analysis: energy.NameBenchmark})
	benchmark.Input.AreaM2, benchmark.Input.Use = 2000, "office"
	for i := range 12 {
		benchmark.Input.Peers = append(benchmark.Input.Peers, energy.Peer{Use: "Office", SiteEUI: 100 + 20*float64(i)})
	}
	out[energy.NameBenchmark] = benchmark

	carbon := onOffice(analyse.Request{Analysis: energy.NameCarbon, Compare: eaio.ComparePrevious})
	carbon.Input.Emissions = []energy.EmissionFactor{{Commodity: "electricity", KgPerKWh: 0.2, Source: "a test"}}
	out[energy.NameCarbon] = carbon

	savings, signature, change := home, home, home
	savings.Analysis, signature.Analysis, change.Analysis = energy.NameSavings, energy.NameSignature, energy.NameChange
	savings.Input.Baseline.To, savings.Input.Reporting.From = at(t, "2016-12-26"), at(t, "2017-01-04")
	signature.AsOf, change.AsOf = at(t, "2016-12-26"), at(t, "2017-12-01")
	out[energy.NameSavings], out[energy.NameSignature], out[energy.NameChange] = savings, signature, change
	return out
}

// Every analysis gives the document that docs/analyse.md promises.
func TestDocuments(t *testing.T) {
	for name, q := range requests(t) {
		t.Run(name, func(t *testing.T) {
			d := run(t, q)
			if d.Analysis != name || d.Status == eaio.ResultInsufficientData || len(d.Facts) == 0 {
				t.Fatalf("%s %s %v with %d facts", d.Analysis, d.Status, d.Reasons, len(d.Facts))
			}
			b, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			var raw struct {
				Analysis, Status string
				Reasons          []string
				Facts            []map[string]any
				Events           []map[string]any
				Series           []struct {
					Name, Unit, Start string
					Step              int `json:"step_seconds"`
					Values            []*float64
				}
				Inputs map[string]any
			}
			if err := json.Unmarshal(b, &raw); err != nil {
				t.Fatal(err)
			}
			if raw.Reasons == nil {
				t.Error("reasons are null")
			}
			seen := map[any]bool{}
			for i, f := range raw.Facts {
				for _, key := range []string{"id", "name", "value", "unit", "method", "window", "n", "quality"} {
					if _, ok := f[key]; !ok {
						t.Errorf("fact %d has no %s", i, key)
					}
				}
				if seen[f["id"]] || seen[f["name"]] || len(f) != 8 {
					t.Errorf("fact %v %v is there twice, or has other keys", f["id"], f["name"])
				}
				seen[f["id"]], seen[f["name"]] = true, true
			}
			for _, s := range raw.Series {
				if s.Name == "" || s.Unit == "" || s.Step <= 0 || len(s.Values) == 0 {
					t.Errorf("series %q in %q every %d s has %d values", s.Name, s.Unit, s.Step, len(s.Values))
				}
			}
			var table bytes.Buffer
			if err := analyse.Table(&table, d); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(table.String(), "\n") {
				if strings.Contains(line, "NaN") || strings.Contains(line, "%!") {
					t.Errorf("table: %s", line)
				}
			}
			if !strings.HasPrefix(table.String(), name+": ") {
				t.Errorf("table begins %.40q", table.String())
			}
		})
	}
}

// The documents of a few analyses to the letter, but for what is long: series keep
// their first two values.
func TestGolden(t *testing.T) {
	all := requests(t)
	for _, name := range []string{energy.NameBaseLoad, energy.NameAnomalies, energy.NameCost} {
		q := all[name]
		q.Meters = []*analyse.Meter{madeOffice(t)}
		all[name] = q
	}
	for _, name := range []string{energy.NameSavings, energy.NameBaseLoad, energy.NameAnomalies, energy.NameCost} {
		d := run(t, all[name])
		for i, s := range d.Series {
			d.Series[i].Values = slices.Clone(s.Values[:min(2, len(s.Values))])
		}
		var got bytes.Buffer
		e := json.NewEncoder(&got)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(d); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s differs from %s (go test -update writes it anew):\n%s", name, file, firstDifference(got.String(), string(want)))
		}
	}
}

// madeOffice is an hourly file of an office that was left on from a Tuesday evening to
// Wednesday morning, in local time.
func madeOffice(t testing.TB) *analyse.Meter {
	london := clock(t, "Europe/London")
	first := time.Date(2016, 10, 1, 0, 0, 0, 0, london)
	file := rows(first, time.Hour, 440*24, "2006-01-02 15:04", func(i int) float64 {
		at := first.Add(time.Duration(i) * time.Hour)
		working := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && at.Hour() >= 8 && at.Hour() < 18
		leftOn := at.After(time.Date(2017, 6, 13, 17, 59, 0, 0, london)) && at.Before(time.Date(2017, 6, 14, 8, 0, 0, 0, london))
		load := 10 + float64(i*7919%100)/100
		if working || leftOn {
			load += 30
		}
		return load
	})
	return meterOf(t, file, analyse.MeterOptions{Timezone: "Europe/London", Boundary: london})
}

func firstDifference(got, want string) string {
	w := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(w) || line != w[i] {
			return line + "\nin place of\n" + strings.Join(w[min(i, len(w)):min(i+1, len(w))], "")
		}
	}
	return "it is shorter"
}

// The events are ranked by energy, have money where there is a price, and grow in
// number with the alarms that are allowed.
func TestEvents(t *testing.T) {
	q := requests(t)[energy.NameAnomalies]
	count := map[float64]int{}
	for _, alarms := range []float64{1, 2, 6} {
		q.Input.AlarmsPerMonth = alarms
		d := run(t, q)
		count[alarms] = len(d.Events)
		for i, e := range d.Events {
			if !e.Start.Before(e.End) || e.Kind == "" || e.Severity == "" || e.Cost == nil || e.Currency != "GBP" || e.Unit != "kWh" {
				t.Errorf("event %d: %+v", i, e)
			}
			if i > 0 && math.Abs(e.KWh) > math.Abs(d.Events[i-1].KWh)+1e-9 {
				t.Errorf("event %d of %v kWh comes after one of %v", i, e.KWh, d.Events[i-1].KWh)
			}
			if e.Start.Before(q.Input.Judged.From) || e.End.After(q.AsOf) {
				t.Errorf("event %d lies outside: %v to %v", i, e.Start, e.End)
			}
		}
		if most := int(math.Ceil(alarms * 7.04)); len(d.Events) > most || len(d.Events) == 0 {
			t.Errorf("%d events at %v a month in seven months", len(d.Events), alarms)
		}
	}
	if !(count[1] < count[2] && count[2] < count[6]) {
		t.Errorf("events by alarms a month: %v", count)
	}
	q.Input.Price = energy.Price{}
	if d := run(t, q); d.Events[0].Cost != nil || d.Events[0].Currency != "" {
		t.Errorf("without a price: %+v", d.Events[0])
	}
}

// A meter in MWh has the events and the bill of one in kWh.
func TestUnits(t *testing.T) {
	all := requests(t)
	for _, name := range []string{energy.NameAnomalies, energy.NameCost, energy.NameCarbon} {
		q := all[name]
		want := run(t, q)
		m := *q.Meters[0]
		m.Series.Unit, m.Series.Values = "MWh", slices.Clone(m.Series.Values)
		for i := range m.Series.Values {
			m.Series.Values[i] /= 1000
		}
		q.Meters = []*analyse.Meter{&m}
		got := run(t, q)
		for i, f := range want.Facts {
			a, _ := f.Value.Float()
			b, _ := got.Facts[i].Value.Float()
			if math.Abs(a-b) > 1e-6*math.Abs(a)+.011 {
				t.Errorf("%s %s: %v and %v", name, f.Name, f.Value, got.Facts[i].Value)
			}
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	m := meterOf(t, "t,v\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,2\n", analyse.MeterOptions{})
	for _, c := range []struct {
		q    analyse.Request
		want string
	}{
		{analyse.Request{Analysis: "savings"}, "name a meter file"},
		{analyse.Request{Analysis: "astrology", Meters: []*analyse.Meter{m}}, "unknown analysis"},
		{analyse.Request{Analysis: "savings", Meters: []*analyse.Meter{m}}, "--temperature"},
		{analyse.Request{Analysis: "savings", Meters: []*analyse.Meter{m}, Temperature: illinois(t)}, "--baseline-end"},
		{analyse.Request{Analysis: "cost", Meters: []*analyse.Meter{m}}, "--tariff"},
		{analyse.Request{Analysis: "benchmark", Meters: []*analyse.Meter{m}}, "--peers"},
		{analyse.Request{Analysis: "consumption", Meters: []*analyse.Meter{m}, Period: "last_eon"}, "last_eon"},
	} {
		if _, err := analyse.Run(c.q); !isInvalid(err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a word of %s", c.q.Analysis, err, c.want)
		}
	}
	if d := run(t, analyse.Request{Analysis: "baseload", Meters: []*analyse.Meter{m}}); d.Status != eaio.ResultInsufficientData || len(d.Reasons) == 0 {
		t.Errorf("two hours: %s %v", d.Status, d.Reasons)
	}
	q := analyse.Request{Analysis: "savings", Meters: []*analyse.Meter{m}, Temperature: illinois(t)}
	q.Input.Baseline.To, q.Input.Reporting.From = at(t, "2017-02-01"), at(t, "2017-01-01")
	if _, err := analyse.Run(q); !isInvalid(err) || !strings.Contains(err.Error(), "before the baseline ends") {
		t.Errorf("periods in the wrong order: %v", err)
	}
	q.Input.Reporting.From = at(t, "2017-02-01")
	if d := run(t, q); d.Status != eaio.ResultInsufficientData {
		t.Errorf("savings of two hours: %s", d.Status)
	}
}

func TestLists(t *testing.T) {
	peers, err := analyse.ReadPeers("p.csv", strings.NewReader("\ufeffUse, site_eui ,source_eui\noffice,120.5,\nschool,80,200\n"))
	if err != nil || len(peers) != 2 || peers[0].SiteEUI != 120.5 || peers[0].SourceEUI != 0 || peers[1].Use != "school" {
		t.Errorf("%v, %v", peers, err)
	}
	factors, err := analyse.ReadFactors("f.csv", strings.NewReader("commodity,region,year,kg_per_kwh,scope,source\nelectricity,GB,2017,0.35156,2,BEIS 2017\n"))
	if err != nil || len(factors) != 1 || factors[0].KgPerKWh != 0.35156 || factors[0].Year != 2017 || factors[0].Scope != 2 {
		t.Errorf("%v, %v", factors, err)
	}
	for file, want := range map[string]string{"": "columns use,site_eui", "use\noffice\n": "no column site_eui", "use,site_eui\noffice,many\n": "line 2", "use,site_eui\noffice,-1\n": "0 or more", "use,site_eui\n\"office,1\n": "p.csv", "use,site_eui\noffice,NaN\n": "0 or more"} {
		if _, err := analyse.ReadPeers("p.csv", strings.NewReader(file)); !isInvalid(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want a word of %q", file, err, want)
		}
	}
	for _, file := range []string{"commodity,kg_per_kwh,source\ngas,,x\n", "commodity,kg_per_kwh,source,scope\ngas,1,x,3\n"} {
		if _, err := analyse.ReadFactors("f.csv", strings.NewReader(file)); !isInvalid(err) {
			t.Errorf("%q: %v", file, err)
		}
	}
}
