package forecast

import "math"

// The rule's constants.
const (
	ruleWeekdays    = 10  // latest weekdays in a profile
	ruleWeekendDays = 4   // latest weekend days in a profile
	ruleLookBack    = 40  // days
	ruleShare       = 0.8 // of yesterday's departure from its profile that stays today
	ruleLowest      = 0.6
	ruleHighest     = 1.6
)

// profile is the mean of each hour over the latest days before day that are of
// the same type, weekday or weekend.
func (g *grid) profile(day int) Day {
	want := ruleWeekdays
	if g.weekend(day) {
		want = ruleWeekendDays
	}
	var sum means
	for d := day - 1; d >= max(0, day-ruleLookBack) && want > 0; d-- {
		if g.weekend(d) == g.weekend(day) {
			sum.add(&g.load[d], 1)
			want--
		}
	}
	return sum.mean()
}

// rule scales the profile by what yesterday was to its own profile.
func (g *grid) rule(day int) Day {
	f := g.profile(day)
	scale := min(max(1+ruleShare*(g.yesterdayRatio(day)-1), ruleLowest), ruleHighest)
	for h := range f {
		f[h] *= scale
	}
	return f
}

// yesterdayRatio is yesterday's total by its profile's, over the hours that both
// have; 1 where there are none.
func (g *grid) yesterdayRatio(day int) float64 {
	if day < 1 {
		return 1
	}
	p := g.profile(day - 1)
	var actual, usual float64
	for h, v := range g.load[day-1] {
		if !math.IsNaN(v) && !math.IsNaN(p[h]) {
			actual += v
			usual += p[h]
		}
	}
	if usual <= 0 {
		return 1
	}
	return actual / usual
}

// persistence copies yesterday.
func (g *grid) persistence(day int) Day {
	if day < 1 {
		return noDay()
	}
	return g.load[day-1]
}

// weekMean is the mean of each hour over the seven days before.
func (g *grid) weekMean(day int) Day {
	var sum means
	for d := max(0, day-7); d < day; d++ {
		sum.add(&g.load[d], 1)
	}
	return sum.mean()
}

// means gathers weighted means of each hour over days with gaps.
type means struct{ sum, weight Day }

func (m *means) add(d *Day, weight float64) {
	for h, v := range d {
		if !math.IsNaN(v) {
			m.sum[h] += weight * v
			m.weight[h] += weight
		}
	}
}

func (m *means) mean() Day {
	d := noDay()
	for h, w := range m.weight {
		if w > 0 {
			d[h] = m.sum[h] / w
		}
	}
	return d
}
