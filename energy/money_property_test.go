package energy_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/tariff"
)

// contracted is every analysis of this file's kind on one meter.
func contracted(t testing.TB) map[string]func(energy.Series, time.Time) eaio.Result {
	x := urdb(t, `"energyratestructure":[[{"max":3000,"rate":0.1},{"rate":0.125}]]`, `"flatdemandstructure":[[{"rate":8}]]`,
		`"demandratchetpercentage":[0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5]`, `"fixedmonthlycharge":30`, `"mincharge":100`)
	c := energy.Contract{Tariff: x, Alternatives: []tariff.Tariff{flatRate(t, "flat", "0.15")}, Billed: given("1000")}
	out := map[string]func(energy.Series, time.Time) eaio.Result{}
	for _, p := range []eaio.Period{"", eaio.LatestDay, eaio.ThisMonth, eaio.LastMonth, eaio.LastYear} {
		out["peak "+string(p)] = func(s energy.Series, at time.Time) eaio.Result {
			return energy.Peak(s, at, p, energy.PeakInputs{Tariff: &x})
		}
		out["cost "+string(p)] = func(s energy.Series, at time.Time) eaio.Result { return energy.Cost(s, at, p, c) }
		for _, compare := range []eaio.Compare{eaio.CompareNone, eaio.ComparePrevious, eaio.CompareYearAgo} {
			out["carbon "+string(p)+" "+string(compare)] = func(s energy.Series, at time.Time) eaio.Result {
				return energy.Carbon(energy.CarbonSite{Meters: []energy.Series{s}, AreaM2: 100}, at, p, compare)
			}
		}
	}
	out["benchmark"] = func(s energy.Series, at time.Time) eaio.Result {
		return energy.Benchmark(energy.BenchmarkSite{Meters: []energy.Series{s}, AreaM2: 500, Use: "office"}, peersOf(12), at)
	}
	return out
}

func TestMoneyDoesNotLookAhead(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2015, 10, 1), date(loc, 2017, 12, 1), time.Hour, restless)
	asOf := date(loc, 2017, 10, 30)
	for name, analyse := range contracted(t) {
		want := analyse(s, asOf)
		wantWhole(t, want)
		if want.Status == eaio.ResultInsufficientData {
			t.Errorf("%s: %v", name, want.Reasons)
		}
		for _, broken := range []float64{1e6, nan} {
			other := s
			other.Values = append([]float64(nil), s.Values...)
			set(other, asOf, date(loc, 2018, 1, 1), broken)
			if !same(analyse(other, asOf), want) {
				t.Errorf("%s depends on what lies after its as-of instant", name)
			}
		}
	}
}

func TestNoMoneyWithoutReadings(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 10, 30)
	empty := electricity(date(loc, 2015, 1, 1), date(loc, 2017, 10, 30), time.Hour, constant(nan))
	future := electricity(date(loc, 2017, 11, 1), date(loc, 2017, 12, 1), time.Hour, office)
	for what, s := range map[string]energy.Series{
		"all missing": empty, "all later": future, "no values": {Step: time.Hour, Location: loc, Unit: "kWh", Commodity: "electricity"},
		"nothing": {}, "a negative step": {Step: -time.Hour, Values: []float64{1}, Unit: "kWh"},
	} {
		for name, analyse := range contracted(t) {
			r := analyse(s, asOf)
			wantWhole(t, r)
			if r.Status != eaio.ResultInsufficientData || len(r.Facts) > 0 {
				t.Errorf("%s, %s: %s %v with %d facts", what, name, r.Status, r.Reasons, len(r.Facts))
			}
		}
	}
}

