package postgres_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

var newYear = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)

func electricity(id string) eaio.Meter {
	return eaio.Meter{ID: id, Building: "b", Commodity: "electricity", Unit: "kWh", Interval: time.Hour}
}

// hours are n hourly readings whose values are 0, 1, 2, …
func hours(first time.Time, n int) []eaio.Reading {
	out := make([]eaio.Reading, n)
	for i := range out {
		out[i] = eaio.Reading{At: first.Add(time.Duration(i) * time.Hour), Value: float64(i)}
	}
	return out
}

func (d *db) load(tb testing.TB, m eaio.Meter, readings []eaio.Reading) eaio.ImportReport {
	tb.Helper()
	report, err := d.ImportReadings(tb.Context(), tenant, m, readings, eaio.ImportSource{File: "f.csv", SHA256: "abc", Rows: 99, Refused: 7})
	if err != nil {
		tb.Fatal(err)
	}
	return report
}

func (d *db) meter(tb testing.TB, id string) eaio.Meter {
	tb.Helper()
	list, err := d.Meters(tb.Context(), tenant, "b")
	i := slices.IndexFunc(list, func(m eaio.Meter) bool { return m.ID == id })
	if err != nil || i < 0 {
		tb.Fatalf("no meter %s: %v, %v", id, list, err)
	}
	return list[i]
}

func TestImportCountsWhatItDoes(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	m := electricity("b/e")
	readings := hours(newYear.Add(-4*time.Hour), 10)
	readings = slices.Delete(readings, 3, 4)
	late, early := hours(newYear.AddDate(0, 2, 0), 2), hours(newYear.AddDate(0, -2, 0), 3)
	changed := slices.Clone(readings)
	changed[2].Value, changed[8].Value = -1.5, 1e300

	for _, c := range []struct {
		name                      string
		readings                  []eaio.Reading
		added, changed, unchanged int64
		stored, version           int64
		first, end                time.Time
	}{
		{"nothing", nil, 0, 0, 0, 0, 0, time.Time{}, time.Time{}},
		{"new", readings, 9, 0, 0, 9, 1, newYear.Add(-4 * time.Hour), newYear.Add(6 * time.Hour)},
		{"the same", readings, 0, 0, 9, 9, 1, newYear.Add(-4 * time.Hour), newYear.Add(6 * time.Hour)},
		{"two changed", changed, 0, 2, 7, 9, 2, newYear.Add(-4 * time.Hour), newYear.Add(6 * time.Hour)},
		{"after", late, 2, 0, 0, 11, 3, newYear.Add(-4 * time.Hour), newYear.AddDate(0, 2, 0).Add(2 * time.Hour)},
		{"before", early, 3, 0, 0, 14, 4, newYear.AddDate(0, -2, 0), newYear.AddDate(0, 2, 0).Add(2 * time.Hour)},
		{"out of order", slices.Concat(late, early, readings), 0, 2, 12, 14, 5, newYear.AddDate(0, -2, 0), newYear.AddDate(0, 2, 0).Add(2 * time.Hour)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := d.load(t, m, c.readings)
			want := eaio.ImportReport{Target: m.ID, Rows: 99, Refused: 7, Added: c.added, Changed: c.changed, Unchanged: c.unchanged}
			if got != want {
				t.Errorf("report %+v, want %+v", got, want)
			}
			stored := d.meter(t, m.ID)
			wantMeter := m
			wantMeter.First, wantMeter.End, wantMeter.Readings, wantMeter.Version = c.first, c.end, c.stored, c.version
			if stored != wantMeter {
				t.Errorf("meter %+v, want %+v", stored, wantMeter)
			}
			d.wantCount(t, int(c.stored), "readings")
			for _, r := range c.readings {
				if v := one[float64](t, d, "select value from readings where at = $1", r.At); v != r.Value {
					t.Errorf("%v at %s, want %v", v, r.At, r.Value)
				}
			}
			row := one[string](t, d, "select format('%s %s %s %s %s %s %s %s', target, file, sha256, rows, added, changed, unchanged, refused) from imports order by at desc limit 1")
			if want := fmt.Sprintf("b/e f.csv abc 99 %d %d %d 7", c.added, c.changed, c.unchanged); row != want {
				t.Errorf("noted %s, want %s", row, want)
			}
		})
	}
	if got := column[string](t, d, "select relid::regclass::text from pg_partition_tree('readings') where level = 1 order by 1"); fmt.Sprint(got) != "[readings_2016_11 readings_2016_12 readings_2017_01 readings_2017_03]" {
		t.Errorf("partitions %v", got)
	}
}

