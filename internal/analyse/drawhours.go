package analyse

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// drawEvents shows the load with the events that were found on it.
func drawEvents(d Document) ([]*plot.Plot, error) {
	load, _ := d.series("load")
	p := newPanel(title("Anomalies", meterName(d), told(d, "events", "%s events")), "", "load in "+load.Unit)
	x := instants(load)
	if len(x) == 0 {
		return []*plot.Plot{p}, nil
	}
	shown := points(x, load.Values)
	low, high := reach(shown)
	p.X.Min, p.X.Max = x[0], x[len(x)-1]
	// A short event in a long year would be thinner than a line.
	least := (p.X.Max - p.X.Min) / 500
	named := map[string]bool{}
	for _, e := range d.Events {
		from, to := float64(e.Start.Unix()), float64(e.End.Unix())
		if to-from < least {
			from, to = (from+to-least)/2, (from+to+least)/2
		}
		name, c := "more than expected", faint(red(), 90)
		if e.KWh < 0 {
			name, c = "less than expected", faint(green(), 90)
		}
		label := ""
		if !named[name] {
			named[name], label = true, name
		}
		if err := area(p, label, []float64{max(from, p.X.Min), min(to, p.X.Max)}, []float64{low, low}, []float64{high, high}, c); err != nil {
			return nil, err
		}
	}
	if err := line(p, "load", shown, blue(), vg.Points(0.7)); err != nil {
		return nil, err
	}
	dates(p, x, load.Start.Location())
	headroom(p)
	return []*plot.Plot{p}, nil
}

// reach is the least and the greatest value, and zero.
func reach(points plotter.XYs) (low, high float64) {
	for _, p := range known(points) {
		low, high = min(low, p.Y), max(high, p.Y)
	}
	return low, high
}

// drawForecast shows the days before, the forecast and its band.
func drawForecast(d Document) ([]*plot.Plot, error) {
	load, _ := d.series("load")
	expected, _ := d.series("forecast")
	lower, _ := d.series("forecast_lower")
	upper, _ := d.series("forecast_upper")
	method, _ := d.fact("forecast_method")
	p := newPanel(title("Forecast", meterName(d), method.Value.String()), "", "load in "+expected.Unit)
	x, before := instants(expected), instants(load)
	if err := area(p, "80 % band", x, lower.Values, upper.Values, faint(orange(), 70)); err != nil {
		return nil, err
	}
	if err := line(p, "metered", points(before, load.Values), blue(), vg.Points(1.5)); err != nil {
		return nil, err
	}
	if err := line(p, "forecast", points(x, expected.Values), red(), vg.Points(2)); err != nil {
		return nil, err
	}
	p.Y.Min = min(p.Y.Min, 0)
	dates(p, append(before, x...), expected.Start.Location())
	headroom(p)
	upright(p, x[0], "issued "+expected.Start.Format("Mon 2 Jan 2006 15:04"), grey())
	return []*plot.Plot{p}, nil
}

// upright draws a dashed line at x over the height that the plot has so far.
func upright(p *plot.Plot, x float64, label string, c color.Color) {
	dashed(p, plotter.XYs{{X: x, Y: p.Y.Min}, {X: x, Y: p.Y.Max}}, label, c)
}

// across draws a dashed line at y over the width that the plot has so far.
func across(p *plot.Plot, y float64, label string, c color.Color) {
	dashed(p, plotter.XYs{{X: p.X.Min, Y: y}, {X: p.X.Max, Y: y}}, label, c)
}

func dashed(p *plot.Plot, points plotter.XYs, label string, c color.Color) {
	l, err := plotter.NewLine(points)
	if err != nil { // only of points that are no numbers
		return
	}
	l.Color, l.Width, l.Dashes = c, vg.Points(1), []vg.Length{vg.Points(4), vg.Points(3)}
	p.Add(l)
	if label != "" {
		p.Legend.Add(label, l)
	}
}
