package energy_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// A mean needs half of its readings, on days of 23, 24 and 25 hours alike.
func TestDailyMeans(t *testing.T) {
	loc := zone(t, "Europe/London")
	degrees := energy.Temperature{Start: date(loc, 2017, 3, 25).UTC(), Step: time.Hour}
	for h := range 71 { // 24, 23 and 24 hours
		degrees.DegC = append(degrees.DegC, float64(h))
	}
	days := []eaio.Window{window(loc, 2017, 3, 25, 2017, 3, 26), window(loc, 2017, 3, 26, 2017, 3, 27), window(loc, 2017, 3, 27, 2017, 3, 28), window(loc, 2017, 3, 28, 2017, 3, 29)}
	mean := func(values ...float64) float64 {
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		return sum / float64(len(values))
	}
	check := func(what string, want ...float64) {
		t.Helper()
		for i, got := range degrees.Means(days) {
			if !(math.Abs(got-want[i]) < 1e-9 || math.IsNaN(got) && math.IsNaN(want[i])) {
				t.Errorf("%s: day %d has %v, want %v", what, i, got, want[i])
			}
		}
	}
	check("whole", 11.5, 35, mean(47, 70), nan)
	for h := range 12 {
		degrees.DegC[h] = nan
	}
	check("half of a day", mean(12, 23), 35, mean(47, 70), nan)
	degrees.DegC[12], degrees.DegC[30] = -99, -9999
	check("less than half, and sentinels", nan, (35*23-30)/22.0, mean(47, 70), nan)
	if got := (energy.Temperature{}).Means(days); len(got) != 4 || !math.IsNaN(got[0]) {
		t.Errorf("no temperature has the means %v", got)
	}
}

// A day that lacks hours stands for all of them; one that lacks most does not count.
func TestDaysWithGapsAreScaled(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := energy.Input{Series: electricity(from, asOf, time.Hour, func(at time.Time) float64 {
		return 10 + 0.5*jitter(at.Add(time.Duration(at.Hour())*7919*time.Hour))
	}), Temperature: weather(from, asOf)}
	whole, _ := energy.Signature(in, asOf)
	for d := range 366 {
		gap := 8
		if d >= 340 {
			gap = 13
		}
		for h := range gap {
			in.Series.Values[24*d+h+d%10] = nan
		}
	}
	gaps, _ := energy.Signature(in, asOf)
	near(t, gaps, "intercept", number(t, whole, "intercept"), 2)
	near(t, gaps, "days_fitted", 339, 0) // the last 365 days hold 26 that lack most
	near(t, gaps, "normalised_annual_use", number(t, whole, "normalised_annual_use"), 500)
}

// A year of 365 days is told though some of its days have no weather.
func TestNormalisedYearHas365Days(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, func(d time.Time) float64 { return 240 + 0.1*jitter(d) })
	for d := 100; d < 130; d++ {
		for h := range 24 {
			in.Temperature.DegC[24*d+h] = nan
		}
	}
	r, _ := energy.Signature(in, asOf)
	near(t, r, "normalised_annual_use", 240*365, 10)
	near(t, r, "days_fitted", 335, 0)
}

// Zeros for less than three hours are readings of a coarse meter; for three they are
// missing, and the rest of the day stands for them.
func TestShortZerosAreReadings(t *testing.T) {
	from, asOf := date(time.UTC, 2016, 1, 1), date(time.UTC, 2017, 1, 1)
	in := site(from, asOf, heated(240, 0, 0))
	in.Series = electricity(from, asOf, time.Hour, func(at time.Time) float64 { return 10 + float64(at.Hour()%2) + float64(at.YearDay())/100 })
	for day, hours := range map[int]int{0: 2, 2: 3} {
		at := date(time.UTC, 2016, 6, 2+day)
		set(in.Series, at.Add(10*time.Hour), at.Add(time.Duration(10+hours)*time.Hour), 0)
	}
	_, d := energy.Signature(in, asOf)
	june2 := int(date(time.UTC, 2016, 6, 2).Sub(d.Days[0].From) / (24 * time.Hour))
	// 2 June is day 154: hours of 11.54 and 12.54; 4 June of 11.56 and 12.56.
	first, third := 11*11.54+11*12.54, (10*11.56+11*12.56)*24/21
	if a, b := d.Use[june2], d.Use[june2+2]; math.Abs(a-first) > 1e-9 || math.Abs(b-third) > 1e-9 {
		t.Errorf("with two hours at zero %v, with three %v; want %v and %v", a, b, first, third)
	}
}
