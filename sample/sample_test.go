package sample_test

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
	"github.com/eaio/eaio/sample"
)

// sums were computed from the project's own table in decimal arithmetic, by
// another program: rows, empty cells, kWh of all rows, and kWh of the rows in
// hours that London's clock skips.
var sums = map[string]struct {
	rows, missing int64
	kWh, skipped  float64
}{
	"robin_education_lizbeth": {17544, 0, 2133208.2015, 198.2},
	"robin_office_serena":     {17544, 0, 905687.5058, 41.1},
	"robin_lodging_celia":     {17544, 0, 899074.7019, 91.9},
	"fox_office_vicki":        {17544, 1, 2574075.18, 0},
	"fox_education_claude":    {17544, 25, 17011171.46, 0},
	"fox_education_nilda":     {17544, 1, 2383755.29, 0},
	"fox_assembly_boyce":      {17544, 16, 5906785.07, 0},
	"fox_lodging_helen":       {17544, 1, 6210345.73, 0},
	"fox_public_bart":         {17544, 2, 2316351.11, 0},
	"fox_food_francesco":      {17544, 3, 1064972.31, 0},
}

func readings(t *testing.T, f sample.File) ([]ingest.Reading, ingest.Report) {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, rep, err := ingest.Readings(r, f.Options)
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return got, rep
}

func meters() []sample.File {
	return slices.DeleteFunc(sample.Files(), func(f sample.File) bool { return f.Station != "" })
}

func TestReadings(t *testing.T) {
	if n := len(meters()); n != len(sums) {
		t.Fatalf("%d meters, want %d", n, len(sums))
	}
	for _, f := range meters() {
		t.Run(f.Meter.Building, func(t *testing.T) {
			got, rep := readings(t, f)
			want := sums[f.Meter.Building]
			london := int64(0)
			if want.skipped > 0 {
				london = 2
			}
			if rep.Rows != want.rows || rep.Missing != want.missing || rep.Accepted != want.rows-want.missing-london || rep.Duplicates != 0 || rep.Negative != 0 {
				t.Errorf("report %+v", rep)
			}
			if rep.Refused != london || rep.Reasons[ingest.NonexistentHour] != london || rep.MissingHour != london || rep.RepeatedHourOnce != london {
				t.Errorf("clock changes: %+v", rep)
			}
			sum := 0.0
			for _, r := range got {
				sum += r.Value
			}
			if math.Abs(sum-(want.kWh-want.skipped)) > 1e-4 {
				t.Errorf("%.4f kWh, want %.4f", sum, want.kWh-want.skipped)
			}
			loc := location(t, f.Options.Timezone)
			if rep.Interval != time.Hour || rep.Unit != "kWh" || !rep.First.Equal(time.Date(2016, 1, 1, 0, 0, 0, 0, loc)) || !rep.End.Equal(time.Date(2018, 1, 1, 0, 0, 0, 0, loc)) {
				t.Errorf("%s in %s from %v to %v", rep.Interval, rep.Unit, rep.First, rep.End)
			}
		})
	}
}

func TestWeather(t *testing.T) {
	want := map[string]struct {
		rows, missing int64
		sum           float64
	}{"robin": {17516, 1, 207418.0}, "fox": {17536, 1, 439770.3}}
	for _, f := range sample.Files() {
		w, ok := want[f.Station]
		if !ok {
			continue
		}
		delete(want, f.Station)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, rep, err := ingest.Weather(r, f.Options)
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err != nil || rep.Rows != w.rows || rep.Missing != w.missing || rep.Accepted != w.rows-w.missing || rep.Interval != time.Hour {
			t.Fatalf("%s: %v, %+v", f.Name, err, rep)
		}
		sum := 0.0
		for _, r := range got {
			sum += r.TempC
		}
		if math.Abs(sum-w.sum) > 1e-4 {
			t.Errorf("%s: sum %.1f, want %.1f", f.Name, sum, w.sum)
		}
	}
	if len(want) != 0 {
		t.Errorf("no file for %v", want)
	}
}

func TestBuildings(t *testing.T) {
	stations := map[string]bool{}
	for _, f := range sample.Files() {
		stations[f.Station] = true
	}
	files := meters()
	for i, b := range sample.Buildings() {
		if files[i].Meter.Building != b.ID || files[i].Meter.ID != b.ID+"/electricity" {
			t.Errorf("building %d is %s, its file holds %+v", i, b.ID, files[i].Meter)
		}
		if b.ID != strings.ToLower(b.ID) || b.Name == "" || b.Use == "" || b.AreaM2 <= 0 || b.PricePerKWh == "" || len(b.Currency) != 3 ||
			!strings.Contains(b.PriceSource, "not a tariff") || b.Privacy != eaio.PrivacyPublic || !stations[b.WeatherStation] || !strings.HasSuffix(b.Source, "CC BY-SA 4.0") {
			t.Errorf("incomplete: %+v", b)
		}
		if files[i].Options.Timezone != b.Timezone {
			t.Errorf("%s: the file is read in %s, the building lives in %s", b.ID, files[i].Options.Timezone, b.Timezone)
		}
	}
}

// The figures in the comment of Question.
func TestQuestion(t *testing.T) {
	q := sample.Question()
	files := meters()
	i := slices.IndexFunc(files, func(f sample.File) bool { return f.Meter.Building == q.Building })
	if i < 0 {
		t.Fatalf("no building %s", q.Building)
	}
	got, rep := readings(t, files[i])
	loc := location(t, files[i].Options.Timezone)
	local := q.AsOf.In(loc)
	if local.Hour() != 0 || q.AsOf.After(rep.End) {
		t.Fatalf("as of %v: not the end of a day of data", local)
	}
	value := map[time.Time]float64{}
	for _, r := range got {
		value[r.At] = r.Value
	}
	// night sums 22:00 to 06:00, of the night that ends on the morning n days before the last day.
	night := func(n int) (sum float64) {
		start := time.Date(local.Year(), local.Month(), local.Day()-2-n, 22, 0, 0, 0, loc)
		for h := range 8 {
			v, ok := value[start.Add(time.Duration(h)*time.Hour).UTC()]
			if !ok {
				t.Fatalf("no reading %d h after %v", h, start)
			}
			sum += v
		}
		return sum
	}
	var before []float64
	for n := 1; n <= 28; n++ {
		before = append(before, night(n))
	}
	slices.Sort(before)
	last, median, highest := night(0), (before[13]+before[14])/2, before[27]
	if math.Round(last) != 366 || math.Round(median) != 185 || math.Round(highest) != 215 {
		t.Errorf("%.1f kWh after a median of %.1f and at most %.1f", last, median, highest)
	}
	if next := night(-1); next > 1.2*median {
		t.Errorf("the next night took %.1f kWh, far from the usual %.1f", next, median)
	}
}

// The licence travels with the data, and the whole stays small.
func TestFolder(t *testing.T) {
	size := int64(0)
	err := filepath.WalkDir(".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil || size > 2_000_000 {
		t.Errorf("%d bytes, %v; the sample must stay below 2 MB", size, err)
	}
	for name, want := range map[string]string{
		"bdg2/LICENSE":   "Creative Commons Attribution-ShareAlike 4.0 International Public",
		"bdg2/README.md": "https://doi.org/10.1038/s41597-020-00712-x",
	} {
		text, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, or it does not say %q", name, err, want)
		}
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
