package analyse

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// step is a bar of a waterfall: a total, which stands on the ground, or a term, which
// leads from the level before it to the next.
type step struct {
	name     string
	from, to float64
	total    bool
}

// drawChange shows how the comparison's energy became that of the period, term by term.
func drawChange(d Document) ([]*plot.Plot, error) {
	before, after := d.number("compare_energy"), d.number("energy")
	change, ok := d.fact("change")
	if !ok || math.IsNaN(before+after) {
		return nil, nil
	}
	p := newPanel(title("Change", meterName(d), toldSigned(d, "change", "%s"), toldSigned(d, "change_percent", "%s")), "", "energy in "+change.Unit)
	all := []step{{"comparison", 0, before, true}}
	level := before
	for _, term := range []struct{ name, label string }{
		{"change_weather", "weather"},
		{"change_calendar", "calendar"},
		{"change_operations", "operations"},
		{"change_weather_and_operations", "weather and operations"},
	} {
		if x := d.number(term.name); !math.IsNaN(x) {
			all = append(all, step{term.label, level, level + x, false})
			level += x
		}
	}
	all = append(all, step{"period", 0, after, true})
	if band := d.number("change_band"); !math.IsNaN(band) {
		error90(p, all, band)
	}
	return []*plot.Plot{p}, waterfall(p, all)
}

// error90 marks the band around the level that the operations term leads to.
func error90(p *plot.Plot, all []step, band float64) {
	for i, s := range all {
		if s.name == "operations" {
			x := float64(i) + 0.45
			dashed(p, plotter.XYs{{X: x, Y: s.to - band}, {X: x, Y: s.to + band}}, "90 % band of operations", color.Black)
		}
	}
}

// waterfall draws the steps from left to right.
func waterfall(p *plot.Plot, all []step) error {
	n := len(all)
	ground := groundOf(p, all)
	low, totals, more, less := make([]float64, n), unknown(n), unknown(n), unknown(n)
	names, texts, tops := make([]string, n), make([]string, n), make(plotter.XYs, n)
	for i, s := range all {
		if s.total {
			s.from = ground
		}
		high := max(s.from, s.to)
		low[i] = min(s.from, s.to)
		names[i], tops[i] = s.name, plotter.XY{X: float64(i), Y: high}
		texts[i] = thousands(math.Round(s.to))
		switch {
		case s.total:
			totals[i] = high
		case s.to > s.from:
			more[i], texts[i] = high, "+"+thousands(math.Round(s.to-s.from))
		default:
			less[i], texts[i] = high, thousands(math.Round(s.to-s.from))
		}
	}
	for _, s := range []stack{{"metered", blue(), totals}, {"more", red(), more}, {"less", green(), less}} {
		if err := bars(p, s.name, places(n), low, s.values, barShare, s.colour); err != nil {
			return err
		}
	}
	named(p, names)
	p.Y.Min = ground
	headroom(p)
	return captions(p, tops, texts)
}

// groundOf is where the axis begins: at zero, or higher, and it says so, where the
// terms would hardly be seen from there.
func groundOf(p *plot.Plot, all []step) float64 {
	least, most, reach := math.Inf(1), math.Inf(-1), 0.0
	for _, s := range all {
		least, most = min(least, s.to), max(most, s.to)
		if !s.total {
			reach = max(reach, math.Abs(s.to-s.from))
		}
	}
	if least <= 0 || most <= 0 || reach > 0.15*most {
		return 0
	}
	unit := math.Pow10(int(math.Log10(most)) - 1)
	ground := math.Floor(max(0, least-2*max(reach, most-least))/unit) * unit
	if ground > 0 {
		p.X.Label.Text = fmt.Sprintf("the axis begins at %s", thousands(ground))
	}
	return ground
}
