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

var nan = math.NaN()

func same(a, b eaio.Result) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && string(x) == string(y)
}

// The energy of the parts of a period is the energy of the whole, on days of 23,
// 24 and 25 hours alike, whatever the interval.
func TestSumsAgree(t *testing.T) {
	for _, name := range []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh"} {
		for _, step := range []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute} {
			loc := zone(t, name)
			s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), step, restless)
			total := func(asOf time.Time, p eaio.Period) float64 {
				return number(t, energy.Consumption(s, asOf, p, eaio.CompareNone, energy.Price{}), "energy")
			}
			days, weeks, month := 0.0, 0.0, total(date(loc, 2017, 4, 1), eaio.LastMonth)
			for d := 1; d <= 31; d++ { // the clock changes on 26 March in London
				days += total(date(loc, 2017, 3, d+1), eaio.LatestDay)
			}
			if days != month {
				t.Errorf("%s, %s: the days of March hold %v kWh, the month %v", name, step, days, month)
			}
			weekDays := 0.0
			for d := 2; d < 30; d++ { // four weeks from Monday 2 October
				weekDays += total(date(loc, 2017, 10, d+1), eaio.LatestDay)
			}
			for _, d := range []int{9, 16, 23, 30} {
				weeks += total(date(loc, 2017, 10, d), eaio.LastWeek)
			}
			if weeks != weekDays {
				t.Errorf("%s, %s: four weeks hold %v kWh, their days %v", name, step, weeks, weekDays)
			}
			year, all := total(date(loc, 2018, 1, 1), eaio.LastYear), 0.0
			for m := time.February; m <= 13; m++ {
				all += total(date(loc, 2017, m, 1), eaio.LastMonth)
			}
			if year != all {
				t.Errorf("%s, %s: the year holds %v kWh, its months %v", name, step, year, all)
			}
		}
	}
}

func TestNothingLooksAhead(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2015, 6, 1), date(loc, 2017, 12, 1), 30*time.Minute, restless)
	asOf := date(loc, 2017, 10, 30)
	for _, broken := range []float64{1e6, -99, 0, nan, 3.25} {
		other := s
		other.Values = append([]float64(nil), s.Values...)
		set(other, asOf, date(loc, 2018, 1, 1), broken)
		short := s
		short.Values = s.Values[:int(asOf.Sub(s.Start)/s.Step)]
		for _, call := range allCalls() {
			want := run(t, call, s, asOf, pounds("0.1"))
			if !same(run(t, call, other, asOf, pounds("0.1")), want) || !same(run(t, call, short, asOf, pounds("0.1")), want) {
				t.Errorf("%+v depends on what lies after its as-of instant", call)
			}
		}
	}
}

// Twice the readings are twice the energy and the same ratios, verdicts and times.
func TestScale(t *testing.T) {
	loc := zone(t, "Europe/London")
	s := electricity(date(loc, 2015, 6, 1), date(loc, 2017, 10, 30), time.Hour, restless)
	set(s, time.Date(2017, 10, 27, 22, 0, 0, 0, loc), time.Date(2017, 10, 28, 6, 0, 0, 0, loc), 17)
	double := s
	double.Values = append([]float64(nil), s.Values...)
	for i := range double.Values {
		double.Values[i] *= 2
	}
	for _, call := range allCalls() {
		for _, asOf := range []time.Time{date(loc, 2017, 10, 30), date(loc, 2017, 10, 29)} {
			a, b := run(t, call, s, asOf, energy.Price{}), run(t, call, double, asOf, energy.Price{})
			if a.Status != b.Status || strings.Join(a.Reasons, " ") != strings.Join(b.Reasons, " ") || len(a.Facts) != len(b.Facts) {
				t.Errorf("%+v: %s %v against %s %v", call, a.Status, a.Reasons, b.Status, b.Reasons)
				continue
			}
			for i, f := range a.Facts {
				x, ok := f.Value.Float()
				y, _ := b.Facts[i].Value.Float()
				if strings.HasPrefix(f.Unit, "k") {
					x *= 2
				}
				if ok && math.Abs(x-y) > 0.0021 || !ok && f.Value != b.Facts[i].Value {
					t.Errorf("%+v: %s is %v, of the double %v", call, f.Name, f.Value, b.Facts[i].Value)
				}
			}
		}
	}
}