// Twice the readings are twice the energy, demand and emissions and the same ratios.
func TestMoneyScales(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2015, 6, 1), date(loc, 2017, 10, 30), time.Hour, restless)
	double := s
	double.Values = append([]float64(nil), s.Values...)
	for i := range double.Values {
		double.Values[i] *= 2
	}
	flat := energy.Contract{Tariff: urdb(t, `"energyratestructure":[[{"rate":0.125}]]`, `"flatdemandstructure":[[{"rate":8}]]`)}
	asOf := date(loc, 2017, 10, 1)
	for name, analyse := range map[string]func(energy.Series) eaio.Result{
		"peak": func(s energy.Series) eaio.Result {
			return energy.Peak(s, asOf, "", energy.PeakInputs{Tariff: &flat.Tariff})
		},
		"cost": func(s energy.Series) eaio.Result { return energy.Cost(s, asOf, "", flat) },
		"carbon": func(s energy.Series) eaio.Result {
			return energy.Carbon(energy.CarbonSite{Meters: []energy.Series{s}, AreaM2: 100}, asOf, "", eaio.CompareYearAgo)
		},
	} {
		a, b := analyse(s), analyse(double)
		if a.Status != b.Status || strings.Join(a.Reasons, " ") != strings.Join(b.Reasons, " ") || len(a.Facts) != len(b.Facts) || len(a.Facts) < 5 {
			t.Errorf("%s: %s %v against %s %v", name, a.Status, a.Reasons, b.Status, b.Reasons)
			continue
		}
		for i, f := range a.Facts {
			x, ok := f.Value.Float()
			y, _ := b.Facts[i].Value.Float()
			tolerance := 0.0021
			switch f.Unit {
			case "kWh", "kW", "kgCO2", "kgCO2/m2":
				x *= 2
			case "USD":
				x, tolerance = 2*x, 0.021
			}
			if ok && math.Abs(x-y) > tolerance || !ok && f.Value != b.Facts[i].Value {
				t.Errorf("%s: %s is %v, of the double %v", name, f.Name, f.Value, b.Facts[i].Value)
			}
		}
	}
}

// Carbon of the days is carbon of the month, at a clock change too.
func TestCarbonAddsUp(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), 30*time.Minute, restless)
	site := energy.CarbonSite{Meters: []energy.Series{s}, AreaM2: 1, Factors: []energy.EmissionFactor{{Commodity: "electricity", KgPerKWh: 0.25, Source: "made up"}}}
	sum := 0.0
	for d := 1; d <= 31; d++ {
		sum += number(t, energy.Carbon(site, date(loc, 2017, 10, d+1), eaio.LatestDay, eaio.CompareNone), "emissions")
	}
	month := number(t, energy.Carbon(site, date(loc, 2017, 11, 1), eaio.LastMonth, eaio.CompareNone), "emissions")
	if math.Abs(month-sum) > 31*0.0005 {
		t.Errorf("the days of October are %v kg, the month %v", sum, month)
	}
}

func FuzzMoney(f *testing.F) {
	f.Add(int64(1483228800), int64(3600), int64(1514764800), 1.5, []byte{1, 2, 3, 4}, 2000, uint8(0))
	f.Add(int64(1490486400), int64(900), int64(1490572800), -99.0, []byte{0, 0, 255}, 500, uint8(1))
	f.Add(int64(1257033600), int64(1800), int64(1259625600), 1e11, []byte{7}, 3000, uint8(3))
	f.Add(int64(0), int64(86400), int64(5000000), math.MaxFloat64, []byte{1, 9}, 100, uint8(2))
	zones := []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh", "America/St_Johns"}
	analyses := contracted(f)
	f.Fuzz(func(t *testing.T, start, step, asOf int64, scale float64, pattern []byte, n int, z uint8) {
		const limit = 253402300799
		if n < 0 || n > 5000 || asOf < -limit/4 || asOf > limit || start < -limit/4 || start > limit || step > 1<<30 || step < -1<<30 {
			t.Skip()
		}
		s := energy.Series{
			Start: time.Unix(start, 0), Step: time.Duration(step) * time.Second,
			Location: zone(t, zones[int(z)%len(zones)]), Unit: "kWh", Commodity: []string{"electricity", "gas"}[z%2],
		}
		for i := range n {
			v := scale
			if len(pattern) > 0 {
				v *= float64(int8(pattern[i%len(pattern)]))
			}
			s.Values = append(s.Values, v)
		}
		for name, analyse := range analyses {
			r := analyse(s, time.Unix(asOf, 0))
			wantWhole(t, r)
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
