package analyse

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy/forecast"
	"github.com/eaio/eaio/ingest"
)

// Wide is a file of meters side by side, on the hours of a local clock.
type Wide struct {
	First  time.Time // the first date, at midnight UTC
	Days   int
	Names  []string
	Meters []forecast.Meter // all from First on, Days long
}

// column is a reading file's column by local hour.
type column struct {
	first time.Time // date of the first reading, at midnight UTC
	hours []float64
}

// ReadWide reads a CSV, plain or gzip, whose first column is local time and each
// further one a meter. Without a time zone the stamps are the clock as it stands; with
// one an hour that the clock repeats is the mean of both. Commodity is electricity, where
// zero is missing, or any other.
func ReadWide(name string, r io.ReadSeeker, timezone, commodity string) (w Wide, err error) {
	names, err := ingest.Columns(r)
	if err != nil {
		return w, inFile(name, err)
	}
	if len(names) < 2 {
		return w, inFile(name, invalid("there must be a column of local times and one for each meter"))
	}
	columns := make([]column, len(names)-1)
	for i, n := range names[1:] {
		if columns[i], err = readColumn(r, n, timezone); err != nil {
			return w, inFile(name, fmt.Errorf("column %q: %w", n, err))
		}
	}
	w.Names = names[1:]
	return w, inFile(name, w.align(columns, commodity == "electricity"))
}

// readColumn reads one column of a wide file; one without any value is empty.
func readColumn(r io.ReadSeeker, name, timezone string) (c column, err error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return c, fmt.Errorf("read the file again: %w", err)
	}
	if timezone == "" {
		timezone = "UTC"
	}
	loc, err := Clock(timezone)
	if err != nil {
		return c, err
	}
	readings, rep, err := ingest.Readings(r, ingest.Options{Timezone: timezone, Column: name, FirstTwo: true})
	switch {
	case rep.Rows > 0 && rep.Missing == rep.Rows:
		return c, nil
	case err != nil:
		return c, err
	case rep.Interval > time.Hour || time.Hour%rep.Interval != 0:
		return c, invalid("readings every %s: a forecast needs an hour or a part of it", interval(rep.Interval))
	}
	return byHour(readings, rep.Interval, loc)
}

// byHour sums readings by the hours of a clock. An hour that lacks one is NaN.
func byHour(readings []eaio.Reading, step time.Duration, loc *time.Location) (c column, err error) {
	c.first = dateOf(readings[0].At, loc)
	days := dayIndex(c.first, dateOf(readings[len(readings)-1].At, loc)) + 1
	if days*forecast.Hours > maxCells {
		return c, invalid("the readings span %d days: check the first and the last timestamp", days)
	}
	c.hours = make([]float64, days*forecast.Hours)
	counts := make([]float64, len(c.hours))
	for _, r := range readings {
		local := r.At.In(loc)
		k := dayIndex(c.first, dateOf(r.At, loc))*forecast.Hours + local.Hour()
		c.hours[k] += r.Value
		counts[k]++
	}
	perHour := float64(time.Hour / step)
	for k, n := range counts {
		if n < perHour {
			c.hours[k] = math.NaN()
			continue
		}
		c.hours[k] *= perHour / n
	}
	return c, nil
}

// align puts all columns on one grid of days.
func (w *Wide) align(columns []column, zeroMissing bool) error {
	var last time.Time
	for _, c := range columns {
		if len(c.hours) == 0 {
			continue
		}
		if w.First.IsZero() || c.first.Before(w.First) {
			w.First = c.first
		}
		if end := c.first.AddDate(0, 0, len(c.hours)/forecast.Hours); end.After(last) {
			last = end
		}
	}
	if w.First.IsZero() {
		return invalid("no column holds a value")
	}
	w.Days = dayIndex(w.First, last)
	if w.Days*forecast.Hours*len(columns) > maxCells {
		return invalid("%d meters over %d days are more than can be tried at once: check the first and the last timestamp", len(columns), w.Days)
	}
	for _, c := range columns {
		load := make([]float64, w.Days*forecast.Hours)
		for i := range load {
			load[i] = math.NaN()
		}
		copy(load[dayIndex(w.First, c.first)*forecast.Hours*min(len(c.hours), 1):], c.hours)
		w.Meters = append(w.Meters, forecast.Meter{First: w.First, Load: load, ZeroMissing: zeroMissing})
	}
	return nil
}

// SetTemperature gives every meter the temperatures of a file, on the same clock.
func (w *Wide) SetTemperature(t *Temperature, loc *time.Location) error {
	if t.dated || t.grid.Step > time.Hour {
		return invalid("%s: a forecast needs hourly temperatures", t.File.Name)
	}
	sum, n := make([]float64, w.Days*forecast.Hours), make([]float64, w.Days*forecast.Hours)
	for i, v := range t.grid.DegC {
		at := t.grid.Start.Add(time.Duration(i) * t.grid.Step)
		k := dayIndex(w.First, dateOf(at, loc))*forecast.Hours + at.In(loc).Hour()
		if k >= 0 && k < len(sum) && !math.IsNaN(v) {
			sum[k] += v
			n[k]++
		}
	}
	for k := range sum {
		sum[k] /= n[k] // 0/0 is NaN, as it should be
	}
	for i := range w.Meters {
		w.Meters[i].Temperature = sum
	}
	return nil
}
