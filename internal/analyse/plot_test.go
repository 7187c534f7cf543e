package analyse_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/internal/analyse"
)

// Every drawing holds its title, units and legend as text, is well-formed, and is the
// same each time.
func TestPlots(t *testing.T) {
	all := requests(t)
	for name, words := range map[string][]string{
		energy.NameQuality:   {"Energy per day", "kWh per day", "Jan 2017"},
		energy.NameBaseLoad:  {"Load shape", "mean load in kW", "working days", "weekends", "base load", "12:00"},
		energy.NameSignature: {"Energy signature", "°F", "kWh per day", "model", "heating below 53 °F", "cooling above 68 °F"},
		energy.NameSavings:   {"Savings", "confirmed", "metered", "baseline model at this weather", "90 % band", "Apr 2017"},
		energy.NameAnomalies: {"Anomalies", "load in kW", "more than expected", "less than expected", "1 May 2017 to 30 November 2017"},
		energy.NameForecast:  {"Forecast", "80 % band", "metered", "issued Fri 1 Dec 2017 00:00"},

		energy.NameOvernight:   {"Last night", "load in kW", "kWh per night", "last night", "compared", "other nights", "mean of a usual night", "22:00", "06:00"},
		energy.NameConsumption: {"Consumption", "kWh per day", "period", "comparison, from 1 November 2016", "20 Nov", "1 November 2017 to 30 November 2017"},
		energy.NamePeak:        {"Peaks", "peak in kW", "peak of the month", "Jun 2017", "load-duration curve", "share of the time in %"},
		energy.NameCost:        {"Cost", "General Service Demand TOU", "energy, period 1, tier 2", "State tax", "total", "the bill that came", "9000.00", "USD"},
		energy.NameBenchmark:   {"Benchmark", "site energy in kWh/m2 a year", "peers of the same use, 12", "this building", "median of the peers, 210", "best quarter"},
		energy.NameCarbon:      {"Emissions", "kgCO2 per month", "scope 2, bought energy", "Mar 2017"},
		energy.NameChange:      {"Change", "energy in kWh", "comparison", "weather", "calendar", "operations", "period", "90 % band of operations"},
	} {
		t.Run(name, func(t *testing.T) {
			d := run(t, all[name])
			if !analyse.Drawable(d) {
				t.Fatal("not drawable")
			}
			var svg, again, raster bytes.Buffer
			if err := errors.Join(analyse.Plot(&svg, d, "svg"), analyse.Plot(&again, d, "svg"), analyse.Plot(&raster, d, "png")); err != nil {
				t.Fatal(err)
			}
			text := textOf(t, svg.Bytes())
			for _, w := range words {
				if !strings.Contains(text, w) {
					t.Errorf("%q is not on it: %s", w, text)
				}
			}
			if !bytes.Equal(svg.Bytes(), again.Bytes()) {
				t.Error("drawn twice, it differs")
			}
			img, err := png.Decode(&raster)
			if err != nil {
				t.Fatal(err)
			}
			height := 675
			switch name {
			case energy.NameSavings, energy.NameOvernight, energy.NamePeak:
				height *= 2
			}
			if b := img.Bounds(); b.Dx() != 1350 || b.Dy() != height {
				t.Errorf("%v dots", b)
			}
		})
	}
}

// A period of a year of bills, and one of a day, have drawings of their own.
func TestPlotsOfOtherPeriods(t *testing.T) {
	all := requests(t)
	year := func(name string, period eaio.Period) analyse.Request {
		q := all[name]
		q.Period, q.Compare = period, eaio.ComparePrevious
		return q
	}
	for name, c := range map[string]struct {
		q     analyse.Request
		words []string
	}{
		"a year's cost":        {year(energy.NameCost, eaio.LastYear), []string{"USD per month", "Dec 2016", "flat demand", "tax"}},
		"a day's consumption":  {year(energy.NameConsumption, eaio.LatestDay), []string{"load in kW", "Thu 09:00", "30 November 2017", "comparison, from 23 November 2017"}},
		"a year's consumption": {year(energy.NameConsumption, eaio.LastYear), []string{"kWh per day", "Jun 2017"}},
		"a month's peaks":      {year(energy.NamePeak, eaio.LastMonth), []string{"peak of the day", "6 Nov"}},
		"a week's carbon":      {year(energy.NameCarbon, eaio.LastWeek), []string{"kgCO2", "comparison", "all scopes of the comparison"}},
		"change without weather": {func() analyse.Request {
			q := year(energy.NameConsumption, eaio.LastMonth)
			q.Analysis = energy.NameChange
			return q
		}(), []string{"weather and operations"}},
	} {
		var svg bytes.Buffer
		if err := analyse.Plot(&svg, run(t, c.q), "svg"); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, w := range c.words {
			if text := textOf(t, svg.Bytes()); !strings.Contains(text, w) {
				t.Errorf("%s: %q is not on it: %s", name, w, text)
			}
		}
	}
}

// A year of minutes is drawn as what a panel can show, with its extremes.
func TestPlotOfMinutes(t *testing.T) {
	q := requests(t)[energy.NameAnomalies]
	d := run(t, q)
	minutes := make(analyse.Values, 365*24*60)
	for i := range minutes {
		minutes[i] = float64(10 + i%1440/60)
	}
	minutes[1000], minutes[2000] = 99, math.NaN()
	d.Series, d.Events = []analyse.Series{{Name: "load", Unit: "kW", Start: q.Input.Judged.From, StepSeconds: 60, Values: minutes}}, nil
	var svg bytes.Buffer
	if err := analyse.Plot(&svg, d, "svg"); err != nil {
		t.Fatal(err)
	}
	if text := textOf(t, svg.Bytes()); svg.Len() > 200_000 || !strings.Contains(text, "|100|") {
		t.Errorf("%d bytes: %s", svg.Len(), text)
	}
}

// textOf joins the texts of an SVG.
func textOf(t *testing.T, svg []byte) string {
	t.Helper()
	var words []string
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return strings.Join(words, "|")
		}
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := token.(xml.CharData); ok && len(bytes.TrimSpace(c)) > 0 {
			words = append(words, string(bytes.TrimSpace(c)))
		}
	}
}

// A document that declines has nothing to draw.
func TestNothingToDraw(t *testing.T) {
	m := meterOf(t, "t,v\n2017-01-01T00:00Z,1\n2017-01-01T01:00Z,2\n", analyse.MeterOptions{})
	for _, name := range []string{"forecast", "consumption", "anomalies"} {
		d := run(t, analyse.Request{Analysis: name, Meters: []*analyse.Meter{m}})
		if err := analyse.Plot(io.Discard, d, "svg"); analyse.Drawable(d) || !isInvalid(err) {
			t.Errorf("%s: drawable %v, %v", name, analyse.Drawable(d), err)
		}
	}
}
