package analyse

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/eaio/eaio/energy/forecast"
	"golang.org/x/sync/errgroup"
)

// ChosenMethod names the forecast that is issued: that of the method which did best on
// the days before, chosen anew each day.
const ChosenMethod = "chosen"

// Backtest is what `eaio backtest --json` prints.
type Backtest struct {
	From    string          `json:"from"` // local date
	To      string          `json:"to"`   // local date, exclusive
	Meters  []MeterScore    `json:"meters"`
	Summary []MethodSummary `json:"summary"`
}

// MeterScore is how well a method forecast a meter, day by day, a day ahead.
type MeterScore struct {
	ID     string   `json:"id"`
	Method string   `json:"method"`
	CVRMSE *float64 `json:"cvrmse"` // a fraction; null without a reading
	N      int      `json:"n"`      // hours it was scored on
}

// MethodSummary tells a method's CVRMSE over the meters: fractions, quartiles by linear
// interpolation.
type MethodSummary struct {
	Method string   `json:"method"`
	Median *float64 `json:"median"`
	P25    *float64 `json:"p25"`
	P75    *float64 `json:"p75"`
	N      int      `json:"n"` // meters with a CVRMSE
}

// RunBacktest forecasts every local day in [from, to), given as dates at midnight UTC,
// of every meter at its midnight, with nothing but the readings before it, by every
// method. Methods that see temperatures are left out where there are none. told, unless nil,
// hears after each meter how many are done, one call at a time.
func RunBacktest(ctx context.Context, w Wide, from, to time.Time, told func(done, of int)) (Backtest, error) {
	end := w.First.AddDate(0, 0, w.Days)
	if !from.Before(to) || from.Before(w.First) || to.After(end) {
		return Backtest{}, invalid("--from %s --to %s: want two dates from %s to %s, the second after the first (it is not tried itself)",
			from.Format(time.DateOnly), to.Format(time.DateOnly), w.First.Format(time.DateOnly), end.Format(time.DateOnly))
	}
	results := make([]forecast.Result, len(w.Meters))
	var mu sync.Mutex
	done := 0
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, m := range w.Meters {
		g.Go(func() (err error) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			results[i], err = forecast.Backtest(m, dayIndex(w.First, from), dayIndex(w.First, to))
			if err != nil {
				return fmt.Errorf("%s: %w", w.Names[i], err)
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			if told != nil {
				told(done, len(w.Meters))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return Backtest{}, err
	}
	b := Backtest{From: from.Format(time.DateOnly), To: to.Format(time.DateOnly)}
	b.fill(w.Names, results)
	return b, nil
}

// fill turns results into rows, method by method, and leaves out methods that
// forecast nothing.
func (b *Backtest) fill(names []string, results []forecast.Result) {
	scores := map[string][]float64{}
	hours := map[string]int{}
	rows := make([][]MeterScore, len(results))
	order := append(forecast.Methods(), ChosenMethod)
	for i, r := range results {
		chosen := r.Chosen
		chosen.Method = ChosenMethod
		for _, s := range append(r.Methods, chosen) {
			m := string(s.Method)
			scores[m] = append(scores[m], s.CVRMSE/100)
			hours[m] += s.Hours
			rows[i] = append(rows[i], MeterScore{ID: names[i], Method: m, CVRMSE: finite(s.CVRMSE / 100), N: s.Hours})
		}
	}
	b.Meters, b.Summary = []MeterScore{}, []MethodSummary{}
	for _, all := range rows {
		for _, s := range all {
			if hours[s.Method] > 0 {
				b.Meters = append(b.Meters, s)
			}
		}
	}
	for _, method := range order {
		m := string(method)
		if hours[m] == 0 {
			continue
		}
		low, median, high := forecast.Quartiles(scores[m])
		n := 0
		for _, x := range scores[m] {
			if !math.IsNaN(x) {
				n++
			}
		}
		b.Summary = append(b.Summary, MethodSummary{Method: m, Median: finite(median), P25: finite(low), P75: finite(high), N: n})
	}
}

// finite rounds to a ten-thousandth of a percent; nil where there is no number.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = math.Round(x*1e6)/1e6 + 0
	return &x
}

// BacktestTable prints a backtest for people, a row for each meter and a column for
// each method, in percent.
func BacktestTable(w io.Writer, b Backtest) error {
	var s strings.Builder
	fmt.Fprintf(&s, "CVRMSE in %% of day-ahead forecasts, %s to %s (exclusive)\n\n", b.From, b.To)
	tw := tabwriter.NewWriter(&s, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cells []string) { fmt.Fprintf(tw, "%s\t%s\t\n", name, strings.Join(cells, "\t")) }
	var methods []string
	for _, m := range b.Summary {
		methods = append(methods, m.Method)
	}
	row("meter", methods)
	for i := 0; i+len(methods) <= len(b.Meters) && len(methods) > 0; i += len(methods) {
		var cells []string
		for _, m := range b.Meters[i : i+len(methods)] {
			cells = append(cells, percent(m.CVRMSE))
		}
		row(b.Meters[i].ID, cells)
	}
	for _, q := range []struct {
		name string
		of   func(MethodSummary) *float64
	}{{"lower quartile", func(m MethodSummary) *float64 { return m.P25 }}, {"median", func(m MethodSummary) *float64 { return m.Median }}, {"upper quartile", func(m MethodSummary) *float64 { return m.P75 }}} {
		var cells []string
		for _, m := range b.Summary {
			cells = append(cells, percent(q.of(m)))
		}
		row(q.name, cells)
	}
	_ = tw.Flush()
	_, err := io.WriteString(w, s.String())
	return err
}

func percent(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f", 100**x)
}
