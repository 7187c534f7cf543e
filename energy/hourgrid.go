package energy

import (
	"math"
	"time"

	"github.com/eaio/eaio/energy/forecast"
)

// hourGrid is a meter's energy by hour of the local clock, day by day. An hour that
// the clock skips has none, one that it repeats the mean of both.
type hourGrid struct {
	days  []day
	types []dayType
	load  []forecast.Day
}

func (p part) hourGrid() hourGrid {
	var g hourGrid
	perHour := float64(max(time.Hour/p.Step, 1))
	for _, d := range p.days() {
		var sum, n forecast.Day
		for i := d.lo; i < d.hi; i++ {
			if v := p.values[i]; !math.IsNaN(v) {
				h := p.hourOf(d, i)
				sum[h] += v
				n[h]++
			}
		}
		for h := range sum {
			if n[h] < perHour {
				sum[h] = math.NaN()
				continue
			}
			sum[h] *= perHour / n[h]
		}
		g.days = append(g.days, d)
		g.types = append(g.types, dayTypeOf(d.weekday))
		g.load = append(g.load, sum)
	}
	return g
}
