package analyse

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
	"github.com/eaio/eaio/ingest"
)

// MeterOptions say how to read a meter file.
type MeterOptions struct {
	Commodity string
	Unit      string
	Timezone  string         // of stamps without offset; empty: they must carry one
	Column    string         // of the values; empty: the second
	Boundary  *time.Location // the clock whose midnights part the days; nil: UTC
}

// Meter is one meter's readings.
type Meter struct {
	// Series holds the readings, empty for bills. A daily meter lies on midnights
	// UTC of the dates that its rows were stamped with.
	Series energy.Series
	// First is the date of day 0 of Bills, at midnight UTC.
	First time.Time
	Bills []baseline.Bill // in order; the end of one is the start of the next
	File  File
}

// Dated reports whether readings belong to dates and not to instants.
func (m *Meter) Dated() bool { return len(m.Bills) > 0 || m.Series.Step == day }

const (
	day = 24 * time.Hour
	// maxCells bounds what two far rows can make of a file.
	maxCells = 30_000_000
)

// ReadMeter reads a CSV, plain or gzip, of timestamps and values: any interval from
// a minute to a day, or bills. Rows that cannot be used are counted in the File;
// errors are those of ingest.Readings. A bill runs to the date of the next row; the
// last one counts if a row without value follows it, or if all of them begin on the
// first of a month.
func ReadMeter(name string, r io.Reader, o MeterOptions) (*Meter, error) {
	unit, err := unitName(o.Unit)
	if err != nil {
		return nil, err
	}
	readings, rep, err := ingest.Readings(r, ingest.Options{Timezone: o.Timezone, Column: o.Column, FirstTwo: true, Dates: true})
	if err != nil {
		return nil, inFile(name, withFlag(err))
	}
	m := &Meter{File: newFile(name, rep), Series: energy.Series{
		Step: rep.Interval, Location: o.Boundary, Unit: unit, Commodity: o.Commodity,
	}}
	for i, r := range readings {
		if sentinel(r.Value) {
			m.File.Sentinels++
			if rep.Interval == 0 { // bills, which package energy does not look at
				readings[i].Value = math.NaN()
			}
		}
	}
	switch rep.Interval {
	case 0:
		m.First, m.Bills = bills(readings)
		m.Series.Step, m.Series.Location = day, time.UTC
		m.File.Interval = billsInterval
		return m, nil
	case day:
		m.Series.Location = time.UTC
	}
	m.Series.Start = readings[0].At
	m.Series.Values, err = grid(readings, rep.Interval)
	return m, inFile(name, err)
}

// sentinel reports whether a value stands for no reading, as package energy has it.
func sentinel(v float64) bool { return v == -99 || v == -999 || v == -9999 || v == -99999 }

// withFlag tells which flag names a clock that a file lacks.
func withFlag(err error) error {
	if errors.Is(err, ingest.ErrNoZone) {
		return fmt.Errorf("%w; say --timezone ZONE", err)
	}
	return err
}

// unitName checks a unit of energy or volume and spells it as the analyses do.
func unitName(name string) (string, error) {
	base, _, err := ingest.BaseUnit(name)
	if err != nil {
		return "", err
	}
	for _, known := range []string{base, "MWh", "Wh", "therm", "MMBtu", "kBtu", "MJ", "GJ"} {
		if strings.EqualFold(known, name) {
			return known, nil
		}
	}
	return name, nil
}

// grid places readings at multiples of step from the first one. An interval longer
// than an hour may begin beside the grid after a change of the clock; it then goes
// to the next place, which is on the same day.
func grid(readings []eaio.Reading, step time.Duration) ([]float64, error) {
	first, last := readings[0].At, readings[len(readings)-1].At
	n := ceilDiv(last.Sub(first), step) + 1
	if n > maxCells {
		return nil, eaio.Errorf(eaio.KindInvalid, "", "readings every %v from %s to %s are %d intervals: at most %d can be analysed at once; check the first and the last timestamp",
			step, first.Format(time.RFC3339), last.Format(time.RFC3339), n, maxCells)
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = math.NaN()
	}
	for _, r := range readings {
		k := ceilDiv(r.At.Sub(first), step)
		if math.IsNaN(values[k]) {
			values[k] = 0
		}
		values[k] += r.Value
	}
	return values, nil
}

func ceilDiv(d, step time.Duration) int {
	k := d / step
	if d%step > 0 {
		k++
	}
	return int(k)
}

// bills turns rows that each begin a period into periods.
func bills(rows []eaio.Reading) (first time.Time, out []baseline.Bill) {
	first = rows[0].At
	calendar := true
	for i, r := range rows {
		calendar = calendar && r.At.Day() == 1
		begin := dayIndex(first, r.At)
		switch {
		case i+1 < len(rows):
			out = append(out, baseline.Bill{First: begin, Days: dayIndex(first, rows[i+1].At) - begin, Use: r.Value})
		case calendar && !math.IsNaN(r.Value):
			out = append(out, baseline.Bill{First: begin, Days: dayIndex(first, r.At.AddDate(0, 1, 0)) - begin, Use: r.Value})
		}
	}
	return first, out
}

// dayIndex counts the days between two midnights UTC.
func dayIndex(first, t time.Time) int { return int(t.Sub(first) / day) }
