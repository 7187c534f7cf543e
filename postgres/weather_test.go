package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func TestTemperatures(t *testing.T) {
	d := open(t)
	minute := func(n int, v float64) eaio.Reading {
		return eaio.Reading{At: newYear.Add(time.Duration(n) * time.Minute), Value: v}
	}
	readings := []eaio.Reading{minute(-60, 1), minute(0, 2), minute(30, 4), minute(60, 5), minute(180, 7), minute(240, 8)}
	if _, err := d.ImportWeather(t.Context(), tenant, "LHR", readings, eaio.ImportSource{}); err != nil {
		t.Fatal(err)
	}
	got, err := d.Temperatures(t.Context(), tenant, "LHR", eaio.Window{From: newYear, To: newYear.Add(4 * time.Hour)})
	if want := "[3 5 NaN 7]"; err != nil || got.Step != time.Hour || !got.Start.Equal(newYear) || fmt.Sprint(got.Values) != want {
		t.Errorf("%+v, %v; want %s", got, err, want)
	}
	for _, c := range []struct {
		tenant  eaio.TenantID
		station string
	}{{tenant, "JFK"}, {"nobody", "LHR"}} {
		got, err := d.Temperatures(t.Context(), c.tenant, c.station, eaio.Window{From: newYear, To: newYear.Add(time.Hour)})
		if err != nil || len(got.Values) != 0 {
			t.Errorf("%v: %+v, %v", c, got, err)
		}
	}
}
