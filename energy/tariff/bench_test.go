package tariff_test

import (
	"testing"

	"github.com/eaio/eaio/energy/tariff"
)

func BenchmarkYearOfQuarters(b *testing.B) {
	loc := zone(b, "America/Phoenix")
	x, err := tariff.Parse(example(b))
	if err != nil {
		b.Fatal(err)
	}
	u := random(1, date(loc, 2016, 1, 1), date(loc, 2018, 1, 1), quarter)
	for b.Loop() {
		if _, err := x.Bill(u, date(loc, 2017, 1, 1), date(loc, 2018, 1, 1)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	raw := example(b)
	for b.Loop() {
		if _, err := tariff.Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}
