package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/ingest"
	"github.com/spf13/cobra"
)

func (s *state) importCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "import", Short: "Load meter readings and weather from files",
		Long: `Load meter readings and weather from CSV or JSON lines, plain or gzip.

A CSV has a header and the columns timestamp,value, or one column a meter and
--column. Stamps are ISO 8601: with an offset (2017-03-26T00:00:00+01:00) or local
with --timezone. On a local clock that is set forward, stamps in the hour that does
not exist are refused; where it is set back, the first of two equal stamps is the
earlier hour. Energies are converted to kWh exactly.

A file is taken whole or not at all, and the same file twice changes nothing.`,
	}
	c.AddCommand(s.importReadingsCommand(), s.importWeatherCommand())
	return c
}

func (s *state) importReadingsCommand() *cobra.Command {
	var building, commodity, unit, timezone, column, meter, interval string
	c := &cobra.Command{
		Use: "readings FILE", Short: "Load a meter's readings into a building", Args: cobra.ExactArgs(1),
		Example: `  eaio import readings main.csv --building hq_north --commodity electricity --unit kWh --timezone Asia/Ho_Chi_Minh
  eaio import readings wide.csv.gz --building hq_north --column "HQ main" --unit MWh --timezone +07:00`,
		RunE: func(c *cobra.Command, args []string) error {
			query := url.Values{"commodity": {commodity}, "unit": {unit}}
			for k, v := range map[string]string{"timezone": timezone, "column": column, "meter": meter, "interval": interval} {
				if v != "" {
					query.Set(k, v)
				}
			}
			return s.upload(c, args[0], "/v1/buildings/"+url.PathEscape(building)+"/readings", query)
		},
	}
	f := c.Flags()
	f.StringVarP(&building, "building", "b", "", "building the meter belongs to")
	f.StringVar(&commodity, "commodity", "electricity", "electricity, gas, heat, water, …")
	f.StringVar(&unit, "unit", "kWh", "of the values: kWh, MWh, Wh, MJ, therm, m3, …")
	f.StringVar(&timezone, "timezone", "", "of stamps without offset: an IANA name or an offset such as +07:00")
	f.StringVar(&column, "column", "", "the value column; default: the only one, or \"value\"")
	f.StringVar(&interval, "interval", "", "between readings, such as 15m or 1h; default: what the stamps tell")
	f.StringVar(&meter, "meter", "", "meter id; default: <building>/<commodity>")
	_ = c.MarkFlagRequired("building")
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	return c
}

func (s *state) importWeatherCommand() *cobra.Command {
	var station, unit, timezone, column, interval string
	c := &cobra.Command{
		Use: "weather FILE", Short: "Load a station's temperatures", Args: cobra.ExactArgs(1),
		Example: `  eaio import weather london.csv --station london --timezone +00:00`,
		RunE: func(c *cobra.Command, args []string) error {
			query := url.Values{"unit": {unit}}
			for k, v := range map[string]string{"timezone": timezone, "column": column, "interval": interval} {
				if v != "" {
					query.Set(k, v)
				}
			}
			return s.upload(c, args[0], "/v1/weather/"+url.PathEscape(station), query)
		},
	}
	f := c.Flags()
	f.StringVar(&station, "station", "", "station's id, as buildings name it")
	f.StringVar(&unit, "unit", "C", "C or F")
	f.StringVar(&timezone, "timezone", "", "of stamps without offset")
	f.StringVar(&column, "column", "", "the temperature column")
	f.StringVar(&interval, "interval", "", "between readings, such as 1h; default: what the stamps tell")
	_ = c.MarkFlagRequired("station")
	return c
}

// upload sends a file with progress on standard error and prints the report.
func (s *state) upload(c *cobra.Command, name, path string, query url.Values) error {
	f, err := os.Open(name)
	if err != nil {
		return eaio.Errorf(eaio.KindInvalid, "", "%w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	query.Set("file", filepath.Base(name))
	counted := &countedReader{r: f}
	stop := s.showProgress(c.Context(), counted, info.Size())
	var raw json.RawMessage
	err = s.call(c.Context(), http.MethodPost, path+"?"+query.Encode(), http.Header{"Content-Type": {"application/octet-stream"}}, counted, &raw)
	stop()
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(raw)
	}
	var loaded ingest.Loaded
	if err := json.Unmarshal(raw, &loaded); err != nil {
		return err
	}
	s.printLoaded(loaded)
	return nil
}

func (s *state) printLoaded(l ingest.Loaded) {
	fmt.Fprintf(s.out, "%s: %d rows read, %d new, %d changed, %d as before, %d empty, %d repeated, %d refused\n",
		l.Stored.Target, l.File.Rows, l.Stored.Added, l.Stored.Changed, l.Stored.Unchanged, l.File.Missing, l.File.Duplicates, l.File.Refused)
	if !l.File.First.IsZero() {
		fmt.Fprintf(s.out, "from %s to %s\n", l.File.First.UTC().Format(time.RFC3339), l.File.End.UTC().Format(time.RFC3339))
	}
	if l.File.RepeatedHour > 0 || l.File.RepeatedHourOnce > 0 || l.File.MissingHour > 0 {
		fmt.Fprintf(s.out, "clock changes: %d stamps in repeated hours, %d of them there only once (taken as the earlier hour), %d in hours that do not exist\n",
			l.File.RepeatedHour+l.File.RepeatedHourOnce, l.File.RepeatedHourOnce, l.File.MissingHour)
	}
	for reason, n := range l.File.Reasons {
		fmt.Fprintf(s.out, "refused %d: %s\n", n, reason)
	}
	for i, r := range l.File.Refusals {
		if i == 10 {
			fmt.Fprintf(s.out, "  … and more; --json has up to a hundred\n")
			break
		}
		fmt.Fprintf(s.out, "  line %d: %s\n", r.Line, r.Detail)
	}
}

type countedReader struct {
	r io.Reader
	n atomic.Int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// showProgress says every second how much of a long upload is done.
func (s *state) showProgress(ctx context.Context, r *countedReader, size int64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if n := r.n.Load(); n < size {
					fmt.Fprintf(s.err, "sent %.1f of %.1f MB (%d %%)\n", float64(n)/1e6, float64(size)/1e6, 100*n/max(size, 1))
				} else {
					fmt.Fprintln(s.err, "sent all of it; storing")
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}
