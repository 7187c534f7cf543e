// Package bench measures tasks from question to answer, and beside them two
// yardsticks made of the same steps: with no engine at all, and with a bare
// Temporal workflow. The difference is what the engine and the product cost.
package bench

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/eaio/eaio"
)

// Way is one way to have a question answered. Ask must be safe for concurrent use.
type Way interface {
	Ask(ctx context.Context) (eaio.Task, error)
}

// Load is one closed loop of tasks: each that is answered makes room for the next.
type Load struct {
	Way        string             `json:"way"`
	InFlight   int                `json:"in_flight"`
	Round      int                `json:"round"`
	Tasks      int                `json:"tasks"`
	Failed     int                `json:"failed"`
	P50MS      float64            `json:"p50_ms"`
	P95MS      float64            `json:"p95_ms"`
	P99MS      float64            `json:"p99_ms"`
	MaxMS      float64            `json:"max_ms"`
	Late       int                `json:"late,omitempty"` // answers after the limit, where there is one
	PerSecond  float64            `json:"tasks_per_second"`
	CPUPer1000 float64            `json:"cpu_s_per_1000,omitempty"` // of all processes counted
	StepsMS    map[string]float64 `json:"steps_ms,omitempty"`       // mean of each step, as the tasks tell it
	By         map[string]int     `json:"answered_by"`
	Reasons    map[string]int     `json:"reasons"`
}

// Loop keeps n tasks in flight until tasks have been asked. cpu returns the CPU
// seconds used so far by the processes that count; an answer that takes longer than
// limit counts as late (0: none does). It fails only where no task was answered.
func Loop(ctx context.Context, w Way, n, tasks int, cpu func() float64, limit time.Duration) (Load, error) {
	c := collector{limit: limit, load: Load{InFlight: n, Tasks: tasks, StepsMS: map[string]float64{}, By: map[string]int{}, Reasons: map[string]int{}}}
	todo := make(chan struct{}, tasks)
	for range tasks {
		todo <- struct{}{}
	}
	close(todo)
	used, started := cpu(), time.Now()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range todo {
				asked := time.Now()
				t, err := w.Ask(ctx)
				c.add(t, err, time.Since(asked))
				if ctx.Err() != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return c.result(time.Since(started), cpu()-used)
}

// collector gathers what the tasks of a loop took.
type collector struct {
	limit time.Duration

	mu    sync.Mutex
	load  Load
	took  []float64
	first error
}

func (c *collector) add(t eaio.Task, err error, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && t.Answer == nil {
		err = errors.New("a task ended without an answer: " + t.ID)
	}
	if err != nil {
		c.load.Failed++
		if c.first == nil {
			c.first = err
		}
		return
	}
	c.took = append(c.took, float64(took.Microseconds())/1000)
	c.load.By[t.Answer.AnsweredBy]++
	c.load.Reasons[string(t.Answer.Reason)]++
	if c.limit > 0 && took > c.limit {
		c.load.Late++
	}
	for name, ms := range steps(t.Timings) {
		c.load.StepsMS[name] += ms
	}
}

// Steps are the names of a task's steps, in their order.
var Steps = [...]string{"queue", "plan", "gather", "word", "record"}

func steps(t eaio.Timings) map[string]float64 {
	return map[string]float64{"queue": t.Queue, "plan": t.Plan, "gather": t.Gather, "word": t.Word, "record": t.Record}
}

func (c *collector) result(wall time.Duration, cpu float64) (Load, error) {
	n := float64(len(c.took))
	if n == 0 {
		return c.load, eaio.Errorf(eaio.KindUnavailable, "", "no task was answered: %w", c.first)
	}
	slices.Sort(c.took)
	at := func(share float64) float64 { return c.took[min(int(share*n), len(c.took)-1)] }
	c.load.P50MS, c.load.P95MS, c.load.P99MS = at(.5), at(.95), at(.99)
	c.load.MaxMS = c.took[len(c.took)-1]
	c.load.PerSecond, c.load.CPUPer1000 = n/wall.Seconds(), cpu/n*1000
	for name := range c.load.StepsMS {
		c.load.StepsMS[name] /= n
	}
	return c.load, nil
}

// Median returns the load of the middle round, figure by figure; By, Reasons, Failed
// and Late are summed. The loads must be of one way and one number in flight.
func Median(rounds []Load) Load {
	out := Load{Way: rounds[0].Way, InFlight: rounds[0].InFlight, By: map[string]int{}, Reasons: map[string]int{}, StepsMS: map[string]float64{}}
	middle := func(of func(Load) float64) float64 {
		x := make([]float64, len(rounds))
		for i, l := range rounds {
			x[i] = of(l)
		}
		slices.Sort(x)
		return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
	}
	for _, l := range rounds {
		out.Tasks, out.Failed, out.Late = out.Tasks+l.Tasks, out.Failed+l.Failed, out.Late+l.Late
		for by, n := range l.By {
			out.By[by] += n
		}
		for reason, n := range l.Reasons {
			out.Reasons[reason] += n
		}
	}
	out.P50MS = middle(func(l Load) float64 { return l.P50MS })
	out.P95MS = middle(func(l Load) float64 { return l.P95MS })
	out.P99MS = middle(func(l Load) float64 { return l.P99MS })
	out.MaxMS = middle(func(l Load) float64 { return l.MaxMS })
	out.PerSecond = middle(func(l Load) float64 { return l.PerSecond })
	out.CPUPer1000 = middle(func(l Load) float64 { return l.CPUPer1000 })
	for name := range rounds[0].StepsMS {
		out.StepsMS[name] = middle(func(l Load) float64 { return l.StepsMS[name] })
	}
	return out
}
