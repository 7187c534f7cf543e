package stack

import (
	"cmp"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// Two workers live and one is killed at a random moment of a task with a model
// call of 0.8 s. The other ends the task, and repeats nothing that was healthy.
// EAIO_KILLS says how often (3), and EAIO_HOGS beside how many processes that keep
// a processor each busy (0); the time from kill to answer is logged.
func TestRecoveryWithASecondWorker(t *testing.T) {
	const latency = 800 * time.Millisecond
	s, healthy := withoutWorker(t, latency)
	// The victims have a model of their own, which tells whose call was whose.
	victims, cfg := honestModel(t, latency), s.App.Config
	cfg.OpenAIBaseURL = victims.BaseURL()
	startWorker(t, s.App.Config, "")
	for range number(t, "EAIO_HOGS", 0) {
		start(t, "hog", nil, nil, nil)
	}
	var took []time.Duration
	open := 0
	for range number(t, "EAIO_KILLS", 3) {
		victim := startWorker(t, cfg, "")
		victim.said.await(t, "worker is up", time.Minute)
		warm := await(t, s, ask(t, s, time.Minute), time.Minute) // both are connected
		if n := healthy.Calls()[callKey(warm.ID)] + victims.Calls()[callKey(warm.ID)]; n != 1 {
			t.Errorf("task %s made %d calls with nobody killed", warm.ID, n)
		}
		id := ask(t, s, time.Minute)
		time.Sleep(rand.N(latency + 100*time.Millisecond))
		killed := time.Now()
		victim.end()
		stored, err := s.App.Store.Reply(t.Context(), eaio.DefaultTenant, callKey(id))
		if err != nil && eaio.KindOf(err) != eaio.KindNotFound {
			t.Fatal(err)
		}
		got := await(t, s, id, time.Minute)
		took = append(took, time.Since(killed))
		oneAnswer(t, s, got)
		ours, theirs := healthy.Calls()[callKey(id)], victims.Calls()[callKey(id)]
		if ours > 1 || theirs > 1 || ours+theirs == 0 || ours+theirs == 2 && stored.Replied {
			t.Errorf("task %s: %d calls by the worker that lives, %d by the killed one, reply stored before the kill: %t", id, ours, theirs, stored.Replied)
		}
		if ours+theirs == 2 {
			open++
		}
	}
	slices.Sort(took)
	at := func(percent int) time.Duration {
		return took[min(len(took)*percent/100, len(took)-1)].Round(time.Millisecond)
	}
	t.Logf("%d kills, kill to answer: p50 %s, p95 %s, max %s; %d calls were open and made again; load average %s",
		len(took), at(50), at(95), at(100), open, load())
}

// callKey is the key of a task's first call.
func callKey(task string) string { return task + "/cloud/1" }

func number(t *testing.T, name string, fallback int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(name), strconv.Itoa(fallback)))
	if err != nil || n < 0 {
		t.Fatalf("%s: want a number", name)
	}
	return n
}

// load is how many processes wanted a processor in the last minute, on average.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(b), " ")
	return one
}
