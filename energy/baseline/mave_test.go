package baseline_test

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/eaio/eaio/energy/baseline"
)

// quarters reads columns of a file of quarter hours into sums per day, and how many
// readings each day has. Day 0 is 2012-01-29.
func quarters(t *testing.T, path string, columns ...int) (sums [][]float64, count []float64) {
	t.Helper()
	f, err := os.Open(path)
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
	const days = 1000
	count = make([]float64, days)
	sums = make([][]float64, len(columns))
	for k := range sums {
		sums[k] = make([]float64, days)
	}
	for _, row := range rows[1:] {
		at, err := time.Parse("2006-01-02 15:04", row[0])
		if err != nil {
			t.Fatal(err)
		}
		d := maveDay(at)
		count[d]++
		for k, column := range columns {
			v, err := strconv.ParseFloat(row[column], 64)
			if err != nil {
				v = math.NaN()
			}
			sums[k][d] += v
		}
	}
	return sums, count
}

func maveDay(at time.Time) int {
	return dayNumber(at) - dayNumber(time.Date(2012, 1, 29, 0, 0, 0, 0, time.UTC))
}

// TestKnownSaving takes a real building from whose readings exactly 6 were taken off
// each quarter of an hour from 2013-06-30 on. Its data is under the GPL and is not
// shipped, so this test is not run in CI either.
func TestKnownSaving(t *testing.T) {
	dir := os.Getenv("EAIO_MAVE_DIR")
	if dir == "" {
		t.Skip("needs the mave package's data: set EAIO_MAVE_DIR to the folder with mv_known_saving_mave_cbe_02.csv.gz")
	}
	history, count := quarters(t, filepath.Join(dir, "mave_cbe_02_15min.csv.gz"), 1, 2)
	known, knownCount := quarters(t, filepath.Join(dir, "mv_known_saving_mave_cbe_02.csv.gz"), 1, 3)
	use, degF := history[0], history[1]
	for d, n := range count {
		degF[d] /= n
		if n < 90 {
			use[d] = math.NaN()
		}
	}
	change := maveDay(time.Date(2013, 6, 30, 0, 0, 0, 0, time.UTC))
	end := maveDay(time.Date(2014, 2, 28, 0, 0, 0, 0, time.UTC))
	less := with(use, func(x []float64) {
		for d := change; d < end; d++ {
			x[d] = known[0][d]
			if knownCount[d] < 90 {
				x[d] = math.NaN()
			}
		}
	})
	whole := with(less, func(x []float64) {
		for d := change; d < end; d++ {
			if !math.IsNaN(x[d]) {
				x[d] = known[1][d]
			}
		}
	})
	taken := 0.0
	for d := change; d < end; d++ {
		if !math.IsNaN(less[d]) && !math.IsNaN(degF[d]) {
			taken += 6 * knownCount[d]
		}
	}
	before, after := baseline.Span{First: change - 365, End: change}, baseline.Span{First: change, End: end}
	found := baseline.Evaluate(less, degF, before, after, baseline.Meter{})
	nothing := baseline.Evaluate(whole, degF, before, after, baseline.Meter{})
	t.Logf("model %s, adjusted R² %.3f, CVRMSE %.3f, lag-1 %.2f, n %d %q", found.Model.Kind, found.Model.AdjR2, found.Model.CVRMSE, found.Model.Lag1, found.Model.N, found.Model.Reasons)
	t.Logf("taken %.0f, found %.0f ± %.0f (G14 ± %.0f) of %.0f: %s; without it %.0f: %s; placebo %s %d coverage %.2f",
		taken, found.Saving.Saved, found.Band, found.Saving.Band, found.Saving.Predicted, found.Verdict,
		nothing.Saving.Saved, nothing.Verdict, found.Placebo.Scheme, len(found.Placebo.Fractions), found.Placebo.Coverage)
	near(t, "difference", found.Saving.Saved-nothing.Saving.Saved, taken, 1e-6*taken)
	if math.Abs(found.Saving.Saved-taken) > found.Band {
		t.Errorf("%.0f ± %.0f does not hold what was taken off, %.0f", found.Saving.Saved, found.Band, taken)
	}
}
