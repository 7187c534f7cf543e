package postgres_test

import (
	"math"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func TestImportTwiceChangesNothing(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	if err := s.PutBuilding(ctx, eaio.DefaultTenant, eaio.Building{ID: "b", Name: "B", Timezone: "UTC", Privacy: eaio.PrivacyPrivate}); err != nil {
		t.Fatal(err)
	}
	m := eaio.Meter{ID: "b/electricity", Building: "b", Commodity: "electricity", Unit: "kWh", Interval: time.Hour}
	start := time.Date(2016, 12, 31, 20, 0, 0, 0, time.UTC)
	var readings []eaio.Reading
	for i := range 10 {
		if i != 3 {
			readings = append(readings, eaio.Reading{At: start.Add(time.Duration(i) * time.Hour), Value: float64(i)})
		}
	}
	load := func(want eaio.ImportReport) {
		t.Helper()
		got, err := s.ImportReadings(ctx, eaio.DefaultTenant, m, readings, eaio.ImportSource{File: "f", Rows: 10})
		want.Target, want.Rows = m.ID, 10
		if err != nil || got != want {
			t.Fatalf("got %+v, %v; want %+v", got, err, want)
		}
	}
	load(eaio.ImportReport{Added: 9})
	load(eaio.ImportReport{Unchanged: 9})
	readings[5].Value = 60
	load(eaio.ImportReport{Changed: 1, Unchanged: 8})

	r, err := s.Readings(ctx, eaio.DefaultTenant, m.ID, eaio.Window{From: start.Add(time.Hour), To: start.Add(100 * time.Hour)})
	if err != nil || len(r.Values) != 9 || !r.Start.Equal(start.Add(time.Hour)) || r.Values[0] != 1 || !math.IsNaN(r.Values[2]) || r.Values[5] != 60 {
		t.Fatalf("%+v, %v", r, err)
	}
	if r.Meter.Version != 2 || r.Meter.Readings != 9 || !r.Meter.End.Equal(start.Add(10*time.Hour)) {
		t.Errorf("meter: %+v", r.Meter)
	}
	m.Interval = 30 * time.Minute
	if _, err := s.ImportReadings(ctx, eaio.DefaultTenant, m, readings, eaio.ImportSource{}); eaio.KindOf(err) != eaio.KindConflict {
		t.Errorf("another interval for the same meter: %v", err)
	}
	if _, err := s.Readings(ctx, "other", m.ID, eaio.Window{}); eaio.KindOf(err) != eaio.KindNotFound {
		t.Errorf("another tenant reads the meter: %v", err)
	}
}

func TestMigrateTwice(t *testing.T) {
	s := open(t)
	from, to, err := s.Migrate(t.Context())
	if err != nil || from != to {
		t.Fatalf("%d → %d, %v", from, to, err)
	}
	have, want, err := s.SchemaVersion(t.Context())
	if err != nil || have != want || want < 2 {
		t.Fatalf("%d of %d, %v", have, want, err)
	}
}
