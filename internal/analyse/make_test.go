package analyse_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/analyse"
)

const (
	eemeter = "../../energy/baseline/testdata/eemeter/"
	bdg2    = "../../energy/testdata/bdg2/electricity_hourly.csv.gz"
)

func open(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func clock(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := analyse.Clock(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// meterOf reads a meter from text.
func meterOf(t testing.TB, file string, o analyse.MeterOptions) *analyse.Meter {
	t.Helper()
	m, err := analyse.ReadMeter("test.csv", strings.NewReader(file), withDefaults(o))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func withDefaults(o analyse.MeterOptions) analyse.MeterOptions {
	if o.Unit == "" {
		o.Unit = "kWh"
	}
	if o.Commodity == "" {
		o.Commodity = "electricity"
	}
	return o
}

// meterFile reads a file of this repository.
func meterFile(t testing.TB, name string, o analyse.MeterOptions) *analyse.Meter {
	t.Helper()
	m, err := analyse.ReadMeter(filepath.Base(name), open(t, name), withDefaults(o))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func illinois(t testing.TB) *analyse.Temperature {
	t.Helper()
	x, err := analyse.ReadTemperature("il-tempF.csv.gz", open(t, eemeter+"il-tempF.csv.gz"), "F", "")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	x, err := analyse.Instant("instant", text, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func run(t testing.TB, q analyse.Request) analyse.Document {
	t.Helper()
	d, err := analyse.Run(q)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fact(d analyse.Document, name string) (float64, string) {
	for _, f := range d.Facts {
		if f.Name == name {
			x, ok := f.Value.Float()
			if ok {
				return x, f.Unit
			}
			return math.NaN(), f.Value.String()
		}
	}
	return math.NaN(), "absent"
}

func near(t testing.TB, d analyse.Document, name string, want, within float64) {
	t.Helper()
	if got, unit := fact(d, name); !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %v %s, want %v", name, got, unit, want)
	}
}

func pack(t testing.TB, text string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func isInvalid(err error) bool { return eaio.KindOf(err) == eaio.KindInvalid }
