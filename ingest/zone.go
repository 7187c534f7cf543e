package ingest

import (
	"math"
	"time"
)

// zone turns readings of a wall clock into instants. It remembers the stretch of
// constant offset that it met last, so that rows in order cost almost nothing.
type zone struct {
	loc    *time.Location
	offset int64 // seconds east of UTC for wall in [from, to)
	from   int64 // wall seconds for which offset is the only answer
	to     int64
}

const daySeconds = 86400

// instants returns the Unix seconds at which the clock shows wall (seconds since
// 1970 on that clock): none in a skipped hour, two in a repeated one, the
// earlier first.
func (z *zone) instants(wall int64) (at [2]int64, n int) {
	if wall >= z.from && wall < z.to {
		return [2]int64{wall - z.offset}, 1
	}
	// A day to either side lies beyond any offset, so that these two are the
	// offsets before and after a change near wall, if there is one.
	before, after := z.offsetAt(wall-daySeconds), z.offsetAt(wall+daySeconds)
	if u := wall - before; z.offsetAt(u) == before {
		at[n] = u
		n++
	}
	if u := wall - after; after != before && z.offsetAt(u) == after {
		at[n] = u
		n++
	}
	if n == 2 && at[1] < at[0] {
		at[0], at[1] = at[1], at[0]
	}
	if n == 1 {
		z.remember(at[0])
	}
	return at, n
}

func (z *zone) offsetAt(unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(z.loc).Zone()
	return int64(offset)
}

// remember keeps the stretch of constant offset around an instant, a day short at both ends.
func (z *zone) remember(unix int64) {
	t := time.Unix(unix, 0).In(z.loc)
	z.offset = z.offsetAt(unix)
	z.from, z.to = math.MinInt64, math.MaxInt64
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		z.from = start.Unix() + z.offset + daySeconds
	}
	if !end.IsZero() {
		z.to = end.Unix() + z.offset - daySeconds
	}
}
