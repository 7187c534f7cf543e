package analyse

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/ingest"
)

// Temperature is a file of outdoor temperatures.
type Temperature struct {
	grid  energy.Temperature
	dated bool // daily means, on midnights UTC of their dates
	File  File
}

// ReadTemperature reads a CSV of timestamps and temperatures in the manner of
// ReadMeter. unit is C or F; empty: C, unless the column's name says otherwise, which
// is an error. Temperatures that no weather has are refused.
func ReadTemperature(name string, r io.Reader, unit, timezone string) (*Temperature, error) {
	switch strings.ToUpper(unit) {
	case "", "C", "F":
	default:
		return nil, invalid("temperature unit %.20q: want C or F", unit)
	}
	readings, rep, err := ingest.Weather(r, ingest.Options{Timezone: timezone, Unit: unit, FirstTwo: true, Dates: true})
	if err != nil {
		return nil, inFile(name, withFlag(otherDegrees(err, rep, unit)))
	}
	if rep.Interval == 0 {
		return nil, inFile(name, invalid("most temperatures are more than a day apart: they must be daily or hourly"))
	}
	t := &Temperature{File: newFile(name, rep), dated: rep.Interval == day}
	t.File.Unit = strings.ToUpper(unit)
	if unit == "" {
		t.File.Unit = "C"
	}
	points := make([]eaio.Reading, len(readings))
	for i, x := range readings {
		points[i] = eaio.Reading{At: x.At, Value: x.TempC}
	}
	t.grid = energy.Temperature{Start: points[0].At, Step: rep.Interval}
	t.grid.DegC, err = means(points, rep.Interval)
	return t, inFile(name, err)
}

// otherDegrees adds, to the error of a file of temperatures that no weather has in °C,
// that they may be in °F.
func otherDegrees(err error, rep ingest.Report, unit string) error {
	if strings.EqualFold(unit, "F") || rep.Reasons[ingest.Implausible]*2 < rep.Refused || len(rep.Refusals) == 0 {
		return err
	}
	if strings.Contains(rep.Refusals[0].Detail, `"-`) { // too cold, which °F would not be
		return err
	}
	return fmt.Errorf("%w. If they are in °F, say --temperature-unit F", err)
}

// means is grid for temperatures: two in one place are averaged.
func means(points []eaio.Reading, step time.Duration) ([]float64, error) {
	sums, err := grid(points, step)
	if err != nil {
		return nil, err
	}
	for i := range points {
		points[i].Value = 1
	}
	counts, err := grid(points, step)
	for i, n := range counts {
		if !math.IsNaN(n) {
			sums[i] /= n
		}
	}
	return sums, err
}

// For returns the temperatures on the clock of a meter. A dated meter gets the mean of
// each date's day between the boundary's midnights, if half of its readings are there
// (CalTRACK 2.0). Daily temperatures beside shorter readings lie at the noons of their
// dates, so that each is in its day.
func (t *Temperature) For(m *Meter, boundary *time.Location) energy.Temperature {
	switch {
	case m.Dated() == t.dated:
		return t.grid
	case t.dated:
		y, month, d := t.grid.Start.Date()
		noon := t.grid
		noon.Start = time.Date(y, month, d, 12, 0, 0, 0, boundary)
		return noon
	}
	return t.byDate(boundary)
}

// byDate averages the days of a clock and places them on midnights UTC.
func (t *Temperature) byDate(loc *time.Location) energy.Temperature {
	end := t.grid.Start.Add(time.Duration(len(t.grid.DegC)) * t.grid.Step)
	first, last := dateOf(t.grid.Start, loc), dateOf(end, loc)
	var days []eaio.Window
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, eaio.Window{From: midnight(d, loc), To: midnight(d.AddDate(0, 0, 1), loc)})
	}
	return energy.Temperature{Start: first, Step: day, DegC: t.grid.Means(days)}
}

// midnight is the start of a date, given at midnight UTC, on a clock. Where the clock
// skips midnight it is the hour after.
func midnight(date time.Time, loc *time.Location) time.Time {
	y, m, d := date.Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, loc)
	if t.Day() != d {
		_, t = t.ZoneBounds()
	}
	return t
}