// An import that changes one reading of many leaves the others' rows alone.
func TestImportWritesOnlyWhatChanges(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	readings := hours(newYear, 500)
	d.load(t, electricity("b/e"), readings)
	const untouched = "readings where xmax::text = '0'"
	d.wantCount(t, 500, untouched)
	readings[7].Value++
	d.load(t, electricity("b/e"), readings)
	d.wantCount(t, 500, untouched)
	d.wantCount(t, 1, "readings where xmin::text = (select max(xmin::text::bigint)::text from readings)")
}

func TestImportIsAllOrNothing(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	d.load(t, electricity("b/old"), hours(newYear, 5))
	before := one[string](t, d, "select string_agg(m::text, ';') from meters m")
	good := hours(newYear, 2000)
	bad := func(change func(r []eaio.Reading)) []eaio.Reading {
		r := slices.Clone(good)
		change(r)
		return r
	}
	elsewhere, gas, therms, halves, tiny := electricity("b/old"), electricity("b/old"), electricity("b/old"), electricity("b/old"), electricity("b/new")
	elsewhere.Building, gas.Commodity, therms.Unit, halves.Interval, tiny.Interval = "c", "gas", "therm", 30*time.Minute, time.Second
	nowhere := electricity("c/new")
	nowhere.Building = "c"
	for _, c := range []struct {
		name     string
		meter    eaio.Meter
		readings []eaio.Reading
		kind     eaio.Kind
	}{
		{"not a number", electricity("b/new"), bad(func(r []eaio.Reading) { r[1000].Value = math.NaN() }), eaio.KindInvalid},
		{"infinite", electricity("b/old"), bad(func(r []eaio.Reading) { r[1000].Value = math.Inf(-1) }), eaio.KindInvalid},
		{"twice in a row", electricity("b/old"), bad(func(r []eaio.Reading) { r[1000].At = r[999].At }), eaio.KindInvalid},
		{"twice far apart", electricity("b/new"), bad(func(r []eaio.Reading) { r[1999].At = r[3].At.Add(time.Nanosecond) }), eaio.KindInvalid},
		{"no time", electricity("b/new"), bad(func(r []eaio.Reading) { r[1000].At = time.Time{} }), eaio.KindInvalid},
		{"far future", electricity("b/new"), bad(func(r []eaio.Reading) { r[1999].At = r[3].At.AddDate(8000, 0, 0) }), eaio.KindInvalid},
		{"another building", elsewhere, good, eaio.KindConflict},
		{"another commodity", gas, good, eaio.KindConflict},
		{"another unit", therms, good, eaio.KindConflict},
		{"another interval", halves, good, eaio.KindConflict},
		{"no such building", nowhere, good, eaio.KindNotFound},
		{"an interval below a minute", tiny, good, eaio.KindInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := d.ImportReadings(t.Context(), tenant, c.meter, c.readings, eaio.ImportSource{Rows: 2000})
			wantKind(t, err, c.kind)
			if report.Added+report.Changed+report.Unchanged != 0 {
				t.Errorf("a refused import reports %+v", report)
			}
			if after := one[string](t, d, "select string_agg(m::text, ';') from meters m"); after != before {
				t.Errorf("meters %s, were %s", after, before)
			}
			d.wantCount(t, 5, "readings")
			d.wantCount(t, 1, "imports")
		})
	}
	if _, err := d.ImportReadings(t.Context(), tenant, nowhere, good, eaio.ImportSource{}); eaio.CodeOf(err) != "unknown_building" {
		t.Errorf("code %q: %v", eaio.CodeOf(err), err)
	}
}

// A failure in the database's own half of the work leaves nothing either.
func TestImportFailsHalfway(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	d.load(t, electricity("b/e"), hours(newYear, 5))
	d.exec(t, "alter table imports add check (file <> 'bad')") // the last statement fails
	readings := hours(newYear.Add(-100*time.Hour), 2000)
	report, err := d.ImportReadings(t.Context(), tenant, electricity("b/e"), readings, eaio.ImportSource{File: "bad"})
	wantKind(t, err, eaio.KindInvalid)
	d.wantCount(t, 5, "readings")
	if m := d.meter(t, "b/e"); m.Version != 1 || m.Readings != 5 || !m.First.Equal(newYear) || report.Added != 0 {
		t.Errorf("meter %+v, report %+v", m, report)
	}
	if got := d.load(t, electricity("b/e"), readings); got.Added != 1995 || got.Changed != 5 {
		t.Errorf("a second try: %+v", got)
	}
}

