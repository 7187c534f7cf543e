package analyse

import (
	"io"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// drawings are the analyses that have a plot.
func drawings() map[string]func(Document) ([]*plot.Plot, error) {
	return map[string]func(Document) ([]*plot.Plot, error){
		energy.NameQuality:   ofSeries(drawDays),
		energy.NameBaseLoad:  ofSeries(drawShape),
		energy.NameSignature: ofSeries(drawSignature),
		energy.NameSavings:   ofSeries(drawSavings),
		energy.NameAnomalies: ofSeries(drawEvents),
		energy.NameForecast:  ofSeries(drawForecast),

		energy.NameOvernight:   drawNight,
		energy.NameConsumption: drawConsumption,
		energy.NamePeak:        drawPeak,
		energy.NameCost:        drawCost,
		energy.NameBenchmark:   drawPeers,
		energy.NameCarbon:      drawCarbon,
		energy.NameChange:      drawChange,
	}
}

// Drawable reports whether Plot can draw a document: not where it claims nothing.
func Drawable(d Document) bool {
	panels, err := panels(d)
	return err == nil && len(panels) > 0
}

// ofSeries draws nothing of a document without series.
func ofSeries(drawing func(Document) ([]*plot.Plot, error)) func(Document) ([]*plot.Plot, error) {
	return func(d Document) ([]*plot.Plot, error) {
		if len(d.Series) == 0 {
			return nil, nil
		}
		return drawing(d)
	}
}

// panels are the drawing of a document; none where there is nothing to draw.
func panels(d Document) ([]*plot.Plot, error) {
	drawing, ok := drawings()[d.Analysis]
	if !ok || d.Status == eaio.ResultInsufficientData || d.Status == eaio.ResultDeclined {
		return nil, nil
	}
	return drawing(d)
}

// The size of one panel. PNGs have 150 dots an inch.
const (
	panelWidth  = 9 * vg.Inch
	panelHeight = 4.5 * vg.Inch
	dpi         = 150
)

// Plot draws a document as "svg" or "png": one panel, or two above each other.
func Plot(w io.Writer, d Document, format string) error {
	panels, err := panels(d)
	if err != nil {
		return err
	}
	if len(panels) == 0 {
		return invalid("there is nothing to draw of %s", d.Analysis)
	}
	height := panelHeight * vg.Length(len(panels))
	if format == "svg" {
		c := vgsvg.NewWith(vgsvg.UseWH(panelWidth, height))
		tile(draw.New(c), panels)
		_, err = c.WriteTo(w)
		return err
	}
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(panelWidth, height), vgimg.UseDPI(dpi))}
	tile(draw.New(c), panels)
	_, err = c.WriteTo(w)
	return err
}

// tile draws panels above each other, their axes in line.
func tile(c draw.Canvas, panels []*plot.Plot) {
	c = draw.Crop(c, 3*vg.Millimeter, -6*vg.Millimeter, 3*vg.Millimeter, -3*vg.Millimeter)
	if len(panels) == 1 {
		panels[0].Draw(c)
		return
	}
	rows := make([][]*plot.Plot, len(panels))
	for i, p := range panels {
		rows[i] = []*plot.Plot{p}
	}
	tiles := draw.Tiles{Rows: len(panels), Cols: 1, PadY: 6 * vg.Millimeter}
	for i, row := range plot.Align(rows, tiles, c) {
		panels[i].Draw(row[0])
	}
}
