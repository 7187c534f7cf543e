package energy_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// newCalls are the analyses that take more than a meter.
func newCalls() []eaio.Call {
	return []eaio.Call{
		{Analysis: energy.NameSignature},
		{Analysis: energy.NameSavings, Period: eaio.Last30Days},
		{Analysis: energy.NameAnomalies, Period: eaio.Last7Days},
		{Analysis: energy.NameAnomalies},
		{Analysis: energy.NameForecast},
		{Analysis: energy.NameChange},
		{Analysis: energy.NameChange, Period: eaio.Last7Days, Compare: eaio.CompareYearAgo},
		{Analysis: energy.NameMeasures},
		{Analysis: energy.NamePeak},
		{Analysis: energy.NameCost},
		{Analysis: energy.NameCarbon, Compare: eaio.ComparePrevious},
		{Analysis: energy.NameBenchmark},
	}
}

// building is an office with weather, price, area and peers.
func building(from, to time.Time) energy.Input {
	load := func(t time.Time) float64 { return noisy(t) + 40*max(0, outdoors(t)-celsius(68))/24 }
	return energy.Input{
		Series: electricity(from, to, time.Hour, load), Temperature: weather(from, to), Price: pounds("0.15"),
		AreaM2: 2000, Use: "office", Peers: peers(30, map[string]float64{energy.CoefficientBase: 0.1, energy.CoefficientHeating: 0.001}),
	}
}

// loaded is what a store hands out for a window: only that, on the same grid.
func loaded(in energy.Input, w eaio.Window) energy.Input {
	from := max(int(w.From.Sub(in.Series.Start)/time.Hour), 0)
	to := min(int((w.To.Sub(in.Series.Start)+time.Hour-1)/time.Hour), len(in.Series.Values))
	in.Series.Start = in.Series.Start.Add(time.Duration(from) * time.Hour)
	in.Temperature.Start = in.Series.Start
	in.Series.Values, in.Temperature.DegC = in.Series.Values[from:max(from, to)], in.Temperature.DegC[from:max(from, to)]
	return in
}

// corrupt changes all that lies outside a window.
func corrupt(in energy.Input, w eaio.Window, value float64) energy.Input {
	out := in
	out.Series.Values = append([]float64(nil), in.Series.Values...)
	set(out.Series, in.Series.Start, w.From, value)
	set(out.Series, w.To, in.Series.Start.AddDate(20, 0, 0), value)
	degrees := energy.Series{Start: in.Temperature.Start, Step: in.Temperature.Step, Values: append([]float64(nil), in.Temperature.DegC...)}
	set(degrees, in.Temperature.Start, w.From, value)
	set(degrees, w.To, in.Temperature.Start.AddDate(20, 0, 0), value)
	out.Temperature.DegC = degrees.Values
	return out
}

func TestNewAnalysesReadOnlyWhatTheyNeed(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	in := building(date(loc, 2013, 1, 1), date(loc, 2017, 12, 1))
	for i, asOf := range []time.Time{time.Date(2017, 3, 27, 7, 30, 0, 0, loc), date(loc, 2017, 10, 30)} {
		for _, call := range newCalls() {
			if i > 0 && call.Analysis == energy.NameForecast { // it takes long to learn
				continue
			}
			in.Fit.UTCDays = i > 0
			want := runInput(t, call, in, asOf)
			if want.Status == eaio.ResultInsufficientData && call.Analysis != energy.NameCost {
				t.Errorf("%+v: %s %v", call, want.Status, want.Reasons)
			}
			w := energy.WindowNeeded(call, in, asOf)
			if w.To.After(asOf) && call.Analysis != energy.NameCost {
				t.Errorf("%+v needs what lies after its as-of instant", call)
			}
			if got := runInput(t, call, loaded(in, w), asOf); !same(got, want) {
				t.Errorf("%+v as of %v differs when only the window needed is loaded", call, asOf)
			}
			for _, broken := range []float64{777, nan} {
				if got := runInput(t, call, corrupt(in, w, broken), asOf); !same(got, want) {
					t.Errorf("%+v as of %v reads outside the window needed", call, asOf)
				}
			}
		}
	}
}

