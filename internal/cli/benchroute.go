package cli

import (
	"context"
	"fmt"
	"log/slog"
	"text/tabwriter"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/bench"
	"github.com/spf13/cobra"
)

// routeReport is what `bench route` found.
type routeReport struct {
	bench.RouteCost
	Temporal []bench.Load `json:"temporal"` // a whole task by its steps alone, and in a bare workflow
}

func (s *state) benchRouteCommand() *cobra.Command {
	q := Question{Question: "What was left on last night?"}
	calls := 200
	c := &cobra.Command{
		Use: "route", Short: "What routing adds to a model call", Args: cobra.NoArgs,
		Long: `Make model calls one after another by the steps of a task, without an engine, and print
how long the route decision takes, how long the model itself, and what evidence, prompt,
claim, board, journal, verification and the stored reply add to it. Beside that it prints a
whole task by its steps alone and in a bare Temporal workflow: what Temporal costs.

It needs the database, Temporal and the models that the stack was started with.`,
		Example: `  eaio bench route                   # with the models of OLLAMA_HOST or OPENAI_API_KEY
  eaio bench route --calls 1000 --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			if calls < 1 {
				return eaio.Errorf(eaio.KindInvalid, "", "--calls %d: want 1 or more", calls)
			}
			s.level = slog.LevelWarn
			r, err := s.benchRoute(c.Context(), q, calls)
			if err != nil {
				return err
			}
			return s.printRoute(r)
		},
	}
	f := c.Flags()
	f.StringVarP(&q.Building, "building", "b", "robin_office_serena", "building to ask about")
	f.IntVar(&calls, "calls", calls, "calls to make")
	s.serviceFlags(c)
	s.modelFlags(c)
	return c
}

func (s *state) benchRoute(ctx context.Context, q Question, calls int) (r routeReport, err error) {
	a, err := s.connect(ctx)
	if err != nil {
		return r, err
	}
	defer a.Close()
	direct, bare, err := s.yardsticks(a, q)
	if err != nil {
		return r, err
	}
	defer bare.Stop()
	if r.RouteCost, err = direct.Route(ctx, calls); err != nil {
		return r, err
	}
	for _, w := range []named{{directWay, direct}, {bareWay, bare}} {
		l, err := bench.Loop(ctx, w, 1, calls, func() float64 { return 0 }, 0)
		if err != nil {
			return r, err
		}
		l.Way = w.name
		r.Temporal = append(r.Temporal, l)
	}
	return r, nil
}

func (s *state) printRoute(r routeReport) error {
	if s.json {
		return s.printJSON(r)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d CALLS\tP50 MS\tP95 MS\tP99 MS\tMAX MS\n", r.Calls)
	for _, row := range []struct {
		name string
		bench.Spread
	}{{"route decision", r.Decide}, {"the model alone", r.Call}, {"added to it", r.Added}} {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\n", row.name, row.P50MS, row.P95MS, row.P99MS, row.MaxMS)
	}
	for _, l := range r.Temporal {
		fmt.Fprintf(w, "a whole task, %s\t%.2f\t%.2f\t%.2f\t%.2f\n", l.Way, l.P50MS, l.P95MS, l.P99MS, l.MaxMS)
	}
	return w.Flush()
}
