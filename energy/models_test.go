package energy_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// A night with yesterday's models says almost what one without them does; where a
// reading was corrected, or on the first night, exactly that.
func TestModelsAreCarriedOn(t *testing.T) {
	in := realBuilding(t, "Fox_assembly_Boyce")
	in.WeatherForecast = in.Temperature
	night := eaio.Call{Analysis: energy.NameForecast}
	next := func(r eaio.Result) float64 {
		f, ok := r.Fact("next_24_h_energy")
		x, number := f.Value.Float()
		if !ok || !number {
			t.Fatalf("no forecast: %s %v", r.Status, r.Reasons)
		}
		return x
	}
	carried := in
	carried.Models = &energy.Models{}
	for day := range 4 {
		asOf := date(in.Series.Location, 2017, 12, 10+day)
		if day == 3 { // a reading of the summer comes late
			values := slices.Clone(in.Series.Values)
			values[12000] *= 1.5
			in.Series.Values, carried.Series.Values = values, values
		}
		with, without := next(runInput(t, night, carried, asOf)), next(runInput(t, night, in, asOf))
		switch difference := math.Abs(with/without - 1); {
		case (day == 0 || day == 3) && difference != 0:
			t.Errorf("night %d: %v with models that do not apply, %v without", day, with, without)
		case difference > 0.02:
			t.Errorf("night %d: %v with yesterday's models, %v without", day, with, without)
		}
	}
}
