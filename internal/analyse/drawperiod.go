package analyse

import (
	"math"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// mostBars is the number of days past which they are drawn as a line.
const mostBars = 100

// drawConsumption shows the days of a period, or the load of one, beside what it is
// compared with, which is moved to the same places.
func drawConsumption(d Document) ([]*plot.Plot, error) {
	now, ok := d.series("daily_energy")
	then, compared := d.series("compare_daily_energy")
	y := perDay(now.Unit)
	loc := time.UTC
	if !ok {
		if now, ok = d.series("load"); !ok {
			return nil, nil
		}
		then, compared = d.series("compare_load")
		y, loc = "load in "+now.Unit, now.Start.Location()
	}
	p := newPanel(title("Consumption", meterName(d), told(d, "energy", "%s"), toldSigned(d, "change_percent", "%s against the comparison")), "", y)
	x := instants(now)
	step := float64(now.StepSeconds)
	if len(x) <= mostBars {
		if err := bars(p, "period", centres(x, step), fromZero(len(x)), now.Values, barShare*step, blue()); err != nil {
			return nil, err
		}
	} else if err := line(p, "period", points(x, now.Values), blue(), vg.Points(1.2)); err != nil {
		return nil, err
	}
	if compared {
		n := min(len(x), len(then.Values))
		label := "comparison, from " + then.Start.Format("2 January 2006")
		if err := line(p, label, points(steps(x[:n], then.Values[:n], step)), orange(), vg.Points(1.5)); err != nil {
			return nil, err
		}
	}
	p.Y.Min = min(p.Y.Min, 0)
	dates(p, x, loc)
	p.X.Max += step
	headroom(p)
	return []*plot.Plot{p}, nil
}

// centres are the middles of intervals.
func centres(x []float64, step float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] + step/2
	}
	return out
}

// drawNight shows the load of the last night, and the nights before it.
func drawNight(d Document) ([]*plot.Plot, error) {
	load, ok1 := d.series("load")
	energies, ok2 := d.series("night_energy")
	if !ok1 || !ok2 || len(load.Values) == 0 {
		return nil, nil
	}
	verdict, _ := d.fact("night_verdict")
	p := newPanel(title("Last night", meterName(d), verdict.Value.String(), toldSigned(d, "night_excess", "%s against the usual night")), "", "load in "+load.Unit)
	x := instants(load)
	hours := float64(len(x)*load.StepSeconds) / 3600
	step := float64(load.StepSeconds)
	if err := line(p, "last night", points(steps(x, load.Values, step)), red(), vg.Points(2)); err != nil {
		return nil, err
	}
	p.Y.Min = min(p.Y.Min, 0)
	dates(p, append(x, x[len(x)-1]+step), load.Start.Location())
	p.X.Tick.Marker = hourTicks{load.Start.Location()}
	meanLevel(p, d, "usual_night_energy", "mean of a usual night", hours)
	meanLevel(p, d, "best_night_energy", "mean of the best nights", hours)
	headroom(p)

	q, err := nightBars(d, energies)
	return []*plot.Plot{p, q}, err
}

// meanLevel draws a night's energy as a mean load.
func meanLevel(p *plot.Plot, d Document, name, label string, hours float64) {
	f, _ := d.fact(name)
	if e, ok := f.Value.Float(); ok && f.Name != "" {
		c := grey()
		if name == "best_night_energy" {
			c = green()
		}
		across(p, e/hours, label, c)
		p.Y.Max = max(p.Y.Max, e/hours)
	}
}

// nightBars are the energies of the nights: the last one, those that it is compared
// with, and the others.
func nightBars(d Document, s Series) (*plot.Plot, error) {
	p := newPanel("", "", s.Unit+" per night")
	n := len(s.Values)
	weekend := func(i int) bool {
		w := s.at(i).Weekday()
		return w == time.Saturday || w == time.Sunday
	}
	alike, others, last := unknown(n), unknown(n), unknown(n)
	for i, v := range s.Values {
		switch {
		case i == n-1:
			last[i] = v
		case weekend(i) == weekend(n-1):
			alike[i] = v
		default:
			others[i] = v
		}
	}
	x := instants(s)
	kind := "before working days"
	if weekend(n - 1) {
		kind = "ending at weekends"
	}
	const oneDay = 86400
	for _, group := range []stack{
		{"last night", red(), last},
		{"nights " + kind + ", compared", blue(), alike},
		{"other nights", faint(grey(), 110), others},
	} {
		if err := bars(p, group.name, x, fromZero(n), group.values, barShare*oneDay, group.colour); err != nil {
			return nil, err
		}
	}
	dates(p, x, time.UTC)
	p.X.Label.Text = "date on which the night ends"
	p.X.Min, p.X.Max, p.Y.Min = x[0]-oneDay/2, x[n-1]+oneDay/2, 0
	if f, ok := d.fact("usual_night_energy"); ok {
		if e, isNumber := f.Value.Float(); isNumber && !math.IsNaN(e) {
			across(p, e, "usual night, "+brief(f.Value)+" "+f.Unit, grey())
		}
	}
	headroom(p)
	return p, nil
}

// hourTicks marks every hour of a night on a clock.
type hourTicks struct{ loc *time.Location }

// Ticks leaves out half of them in a span of more than a day.
func (h hourTicks) Ticks(low, high float64) (out []plot.Tick) {
	const hour = 3600
	for x := math.Ceil(low/hour) * hour; x <= high; x += hour {
		out = append(out, plot.Tick{Value: x, Label: time.Unix(int64(x), 0).In(h.loc).Format("15:04")})
	}
	return out
}
