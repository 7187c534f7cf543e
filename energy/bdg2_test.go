package energy_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones on every machine

	"github.com/eaio/eaio/energy"
)

// realMeter reads a column of the BDG2 excerpt. The file's clock does not change,
// so that the zone must be one without daylight saving.
func realMeter(t testing.TB, building string, loc *time.Location) energy.Series {
	t.Helper()
	f, err := os.Open("testdata/bdg2/electricity_hourly.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], building)
	s := energy.Series{
		Start: time.Date(2016, 1, 1, 0, 0, 0, 0, loc), Step: time.Hour,
		Location: loc, Unit: "kWh", Commodity: "electricity",
	}
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[column], 64)
		if err != nil {
			v = math.NaN()
		}
		s.Values = append(s.Values, v)
	}
	return s
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
