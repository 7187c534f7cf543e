package analyse

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours are Okabe and Ito's (2008), which colour-blind people can tell apart.
func blue() color.Color   { return color.NRGBA{0, 114, 178, 255} }
func orange() color.Color { return color.NRGBA{230, 159, 0, 255} }
func red() color.Color    { return color.NRGBA{213, 94, 0, 255} }
func green() color.Color  { return color.NRGBA{0, 158, 115, 255} }
func grey() color.Color   { return color.NRGBA{150, 150, 150, 255} }

// faint is a colour that lets others through.
func faint(c color.Color, alpha uint8) color.Color {
	r, g, b, _ := c.RGBA()
	return color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), alpha}
}

// newPanel is an empty plot with a title, a grid and room for a legend.
func newPanel(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = 3 * vg.Millimeter
	sans := func(t *text.Style, size vg.Length) { t.Font.Variant, t.Font.Size = "Sans", size }
	sans(&p.Title.TextStyle, 12)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		sans(&a.Label.TextStyle, 10)
		sans(&a.Tick.Label, 9)
		a.Label.Padding = 2 * vg.Millimeter
		a.LineStyle.Color, a.Tick.LineStyle.Color = color.Gray{120}, color.Gray{120}
	}
	sans(&p.Legend.TextStyle, 9)
	p.Y.Tick.Marker = wholeTicks{}
	p.Legend.Top, p.Legend.Left = true, false
	p.Legend.Padding = vg.Millimeter
	p.Legend.XOffs, p.Legend.YOffs = -2*vg.Millimeter, -vg.Millimeter
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{240}
	p.Add(grid)
	return p
}

// most is the number of points past which a row is drawn as an envelope, in as many
// parts as a panel has dots across.
const (
	most  = 3000
	parts = 1200
)

// envelope fills a column from the lowest to the highest value of each part of a long
// row: it looks as the line would, which takes minutes to draw. Columns reach to where
// the part before ended, so that they hang together.
func envelope(p *plot.Plot, name string, all plotter.XYs, c color.Color) error {
	least, greatest := math.Inf(1), math.Inf(-1)
	for _, x := range known(all) {
		least, greatest = min(least, x.Y), max(greatest, x.Y)
	}
	thin := (greatest - least) / 400 // half of a line's width, of what a panel is high
	x, low, high := make([]float64, parts), unknown(parts), unknown(parts)
	for k := range parts {
		lo, hi := k*len(all)/parts, (k+1)*len(all)/parts
		x[k] = (all[lo].X + all[hi-1].X) / 2
		for _, v := range known(all[max(lo-1, 0):hi]) {
			if math.IsNaN(low[k]) {
				low[k], high[k] = v.Y, v.Y
			}
			low[k], high[k] = min(low[k], v.Y), max(high[k], v.Y)
		}
		low[k], high[k] = low[k]-thin, high[k]+thin
	}
	const overlap = 1.3 // without it a seam shows between them
	return bars(p, name, x, low, high, overlap*(all[len(all)-1].X-all[0].X)/(parts-1), c)
}

// line adds a line that breaks where there is no value.
func line(p *plot.Plot, name string, points plotter.XYs, c color.Color, width vg.Length) error {
	if len(points) > most {
		return envelope(p, name, points, c)
	}
	var legend *plotter.Line
	for _, stretch := range stretches(points) {
		l, err := plotter.NewLine(stretch)
		if err != nil {
			return err
		}
		l.Color, l.Width = c, width
		if len(stretch) == 1 { // a value with none on either side
			s, err := plotter.NewScatter(stretch)
			if err != nil {
				return err
			}
			s.GlyphStyle = draw.GlyphStyle{Color: c, Radius: width, Shape: draw.CircleGlyph{}}
			p.Add(s)
		}
		p.Add(l)
		legend = l
	}
	if legend != nil && name != "" {
		p.Legend.Add(name, legend)
	}
	return nil
}

// dots adds points.
func dots(p *plot.Plot, name string, points plotter.XYs, c color.Color, radius vg.Length) error {
	s, err := plotter.NewScatter(known(points))
	if err != nil {
		return err
	}
	s.GlyphStyle = draw.GlyphStyle{Color: c, Radius: radius, Shape: draw.CircleGlyph{}}
	p.Add(s)
	p.Legend.Add(name, s)
	return nil
}

// area fills the space between two rows of values with one x.
func area(p *plot.Plot, name string, x, low, high []float64, c color.Color) error {
	var outline plotter.XYs
	for i := range x {
		if !math.IsNaN(low[i] + high[i]) {
			outline = append(outline, plotter.XY{X: x[i], Y: high[i]})
		}
	}
	for i := len(x) - 1; i >= 0; i-- {
		if !math.IsNaN(low[i] + high[i]) {
			outline = append(outline, plotter.XY{X: x[i], Y: low[i]})
		}
	}
	if len(outline) == 0 {
		return nil
	}
	band, err := plotter.NewPolygon(outline)
	if err != nil {
		return err
	}
	band.Color, band.LineStyle.Width = c, 0
	p.Add(band)
	if name != "" {
		p.Legend.Add(name, band)
	}
	return nil
}

