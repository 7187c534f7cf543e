package analyse

import (
	"cmp"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// drawSignature shows each day's energy against its temperature, and the model.
func drawSignature(d Document) ([]*plot.Plot, error) {
	temperature, _ := d.series("temperature")
	use, _ := d.series("energy")
	model, _ := d.series("model")
	each, radius := "a day", vg.Points(2.2)
	if len(d.Inputs.Meters) > 0 && d.Inputs.Meters[0].Interval == billsInterval {
		each, radius = "a bill", vg.Points(4)
	}
	p := newPanel(title("Energy signature", meterName(d), told(d, "adjusted_r_squared", "adjusted R² %s"), told(d, "cvrmse", "CVRMSE %s")),
		"mean outdoor temperature of "+each+" in "+temperature.Unit, use.Unit)
	if err := dots(p, each, distinct(points(temperature.Values, use.Values)), faint(blue(), 110), radius); err != nil {
		return nil, err
	}
	p.X.Tick.Marker = wholeTicks{}
	along := known(points(temperature.Values, model.Values))
	slices.SortFunc(along, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	if err := line(p, "model", along, red(), vg.Points(2)); err != nil {
		return nil, err
	}
	mark(p, d, "heating_balance_point", "heating below")
	mark(p, d, "cooling_balance_point", "cooling above")
	p.Y.Min = min(p.Y.Min, 0)
	headroom(p)
	return []*plot.Plot{p}, nil
}

// distinct leaves out what repeats the point before, as the days of a bill do.
func distinct(all plotter.XYs) plotter.XYs {
	return slices.CompactFunc(known(all), func(a, b plotter.XY) bool { return a == b })
}

// mark draws a fact as a dashed line upright.
func mark(p *plot.Plot, d Document, name, label string) {
	f, ok := d.fact(name)
	x, isNumber := f.Value.Float()
	if !ok || !isNumber {
		return
	}
	upright(p, x, label+" "+brief(f.Value)+" "+f.Unit, grey())
}

// drawSavings shows what was metered and what the baseline says, and their
// difference summed up.
func drawSavings(d Document) ([]*plot.Plot, error) {
	metered, _ := d.series("metered")
	base, _ := d.series("baseline")
	saved, _ := d.series("cumulative_saving")
	verdict, _ := d.fact("verdict")
	p := newPanel(title("Savings", meterName(d), verdict.Value.String()), "", metered.Unit)
	x := instants(metered)
	if err := line(p, "baseline model at this weather", points(x, base.Values), orange(), vg.Points(1.2)); err != nil {
		return nil, err
	}
	if err := line(p, "metered", points(x, metered.Values), blue(), vg.Points(1.2)); err != nil {
		return nil, err
	}
	p.Y.Min = min(p.Y.Min, 0)
	headroom(p)

	band, _ := d.fact("verdict_band")
	if band.Name == "" {
		band, _ = d.fact("uncertainty_band")
	}
	q := newPanel(title("Saving, summed up", told(d, "avoided_energy_use", "%s ± "+brief(band.Value)+" at 90 %%")), "", saved.Unit)
	if err := line(q, "baseline − metered", points(x, saved.Values), green(), vg.Points(2)); err != nil {
		return nil, err
	}
	if err := whisker(q, d, x, band); err != nil {
		return nil, err
	}
	across(q, 0, "", grey())
	headroom(q)
	for _, panel := range []*plot.Plot{p, q} {
		dates(panel, x, time.UTC)
	}
	return []*plot.Plot{p, q}, nil
}

// whisker draws the band around the saving at the end of the period.
func whisker(p *plot.Plot, d Document, x []float64, band Fact) error {
	saving, ok := d.fact("avoided_energy_use")
	s, ok1 := saving.Value.Float()
	b, ok2 := band.Value.Float()
	if !ok || !ok1 || !ok2 || len(x) < 2 || math.IsNaN(s+b) {
		return nil
	}
	width := (x[len(x)-1] - x[0]) / 60
	at := []float64{x[len(x)-1] - width, x[len(x)-1]}
	return area(p, "90 % band of the whole", at, []float64{s - b, s - b}, []float64{s + b, s + b}, faint(green(), 90))
}
