package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/analyse"
	"github.com/spf13/cobra"
)

// backtestFlags are what a backtest can be told.
type backtestFlags struct {
	data, from, to               string
	timezone, commodity          string
	temperature, temperatureUnit string
}

func (s *state) backtestCommand() *cobra.Command {
	var f backtestFlags
	c := &cobra.Command{
		Use: "backtest", Short: "Try the day-ahead forecasts on meters of the past", Args: cobra.NoArgs,
		Long: `Forecast every day from --from to --to (exclusive) at its midnight, with the readings
before it only, by every method, and print CVRMSE per meter with its median and
quartiles. "rule" is the baseline method; "chosen" is what the forecast command issues:
the method that did best on the days before, chosen anew each day.

The file is a CSV, plain or gzip: the first column local time, each further one a
meter, hourly or shorter. Stamps without offset are taken as the clock stands; with
--timezone an hour that the clock repeats is the mean of both. Days before --from are
history to learn from. With --temperature, methods that see the day's temperature are
tried too, as if the weather forecast were perfect.

--json prints {"from","to","meters":[{"id","method","cvrmse","n"}],
"summary":[{"method","median","p25","p75","n"}]}; there a CVRMSE is a fraction.

At a terminal standard error counts the meters. Exit codes: 0 computed; 2 a flag or the
file is wrong; 1 anything else.`,
		Example: `  eaio backtest --data wide.csv.gz --from 2017-01-01 --to 2018-01-01
  eaio backtest --data wide.csv --from 2017-01-01 --to 2017-07-01 --temperature weather.csv --json`,
		RunE: func(c *cobra.Command, _ []string) error { return s.backtest(c.Context(), f) },
	}
	x := c.Flags()
	x.StringVar(&f.data, "data", "", "CSV of local time and one column a meter, plain or gzip")
	x.StringVar(&f.from, "from", "", "first local date that is forecast, such as 2017-01-01")
	x.StringVar(&f.to, "to", "", "first local date that is not, such as 2018-01-01")
	x.StringVar(&f.timezone, "timezone", "", "clock of the stamps: an IANA name or an offset; default: taken as they stand")
	x.StringVar(&f.commodity, "commodity", "electricity", "electricity (a zero is a missing reading), gas, heat, …")
	x.StringVar(&f.temperature, "temperature", "", "CSV of hourly outdoor temperatures on the same clock")
	x.StringVar(&f.temperatureUnit, "temperature-unit", "", "C (default) or F")
	return c
}

func (s *state) backtest(ctx context.Context, f backtestFlags) error {
	if f.data == "" {
		return eaio.Errorf(eaio.KindInvalid, "", "--data FILE is missing: a CSV of local time and one column a meter")
	}
	from, err := localDate("--from", f.from)
	if err != nil {
		return err
	}
	to, err := localDate("--to", f.to)
	if err != nil {
		return err
	}
	w, err := readFile(f.data, func(file *os.File) (analyse.Wide, error) {
		return analyse.ReadWide(f.data, file, f.timezone, f.commodity)
	})
	if err != nil {
		return err
	}
	if f.temperature != "" {
		if err := f.setTemperature(&w); err != nil {
			return err
		}
	}
	b, err := analyse.RunBacktest(ctx, w, from, to, s.counter("meters forecast"))
	if err != nil {
		return err
	}
	if s.json {
		return s.printJSON(b)
	}
	return analyse.BacktestTable(s.out, b)
}

// counter tells how far a long piece of work has come, in one line that is written
// over, where somebody can look at it; nil where standard error is no terminal.
func (s *state) counter(what string) func(done, of int) {
	f, ok := s.err.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(done, of int) {
		end := ""
		if done == of {
			end = "\n"
		}
		fmt.Fprintf(f, "\r%d of %d %s%s", done, of, what, end)
	}
}

func (f backtestFlags) setTemperature(w *analyse.Wide) error {
	zone := f.timezone
	if zone == "" {
		zone = "UTC"
	}
	loc, err := analyse.Clock(zone)
	if err != nil {
		return err
	}
	t, err := readFile(f.temperature, func(file *os.File) (*analyse.Temperature, error) {
		return analyse.ReadTemperature(f.temperature, file, f.temperatureUnit, zone)
	})
	if err != nil {
		return err
	}
	return w.SetTemperature(t, loc)
}

// localDate reads a date; of an instant it takes the date that it shows.
func localDate(flag, text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			y, m, d := t.Date()
			return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), nil
		}
	}
	return time.Time{}, eaio.Errorf(eaio.KindInvalid, "", "%s %.40q: want a date such as 2017-01-01", flag, text)
}
