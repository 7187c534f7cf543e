package forecast

import "math"

// Holidays are learned from one meter's own readings: a weekday a year ago that
// was run as a weekend day, unlike the weekdays around it.
const (
	offAfter  = 8    // days until a day can be told from its neighbours on both sides
	offBefore = 11   // days
	offShare  = 0.6  // of the squared distance to the weekdays that the one to the weekend days may be
	offSpread = 0.05 // of the mean load by which weekdays and weekend days must differ
	bothSigns = 0.9  // chance when last year's same date and same weekday of the month were both off
	oneSign   = 0.5  // chance when one of them was
)

type holidays struct {
	off         []bool    // a weekday that was run as a weekend day, unlike those around it
	came        []bool    // expected, and it came
	chance      []float64 // that the day is run as a weekend day, from what is known at its midnight
	hits, tried float64
}

// expect grows the chances by one day.
func (o *holidays) expect(g *grid, day int) {
	o.off = append(o.off, false)
	o.came = append(o.came, false)
	var chance float64
	if !g.weekend(day) {
		chance = o.signs(g, day) * (o.hits + 2) / (o.tried + 2)
	}
	o.chance = append(o.chance, chance)
}

// rewind forgets the days from one on.
func (o *holidays) rewind(day int) {
	o.off, o.came, o.chance = o.off[:day], o.came[:day], o.chance[:day]
}

// signs looks a year back: at the same date, and at the same weekday counted from
// the month's start or, for the last one, from its end.
func (o *holidays) signs(g *grid, day int) float64 {
	date := g.date(day)
	var sameDate, sameCount bool
	for k := max(0, day-366); k <= day-365; k++ {
		e := g.date(k)
		sameDate = sameDate || o.off[k] && e.Month() == date.Month() && e.Day() == date.Day()
	}
	for k := day - 371; k <= day-364; k += 7 {
		if k < 0 || !o.off[k] {
			continue
		}
		e := g.date(k)
		count := (e.Day()-1)/7 == (date.Day()-1)/7
		last := e.AddDate(0, 0, 7).Month() != e.Month() && date.AddDate(0, 0, 7).Month() != date.Month()
		sameCount = sameCount || e.Month() == date.Month() && (count || last)
	}
	switch {
	case sameDate && sameCount:
		return bothSigns
	case sameDate || sameCount:
		return oneSign
	}
	return 0
}

// judge notes whether an expected holiday came, when the day's readings are in.
func (o *holidays) judge(load, weekday, weekend *Day, day int) {
	if o.chance[day] == 0 {
		return
	}
	toWeekday, toWeekend := distances(load, weekday, weekend)
	if toWeekday == 0 && toWeekend == 0 {
		return
	}
	o.tried++
	if toWeekend < toWeekday {
		o.hits++
		o.came[day] = true
	}
}

// mark says whether a day, offAfter days before the end of what is known, was off.
func (o *holidays) mark(g *grid, day int) {
	if day < 0 || g.weekend(day) {
		return
	}
	var weekdays, weekends means
	for j := max(0, day-offBefore); j < day+offAfter; j++ {
		switch {
		case g.weekend(j):
			weekends.add(&g.load[j], 1)
		case j != day && !o.off[j]:
			weekdays.add(&g.load[j], 1)
		}
	}
	weekday, weekend := weekdays.mean(), weekends.mean()
	level := mean(&weekday, 0, Hours)
	if !(math.Abs(level-mean(&weekend, 0, Hours)) >= offSpread*level) {
		return
	}
	toWeekday, toWeekend := distances(&g.load[day], &weekday, &weekend)
	o.off[day] = toWeekend < offShare*toWeekday
}

// excluded days tell nothing about the usual weekday.
func (o *holidays) excluded(day int) bool { return o.off[day] || o.came[day] }

// distances are the sums of squares from a day to two profiles, over the hours
// that all three have.
func distances(day, a, b *Day) (toA, toB float64) {
	for h, v := range day {
		if !math.IsNaN(v) && !math.IsNaN(a[h]) && !math.IsNaN(b[h]) {
			toA += (v - a[h]) * (v - a[h])
			toB += (v - b[h]) * (v - b[h])
		}
	}
	return toA, toB
}

// mean is over the hours of [from,to) that have a value; NaN where none has.
func mean(d *Day, from, to int) float64 {
	var sum, n float64
	for _, v := range d[from:to] {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}
