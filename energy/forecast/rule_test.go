package forecast

import (
	"math"
	"testing"
	"time"
)

// The figures of the simple methods on the 38 meters were computed a second time,
// elsewhere, from the same file: 13.59 (8.71/16.98) for the rule.
func TestSimpleMethodsOn2017(t *testing.T) {
	meters := bdg2(t)
	for _, c := range []struct {
		method        Method
		forecast      func(*grid, int) Day
		low, mid, top float64
	}{
		{Rule, (*grid).rule, 8.71, 13.59, 16.98},
		{Persistence, (*grid).persistence, 9.43, 16.97, 25.23},
		{WeekMean, (*grid).weekMean, 11.80, 17.57, 24.67},
	} {
		var scores []float64
		for _, m := range meters {
			g := newGrid(m.Meter)
			var e errorSum
			for d := scored; d < len(g.load); d++ {
				f := c.forecast(g, d)
				e.addDay(&g.load[d], &f)
			}
			scores = append(scores, e.cvrmse())
		}
		low, mid, top := Quartiles(scores)
		if math.Abs(low-c.low) > 0.005 || math.Abs(mid-c.mid) > 0.005 || math.Abs(top-c.top) > 0.005 {
			t.Errorf("%s: %.3f (%.3f/%.3f), want %.2f (%.2f/%.2f)", c.method, mid, low, top, c.mid, c.low, c.top)
		}
	}
}

// steady is a meter that reads the same in every hour of a day of its type.
func steady(days int, weekday, weekend float64) Meter {
	m := Meter{First: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)} // a Monday
	for d := range days {
		v := weekday
		if d%7 >= 5 {
			v = weekend
		}
		for range Hours {
			m.Load = append(m.Load, v)
		}
	}
	return m
}

func TestRule(t *testing.T) {
	for name, c := range map[string]struct {
		friday float64 // readings of the last day, whose profile is 100
		want   float64
	}{
		"as usual":          {100, 40},
		"part of it stays":  {110, 40 * 1.08},
		"never below":       {10, 40 * 0.6},
		"never above":       {300, 40 * 1.6},
		"nothing was read":  {math.NaN(), 40},
		"zero is a gap too": {0, 40},
	} {
		m := steady(26, 100, 40) // day 25 is a Friday
		m.ZeroMissing = true
		for h := range Hours {
			m.Load[25*Hours+h] = c.friday
		}
		for h, v := range newGrid(m).rule(26) {
			if math.Abs(v-c.want) > 1e-9 {
				t.Fatalf("%s: hour %d: %v, want %v", name, h, v, c.want)
			}
		}
	}
}

func TestProfileCountsTenWeekdaysAndFourWeekendDays(t *testing.T) {
	m := steady(47, 100, 40)
	for h := range 28 * Hours { // ten weekdays and four weekend days are later
		m.Load[h] *= 5
	}
	g := newGrid(m)
	if monday, saturday := g.profile(42)[9], g.profile(47)[9]; monday != 100 || saturday != 40 {
		t.Errorf("%v and %v, want 100 and 40", monday, saturday)
	}
	if next := g.profile(41)[9]; next == 40 {
		t.Error("a fourth weekend day five times as high did not count")
	}
}
