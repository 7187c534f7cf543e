package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/eaio/eaio/internal/app"
	"github.com/spf13/cobra"
)

func (s *state) modelsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "models", Short: "Show the pools of models and how their endpoints do", Args: cobra.NoArgs,
		Long: `Show the pools of models in the order of preference: their endpoints, what each says
now to this machine, its circuit breaker, calls in flight, the moving averages of
the time to the first token and of the rate after it, and what the pool has cost in
the last 24 hours. Breakers and averages are those of all workers together.`,
		Example: `  eaio models --pools docs/examples/pools.yaml
  eaio models --json`,
		RunE: func(c *cobra.Command, _ []string) error { return s.models(c.Context()) },
	}
	s.serviceFlags(c)
	s.modelFlags(c)
	return c
}

func (s *state) models(ctx context.Context) error {
	a, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	pools, err := a.Pools(ctx)
	if s.json {
		if err := s.printJSON(map[string]any{"pools": pools}); err != nil {
			return err
		}
	} else if err := renderPools(s.out, pools); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("breakers, averages and costs are not known: %w", err)
	}
	return nil
}

func renderPools(out io.Writer, pools []app.PoolStatus) error {
	if len(pools) == 0 {
		_, err := fmt.Fprintln(out, "No models are configured in this shell: with this configuration the narrator words every answer. Set OLLAMA_HOST or OPENAI_API_KEY, or declare pools (--pools, docs/examples/pools.yaml).")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "POOL\tPRIVACY\tMODEL\tENDPOINT\tBREAKER\tIN FLIGHT\tFIRST TOKEN\tRATE\tSPENT 24 h\tHEALTH")
	for _, p := range pools {
		head := fmt.Sprintf("%s\t%s\t%s", p.Name, p.Privacy, p.Model)
		spent := "unknown"
		if p.SpentUSD != "" {
			spent = p.SpentUSD + " USD"
		}
		if len(p.Endpoints) == 0 {
			fmt.Fprintf(w, "%s\tnone heard of\t\t\t\t\t%s\tnot asked from here: %s\n", head, spent, p.Missing)
		}
		for _, e := range p.Endpoints {
			health := cmp.Or(e.Health, "not asked from here: "+cmp.Or(p.Missing, "it is another node's"))
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", head, e.Name, e.Breaker, e.InFlight, measured(e.FirstTokenMS, "ms"), measured(e.TokensPerS, "tokens/s"), spent, health)
			head, spent = "\t\t", ""
		}
	}
	return w.Flush()
}

func measured(x float64, unit string) string {
	if x == 0 {
		return "not measured"
	}
	return fmt.Sprintf("%.0f %s", x, unit)
}
