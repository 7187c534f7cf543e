// Package anomalies puts known faults into real meters and scores a detector's
// alarms against them, so that a change to the detector can be measured.
// inject.py and score.py are the reference; this package repeats them exactly.
package anomalies

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	hours2016 = 366 * 24
	hours2017 = 365 * 24
	timeForm  = "2006-01-02 15:04:05"
)

// Meter is one building's load: kWh in each hour of 2016 and 2017 by its own
// clock, NaN where there is none, and the stuck, zero and missing runs of a day
// or longer that the data set is known to hold.
type Meter struct {
	Building string
	KWh      []float64
	Runs     []Run
}

// Run is a span of hours; End is exclusive.
type Run struct{ Start, End int }

// Year2017 is the index of the first hour of 2017 in a Meter, and of the first
// hour that may hold a fault; what lies before is clean history.
const Year2017 = hours2016

// HourOfWeek returns the hour of the week, 0 for Monday 00:00, of the i-th hour
// of a Meter; 1 January 2016 was a Friday.
func HourOfWeek(i int) int { return (i + 4*24) % 168 }

// Load reads the BDG2 excerpt in dir: electricity_hourly.csv.gz and run_scan.csv.
func Load(dir string) ([]Meter, error) {
	f, err := os.Open(filepath.Join(dir, "electricity_hourly.csv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	meters, err := readMeters(bufio.NewScanner(z))
	if err != nil {
		return nil, fmt.Errorf("reading meters: %w", err)
	}
	return meters, addRuns(meters, filepath.Join(dir, "run_scan.csv"))
}

// readMeters reads a timestamp and one column for each building; no field is
// quoted.
func readMeters(lines *bufio.Scanner) ([]Meter, error) {
	if !lines.Scan() {
		return nil, errors.Join(errors.New("no header"), lines.Err())
	}
	var meters []Meter
	for _, building := range strings.Split(lines.Text(), ",")[1:] {
		meters = append(meters, Meter{Building: building, KWh: make([]float64, 0, hours2016+hours2017)})
	}
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")[1:]
		if len(cells) != len(meters) {
			return nil, fmt.Errorf("%d readings for %d buildings: %s", len(cells), len(meters), lines.Text())
		}
		for m, cell := range cells {
			v, err := reading(cell)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", meters[m].Building, err)
			}
			meters[m].KWh = append(meters[m].KWh, v)
		}
	}
	if n := len(meters[0].KWh); n != hours2016+hours2017 {
		return nil, fmt.Errorf("%d hours instead of all of 2016 and 2017", n)
	}
	return meters, lines.Err()
}

func reading(cell string) (float64, error) {
	if cell == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(cell, 64)
}

// addRuns reads building_id, kind, start_local, end_local, hours, value.
func addRuns(meters []Meter, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("reading runs: %w", err)
	}
	for _, row := range rows[1:] {
		start, err1 := hourIndex(row[2])
		end, err2 := hourIndex(row[3])
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("reading runs: %w", err)
		}
		for m := range meters {
			if meters[m].Building == row[0] {
				meters[m].Runs = append(meters[m].Runs, Run{start, end})
			}
		}
	}
	return nil
}

func start2016() time.Time { return time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC) }

func hourIndex(s string) (int, error) {
	t, err := time.Parse(timeForm, s)
	return int(t.Sub(start2016()).Hours()), err
}

// HourText writes the i-th hour of a Meter as the data set does.
func HourText(i int) string {
	return start2016().Add(time.Duration(i) * time.Hour).Format(timeForm)
}
