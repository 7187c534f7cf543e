package energy_test

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// A year of hourly data: quality, base load and the last month together stay
// under 5 ms.
func BenchmarkYear(b *testing.B) {
	s := realMeter(b, "Fox_assembly_Boyce", zone(b, "America/Phoenix"))
	asOf := date(s.Location, 2018, 1, 1)
	for _, set := range []struct {
		name  string
		calls []eaio.Call
	}{
		{"quality", []eaio.Call{{Analysis: energy.NameQuality}}},
		{"baseload", []eaio.Call{{Analysis: energy.NameBaseLoad}}},
		{"overnight", []eaio.Call{{Analysis: energy.NameOvernight}}},
		{"consumption", []eaio.Call{{Analysis: energy.NameConsumption, Period: eaio.LastYear, Compare: eaio.ComparePrevious}}},
		{"weekly", []eaio.Call{{Analysis: energy.NameConsumption, Period: eaio.LastWeek, Compare: eaio.ComparePrevious}, {Analysis: energy.NameBaseLoad}, {Analysis: energy.NameQuality}}},
	} {
		b.Run(set.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, call := range set.calls {
					run(b, call, s, asOf, pounds("0.15"))
				}
			}
		})
	}
}

func BenchmarkQuarterHours(b *testing.B) {
	loc := zone(b, "Europe/London")
	s := electricity(date(loc, 2017, 1, 1), date(loc, 2018, 1, 1), 15*time.Minute, restless)
	b.ReportAllocs()
	for b.Loop() {
		energy.BaseLoad(s, date(loc, 2018, 1, 1), energy.Price{})
	}
}

// One building: quality, base load and anomalies of a year of hourly data, the nightly
// set with a forecast, and each of the analyses that fit a model.
func BenchmarkBuilding(b *testing.B) {
	in := realBuilding(b, "Fox_assembly_Boyce")
	asOf := date(in.Series.Location, 2018, 1, 1)
	quality, load := eaio.Call{Analysis: energy.NameQuality}, eaio.Call{Analysis: energy.NameBaseLoad}
	anomalies, forecast := eaio.Call{Analysis: energy.NameAnomalies}, eaio.Call{Analysis: energy.NameForecast}
	for _, set := range []struct {
		name  string
		calls []eaio.Call
	}{
		{"year", []eaio.Call{quality, load, {Analysis: energy.NameAnomalies, Period: eaio.LastYear}}},
		{"nightly", []eaio.Call{quality, load, anomalies, forecast}},
		{"anomalies", []eaio.Call{anomalies}},
		{"forecast", []eaio.Call{forecast}},
		{"signature", []eaio.Call{{Analysis: energy.NameSignature}}},
		{"change", []eaio.Call{{Analysis: energy.NameChange}}},
		{"savings", []eaio.Call{{Analysis: energy.NameSavings, Period: eaio.Last30Days}}},
	} {
		b.Run(set.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, call := range set.calls {
					runInput(b, call, in, asOf)
				}
			}
		})
	}
}

// BenchmarkNight is the nightly set of a building: from its readings alone, and with
// what the night before learned, over the nights of a quarter; without and with a
// weather forecast, for which the measured temperatures stand.
func BenchmarkNight(b *testing.B) {
	in := realBuilding(b, "Fox_assembly_Boyce")
	set := func(in energy.Input, day int) {
		for _, name := range []string{energy.NameQuality, energy.NameBaseLoad, energy.NameAnomalies, energy.NameForecast} {
			runInput(b, eaio.Call{Analysis: name}, in, date(in.Series.Location, 2017, 10, 1+day))
		}
	}
	for _, weather := range []string{"", ",weather"} {
		if weather != "" {
			in.WeatherForecast = in.Temperature
		}
		b.Run("refits"+weather, func(b *testing.B) {
			b.ReportAllocs()
			for day := 0; b.Loop(); day++ {
				set(in, day%90)
			}
		})
		b.Run("models"+weather, func(b *testing.B) {
			carried := in
			b.ReportAllocs()
			for day := 0; b.Loop(); day++ {
				if day%90 == 0 {
					b.StopTimer()
					carried.Models = &energy.Models{}
					set(carried, -1)
					b.StartTimer()
				}
				set(carried, day%90)
			}
		})
	}
}