// Twice the readings are twice the energy and the same temperatures, ratios and words.
func TestNewAnalysesScale(t *testing.T) {
	loc := zone(t, "America/Phoenix")
	asOf := date(loc, 2017, 10, 30)
	in := building(date(loc, 2014, 6, 1), asOf)
	double := in
	double.Series.Values = append([]float64(nil), in.Series.Values...)
	for i := range double.Series.Values {
		double.Series.Values[i] *= 2
	}
	double.AreaM2 *= 2 // as many kWh per m²
	for _, call := range newCalls() {
		if call.Analysis == energy.NameCarbon || call.Analysis == energy.NameBenchmark {
			continue
		}
		a, b := runInput(t, call, in, asOf), runInput(t, call, double, asOf)
		if a.Status != b.Status || strings.Join(a.Reasons, " ") != strings.Join(b.Reasons, " ") || len(a.Facts) != len(b.Facts) {
			t.Errorf("%+v: %s %v against %s %v", call, a.Status, a.Reasons, b.Status, b.Reasons)
			continue
		}
		for i, f := range a.Facts {
			x, ok := f.Value.Float()
			y, _ := b.Facts[i].Value.Float()
			extensive := strings.HasPrefix(f.Unit, "k") && !strings.Contains(f.Unit, "/m2") || f.Unit == "GBP"
			if extensive {
				x *= 2
			}
			if ok && math.Abs(x-y) > 0.0021+1e-4*math.Abs(x)+map[bool]float64{true: 0.02}[f.Unit == "GBP"] || !ok && f.Value != b.Facts[i].Value {
				t.Errorf("%+v: %s is %v, of the double %v", call, f.Name, f.Value, b.Facts[i].Value)
			}
		}
	}
}

func FuzzNewAnalyses(f *testing.F) {
	f.Add(int64(1451606400), int64(3600), int64(1485907200), 1.5, 12.0, []byte{1, 2, 3, 4, 77}, 9000, uint8(0))
	f.Add(int64(1490486400), int64(900), int64(1490572800), -99.0, 300.0, []byte{0, 0, 255}, 500, uint8(1))
	f.Add(int64(0), int64(86400), int64(40000000), math.Inf(1), math.NaN(), []byte{}, 800, uint8(2))
	zones := []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh", "Africa/Cairo"}
	f.Fuzz(func(t *testing.T, start, step, asOf int64, scale, degC float64, pattern []byte, n int, z uint8) {
		const limit = 253402300799 / 4
		if n < 0 || n > 10000 || asOf < -limit || asOf > limit || start < -limit || start > limit || step > 1<<30 || step < -1<<30 {
			t.Skip()
		}
		in := energy.Input{
			Series: energy.Series{
				Start: time.Unix(start, 0), Step: time.Duration(step) * time.Second,
				Location: zone(t, zones[int(z)%len(zones)]), Unit: "kWh", Commodity: []string{"electricity", "gas"}[z%2],
			},
			Temperature: energy.Temperature{Start: time.Unix(start, 0), Step: time.Duration(step) * time.Second},
			Price:       pounds("0.15"), AreaM2: scale, Use: "office", Peers: peers(12, map[string]float64{energy.CoefficientBase: 0.1}),
		}
		for i := range n {
			v := scale
			if len(pattern) > 0 {
				v *= float64(int8(pattern[i%len(pattern)]))
			}
			in.Series.Values = append(in.Series.Values, v)
			in.Temperature.DegC = append(in.Temperature.DegC, degC+float64(i%40))
		}
		for _, call := range newCalls() {
			r := runInput(t, call, in, time.Unix(asOf, 0))
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", call, err)
			}
		}
	})
}
