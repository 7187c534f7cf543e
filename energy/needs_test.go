package energy_test

import (
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
)

// Who does not look at the weather, or at the other meters, need not be given them.
func TestWhatAnAnalysisLooksAt(t *testing.T) {
	loc := zone(t, "Europe/London")
	full := realBuilding(t, "Robin_education_Lizbeth")
	full.AreaM2, full.Use = 2001, "education"
	asOf := date(loc, 2017, 6, 1)
	full.Meters = []energy.Series{electricity(date(loc, 2016, 1, 1), asOf, full.Series.Step, office)}
	differs := map[string]bool{}
	for _, name := range energy.Analyses() {
		call := eaio.Call{Analysis: name}
		want := runInput(t, call, full, asOf)
		cool, alone := full, full
		cool.Temperature = energy.Temperature{}
		alone.Meters = nil
		if !energy.LooksAtWeather(name) && !same(runInput(t, call, cool, asOf), want) {
			t.Errorf("%s looks at the weather", name)
		}
		if !energy.AllMeters(name) && !same(runInput(t, call, alone, asOf), want) {
			t.Errorf("%s looks at the other meters", name)
		}
		differs[name] = !same(runInput(t, call, cool, asOf), want)
	}
	for _, name := range []string{energy.NameSignature, energy.NameChange, energy.NamePeak} {
		if !differs[name] {
			t.Errorf("%s does without the weather", name)
		}
	}
}
