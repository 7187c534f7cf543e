package analyse

import (
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// drawPeak shows the peak of each month, or of each day of a shorter period, and the
// load-duration curve.
func drawPeak(d Document) ([]*plot.Plot, error) {
	curve, ok := d.series("load_duration")
	if !ok {
		return nil, nil
	}
	p := newPanel(title("Peaks", meterName(d), told(d, "peak", "highest %s"), told(d, "load_factor", "load factor %s")), "", "peak in "+curve.Unit)
	var err error
	if names, values := monthlyFacts(d, "peak_"); len(names) > 1 {
		err = bars(p, "peak of the month", places(len(names)), fromZero(len(names)), values, barShare, blue())
		named(p, names)
	} else {
		err = dailyPeaks(p, d)
	}
	if err != nil {
		return nil, err
	}
	p.Y.Min = min(p.Y.Min, 0)
	headroom(p)
	q, err := durationCurve(curve)
	return []*plot.Plot{p, q}, err
}

// monthlyFacts are the facts named by a prefix and a month such as 2017_06.
func monthlyFacts(d Document, prefix string) (names []string, values []float64) {
	for _, f := range d.Facts {
		month, ok := strings.CutPrefix(f.Name, prefix)
		if !ok {
			continue
		}
		at, err := time.Parse("2006_01", month)
		x, isNumber := f.Value.Float()
		if err == nil && isNumber {
			names, values = append(names, at.Format("Jan 2006")), append(values, x)
		}
	}
	return names, values
}

func dailyPeaks(p *plot.Plot, d Document) error {
	s, ok := d.series("daily_peak")
	if !ok {
		return nil
	}
	x := instants(s)
	err := bars(p, "peak of the day", centres(x, float64(s.StepSeconds)), fromZero(len(x)), s.Values, barShare*float64(s.StepSeconds), blue())
	dates(p, x, time.UTC)
	p.X.Max += float64(s.StepSeconds)
	return err
}

// durationCurve shows for what share of the time a load is exceeded.
func durationCurve(s Series) (*plot.Plot, error) {
	p := newPanel("", "share of the time in %", "load exceeded in "+s.Unit)
	x := make([]float64, len(s.Values))
	for i := range x {
		x[i] = 100 * float64(i) / float64(len(x))
	}
	p.X.Min, p.X.Max = 0, 100
	p.X.Tick.Marker = wholeTicks{}
	err := line(p, "load-duration curve", points(x, s.Values), blue(), vg.Points(2))
	p.Y.Min = min(p.Y.Min, 0)
	headroom(p)
	return p, err
}
