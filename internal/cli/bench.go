package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/bench"
	"github.com/eaio/eaio/internal/stubmodel"
	"github.com/spf13/cobra"
)

// benchRun is what `bench task` was asked to measure.
type benchRun struct {
	question  Question
	inFlight  []int
	pids      []int
	tasks     int
	rounds    int
	yardstick bool
}

// benchReport is what it found. The loads are medians over the rounds.
type benchReport struct {
	Loads []bench.Load  `json:"loads"`
	Steps []bench.Share `json:"cpu_of_steps,omitempty"`
	Raw   []bench.Load  `json:"rounds"`
}

func (s *state) benchCommand() *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure a running stack"}
	c.AddCommand(s.benchTaskCommand(), s.benchFaultsCommand(), s.benchRouteCommand(), s.benchModelCommand())
	return c
}

func (s *state) benchTaskCommand() *cobra.Command {
	b := benchRun{question: Question{Question: "What was left on last night?"}}
	c := &cobra.Command{
		Use: "task", Short: "Time from question to answer, at several loads", Args: cobra.NoArgs,
		Long: `Ask the same question over and over through the API, with so many tasks in flight at
a time (each that is answered makes room for the next), and print percentiles, tasks
per second and the mean of each step.

With --pid the CPU seconds of those processes, their children and this one are counted
too (Linux): name the API, the workers, Temporal and PostgreSQL.

With --yardsticks two others run beside it, round by round: the same steps called with
no engine, and a bare Temporal workflow of the same steps, in a worker in this process.
They need the database and Temporal, and the models that the stack was started with.`,
		Example: `  eaio bench task --in-flight 1,10,50 --tasks 200
  eaio bench task --yardsticks --rounds 3 --pid "$(pgrep -d, -x eaio-dev)"`,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, n := range b.inFlight {
				if n < 1 || b.tasks < n || b.rounds < 1 {
					return eaio.Errorf(eaio.KindInvalid, "", "--in-flight %d: want 1 to --tasks (%d), and --rounds of 1 or more", n, b.tasks)
				}
			}
			report, err := s.bench(c.Context(), b)
			if err != nil {
				return err
			}
			return s.printBench(report)
		},
	}
	f := c.Flags()
	f.StringVarP(&b.question.Building, "building", "b", "robin_office_serena", "building to ask about")
	f.StringVar(&b.question.Question, "question", b.question.Question, "question to ask")
	f.StringVar(&b.question.AsOf, "as-of", "", "exclusive instant; default: end of the data")
	f.IntSliceVar(&b.inFlight, "in-flight", []int{1, 10, 50}, "tasks at a time, one run each")
	f.IntVar(&b.tasks, "tasks", 200, "tasks of each run")
	f.IntVar(&b.rounds, "rounds", 1, "rounds; the medians are printed")
	f.IntSliceVar(&b.pids, "pid", nil, "processes whose CPU time is counted, their children included")
	f.BoolVar(&b.yardstick, "yardsticks", false, "beside it the same steps with no engine and in a bare workflow")
	s.serviceFlags(c)
	s.modelFlags(c)
	_ = c.RegisterFlagCompletionFunc("building", s.completeBuildings)
	return c
}