// points pairs places with values.
func points(x, y []float64) plotter.XYs {
	out := make(plotter.XYs, len(y))
	for i := range y {
		out[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	return out
}

// instants are the times of a series as Unix seconds.
func instants(s Series) []float64 {
	out := make([]float64, len(s.Values))
	for i := range out {
		out[i] = float64(s.at(i).Unix())
	}
	return out
}

func known(all plotter.XYs) (out plotter.XYs) {
	for _, p := range all {
		if !math.IsNaN(p.X + p.Y) {
			out = append(out, p)
		}
	}
	return out
}

// stretches are the runs of points with values.
func stretches(all plotter.XYs) (out []plotter.XYs) {
	from := -1
	for i := range len(all) + 1 {
		there := i < len(all) && !math.IsNaN(all[i].X+all[i].Y)
		switch {
		case there && from < 0:
			from = i
		case !there && from >= 0:
			out = append(out, all[from:i])
			from = -1
		}
	}
	return out
}

// wholeTicks marks four to nine round numbers, with thousands set apart.
type wholeTicks struct{}

func (wholeTicks) Ticks(low, high float64) (out []plot.Tick) {
	if !(high > low) || math.IsInf(high-low, 0) {
		return []plot.Tick{{Value: low, Label: thousands(low)}}
	}
	step := math.Pow10(int(math.Floor(math.Log10((high - low) / 4))))
	for _, k := range []float64{5, 2} {
		if (high-low)/(step*k) >= 4 {
			step *= k
			break
		}
	}
	for i := math.Ceil(low / step); i*step <= high; i++ {
		out = append(out, plot.Tick{Value: i * step, Label: thousands(i * step)})
	}
	return out
}

// thousands writes a round number with a thin gap between groups of three digits.
func thousands(x float64) string {
	s := strconv.FormatFloat(math.Round(x*1e6)/1e6+0, 'f', -1, 64)
	whole, rest, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "\u2009" + whole[i:]
	}
	if point {
		whole += "." + rest
	}
	return whole
}

// clockTicks marks every third hour of a day in hours.
type clockTicks struct{}

func (clockTicks) Ticks(_, _ float64) (out []plot.Tick) {
	for h := 0; h <= 24; h += 3 {
		out = append(out, plot.Tick{Value: float64(h), Label: fmt.Sprintf("%02d:00", h)})
	}
	return out
}

// dateTicks marks months, weeks, days or hours, as the span asks for, on a clock.
type dateTicks struct{ loc *time.Location }

func (d dateTicks) Ticks(low, high float64) (out []plot.Tick) {
	from, to := time.Unix(int64(low), 0).In(d.loc), time.Unix(int64(math.Ceil(high)), 0).In(d.loc)
	span := to.Sub(from)
	var next func(time.Time) time.Time
	layout := "2 Jan"
	at := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, d.loc)
	switch {
	case span > 4*365*day:
		layout = "2006"
		at = time.Date(from.Year(), 1, 1, 0, 0, 0, 0, d.loc)
		next = func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }
	case span > 150*day:
		layout = "Jan 2006"
		step := 1 + int(span/(400*day))*2
		at = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, d.loc)
		next = func(t time.Time) time.Time { return t.AddDate(0, step, 0) }
	case span > 20*day:
		for at.Weekday() != time.Monday {
			at = at.AddDate(0, 0, 1)
		}
		step := 7 * (1 + int(span/(70*day)))
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, step) }
	case span > 3*day:
		layout = "Mon 2 Jan"
		step := 1 + int(span/(9*day))
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, step) }
	default:
		layout = "Mon 15:04"
		step := 3
		if span > 26*time.Hour {
			step = 6
		}
		next = func(t time.Time) time.Time { return t.Add(time.Duration(step) * time.Hour) }
	}
	for ; !at.After(to); at = next(at) {
		if !at.Before(from) {
			out = append(out, plot.Tick{Value: float64(at.Unix()), Label: at.Format(layout)})
		}
	}
	return out
}

// dates makes an x axis of instants: its ends, its marks, and the span in words.
func dates(p *plot.Plot, x []float64, loc *time.Location) {
	if len(x) == 0 {
		return
	}
	p.X.Min, p.X.Max = x[0], x[len(x)-1]
	p.X.Tick.Marker = dateTicks{loc}
	day := func(x float64) string { return time.Unix(int64(x), 0).In(loc).Format("2 January 2006") }
	p.X.Label.Text = day(x[0])
	if last := day(x[len(x)-1]); last != p.X.Label.Text {
		p.X.Label.Text += " to " + last
	}
}

// perDay names the unit of a day's energy.
func perDay(unit string) string { return unit + " per day" }

// title joins what there is to say.
func title(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, " · ")
}
