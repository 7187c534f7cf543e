package analyse_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"strings"
	"testing"

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
			if name == energy.NameSavings {
				height *= 2
			}
			if b := img.Bounds(); b.Dx() != 1350 || b.Dy() != height {
				t.Errorf("%v dots", b)
			}
		})
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
