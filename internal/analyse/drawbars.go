package analyse

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// barShare is the part of a place that its bar fills.
const barShare = 0.8

// atOnce is how many bars are one shape: the time that a shape takes grows with the
// square of its edges, and each shape costs a little.
const atOnce = 16

// bars fills a rectangle from low to high around each x, but where there is no value.
func bars(p *plot.Plot, name string, x, low, high []float64, width float64, c color.Color) error {
	var rings []plotter.XYer
	for i := range x {
		if !math.IsNaN(low[i] + high[i]) {
			left, right := x[i]-width/2, x[i]+width/2
			rings = append(rings, plotter.XYs{{X: left, Y: low[i]}, {X: left, Y: high[i]}, {X: right, Y: high[i]}, {X: right, Y: low[i]}})
		}
	}
	for some := range slices.Chunk(rings, atOnce) {
		shape, err := plotter.NewPolygon(some...)
		if err != nil {
			return err
		}
		shape.Color, shape.LineStyle.Width = c, 0
		p.Add(shape)
		if name != "" {
			p.Legend.Add(name, shape)
			name = ""
		}
	}
	return nil
}

// stack is one colour of stacked bars: a value for each place, NaN for none.
type stack struct {
	name   string
	colour color.Color
	values []float64
}

// stacked draws bars at 0, 1, 2, … with what is above zero piled upwards and what is
// below it downwards.
func stacked(p *plot.Plot, all []stack) error {
	if len(all) == 0 {
		return nil
	}
	n := len(all[0].values)
	x, up, down := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	for _, s := range all {
		low, high := make([]float64, n), make([]float64, n)
		for i, v := range s.values {
			switch {
			case math.IsNaN(v), v == 0:
				low[i], high[i] = math.NaN(), math.NaN()
			case v > 0:
				low[i], high[i] = up[i], up[i]+v
				up[i] += v
			default:
				low[i], high[i] = down[i]+v, down[i]
				down[i] += v
			}
		}
		if err := bars(p, s.name, x, low, high, barShare, s.colour); err != nil {
			return err
		}
	}
	p.X.Min, p.X.Max = -0.5, float64(n)-0.5
	return nil
}

// fromZero are zeros, the feet of plain bars.
func fromZero(n int) []float64 { return make([]float64, n) }

// places are 0, 1, 2, …
func places(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i)
	}
	return out
}

// nameTicks names the places 0, 1, 2, … of bars.
type nameTicks []string

// Ticks leaves names out where they would not fit beside each other.
func (names nameTicks) Ticks(low, high float64) (out []plot.Tick) {
	every := 1 + len(names)/14
	for i, name := range names {
		if x := float64(i); x >= low && x <= high && i%every == 0 {
			out = append(out, plot.Tick{Value: x, Label: name})
		}
	}
	return out
}

// named puts a name below each bar.
func named(p *plot.Plot, names []string) {
	p.X.Tick.Marker = nameTicks(names)
	p.X.Tick.LineStyle.Width = 0
	p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
}

// palette are colours for the parts of stacked bars, in order.
func palette() []color.Color {
	return []color.Color{
		blue(), orange(), green(), red(),
		color.NRGBA{204, 121, 167, 255},
		color.NRGBA{86, 180, 233, 255},
		color.NRGBA{240, 228, 66, 255},
		grey(),
	}
}

// captions writes a text above points.
func captions(p *plot.Plot, at plotter.XYs, texts []string) error {
	l, err := plotter.NewLabels(plotter.XYLabels{XYs: at, Labels: texts})
	if err != nil {
		return err
	}
	for i := range l.TextStyle {
		l.TextStyle[i].Font.Variant, l.TextStyle[i].Font.Size = "Sans", 9
		l.TextStyle[i].XAlign = -0.5
	}
	l.Offset.Y = vg.Points(3)
	p.Add(l)
	return nil
}
