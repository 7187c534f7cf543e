package forecast

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Hours is the number of hours of a day on the grid of this package.
const Hours = 24

// Day holds a value for every hour of a local day; NaN where there is none.
type Day [Hours]float64

// Meter holds the readings of one meter on the local hourly grid: of consumption,
// not of what remains of it after generation, for no forecast is below zero.
type Meter struct {
	// First is the date of day 0; only its year, month and day are read.
	First time.Time
	// Load holds 24 values a day, kWh in the hour; NaN is missing.
	Load []float64
	// Temperature holds °C outdoors on the same grid, or is nil. It may be longer
	// than Load: its values for the day to forecast are the weather forecast.
	Temperature []float64
	// ZeroMissing says that zero is a gap, as it is on an electricity meter.
	ZeroMissing bool
}

// Days is the number of days the readings fill.
func (m Meter) Days() int { return len(m.Load) / Hours }

// Validate reports every fault of the grid at once.
func (m Meter) Validate() error {
	var faults []error
	if len(m.Load)%Hours != 0 {
		faults = append(faults, fmt.Errorf("load has %d values: want 24 for each day", len(m.Load)))
	}
	if len(m.Temperature)%Hours != 0 {
		faults = append(faults, fmt.Errorf("temperature has %d values: want 24 for each day", len(m.Temperature)))
	}
	if m.First.IsZero() {
		faults = append(faults, errors.New("the date of the first day is missing"))
	}
	return errors.Join(faults...)
}

// grid is a meter cut into days, with what counts as missing set to NaN.
type grid struct {
	load    []Day
	temp    []Day
	first   int // days from 1970-01-01 to day 0
	weekday int // weekday of day 0, Sunday 0

	zeroMissing bool
}

func newGrid(m Meter) *grid {
	y, mon, d := m.First.Date()
	date := time.Date(y, mon, d, 0, 0, 0, 0, time.UTC)
	g := &grid{first: int(date.Unix() / 86400), weekday: int(date.Weekday()), zeroMissing: m.ZeroMissing}
	g.load = cut(m.Load, g.readings)
	g.temp = cut(m.Temperature, finite)
	return g
}

func cut(values []float64, clean func(*Day)) []Day {
	days := make([]Day, len(values)/Hours)
	for i := range days {
		copy(days[i][:], values[i*Hours:])
		clean(&days[i])
	}
	return days
}

// readings sets what is none to NaN.
func (g *grid) readings(d *Day) {
	finite(d)
	for h, v := range d {
		if g.zeroMissing && v == 0 {
			d[h] = math.NaN()
		}
	}
}

// finite sets what is infinite to NaN.
func finite(d *Day) {
	for h, v := range d {
		if math.IsInf(v, 0) {
			d[h] = math.NaN()
		}
	}
}

// weatherFrom replaces the temperatures from a day on.
func (g *grid) weatherFrom(day int, temp []Day) {
	for len(g.temp) < day {
		g.temp = append(g.temp, noDay())
	}
	g.temp = append(g.temp[:day], temp...)
}

// dayOfWeek counts from Sunday 0, as time.Weekday does.
func (g *grid) dayOfWeek(day int) int { return ((g.weekday+day)%7 + 7) % 7 }

func (g *grid) weekend(day int) bool {
	w := g.dayOfWeek(day)
	return w == 0 || w == 6
}

// date is the calendar date of a day.
func (g *grid) date(day int) time.Time {
	return time.Unix(int64(g.first+day)*86400, 0).UTC()
}

// noDay is a day without any value.
func noDay() Day {
	var d Day
	for h := range d {
		d[h] = math.NaN()
	}
	return d
}