func (s *state) benchModelCommand() *cobra.Command {
	var listen, text string
	var latency time.Duration
	c := &cobra.Command{
		Use: "model", Short: "Serve a stub model of fixed latency to measure against", Args: cobra.NoArgs,
		Long: `Serve OpenAI's chat protocol with one reply after a fixed time, so that a measurement
of the stack holds none of a model. Start the stack with OPENAI_BASE_URL at the address
printed, any OPENAI_API_KEY and EAIO_OPENAI_MODEL=stub.`,
		Example: `  eaio bench model --latency 5ms --listen 127.0.0.1:11999`,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := Listen(c.Context(), listen, "--listen")
			if err != nil {
				return err
			}
			m := stubmodel.Serve(l, stubmodel.Config{Latency: latency, Text: func(stubmodel.Request) string { return text }})
			defer m.Close()
			fmt.Fprintln(s.out, m.BaseURL())
			<-c.Context().Done()
			return nil
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address to listen on; port 0: a free one")
	c.Flags().DurationVar(&latency, "latency", 5*time.Millisecond, "from a request to its reply")
	c.Flags().StringVar(&text, "text", "The night was above its usual level [F1].", "what it replies")
	return c
}

// The names of the ways.
const (
	productWay = "eaio"
	bareWay    = "bare workflow"
	directWay  = "no engine"
)

// named is a way with the name that it has in the table.
type named struct {
	name string
	bench.Way
}

// bench runs every way at every load, round by round, so that a busy machine
// meets all of them alike.
func (s *state) bench(ctx context.Context, b benchRun) (out benchReport, err error) {
	product, err := s.overHTTP(b.question)
	if err != nil {
		return out, err
	}
	ways := []named{{productWay, product}}
	cpu := func() float64 { return 0 }
	if len(b.pids) > 0 {
		cpu = bench.CPU(append(b.pids, os.Getpid())...)
	}
	if b.yardstick {
		s.level = slog.LevelWarn // the table is what there is to read
		a, err := s.connect(ctx)
		if err != nil {
			return out, err
		}
		defer a.Close()
		direct, bare, err := s.yardsticks(a, b.question)
		if err != nil {
			return out, err
		}
		defer bare.Stop()
		ways = append(ways, named{bareWay, bare}, named{directWay, direct})
		if out.Steps, err = direct.Split(ctx, b.tasks, cpu); err != nil {
			return out, err
		}
	}
	for _, n := range b.inFlight {
		rounds := make([][]bench.Load, len(ways))
		for round := range b.rounds {
			for i, w := range ways {
				l, err := bench.Loop(ctx, w, n, b.tasks, cpu, 0)
				if err != nil {
					return out, fmt.Errorf("%s, %d in flight: %w", w.name, n, err)
				}
				l.Way, l.Round = w.name, round+1
				rounds[i] = append(rounds[i], l)
				out.Raw = append(out.Raw, l)
				s.progress("%s, %d in flight, round %d of %d: p50 %.0f ms, %.0f tasks/s", w.name, n, round+1, b.rounds, l.P50MS, l.PerSecond)
			}
		}
		for _, r := range rounds {
			out.Loads = append(out.Loads, bench.Median(r))
		}
	}
	return out, nil
}

func (s *state) progress(format string, args ...any) { fmt.Fprintf(s.err, format+"\n", args...) }

// yardsticks are made of the parts that the stack itself is made of.
func (s *state) yardsticks(a *app.App, q Question) (*bench.Direct, *bench.Bare, error) {
	r := eaio.Request{Question: q.Question, Building: q.Building, Audience: eaio.AudienceManager, Deadline: a.Config.Deadline}
	if q.AsOf != "" {
		at, err := time.Parse(time.RFC3339, q.AsOf)
		if err != nil {
			return nil, nil, eaio.Errorf(eaio.KindInvalid, "", "--as-of %q: want an instant such as 2017-04-25T23:00:00Z", q.AsOf)
		}
		r.AsOf = at
	}
	bare, err := bench.StartBare(a.Temporal, a.Store, a.Acts, r)
	return &bench.Direct{Store: a.Store, Steps: a.Acts, Request: r}, bare, err
}

// overHTTP asks through the API and waits for the answer there.
type overHTTP struct {
	url    string
	body   []byte
	client *http.Client
}

func (s *state) overHTTP(q Question) (overHTTP, error) {
	body, err := json.Marshal(q)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256 // each task in flight keeps its connection
	return overHTTP{s.apiURL, body, &http.Client{Transport: transport}}, err
}

func (h overHTTP) Ask(ctx context.Context) (eaio.Task, error) {
	s := state{apiURL: h.url, client: h.client}
	var t Task
	err := s.call(ctx, http.MethodPost, "/v1/tasks?wait=30s", http.Header{"Content-Type": {"application/json"}}, bytes.NewReader(h.body), &t)
	return t.Task, err
}
