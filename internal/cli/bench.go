package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
)

// load is one closed loop of tasks.
type load struct {
	InFlight   int                `json:"in_flight"`
	Tasks      int                `json:"tasks"`
	Failed     int                `json:"failed"`
	P50MS      float64            `json:"p50_ms"`
	P95MS      float64            `json:"p95_ms"`
	P99MS      float64            `json:"p99_ms"`
	PerSecond  float64            `json:"tasks_per_second"`
	CPUPer1000 float64            `json:"cpu_s_per_1000,omitempty"` // of the processes named by --pid
	StepsMS    map[string]float64 `json:"steps_ms"`                 // mean of each step, as the tasks tell it
	By         map[string]int     `json:"answered_by"`
}

func (s *state) benchCommand() *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure a running stack"}
	var inFlight []int
	var pids []int
	var tasks int
	q := Question{Question: "What was left on last night?"}
	task := &cobra.Command{
		Use: "task", Short: "Time from question to answer, at several loads", Args: cobra.NoArgs,
		Long: `Ask the same question over and over through the API, with so many tasks in flight at
a time (each asks anew when its answer is there), and print percentiles, tasks per
second and the mean of each step. With --pid the CPU seconds of those processes are
counted too (Linux): name the API, the workers, Temporal and PostgreSQL.`,
		Example: `  eaio bench task --building robin_office_serena --in-flight 1,10,50 --tasks 200`,
		RunE: func(c *cobra.Command, _ []string) error {
			var out []load
			for _, n := range inFlight {
				if n < 1 || tasks < n {
					return eaio.Errorf(eaio.KindInvalid, "", "--in-flight %d: want 1 to --tasks (%d)", n, tasks)
				}
				l, err := s.loop(c.Context(), q, n, tasks, pids)
				if err != nil {
					return err
				}
				out = append(out, l)
			}
			return s.printLoads(out)
		},
	}
	f := task.Flags()
	f.StringVarP(&q.Building, "building", "b", "robin_office_serena", "building to ask about")
	f.StringVar(&q.Question, "question", q.Question, "question to ask")
	f.StringVar(&q.AsOf, "as-of", "", "exclusive instant; default: end of the data")
	f.IntSliceVar(&inFlight, "in-flight", []int{1, 10, 50}, "tasks at a time, one run each")
	f.IntVar(&tasks, "tasks", 200, "tasks of each run")
	f.IntSliceVar(&pids, "pid", nil, "processes whose CPU time is counted, their children included")
	_ = task.RegisterFlagCompletionFunc("building", s.completeBuildings)
	c.AddCommand(task)
	return c
}

// loop keeps n tasks in flight until all have been asked.
func (s *state) loop(ctx context.Context, q Question, n, tasks int, pids []int) (load, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return load{}, err
	}
	out := load{InFlight: n, Tasks: tasks, StepsMS: map[string]float64{}, By: map[string]int{}}
	var mu sync.Mutex
	var took []float64
	var firstErr error
	todo := make(chan struct{}, tasks)
	for range tasks {
		todo <- struct{}{}
	}
	close(todo)
	cpu, started := cpuSeconds(pids), time.Now()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range todo {
				asked := time.Now()
				var t Task
				err := s.call(ctx, http.MethodPost, "/v1/tasks?wait=30s", http.Header{"Content-Type": {"application/json"}}, bytes.NewReader(body), &t)
				mu.Lock()
				if err != nil || t.Answer == nil {
					out.Failed++
					if firstErr == nil {
						firstErr = err
					}
				} else {
					took = append(took, float64(time.Since(asked).Microseconds())/1000)
					out.add(t)
				}
				mu.Unlock()
				if ctx.Err() != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	if len(took) == 0 {
		return out, fmt.Errorf("no task was answered: %w", firstErr)
	}
	out.PerSecond = float64(len(took)) / time.Since(started).Seconds()
	out.CPUPer1000 = (cpuSeconds(pids) - cpu) / float64(len(took)) * 1000
	slices.Sort(took)
	at := func(share float64) float64 { return took[min(int(share*float64(len(took))), len(took)-1)] }
	out.P50MS, out.P95MS, out.P99MS = at(.5), at(.95), at(.99)
	for k := range out.StepsMS {
		out.StepsMS[k] /= float64(len(took))
	}
	return out, nil
}

func (l *load) add(t Task) {
	l.By[t.Answer.AnsweredBy]++
	for k, v := range map[string]float64{"queue": t.Timings.Queue, "plan": t.Timings.Plan, "gather": t.Timings.Gather, "word": t.Timings.Word, "record": t.Timings.Record} {
		l.StepsMS[k] += v
	}
}

func (s *state) printLoads(list []load) error {
	if s.json {
		return s.printJSON(list)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "IN FLIGHT\tTASKS\tFAILED\tP50 MS\tP95 MS\tP99 MS\tTASKS/S\tCPU S/1000\tQUEUE\tPLAN\tGATHER\tWORD\tRECORD")
	for _, l := range list {
		fmt.Fprintf(w, "%d\t%d\t%d\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f", l.InFlight, l.Tasks, l.Failed, l.P50MS, l.P95MS, l.P99MS, l.PerSecond, l.CPUPer1000)
		for _, k := range []string{"queue", "plan", "gather", "word", "record"} {
			fmt.Fprintf(w, "\t%.1f", l.StepsMS[k])
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// clockTicks is Linux's USER_HZ, in which /proc counts CPU time.
const clockTicks = 100

// cpuSeconds sums user and system time of processes and of all their descendants
// that live. It is 0 where there is no /proc.
func cpuSeconds(pids []int) (sum float64) {
	if len(pids) == 0 {
		return 0
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	parent, ticks := map[int]int{}, map[int]float64{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		b, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(fields) < 15 {
			continue
		}
		parent[pid], _ = strconv.Atoi(fields[1])
		for _, f := range fields[11:15] { // own and waited-for children's, user and system
			n, _ := strconv.ParseFloat(f, 64)
			ticks[pid] += n
		}
	}
	for pid, n := range ticks {
		for p := pid; p > 1; p = parent[p] {
			if slices.Contains(pids, p) {
				sum += n / clockTicks
				break
			}
		}
	}
	return sum
}
