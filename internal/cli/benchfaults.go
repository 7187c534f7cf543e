package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/bench"
	"github.com/spf13/cobra"
)

func (s *state) benchFaultsCommand() *cobra.Command {
	q := Question{Question: "What was left on last night?"}
	var listen string
	var only []string
	var inFlight, tasks int
	var latency, deadline time.Duration
	c := &cobra.Command{
		Use: "faults", Short: "Time from question to answer while the model lets its caller down", Args: cobra.NoArgs,
		Long: `Serve a stub model of OpenAI's protocol that behaves badly in one way after the other,
ask questions through the API under each, and print percentiles and by which route the
answers came. An answer more than 250 ms after its deadline is late; one late answer
ends the command with code 1.

The stub must be the stack's only model: start it with OPENAI_BASE_URL at the address
that --listen names, any OPENAI_API_KEY and EAIO_OPENAI_MODEL=stub. "make bench-faults"
does both.`,
		Example: `  eaio bench faults --listen 127.0.0.1:11999
  eaio bench faults --only "black hole,500" --tasks 100 --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			if inFlight < 1 || tasks < inFlight {
				return eaio.Errorf(eaio.KindInvalid, "", "--in-flight %d: want 1 to --tasks (%d)", inFlight, tasks)
			}
			behaviours, err := chosen(only)
			if err != nil {
				return err
			}
			l, err := Listen(c.Context(), listen, "--listen")
			if err != nil {
				return err
			}
			model, err := bench.ServeFaultyModel(l, latency)
			if err != nil {
				return err
			}
			defer model.Close()
			q.DeadlineMS = deadline.Milliseconds()
			way, err := s.overHTTP(q)
			if err != nil {
				return err
			}
			loads, err := bench.Faults(c.Context(), way, model, behaviours, inFlight, tasks, deadline, func(f bench.FaultLoad) {
				s.progress("%s: p50 %.0f ms, p99 %.0f ms, %d late", f.Behaviour, f.P50MS, f.P99MS, f.Late)
			})
			if err != nil {
				return err
			}
			return s.printFaults(loads)
		},
	}
	f := c.Flags()
	f.StringVarP(&q.Building, "building", "b", "robin_office_serena", "building to ask about")
	f.StringVar(&listen, "listen", "127.0.0.1:11999", "address of the stub model")
	f.StringSliceVar(&only, "only", nil, "behaviours to try, by name; default: all")
	f.IntVar(&inFlight, "in-flight", 20, "tasks at a time")
	f.IntVar(&tasks, "tasks", 40, "tasks under each behaviour")
	f.DurationVar(&latency, "latency", 50*time.Millisecond, "of the healthy model")
	f.DurationVar(&deadline, "deadline", 5*time.Second, "of each task")
	return c
}

// chosen finds behaviours by their names.
func chosen(names []string) ([]bench.Behaviour, error) {
	all := bench.Behaviours()
	if len(names) == 0 {
		return all, nil
	}
	byName, known := map[string]bench.Behaviour{}, []string{}
	for _, b := range all {
		byName[b.Name] = b
		known = append(known, b.Name)
	}
	var out []bench.Behaviour
	for _, name := range names {
		b, ok := byName[strings.TrimSpace(name)]
		if !ok {
			return nil, eaio.Errorf(eaio.KindInvalid, "", "--only: no behaviour %q; there are: %s", name, strings.Join(known, "; "))
		}
		out = append(out, b)
	}
	return out, nil
}

func (s *state) printFaults(loads []bench.FaultLoad) error {
	late := 0
	for _, l := range loads {
		late += l.Late + l.Failed
	}
	if s.json {
		if err := s.printJSON(map[string]any{"behaviours": loads}); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "THE MODEL IS\tTASKS\tP50 MS\tP95 MS\tP99 MS\tMAX MS\tLATE\tFAILED\tCALLS\tANSWERED BY, REASON")
		for _, l := range loads {
			fmt.Fprintf(w, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%d\t%d\t%d\t%s: %s\n", l.Behaviour, l.Tasks, l.P50MS, l.P95MS, l.P99MS, l.MaxMS, l.Late, l.Failed, l.Calls, counts(l.By), counts(l.Reasons))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if late > 0 {
		return &exitError{1}
	}
	return nil
}
