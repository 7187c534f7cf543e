package energy_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// weekly is a heated building with another level on weekends.
func weekly(weekend float64) func(time.Time) float64 {
	return func(d time.Time) float64 {
		use := heated(200, 9, celsius(60))(d) + jitter(d)/100
		if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
			use += weekend
		}
		return use
	}
}

func TestChangeFindsTheTerms(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 3, 1) // February against January
	month := eaio.Call{Analysis: energy.NameChange, Period: eaio.LastMonth, Compare: eaio.ComparePrevious}
	feb := func(d time.Time) bool { return !d.Before(date(loc, 2017, 2, 1)) }
	weather, calendar := 0.0, 0.0 // of the meter as it was made
	days := map[bool]float64{}
	sum := map[bool]float64{}
	for d := date(loc, 2017, 1, 1); d.Before(asOf); d = d.AddDate(0, 0, 1) {
		days[feb(d)]++
		sum[feb(d)] += heated(200, 9, celsius(60))(d)
	}
	// January 2017 has 9 weekend days of 31, February 8 of 28.
	mean := func(m bool) float64 { return sum[m] / days[m] }
	weather = (mean(true) - mean(false)) * (28 + 31) / 2
	calendar = (28-31)*(mean(true)+mean(false))/2 + (8-9)*-50
	for _, saved := range []float64{0, 30} {
		in := site(date(loc, 2015, 1, 1), asOf, func(d time.Time) float64 {
			if feb(d) {
				return weekly(-50)(d) - saved
			}
			return weekly(-50)(d)
		})
		in.Price = pounds("0.1")
		r := runInput(t, month, in, asOf)
		near(t, r, "change_weather", weather, 10)
		near(t, r, "change_calendar", calendar, 10)
		near(t, r, "change_operations", -28*saved, 20)
		want := energy.ReasonWithinModelError
		if saved > 0 {
			want = energy.ReasonOperationsChanged
		}
		if !hasReason(r, want) {
			t.Errorf("%v saved: %s %v, operations %v ± %v", saved, r.Status, r.Reasons, number(t, r, "change_operations"), number(t, r, "change_band"))
		}
	}
}

// The terms add up to the change exactly as told, whatever the meter; and looking the
// other way round in time turns every sign.
func TestChangeAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	zones := []string{"Europe/London", "America/Phoenix", "Asia/Ho_Chi_Minh"}
	for range 12 {
		loc := zone(t, zones[r.IntN(3)])
		asOf := date(loc, 2017, time.Month(1+r.IntN(12)), 1+r.IntN(28))
		scale := math.Exp(r.NormFloat64() * 3)
		in := site(date(loc, 2014, 6, 1), asOf, func(d time.Time) float64 {
			return scale * (weekly(60*r.Float64())(d) + 30*r.NormFloat64())
		})
		if r.IntN(3) == 0 {
			in.Temperature = energy.Temperature{}
		}
		for range 30 {
			in.Series.Values[r.IntN(len(in.Series.Values))] = nan
		}
		for _, period := range []eaio.Period{"", eaio.LatestDay, eaio.Last7Days, eaio.ThisMonth, eaio.LastMonth, eaio.Last30Days} {
			for _, compare := range []eaio.Compare{eaio.ComparePrevious, eaio.CompareYearAgo} {
				got := runInput(t, eaio.Call{Analysis: energy.NameChange, Period: period, Compare: compare}, in, asOf)
				if _, ok := got.Fact("change"); !ok {
					continue
				}
				terms := []string{"change_weather", "change_calendar", "change_operations"}
				if hasReason(got, energy.ReasonNoTemperature) {
					terms = []string{"change_calendar", "change_weather_and_operations"}
				}
				sum := int64(0) // thousandths add up exactly
				for _, name := range terms {
					sum += int64(math.Round(1000 * number(t, got, name)))
				}
				if change := int64(math.Round(1000 * number(t, got, "change"))); sum != change {
					t.Errorf("%s %s as of %v: the terms are %d, the change %d", period, compare, asOf, sum, change)
				}
				if diff := number(t, got, "energy") - number(t, got, "compare_energy"); math.Abs(diff-number(t, got, "change")) > 0.0021 {
					t.Errorf("the change is %v, the sums differ by %v", number(t, got, "change"), diff)
				}
			}
		}
	}
}

func TestChangeWithoutWeather(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 3, 1)
	in := site(date(loc, 2016, 12, 1), asOf, func(d time.Time) float64 {
		if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
			return 100 + 0.01*jitter(d)
		}
		return 200 + 0.01*jitter(d)
	})
	in.Temperature = energy.Temperature{}
	r := runInput(t, eaio.Call{Analysis: energy.NameChange}, in, asOf)
	wantStatus(t, r, eaio.ResultWarn, energy.ReasonNoTemperature)
	near(t, r, "change", 20*200+8*100-22*200-9*100, 1)
	near(t, r, "change_calendar", -2*200-100, 1)
	near(t, r, "change_weather_and_operations", 0, 1)
	if _, ok := r.Fact("change_weather"); ok {
		t.Error("weather is told without temperatures")
	}
}

func TestChangeDeclines(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 3, 1)
	perDay := weekly(-50)
	short := site(date(loc, 2016, 9, 1), asOf, perDay)
	alone := site(date(loc, 2017, 2, 1), asOf, perDay)
	gaps := site(date(loc, 2015, 1, 1), asOf, perDay)
	set(gaps.Series, date(loc, 2017, 2, 3), date(loc, 2017, 2, 12), nan)
	for name, c := range map[string]struct {
		in     energy.Input
		reason string
	}{
		"half a year of history": {short, energy.ReasonTemperatureMissing},
		"nothing before":         {alone, energy.ReasonNoComparison},
		"a week missing":         {gaps, energy.ReasonNoChange},
	} {
		r := runInput(t, eaio.Call{Analysis: energy.NameChange}, c.in, asOf)
		if _, ok := r.Fact("change_operations"); ok || r.Status != eaio.ResultInsufficientData || !hasReason(r, c.reason) {
			t.Errorf("%s: %s %v, want %s", name, r.Status, r.Reasons, c.reason)
		}
	}
}

// The band holds the errors of both windows: that of this month, which Savings tells, and
// that of the one before, at right angles.
func TestChangeBandIsOfBothWindows(t *testing.T) {
	loc := time.UTC
	asOf := date(loc, 2017, 5, 1) // April against March
	in := site(date(loc, 2015, 1, 1), asOf, func(d time.Time) float64 { return heated(200, 9, celsius(60))(d) + 20*jitter(d) })
	r := runInput(t, eaio.Call{Analysis: energy.NameChange}, in, asOf)
	april, _ := energy.Savings(in, window(loc, 2016, 4, 1, 2017, 4, 1), window(loc, 2017, 4, 1, 2017, 5, 1))
	now := number(t, april, "uncertainty_band")
	then := now * number(t, r, "compare_energy") / number(t, r, "energy") * math.Sqrt(30./31)
	near(t, r, "change_band", math.Hypot(now, then), 0.04*now)
}
