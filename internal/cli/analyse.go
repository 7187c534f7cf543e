package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/energy"
	"github.com/eaio/eaio/internal/analyse"
	"github.com/spf13/cobra"
)

// exitDeclined is the exit code of an analysis that claims no figure.
const exitDeclined = 3

func (s *state) analyseCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "analyse", Aliases: []string{"analyze"}, Short: "Analyse meter files at the shell, with no server",
		Long: `Run one analysis on CSV files and print its facts: no server, no database, no model.

A meter file has the columns timestamp,value under any names (the first two count;
--column picks another value column), plain or gzip. Stamps are the START of each
interval, in RFC 3339 (2017-03-26T00:00:00+01:00), or local with --timezone. Any
interval from a minute to a day will do, and for savings and signature bills too: one
row where each begins, and a last row without value where the last one ends.

--day-boundary (UTC, a zone, or an offset) says where days begin: for the sums of
readings shorter than a day, for the means of temperatures, and for hours of the day.
It is that of --timezone if that is given, else UTC. A row of a daily file belongs to
the date that it is stamped with, whatever the boundary. Dates given as flags are
midnights of the boundary.

--json prints the document that docs/analyse.md describes; --plot draws it as SVG or PNG.

Exit codes: 0 computed, and also when what was computed is inconclusive (see "status",
and the first line); 3 the analysis declines (insufficient_data), "reasons" say why; 2 a flag or a file is
wrong; 1 anything else.`,
	}
	for _, a := range analyses() {
		c.AddCommand(s.analysisCommand(a))
	}
	return c
}

// analysisCommand makes the command of one analysis.
func (s *state) analysisCommand(a analysisSpec) *cobra.Command {
	f := &analyseFlags{}
	c := &cobra.Command{
		Use: a.name, Short: a.short, Long: a.long, Example: a.example, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return s.analyse(a.name, f) },
	}
	f.register(c, a)
	return c
}

// analyse reads the files, computes and prints.
func (s *state) analyse(name string, f *analyseFlags) error {
	format, err := plotFormat(f.plot)
	if err != nil {
		return err
	}
	q, err := f.request(name)
	if err != nil {
		return err
	}
	d, err := analyse.Run(q)
	if err != nil {
		return err
	}
	if unit := q.Meters[0].Series.Unit; f.price != "" && unit != "kWh" && name != energy.NameAnomalies {
		fmt.Fprintf(s.err, "no money is told: --price is for a kWh, and the meter reads %s\n", unit)
	}
	if s.json {
		err = s.printJSON(d)
	} else {
		err = analyse.Table(s.out, d)
	}
	if err != nil {
		return err
	}
	if f.plot != "" {
		if err := s.plot(f.plot, format, d); err != nil {
			return err
		}
	}
	if d.Status == eaio.ResultInsufficientData || d.Status == eaio.ResultDeclined {
		return &exitError{exitDeclined}
	}
	return nil
}

// plotFormat checks the name of a plot before anything is computed.
func plotFormat(name string) (string, error) {
	for _, format := range []string{"svg", "png"} {
		if strings.HasSuffix(strings.ToLower(name), "."+format) {
			return format, nil
		}
	}
	if name == "" {
		return "", nil
	}
	return "", eaio.Errorf(eaio.KindInvalid, "", "--plot %s: name a file that ends in .svg or .png", name)
}

// plot draws into a file. A document that declines has nothing to draw.
func (s *state) plot(name, format string, d analyse.Document) error {
	if !analyse.Drawable(d) {
		fmt.Fprintf(s.err, "no plot written: there is nothing to draw of %s\n", d.Analysis)
		return nil
	}
	out, err := os.Create(name)
	if err != nil {
		return eaio.Errorf(eaio.KindInvalid, "", "--plot: %w", err)
	}
	err = analyse.Plot(out, d, format)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
