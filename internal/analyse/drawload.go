package analyse

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/eaio/eaio"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// drawDays shows the energy of each day, with gaps where there is none.
func drawDays(d Document) ([]*plot.Plot, error) {
	s, _ := d.series("daily_energy")
	p := newPanel(title("Energy per day", meterName(d), told(d, "completeness", "%s complete")), "", perDay(s.Unit))
	p.Y.Min = 0
	x := instants(s)
	if err := line(p, "energy of the day", points(x, s.Values), blue(), vg.Points(1)); err != nil {
		return nil, err
	}
	dates(p, x, time.UTC)
	headroom(p)
	return []*plot.Plot{p}, nil
}

// drawShape shows the mean load by time of day, with base and peak.
func drawShape(d Document) ([]*plot.Plot, error) {
	weekday, _ := d.series("load_weekday")
	weekend, _ := d.series("load_weekend")
	p := newPanel(title("Load shape", meterName(d)), "time of day", "mean load in "+weekday.Unit)
	p.X.Tick.Marker = clockTicks{}
	p.X.Min, p.X.Max, p.Y.Min = 0, 24, 0
	x := make([]float64, 0, len(weekday.Values)+1)
	for i := range weekday.Values {
		x = append(x, float64(i*weekday.StepSeconds)/3600)
	}
	step := float64(weekday.StepSeconds) / 3600
	if err := line(p, "working days", points(steps(x, weekday.Values, step)), blue(), vg.Points(2)); err != nil {
		return nil, err
	}
	if err := line(p, "weekends", points(steps(x, weekend.Values, step)), orange(), vg.Points(2)); err != nil {
		return nil, err
	}
	level(p, d, "base_load", "base load (5th percentile)")
	level(p, d, "peak_load", "peak load (95th percentile)")
	headroom(p)
	return []*plot.Plot{p}, nil
}

// steps turns values of intervals into corners of a staircase.
func steps(x, y []float64, width float64) (xs, ys []float64) {
	for i := range y {
		xs = append(xs, x[i], x[i]+width)
		ys = append(ys, y[i], y[i])
	}
	return xs, ys
}

// meterName is the file's name without its folders, and the column if it has many.
func meterName(d Document) string {
	if len(d.Inputs.Meters) == 0 {
		return ""
	}
	m := d.Inputs.Meters[0]
	name := filepath.Base(m.Name)
	if more := len(d.Inputs.Meters) - 1; more > 0 {
		return fmt.Sprintf("%s and %d more", name, more)
	}
	switch strings.ToLower(m.Column) {
	case "", "value", "kwh":
		return name
	}
	return name + " " + m.Column
}

// told puts a fact of at most four digits, with its unit, into a format; "" where there is none.
func told(d Document, name, format string) string {
	f, ok := d.fact(name)
	if !ok {
		return ""
	}
	return fmt.Sprintf(format, strings.TrimSpace(brief(f.Value)+" "+f.Unit))
}

// toldSigned is told with a plus before what is above zero.
func toldSigned(d Document, name, format string) string {
	if d.number(name) > 0 {
		format = strings.Replace(format, "%s", "+%s", 1)
	}
	return told(d, name, format)
}

// brief shows at most four significant digits, but every one before the point.
func brief(v eaio.Value) string {
	x, ok := v.Float()
	if v.IsText() || !ok {
		return v.String()
	}
	places := 0
	for y := math.Abs(x); places < 3 && y < 1000; y *= 10 {
		places++
	}
	scale := math.Pow10(places)
	return strconv.FormatFloat(math.Round(x*scale)/scale+0, 'f', -1, 64)
}

// level draws a fact as a dashed line across.
func level(p *plot.Plot, d Document, name, label string) {
	f, ok := d.fact(name)
	y, isNumber := f.Value.Float()
	if !ok || !isNumber {
		return
	}
	across(p, y, label+", "+brief(f.Value)+" "+f.Unit, grey())
	p.Y.Max = max(p.Y.Max, y)
}

// headroom leaves space above the data for the legend.
func headroom(p *plot.Plot) {
	if span := p.Y.Max - p.Y.Min; span > 0 && !math.IsInf(span, 0) {
		p.Y.Max += 0.25 * span
	}
}
