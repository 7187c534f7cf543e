package postgres_test

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/eaio/eaio"
)

func TestBuildings(t *testing.T) {
	d := open(t)
	b := eaio.Building{
		ID: "hq_north-1.a", Name: "Trụ sở", Use: "office", AreaM2: 1234.5, Timezone: "Asia/Ho_Chi_Minh", PricePerKWh: "0.1100", Currency: "USD",
		PriceSource: "tariff 2017", Privacy: eaio.PrivacyDeidentified, WeatherStation: "SGN", Source: "CC BY 4.0",
	}
	small := eaio.Building{ID: "a", Name: "A", Timezone: "UTC", Privacy: eaio.PrivacyPrivate}
	for _, want := range []eaio.Building{b, small, {ID: b.ID, Name: "New name", Timezone: "UTC", Privacy: eaio.PrivacyPublic}} {
		if err := d.PutBuilding(t.Context(), tenant, want); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Building(t.Context(), tenant, want.ID); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	d.wantCount(t, 2, "buildings")
	d.wantCount(t, 1, "buildings where updated_at > created_at and price_per_kwh is null")
	_, err := d.Building(t.Context(), tenant, "none")
	wantKind(t, err, eaio.KindNotFound)
	if eaio.CodeOf(err) != "unknown_building" {
		t.Errorf("code %q", eaio.CodeOf(err))
	}
}

// Of those who add a building at once, one does.
func TestAddBuildingOnce(t *testing.T) {
	d := open(t)
	var added, refused atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			err := d.AddBuilding(t.Context(), tenant, eaio.Building{ID: "b", Name: fmt.Sprint(i), Timezone: "UTC", Privacy: eaio.PrivacyPrivate})
			switch eaio.KindOf(err) {
			case eaio.KindConflict:
				refused.Add(1)
			case "":
				added.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if added.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d added, %d refused", added.Load(), refused.Load())
	}
}

func TestBuildingsThatCannotBeStored(t *testing.T) {
	d := open(t)
	for name, change := range map[string]func(*eaio.Building){
		"no id":                  func(b *eaio.Building) { b.ID = "" },
		"an id with a slash":     func(b *eaio.Building) { b.ID = "a/b" },
		"a negative area":        func(b *eaio.Building) { b.AreaM2 = -1 },
		"no area at all":         func(b *eaio.Building) { b.AreaM2 = math.NaN() },
		"an infinite area":       func(b *eaio.Building) { b.AreaM2 = math.Inf(1) },
		"a price that is none":   func(b *eaio.Building) { b.PricePerKWh = "cheap" },
		"a negative price":       func(b *eaio.Building) { b.PricePerKWh = "-0.1" },
		"a price of NaN":         func(b *eaio.Building) { b.PricePerKWh = "NaN" },
		"another word for label": func(b *eaio.Building) { b.Privacy = "secret" },
		"a zero byte":            func(b *eaio.Building) { b.Name = "a\x00" },
	} {
		b := eaio.Building{ID: "b", Name: "B", Timezone: "UTC", Privacy: eaio.PrivacyPrivate}
		change(&b)
		t.Run(name, func(t *testing.T) { wantKind(t, d.PutBuilding(t.Context(), tenant, b), eaio.KindInvalid) })
	}
	d.wantCount(t, 0, "buildings")
}

func TestBuildingsByPage(t *testing.T) {
	d := open(t)
	for i := range 9 {
		d.building(t, fmt.Sprint("b", i))
	}
	var got []string
	for after := ""; ; {
		list, err := d.Buildings(t.Context(), tenant, after, 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list {
			got = append(got, b.ID)
		}
		if len(list) < 4 {
			break
		}
		after = list[3].ID
	}
	if fmt.Sprint(got) != "[b0 b1 b2 b3 b4 b5 b6 b7 b8]" {
		t.Errorf("%v", got)
	}
	for _, commodity := range []string{"gas", "electricity", "heat"} {
		m := electricity("m-" + commodity)
		m.Building, m.Commodity = "b1", commodity
		d.load(t, m, nil)
	}
	list, err := d.Meters(t.Context(), tenant, "b1")
	got = nil
	for _, m := range list {
		got = append(got, m.ID)
	}
	if err != nil || fmt.Sprint(got) != "[m-electricity m-gas m-heat]" {
		t.Errorf("%v, %v", got, err)
	}
	if list, err := d.Meters(t.Context(), tenant, "none"); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}
