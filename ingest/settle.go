package ingest

import (
	"math"
	"slices"
	"time"
)

// settle turns the rows of b into what the caller gets: sorted by time, each
// instant once. It completes the report and gives its verdict.
func settle[T any](b *builder, build func(sec int64, v float64) T, at func(T) time.Time) ([]T, error) {
	if err := b.sameOffsets(); err != nil {
		return nil, err
	}
	if err := b.rep.tooManyRefused(); err != nil {
		return nil, err
	}
	b.rows.sort()
	if err := b.interval(); err != nil {
		return nil, err
	}
	dated := b.o.Dates && (b.rep.Interval == day || b.rep.Interval == 0)
	s := settler{b: b, z: zone{loc: b.loc}, step: int64(b.rep.Interval / time.Minute), descending: b.rows.descending()}
	switch {
	case dated:
		b.dates()
		s.step, s.periods = minutesOfDay, b.rep.Interval == 0
	case b.naive && b.loc == nil && b.rows.n > 0:
		return nil, b.noZone()
	}
	out := make([]T, 0, b.rows.n)
	ordered := true
	last := int64(math.MinInt64)
	for group := range b.rows.drain() {
		s.group(group, func(sec int64, v float64) {
			ordered = ordered && sec > last
			last = sec
			switch {
			case math.IsNaN(v):
				b.rep.Accepted--
			case b.signed && v < 0:
				b.rep.Negative++
			}
			out = append(out, build(sec, v))
		})
	}
	b.rep.Accepted += int64(len(out))
	if err := b.rep.verdict(); err != nil {
		return nil, err
	}
	if !ordered {
		slices.SortFunc(out, func(x, y T) int { return at(x).Compare(at(y)) })
	}
	b.rep.First, b.rep.End = at(out[0]), s.end(at(out[len(out)-1]))
	return out, nil
}

// sameOffsets refuses a file whose stamps carry offsets that no one clock has.
// One offset throughout is always fine, and so are those of the time zone named
// in the options. Without one, two offsets an hour or less apart may be summer and winter.
func (b *builder) sameOffsets() error {
	if len(b.offsets) < 2 {
		return nil
	}
	low, high := int8(math.MaxInt8), int8(math.MinInt8)
	for o := range b.offsets {
		low, high = min(low, int8(o)), max(high, int8(o))
	}
	if b.loc == nil {
		if len(b.offsets) == 2 && high-low <= 4 {
			return nil
		}
		return invalid("line %d: the offsets of the timestamps vary more than a clock with summer time does: write them all in UTC, or name the time zone", b.offsets[uint8(high)])
	}
	z := zone{loc: b.loc}
	for r := range b.rows.rows() {
		if utc := r.minutes() * 60; z.offsetAt(utc) != r.offset()*60 {
			return invalid("line %d: offset %s is not that of %s at that time, and the file has others too: write all timestamps in UTC, or with the zone's own offsets",
				r.line(), time.Unix(utc, 0).In(time.FixedZone("", int(r.offset())*60)).Format("-07:00"), b.loc)
		}
	}
	return nil
}

// interval takes the interval from the options, or from the differences between
// neighbouring stamps.
func (b *builder) interval() error {
	b.rep.Interval = b.o.Interval
	if b.o.Interval != 0 || b.rows.n == 0 {
		return nil
	}
	var counts [24*60 + 1]int // by minutes; [0]: more than a day
	before := int64(-1)
	for r := range b.rows.rows() {
		d := r.minutes() - before
		switch {
		case before < 0:
		case d == 0:
		case d >= int64(len(counts)):
			counts[0]++
		default:
			counts[d]++
		}
		before = r.minutes()
	}
	best := 1
	for d, n := range counts {
		if d > 0 && n > counts[best] {
			best = d
		}
	}
	if counts[0] > counts[best] {
		best = 0
	}
	step := time.Duration(best) * time.Minute
	switch {
	case counts[best] == 0:
		return invalid("one timestamp does not tell the interval between readings: name it, or send two rows at least")
	case best == 0 && b.o.Dates:
		step = 0
	case best == 0:
		return invalid("most readings are more than a day apart: the interval can be at most a day")
	case step != 0 && !validInterval(step):
		return invalid("most readings are %v apart, and a day is no whole number of those: send an interval such as 15m or 1h", step)
	}
	b.rep.Interval = step
	return nil
}