func TestNoReadings(t *testing.T) {
	loc := zone(t, "Europe/London")
	asOf := date(loc, 2017, 10, 30)
	empty := electricity(date(loc, 2015, 1, 1), date(loc, 2017, 10, 30), time.Hour, func(time.Time) float64 { return nan })
	sentinels := electricity(date(loc, 2015, 1, 1), date(loc, 2017, 10, 30), time.Hour, func(time.Time) float64 { return -99 })
	future := electricity(date(loc, 2017, 11, 1), date(loc, 2017, 12, 1), time.Hour, office)
	for name, s := range map[string]energy.Series{
		"all missing": empty, "all sentinels": sentinels, "all later": future,
		"no values": {Step: time.Hour, Location: loc}, "nothing": {}, "a negative step": {Step: -time.Hour, Values: []float64{1}},
	} {
		for _, call := range allCalls() {
			r := run(t, call, s, asOf, pounds("0.1"))
			if r.Status != eaio.ResultInsufficientData || len(r.Reasons) == 0 {
				t.Errorf("%s, %+v: %s %v", name, call, r.Status, r.Reasons)
			}
			for _, f := range r.Facts {
				if f.Unit == "kWh" || f.Unit == "GBP" {
					t.Errorf("%s, %+v: claims %s = %s", name, call, f.Name, f.Value)
				}
			}
		}
	}
}

// The grid of a meter is anchored at its first reading, not at the hour.
func TestGridOffTheHour(t *testing.T) {
	loc := zone(t, "Asia/Kolkata") // five and a half hours east
	from := time.Date(2017, 1, 1, 0, 7, 0, 0, time.UTC).In(loc)
	s := electricity(from, date(loc, 2017, 10, 30), time.Hour, restless)
	r := run(t, eaio.Call{Analysis: energy.NameConsumption, Period: eaio.LastMonth}, s, date(loc, 2017, 10, 1), energy.Price{})
	if f, _ := r.Fact("energy"); f.N != 720 {
		t.Errorf("September holds %d readings, want 720", f.N)
	}
	wantFacts(t, run(t, eaio.Call{Analysis: energy.NameBaseLoad}, s, date(loc, 2017, 10, 1), energy.Price{}), map[string]string{"weekday_start": "08:00", "weekday_stop": "18:00"})
}

func TestRunRefusesWhatItDoesNotKnow(t *testing.T) {
	s := electricity(date(time.UTC, 2017, 1, 1), date(time.UTC, 2017, 3, 1), time.Hour, office)
	for _, call := range []eaio.Call{
		{},
		{Analysis: "fortune"},
		{Analysis: energy.NameConsumption, Period: "fortnight"},
		{Analysis: energy.NameConsumption, Period: eaio.LatestDay, Compare: "peers"},
	} {
		if _, err := energy.Run(call, energy.Input{Series: s}, date(time.UTC, 2017, 3, 1)); eaio.KindOf(err) != eaio.KindInvalid {
			t.Errorf("%+v: %v, want an invalid call", call, err)
		}
	}
	for _, name := range energy.Analyses() {
		if r := run(t, eaio.Call{Analysis: name}, s, date(time.UTC, 2017, 3, 1), energy.Price{}); r.Analysis != name {
			t.Errorf("%s answers as %q", name, r.Analysis)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add(int64(1483228800), int64(3600), int64(1485907200), 1.5, []byte{1, 2, 3, 4}, 2000, uint8(0))
	f.Add(int64(1490486400), int64(900), int64(1490572800), -99.0, []byte{0, 0, 255}, 500, uint8(1))
	f.Add(int64(0), int64(0), int64(0), math.Inf(1), []byte{}, 0, uint8(2))
	f.Add(int64(-62135596800), int64(86400), int64(253402300799), math.MaxFloat64, []byte{7}, 40, uint8(3))
	zones := []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh", "Africa/Cairo"}
	f.Fuzz(func(t *testing.T, start, step, asOf int64, scale float64, pattern []byte, n int, z uint8) {
		const limit = 253402300799 // end of the year 9999, the last that JSON can hold
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
		at := time.Unix(asOf, 0)
		for _, call := range allCalls() {
			r := run(t, call, s, at, pounds("0.15"))
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", call, err)
			}
		}
		energy.LastCompleteDay(s)
	})
}
