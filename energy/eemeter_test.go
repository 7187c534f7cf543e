package energy_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/energy/baseline"
)

// eemeterGrid reads a sample of package baseline's onto a grid that starts with its
// first row.
func eemeterGrid(t testing.TB, name string, step time.Duration) (time.Time, []float64) {
	t.Helper()
	f, err := os.Open("baseline/testdata/eemeter/" + name + ".csv.gz")
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
	var start time.Time
	var out []float64
	for _, row := range rows[1:] {
		at, err := time.Parse(time.RFC3339, row[0])
		if err != nil {
			t.Fatal(err)
		}
		if start.IsZero() {
			start = at.UTC()
		}
		k := int((at.Sub(start) + step/2) / step)
		for len(out) <= k {
			out = append(out, math.NaN())
		}
		if v, err := strconv.ParseFloat(row[1], 64); err == nil {
			out[k] = v
		}
	}
	return start, out
}

func eemeterSeries(t testing.TB, name string, step time.Duration) energy.Series {
	start, values := eemeterGrid(t, name, step)
	return energy.Series{Start: start, Step: step, Values: values, Unit: "kWh", Commodity: "electricity"}
}

func eemeterTemperature(t testing.TB) energy.Temperature {
	start, values := eemeterGrid(t, "il-tempF", time.Hour)
	for i, v := range values {
		values[i] = baseline.Celsius(v)
	}
	return energy.Temperature{Start: start, Step: time.Hour, DegC: values}
}