const (
	day          = 24 * time.Hour
	minutesOfDay = 1440
)

// dates moves every row to midnight UTC of the date that its stamp shows.
func (b *builder) dates() {
	for _, block := range b.rows.blocks {
		for i, r := range block {
			local := r.minutes() + r.offset()
			block[i] = pack(local-local%minutesOfDay, r.line(), 0, r.value)
		}
	}
	b.naive, b.rows.unsorted = false, true
	b.rows.sort()
}

// settler decides what the rows of one stamp amount to.
type settler struct {
	b          *builder
	z          zone
	step       int64 // minutes
	descending bool  // the file runs from late to early
	periods    bool  // a row without value counts: it ends a period
}

// group settles the rows of one stamp, in the order of their lines.
func (s *settler) group(rows []row, emit func(sec int64, v float64)) {
	rows = s.onGrid(rows)
	if len(rows) == 0 {
		return
	}
	minutes := rows[0].minutes()
	if !s.b.naive {
		s.instant(rows, minutes*60, emit)
		return
	}
	at, n := s.z.instants(minutes * 60)
	rep := &s.b.rep
	switch {
	case n == 0:
		rep.MissingHour += int64(len(rows))
		for _, r := range rows {
			s.b.drop(r.value, r.line(), NonexistentHour, "%s: %s has no such time, its clock skips that hour", clock(minutes), s.b.loc)
		}
	case n == 1:
		s.instant(rows, at[0], emit)
	case len(rows) == 1:
		rep.RepeatedHourOnce++
		s.instant(rows, at[0], emit)
	default:
		rep.RepeatedHour++
		first, second := s.twoHours(rows)
		s.instant(first, at[0], emit)
		s.instant(second, at[1], emit)
	}
}

// onGrid drops the rows that do not lie on the interval, each on its own clock.
func (s *settler) onGrid(rows []row) []row {
	kept := rows[:0]
	for _, r := range rows {
		if local := r.minutes() + r.offset(); local%s.step != 0 {
			s.b.drop(r.value, r.line(), OffGrid, "%s is not a multiple of the interval %v", clock(local), s.b.rep.Interval)
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

// twoHours deals the rows of a repeated stamp out to its two hours: one each,
// and any further row to the hour whose value it repeats, else to the second.
func (s *settler) twoHours(rows []row) (first, second []row) {
	if s.descending {
		slices.Reverse(rows)
	}
	first, second = []row{rows[0]}, []row{rows[1]}
	for _, r := range rows[2:] {
		if r.value == rows[0].value {
			first = append(first, r)
		} else {
			second = append(second, r)
		}
	}
	return first, second
}

// instant settles the rows that speak of one instant.
func (s *settler) instant(rows []row, sec int64, emit func(sec int64, v float64)) {
	rows = slices.DeleteFunc(rows, row.missing)
	if len(rows) == 0 {
		if s.periods {
			emit(sec, math.NaN())
		}
		return
	}
	first := rows[0]
	i := slices.IndexFunc(rows, func(r row) bool { return r.value != first.value })
	if i < 0 {
		s.b.rep.Duplicates += int64(len(rows) - 1)
		emit(sec, first.value)
		return
	}
	for _, r := range rows {
		other := rows[i]
		if r.value == other.value {
			other = first
		}
		s.b.rep.refuse(1, r.line(), ConflictingDuplicate, "%s: %v here and %v on line %d", clock(first.minutes()), r.value, other.value, other.line())
	}
}

// end returns the end of the interval that starts at last. A day of a wall clock
// may have 23 or 25 hours.
func (s *settler) end(last time.Time) time.Time {
	step := s.b.rep.Interval
	if !s.b.naive || step < 2*time.Hour {
		return last.Add(step)
	}
	local := last.In(s.b.loc)
	_, offset := local.Zone()
	if at, n := s.z.instants(last.Unix() + int64(offset) + s.step*60); n > 0 {
		return time.Unix(at[0], 0).UTC()
	}
	return last.Add(step)
}
