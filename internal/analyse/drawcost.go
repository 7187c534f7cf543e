package analyse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawCost shows the charges of each month, or the lines of one bill.
func drawCost(d Document) ([]*plot.Plot, error) {
	total, ok := d.fact("cost_total")
	if !ok {
		return nil, nil
	}
	tariff, _ := d.fact("tariff")
	head := title("Cost", meterName(d), tariff.Value.String(), "total "+total.Value.String()+" "+total.Unit)
	if len(d.Months) > 0 {
		p := newPanel(head, "", total.Unit+" per month")
		names := map[string]string{}
		for _, m := range d.Months {
			names[m.Name] = words(strings.TrimPrefix(m.Name, "cost_"))
		}
		return stackedMonths(p, d, names)
	}
	return billLines(d, head, total)
}

// stackedMonths piles up the facts of each month, one colour for each, called as labels say.
func stackedMonths(p *plot.Plot, d Document, labels map[string]string) ([]*plot.Plot, error) {
	var months, names []string
	for _, m := range d.Months {
		if !slices.Contains(months, m.Month) {
			months = append(months, m.Month)
		}
		if !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
		}
	}
	all := make([]stack, len(names))
	for i, n := range names {
		all[i] = stack{labels[n], palette()[i%len(palette())], unknown(len(months))}
	}
	for _, m := range d.Months {
		x, ok := number64(m.Value)
		if ok {
			all[slices.Index(names, m.Name)].values[slices.Index(months, m.Month)] = x
		}
	}
	if err := stacked(p, all); err != nil {
		return nil, err
	}
	for i, m := range months {
		if at, err := time.Parse("2006-01", m); err == nil {
			months[i] = at.Format("Jan 2006")
		}
	}
	named(p, months)
	p.Y.Min = min(p.Y.Min, 0)
	headroom(p)
	return []*plot.Plot{p}, nil
}

// bar is a bar of a bill, lying.
type bar struct {
	name   string
	amount float64
	text   string
	total  bool
}

// billLines shows the lines of a bill, or its charges where it has more than a month,
// the total, and the bill that came.
func billLines(d Document, head string, total Fact) ([]*plot.Plot, error) {
	var all []bar
	add := func(f Fact, name string, isTotal bool) {
		if x, ok := number64(f.Value); ok {
			all = append(all, bar{name, x, f.Value.String(), isTotal})
		}
	}
	_, lines := d.fact("line_1")
	for _, f := range d.Facts {
		switch {
		case lines && strings.HasPrefix(f.Name, "line_"):
			add(f, lineName(f.Method), false)
		case !lines && isCharge(f.Name):
			add(f, words(strings.TrimPrefix(f.Name, "cost_")), false)
		}
	}
	add(total, "total", true)
	if f, ok := d.fact("billed"); ok {
		add(f, "the bill that came", true)
	}
	p := newPanel(head, total.Unit, "")
	return []*plot.Plot{p}, lying(p, all)
}

// lineName is how a line came about, without its amounts.
func lineName(method string) string {
	name, _, ok := strings.Cut(method, ":")
	if !ok {
		name, _, _ = strings.Cut(method, ",")
	}
	if i := strings.IndexByte(name, ','); i > 0 && len(name) > 36 {
		name = name[:i]
	}
	return name
}

// lying draws bars from the top down, each with its amount at its end.
func lying(p *plot.Plot, all []bar) error {
	n := len(all)
	names := make(nameTicks, n)
	ends, texts := make(plotter.XYs, n), make([]string, n)
	for i, b := range all {
		place := float64(n - 1 - i)
		names[n-1-i] = b.name
		ends[i], texts[i] = plotter.XY{X: max(b.amount, 0), Y: place}, b.text
		c := blue()
		if b.total {
			c = grey()
		}
		shape, err := plotter.NewPolygon(plotter.XYs{{X: 0, Y: place - barShare/2}, {X: b.amount, Y: place - barShare/2}, {X: b.amount, Y: place + barShare/2}, {X: 0, Y: place + barShare/2}})
		if err != nil {
			return fmt.Errorf("bar of %s: %w", b.name, err)
		}
		shape.Color, shape.LineStyle = c, draw.LineStyle{}
		p.Add(shape)
	}
	l, err := plotter.NewLabels(plotter.XYLabels{XYs: ends, Labels: texts})
	if err != nil {
		return err
	}
	for i := range l.TextStyle {
		l.TextStyle[i].Font.Variant, l.TextStyle[i].Font.Size, l.TextStyle[i].YAlign = "Sans", 9, -0.35
	}
	l.Offset.X = vg.Points(4)
	p.X.Min = min(p.X.Min, 0)
	p.X.Max += 0.12 * (p.X.Max - p.X.Min) // room for the amounts
	p.X.Tick.Marker, p.Y.Tick.Marker, p.Y.Tick.Length = wholeTicks{}, names, 0
	p.Y.Min, p.Y.Max = -0.6, float64(n)-0.4
	p.Add(l)
	return nil
}
