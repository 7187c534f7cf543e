package energy

import (
	"math"

	"github.com/eaio/eaio/energy/forecast"
)

// The rule of package forecast, for the bands of sums of hours and for the hours of a
// month to come, which that package does not tell.
const (
	levelKept    = 0.8 // of yesterday's departure from its profile
	lowestLevel  = 0.6
	highestLevel = 1.6
)

// profile is the mean of each hour over the latest days of the type before a day.
func (g hourGrid) profile(day int, t dayType) forecast.Day {
	left := [dayTypes]int{workingDay: projectWorkdays, restDay: projectRestDays}[t]
	var sum, n forecast.Day
	for i := day - 1; i >= max(0, day-projectLookBack) && left > 0; i-- {
		if g.types[i] != t {
			continue
		}
		left--
		for h, v := range g.load[i] {
			if !math.IsNaN(v) {
				sum[h] += v
				n[h]++
			}
		}
	}
	for h := range sum {
		sum[h] /= n[h]
	}
	return sum
}

// level is how a day's use was to its profile, over the hours that both have, and what
// the next day keeps of it.
func (g hourGrid) level(day int, load forecast.Day) float64 {
	usual := g.profile(day, g.types[day])
	actual, expected := 0.0, 0.0
	for h, v := range load {
		if !math.IsNaN(v + usual[h]) {
			actual, expected = actual+v, expected+usual[h]
		}
	}
	if expected <= 0 {
		return 1
	}
	return min(max(1+levelKept*(actual/expected-1), lowestLevel), highestLevel)
}

// ruleErrors are what the rule was off by, reading less forecast, in the sums of one
// day and of two, on the last days of a grid, each seen from the start of the first.
func (g hourGrid) ruleErrors(days int) (one, two []float64) {
	for d := max(projectLookBack, len(g.load)-days); d < len(g.load); d++ {
		scale := g.level(d-1, g.load[d-1])
		first := g.profile(d, g.types[d])
		for h := range first {
			first[h] *= scale
		}
		e, ok := missed(g.load[d], first)
		if !ok {
			continue
		}
		one = append(one, e)
		if d+1 == len(g.load) {
			continue
		}
		scale = g.level(d, first)
		second := g.profile(d, g.types[d+1])
		for h := range second {
			second[h] *= scale
		}
		if e2, ok := missed(g.load[d+1], second); ok {
			two = append(two, e+e2)
		}
	}
	return one, two
}

// missed sums reading less forecast over a day; false where hours lack either.
func missed(actual, expected forecast.Day) (sum float64, ok bool) {
	n := 0
	for h, v := range actual {
		if e := v - expected[h]; !math.IsNaN(e) {
			sum += e
			n++
		}
	}
	return sum, n >= forecast.Hours-1
}