func TestImportsAtOnce(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	const meters, n = 6, 3 * 365 * 24
	for k := range meters / 2 { // the others are made by two at once
		d.load(t, electricity(fmt.Sprint("b/", k)), nil)
	}
	var wg sync.WaitGroup
	for k := range 2 * meters { // each meter twice at once
		readings := hours(newYear, n)
		if k%3 == 0 {
			slices.Reverse(readings) // the months in the other order
		}
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			if _, err := d.ImportReadings(ctx, tenant, electricity(fmt.Sprint("b/", k%meters)), readings, eaio.ImportSource{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d.wantCount(t, meters*n, "readings")
	d.wantCount(t, meters, "imports where added = $1 and unchanged = 0", n)
	d.wantCount(t, meters, "imports where rows = 0 and added = 0 and unchanged = $1", n)
	d.wantCount(t, meters, "meters where version = 1 and readings = $1 and first_at = $2 and end_at = $3", n, newYear, newYear.Add(n*time.Hour))
	d.wantCount(t, 36, "pg_partition_tree('readings') where level = 1")
}

// Readers and other imports go on while an import that needs new months is under way.
func TestImportHoldsUpNobody(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	d.load(t, electricity("b/e"), hours(newYear, 5))
	no := one[int64](t, d, "select no from meters where id = 'b/e'")
	release := d.hold(t, "insert into readings values ($1, $2, $3, 1)", string(tenant), no, newYear.Add(5*time.Hour)) // what the import must wait for
	slow := make(chan error, 1)
	go func() {
		_, err := d.ImportReadings(t.Context(), tenant, electricity("b/e"), hours(newYear, 2000), eaio.ImportSource{})
		slow <- err
	}()
	d.waiting(t, 1)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if r, err := d.Readings(ctx, tenant, "b/e", eaio.Window{To: newYear.AddDate(1, 0, 0)}); err != nil || len(r.Values) != 5 {
		t.Errorf("a reader meanwhile: %d values, %v", len(r.Values), err)
	}
	if _, err := d.ImportReadings(ctx, tenant, electricity("b/other"), hours(newYear.AddDate(1, 0, 0), 2000), eaio.ImportSource{}); err != nil {
		t.Errorf("another import meanwhile: %v", err)
	}
	release()
	if err := <-slow; err != nil {
		t.Errorf("the import itself: %v", err)
	}
	d.wantCount(t, 4000, "readings")
}

func TestImportWeather(t *testing.T) {
	d := open(t)
	load := func(readings []eaio.Reading, added, changed, unchanged int64) {
		t.Helper()
		got, err := d.ImportWeather(t.Context(), tenant, "LHR", readings, eaio.ImportSource{Rows: 50})
		if want := (eaio.ImportReport{Target: "LHR", Rows: 50, Added: added, Changed: changed, Unchanged: unchanged}); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	readings := hours(newYear, 50)
	load(readings, 50, 0, 0)
	load(readings, 0, 0, 50)
	readings[3].Value = -40
	load(readings[2:10], 0, 1, 7)
	load(nil, 0, 0, 0)
	d.wantCount(t, 50, "weather where station = 'LHR'")
	d.wantCount(t, 1, "weather where temp_c = -40")

	readings[30].Value = math.NaN()
	_, err := d.ImportWeather(t.Context(), tenant, "JFK", readings, eaio.ImportSource{})
	wantKind(t, err, eaio.KindInvalid)
	_, err = d.ImportWeather(t.Context(), "nobody", "JFK", readings[:30], eaio.ImportSource{})
	wantKind(t, err, eaio.KindNotFound)
	d.wantCount(t, 0, "weather where station = 'JFK'")
	d.wantCount(t, 4, "imports")
}

func TestWeatherImportsAtOnce(t *testing.T) {
	d := open(t)
	var wg sync.WaitGroup
	for k := range 6 {
		readings := hours(newYear, 2000)
		if k%2 == 0 {
			slices.Reverse(readings)
		}
		wg.Go(func() {
			if _, err := d.ImportWeather(t.Context(), tenant, "LHR", readings, eaio.ImportSource{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d.wantCount(t, 2000, "weather")
	d.wantCount(t, 1, "imports where added = 2000")
	d.wantCount(t, 5, "imports where unchanged = 2000")
}
