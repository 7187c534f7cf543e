package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// What a regression lacks is the simpler method's: without a fit the rule's, without
// the day's weather that of the ridge that does without.
func TestMembersAreFilledFromASimplerMethod(t *testing.T) {
	m := part(t, "Fox_office_Yong", 120)
	drop(m.Temperature, func(i int) bool { return i/Hours%10 == 0 })
	model := newModel(m)
	model.open()
	for d, load := range newGrid(m).load {
		f := &model.forecasts
		if d > 1 && math.IsNaN(highest(&f[rule])) {
			t.Fatalf("day %d: the rule has nothing", d)
		}
		if d < fitFrom {
			for _, i := range []int{ridge, ridgeTemperature, ensemble, ensembleTemperature} {
				if !sameDay(f[i], f[rule]) || model.able[i] {
					t.Fatalf("day %d: the %s is %v before a fit, want the rule's %v", d, Methods()[i], f[i], f[rule])
				}
			}
		}
		if d > fitFrom && d%10 < 2 { // today's or yesterday's weather is missing
			if !sameDay(f[ridgeTemperature], f[ridge]) || !sameDay(f[ensembleTemperature], f[ridge]) || model.able[ensembleTemperature] {
				t.Fatalf("day %d: without weather %v, want the ridge's %v", d, f[ensembleTemperature], f[ridge])
			}
		}
		model.learn(load)
	}
}

// Nothing is relative to a level of zero.
func TestZeroLevelLeavesNoResidual(t *testing.T) {
	m := steady(140, 100, 40)
	clear(m.Load[:60*Hours])
	model, err := Fit(m)
	if err != nil {
		t.Fatal(err)
	}
	for i := range model.trails {
		for d, o := range model.trails[i].days {
			for _, e := range append(slices.Clone(o.residual[:]), o.peak) {
				if math.IsInf(e, 0) || d < 61 && !math.IsNaN(e) {
					t.Fatalf("%s, day %d: a residual of %v", Methods()[i], d, e)
				}
			}
		}
	}
	if f := model.Next(); math.IsInf(f.High[12], 0) || math.IsNaN(f.High[12]) {
		t.Errorf("band to %v", f.High[12])
	}
}

// The residuals that are moved on are those that sorting finds, however long they
// were not asked for.
func TestResidualsAreThoseOfTheLastDays(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	var tr trail
	for range 400 {
		var o outcome
		for h := range o.residual {
			o.residual[h] = float64(r.IntN(20))
			if r.IntN(5) == 0 {
				o.residual[h] = math.NaN()
			}
		}
		tr.days = append(tr.days, o)
		if r.IntN(30) > 0 && len(tr.days)%150 < 100 {
			continue
		}
		for h, got := range tr.residuals() {
			var want []float64
			for _, o := range tr.days[max(0, len(tr.days)-bandDays):] {
				if !math.IsNaN(o.residual[h]) {
					want = append(want, o.residual[h])
				}
			}
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("day %d hour %d: %v, want %v", len(tr.days), h, got, want)
			}
		}
	}
}
