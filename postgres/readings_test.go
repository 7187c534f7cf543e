package postgres_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// text writes values as they are meant to be read: "1 . 3", a dot for none.
func text(values []float64) string {
	words := make([]string, len(values))
	for i, v := range values {
		if words[i] = fmt.Sprint(v); math.IsNaN(v) {
			words[i] = "."
		}
	}
	return strings.Join(words, " ")
}

func TestReadings(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	day := time.Date(2017, 1, 31, 22, 15, 0, 0, time.UTC) // the grid need not lie on the hour
	at := func(minutes int) time.Time { return day.Add(time.Duration(minutes) * time.Minute) }
	hourly, halves, empty := electricity("b/hourly"), electricity("b/halves"), electricity("b/empty")
	halves.Interval = 30 * time.Minute
	d.load(t, hourly, []eaio.Reading{{At: at(240), Value: 4}, {At: at(0), Value: 0}, {At: at(60), Value: 1}, {At: at(180), Value: -3}}) // none at 120
	d.load(t, halves, []eaio.Reading{{At: at(0), Value: 0}, {At: at(30), Value: 1}, {At: at(90), Value: 3}})
	d.load(t, empty, nil)

	for _, c := range []struct {
		name     string
		meter    eaio.Meter
		from, to int // minutes
		start    int
		want     string
	}{
		{"all of it", hourly, -600, 6000, 0, "0 1 . -3 4"},
		{"exactly", hourly, 0, 300, 0, "0 1 . -3 4"},
		{"a part", hourly, 60, 180, 60, "1 ."},
		{"begins and ends between", hourly, 61, 181, 60, "1 . -3"},
		{"within one interval", hourly, 70, 80, 60, "1"},
		{"an edge belongs to the later", hourly, 59, 60, 0, "0"},
		{"before", hourly, -600, 0, 0, ""},
		{"long before", hourly, -6000, -3000, 0, ""},
		{"after", hourly, 300, 600, 300, ""},
		{"empty", hourly, 120, 120, 120, ""},
		{"backwards", hourly, 180, 60, 180, ""},
		{"over a gap only", hourly, 120, 180, 120, "."},
		{"half-hours", halves, -600, 6000, 0, "0 1 . 3"},
		{"half-hours, a part", halves, 31, 91, 30, "1 . 3"},
		{"no readings", empty, -600, 600, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := d.Readings(t.Context(), tenant, c.meter.ID, eaio.Window{From: at(c.from), To: at(c.to)})
			if err != nil || text(got.Values) != c.want || got.Step != c.meter.Interval || got.Meter != d.meter(t, c.meter.ID) {
				t.Fatalf("%q of %+v every %v, %v; want %q", text(got.Values), got.Meter, got.Step, err, c.want)
			}
			if len(got.Values) > 0 && (!got.Start.Equal(at(c.start)) || got.Start.Location() != time.UTC) {
				t.Errorf("starts at %v, want %v", got.Start, at(c.start))
			}
		})
	}
	_, err := d.Readings(t.Context(), tenant, "b/none", eaio.Window{})
	wantKind(t, err, eaio.KindNotFound)
}

// The grid moves when an earlier reading comes, and only then.
func TestTheGridIsAnchoredAtTheFirstReading(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	m := electricity("b/e")
	d.load(t, m, hours(newYear, 3))
	d.load(t, m, []eaio.Reading{{At: newYear.Add(-2 * time.Hour), Value: 9}})
	got, err := d.Readings(t.Context(), tenant, m.ID, eaio.Window{To: newYear.AddDate(1, 0, 0)})
	if err != nil || text(got.Values) != "9 . 0 1 2" || !got.Start.Equal(newYear.Add(-2*time.Hour)) {
		t.Errorf("%q from %v, %v", text(got.Values), got.Start, err)
	}
}

// A meter that is read at local midnight has days of 23 and 25 hours.
func TestReadingsByTheLocalDay(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		first time.Time
		part  string // of three days: the grid is an hour off, and the window is widened to it
	}{
		{"winter", time.Date(2017, 3, 20, 0, 0, 0, 0, zone), "11 12 13 14"},
		{"summer", time.Date(2017, 10, 20, 0, 0, 0, 0, zone), "12 13 14 15"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, first := electricity("b/"+c.name), c.first
			m.Interval = 24 * time.Hour
			readings, want := make([]eaio.Reading, 20), make([]float64, 20)
			for i := range readings {
				readings[i] = eaio.Reading{At: first.AddDate(0, 0, i), Value: float64(i)}
				want[i] = float64(i)
			}
			d.load(t, m, readings)
			all, err := d.Readings(t.Context(), tenant, m.ID, eaio.Window{From: first, To: first.AddDate(0, 0, 20)})
			if err != nil || text(all.Values) != text(want) {
				t.Errorf("%q, %v; want %q", text(all.Values), err, text(want))
			}
			part, err := d.Readings(t.Context(), tenant, m.ID, eaio.Window{From: first.AddDate(0, 0, 12), To: first.AddDate(0, 0, 15)})
			if err != nil || text(part.Values) != c.part {
				t.Errorf("a part: %q, %v; want %q", text(part.Values), err, c.part)
			}
			open, err := d.Readings(t.Context(), tenant, m.ID, eaio.Window{To: first.AddDate(1, 0, 0)})
			if err != nil || text(open.Values) != text(want) {
				t.Errorf("an open window: %q, %v; want %q", text(open.Values), err, text(want))
			}
		})
	}
}

// What a version says and what the readings say belong together: facts are told
// apart by the version.
func TestReadingsAreOfOneInstant(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	m := electricity("b/e")
	readings := hours(newYear, 50)
	write := func(v float64) {
		for i := range readings {
			readings[i].Value = v
		}
		d.load(t, m, readings)
	}
	write(1)
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got, err := d.Readings(t.Context(), tenant, m.ID, eaio.Window{To: newYear.AddDate(1, 0, 0)})
				if err != nil {
					t.Error(err)
					return
				}
				for i, v := range got.Values {
					if v != float64(got.Meter.Version) {
						t.Errorf("value %d is of version %v, the meter of %d", i, v, got.Meter.Version)
						return
					}
				}
			}
		})
	}
	for v := 2; v <= 60; v++ {
		write(float64(v))
	}
	close(done)
	wg.Wait()
}
