package forecast

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// scored is the first day of 2017 in the BDG2 files: 2016 has 366 days.
const scored = 366

type namedMeter struct {
	name string
	Meter
}

// files reads both files once, for reading them takes longer than most tests.
var files = sync.OnceValues(func() ([]namedMeter, error) {
	names, load, err := table("../testdata/bdg2/electricity_hourly.csv.gz")
	if err != nil {
		return nil, err
	}
	sites, temp, err := table("../testdata/bdg2/temperature_hourly.csv.gz")
	if err != nil {
		return nil, err
	}
	meters := make([]namedMeter, len(names))
	for i, name := range names {
		m := Meter{First: time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC), Load: load[i], ZeroMissing: true}
		site, _, _ := strings.Cut(name, "_")
		if s := slices.Index(sites, site); s >= 0 {
			m.Temperature = temp[s]
		}
		meters[i] = namedMeter{name, m}
	}
	return meters, nil
})

// bdg2 returns the electricity meters, with the temperature of the two sites that
// have it for both years. Their values are shared: whoever changes them, copies.
func bdg2(t testing.TB) []namedMeter {
	t.Helper()
	meters, err := files()
	if err != nil {
		t.Fatal(err)
	}
	if len(meters) != 38 {
		t.Fatalf("%d meters, want 38", len(meters))
	}
	return slices.Clone(meters)
}

// table reads a file of columns under their names, the first being the time.
func table(path string) (names []string, columns [][]float64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	names = rows[0][1:]
	columns = make([][]float64, len(names))
	for _, row := range rows[1:] {
		for i, cell := range row[1:] {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				v = math.NaN()
			}
			columns[i] = append(columns[i], v)
		}
	}
	return names, columns, nil
}
