package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/eaio/eaio/internal/bench"
)

// printBench prints the medians, and how the product compares with its yardsticks.
func (s *state) printBench(r benchReport) error {
	if s.json {
		return s.printJSON(r)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "IN FLIGHT\tWAY\tTASKS\tFAILED\tP50 MS\tP95 MS\tP99 MS\tTASKS/S\tCPU S/1000")
	for _, step := range bench.Steps {
		fmt.Fprintf(w, "\t%s MS", strings.ToUpper(step))
	}
	fmt.Fprintln(w, "\tANSWERED BY")
	for _, l := range r.Loads {
		fmt.Fprintf(w, "%d\t%s\t%d\t%d\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f", l.InFlight, l.Way, l.Tasks, l.Failed, l.P50MS, l.P95MS, l.P99MS, l.PerSecond, l.CPUPer1000)
		for _, step := range bench.Steps {
			if l.Way == productWay {
				fmt.Fprintf(w, "\t%.1f", l.StepsMS[step])
			} else {
				fmt.Fprint(w, "\t")
			}
		}
		fmt.Fprintf(w, "\t%s\n", counts(l.By))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	s.printRatios(r.Loads)
	if len(r.Steps) > 0 {
		fmt.Fprint(s.out, "CPU seconds per 1,000 tasks of the steps alone, without an engine:")
		for _, share := range r.Steps {
			fmt.Fprintf(s.out, " %s %.1f", share.Step, share.CPUPer1000)
		}
		fmt.Fprintln(s.out)
	}
	return nil
}

// printRatios sets the product beside the bare workflow at each load.
func (s *state) printRatios(loads []bench.Load) {
	products := map[int]bench.Load{}
	for _, l := range loads {
		if l.Way == productWay {
			products[l.InFlight] = l
		}
	}
	for _, bare := range loads {
		if p := products[bare.InFlight]; bare.Way == bareWay {
			fmt.Fprintf(s.out, "%d in flight, beside the bare workflow: %.2f times its tasks per second", bare.InFlight, p.PerSecond/bare.PerSecond)
			if bare.CPUPer1000 > 0 {
				fmt.Fprintf(s.out, ", %.2f times its CPU", p.CPUPer1000/bare.CPUPer1000)
			}
			fmt.Fprintln(s.out)
		}
	}
}

// counts prints how many answers each had.
func counts(by map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, by[name]))
	}
	return strings.Join(parts, ", ")
}
