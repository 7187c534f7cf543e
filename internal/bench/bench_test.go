package bench_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/bench"
)

// way answers after a time of its own, or fails.
type way struct {
	takes    time.Duration
	err      error
	asked    atomic.Int32
	inFlight atomic.Int32
	most     atomic.Int32
}

func (w *way) Ask(context.Context) (eaio.Task, error) {
	w.asked.Add(1)
	w.most.Store(max(w.most.Load(), w.inFlight.Add(1)))
	time.Sleep(w.takes)
	w.inFlight.Add(-1)
	return eaio.Task{Answer: &eaio.Answer{AnsweredBy: "narrator"}, Timings: eaio.Timings{Plan: 2}}, w.err
}

func TestLoopKeepsSoManyInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &way{takes: 100 * time.Millisecond}
		cpu := 0.0
		l, err := bench.Loop(t.Context(), w, 4, 20, func() float64 { cpu += 3; return cpu }, 99*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if w.asked.Load() != 20 || w.most.Load() != 4 {
			t.Errorf("asked %d, at most %d in flight", w.asked.Load(), w.most.Load())
		}
		if l.P50MS != 100 || l.P99MS != 100 || l.PerSecond != 40 || l.CPUPer1000 != 150 || l.Late != 20 || l.MaxMS != 100 || l.StepsMS["plan"] != 2 || l.By["narrator"] != 20 {
			t.Errorf("%+v", l)
		}
	})
}

func TestLoopWithoutAnyAnswerIsAnError(t *testing.T) {
	w := &way{err: errors.New("no such building")}
	if l, err := bench.Loop(t.Context(), w, 1, 2, func() float64 { return 0 }, 0); !errors.Is(err, w.err) || l.Failed != 2 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestMedian(t *testing.T) {
	rounds := []bench.Load{
		{Way: "a", InFlight: 2, Tasks: 10, P50MS: 3, PerSecond: 1, By: map[string]int{"x": 10}, StepsMS: map[string]float64{"plan": 1}},
		{Way: "a", InFlight: 2, Tasks: 10, P50MS: 9, PerSecond: 3, By: map[string]int{"x": 9}, StepsMS: map[string]float64{"plan": 5}, Failed: 1},
		{Way: "a", InFlight: 2, Tasks: 10, P50MS: 4, PerSecond: 2, By: map[string]int{"x": 10}, StepsMS: map[string]float64{"plan": 2}},
	}
	m := bench.Median(rounds)
	if m.P50MS != 4 || m.PerSecond != 2 || m.Tasks != 30 || m.Failed != 1 || m.By["x"] != 29 || m.StepsMS["plan"] != 2 {
		t.Errorf("%+v", m)
	}
	if m := bench.Median(rounds[:2]); m.P50MS != 6 {
		t.Errorf("median of 3 and 9: %v", m.P50MS)
	}
}

func TestCPUCountsThisProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("CPU seconds are read from /proc")
	}
	cpu := bench.CPU(os.Getpid())
	before := cpu()
	for started := time.Now(); cpu() < before+0.05; {
		if time.Since(started) > 10*time.Second {
			t.Fatalf("still %v s after 10 s of work", cpu()-before)
		}
	}
}
