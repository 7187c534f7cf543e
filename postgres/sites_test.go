package postgres_test

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// meteredBuilding adds a building with one meter of n readings of the value 1, hour by hour.
func meteredBuilding(t *testing.T, d *db, b eaio.Building, n int) {
	t.Helper()
	b.Timezone, b.Privacy = "UTC", cmp.Or(b.Privacy, eaio.PrivacyPrivate)
	if err := d.PutBuilding(t.Context(), tenant, b); err != nil {
		t.Fatal(err)
	}
	values := hours(newYear, n)
	for i := range values {
		values[i].Value = 1
	}
	m := eaio.Meter{ID: b.ID + "/e", Building: b.ID, Commodity: "electricity", Unit: "kWh", Interval: time.Hour}
	if _, err := d.ImportReadings(t.Context(), tenant, m, values, eaio.ImportSource{}); err != nil {
		t.Fatal(err)
	}
}

func TestSites(t *testing.T) {
	d := open(t)
	for i := range 5 {
		meteredBuilding(t, d, eaio.Building{ID: fmt.Sprint("b", i), Name: "B"}, 3+i)
	}
	gas := eaio.Meter{ID: "a/gas", Building: "b1", Commodity: "gas", Unit: "therm", Interval: time.Hour}
	if _, err := d.ImportReadings(t.Context(), tenant, gas, hours(newYear, 2), eaio.ImportSource{}); err != nil {
		t.Fatal(err)
	}
	if err := d.PutBuilding(t.Context(), tenant, eaio.Building{ID: "bare", Name: "Bare", Timezone: "UTC", Privacy: eaio.PrivacyPublic}); err != nil {
		t.Fatal(err)
	}
	sites, total, err := d.Sites(t.Context(), tenant, 3)
	if err != nil || total != 6 || len(sites) != 3 {
		t.Fatalf("%d of %d sites, %v", len(sites), total, err)
	}
	for i, want := range []string{"b0 [b0/e 3]", "b1 [b1/e 4] [a/gas 2]", "b2 [b2/e 5]"} {
		got := sites[i].Building.ID
		for _, m := range sites[i].Meters {
			got += fmt.Sprintf(" [%s %d]", m.ID, m.Readings)
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	all, _, err := d.Sites(t.Context(), tenant, 100)
	if err != nil || len(all) != 6 || all[5].Building.ID != "bare" || len(all[5].Meters) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestUseOfPeers(t *testing.T) {
	d := open(t)
	for _, b := range []eaio.Building{
		{ID: "own", Use: "Office", AreaM2: 10},
		{ID: "same", Use: "office", AreaM2: 20},
		{ID: "third", Use: "OFFICE", AreaM2: 30, Privacy: eaio.PrivacyDeidentified},
		{ID: "sizeless", Use: "office"},
		{ID: "other", Use: "lab", AreaM2: 20},
		{ID: "useless", AreaM2: 20},
		{ID: "useless2", AreaM2: 20},
	} {
		b.Name = b.ID
		meteredBuilding(t, d, b, 100)
	}
	w := eaio.Window{From: newYear.Add(10 * time.Hour), To: newYear.Add(30 * time.Hour)}
	for _, c := range []struct {
		building string
		limit    int
		want     string
	}{
		{"own", 9, "[same 20 m2 20 kWh of 20] [third 30 m2 20 kWh of 20]"},
		{"own", 1, "[same 20 m2 20 kWh of 20]"},
		{"third", 9, ""}, // what is known of the private ones may not go where its own data may
		{"other", 9, ""},
		{"useless", 9, ""},
		{"none", 9, ""},
	} {
		uses, err := d.UseOfPeers(t.Context(), tenant, c.building, w, c.limit)
		got := ""
		for i, u := range uses {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprintf("[%s %g m2 %g %s of %d]", u.Building, u.AreaM2, u.Total, u.Unit, u.Readings)
			if u.Interval != time.Hour || u.Commodity != "electricity" {
				t.Errorf("%+v", u)
			}
		}
		if err != nil || got != c.want {
			t.Errorf("%s, %d: %s, %v; want %s", c.building, c.limit, got, err, c.want)
		}
	}
	after := eaio.Window{From: newYear.AddDate(1, 0, 0), To: newYear.AddDate(2, 0, 0)}
	uses, err := d.UseOfPeers(t.Context(), tenant, "own", after, 9)
	if err != nil || len(uses) != 2 || uses[0].Total != 0 || uses[0].Readings != 0 {
		t.Errorf("in a year without readings %+v, %v", uses, err)
	}
}
