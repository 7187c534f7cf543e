package stack

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/stubmodel"
)

// member is a worker with a model of its own, which tells whose call was whose.
type member struct {
	*process
	model *stubmodel.Server
}

// Two workers live and either is killed at a random moment of a task with a model
// call of 0.8 s. The other ends the task, and repeats nothing that was healthy.
// EAIO_KILLS says how often (3), EAIO_DEADLINE what the tasks are given (1m), and
// EAIO_HOGS beside how many processes that keep a processor each busy (0). The time
// from kill to answer is logged, how many answers kept the deadline, and how many
// replies the provider gave that never reached the store.
func TestRecoveryWithASecondWorker(t *testing.T) {
	const latency = 800 * time.Millisecond
	s, _ := withoutWorker(t, latency)
	join := func() member {
		m := member{model: honestModel(t, latency)}
		cfg := s.App.Config
		cfg.OpenAIBaseURL = m.model.BaseURL()
		m.process = startWorker(t, cfg, "")
		m.said.await(t, "worker is up", time.Minute)
		return m
	}
	for range number(t, "EAIO_HOGS", 0) {
		start(t, "hog", nil, nil, nil)
	}
	other := join()
	var all, reopened []time.Duration
	deadline, inTime, narrated, lost := duration(t, "EAIO_DEADLINE", time.Minute), 0, 0, 0
	for range number(t, "EAIO_KILLS", 3) {
		victim := join()
		if rand.N(2) == 0 { // the one that has polled longer is given more
			victim, other = other, victim
		}
		warm := callKey(await(t, s, ask(t, s, time.Minute), time.Minute).ID) // both are connected
		if n := victim.model.Calls()[warm] + other.model.Calls()[warm]; n != 1 {
			t.Errorf("%d calls %s with nobody killed", n, warm)
		}
		id := ask(t, s, deadline)
		after := rand.N(latency + 100*time.Millisecond)
		time.Sleep(after)
		killed := time.Now()
		victim.end()
		stored, err := s.App.Store.Reply(t.Context(), eaio.DefaultTenant, callKey(id))
		if err != nil && eaio.KindOf(err) != eaio.KindNotFound {
			t.Fatal(err)
		}
		got := await(t, s, id, time.Minute)
		took := time.Since(killed)
		if got.Answer != nil && got.Answer.Reason == eaio.ReasonDeadline {
			answeredOnce(t, s, got.ID)
			narrated++
		} else {
			oneAnswer(t, s, got)
		}
		if got.CompletedAt.Sub(got.CreatedAt) <= deadline+250*time.Millisecond {
			inTime++
		}
		if !stored.Replied && victim.model.Answered()[callKey(id)] > 0 {
			lost++
		}
		ours, theirs := other.model.Calls()[callKey(id)], victim.model.Calls()[callKey(id)]
		if ours > 1 || theirs > 1 || ours+theirs == 0 && got.Answer.Reason == eaio.ReasonModel || ours+theirs == 2 && stored.Replied {
			t.Errorf("task %s: %d calls by the worker that lives, %d by the killed one, reply stored before the kill: %t", id, ours, theirs, stored.Replied)
		}
		all = append(all, took)
		if ours+theirs == 2 {
			reopened = append(reopened, took)
		}
		t.Logf("killed after %s: answered %s later, %d calls by the worker that lives, %d by the killed one",
			after.Round(time.Millisecond), took.Round(time.Millisecond), ours, theirs)
	}
	t.Logf("kill to answer: %s; where a call was open and made again: %s; load average %s", spreadOf(all), spreadOf(reopened), load())
	t.Logf("%d of %d answered within %s, %d of them by the narrator; replies given and not stored: %d; stored replies paid again: 0 (asserted)", inTime, len(all), deadline, narrated, lost)
}

func spreadOf(took []time.Duration) string {
	if len(took) == 0 {
		return "none"
	}
	slices.Sort(took)
	at := func(percent int) time.Duration {
		return took[min(len(took)*percent/100, len(took)-1)].Round(time.Millisecond)
	}
	return fmt.Sprintf("%d times, p50 %s, p95 %s, max %s", len(took), at(50), at(95), at(100))
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

func duration(t *testing.T, name string, fallback time.Duration) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv(name), fallback.String()))
	if err != nil || d <= 0 {
		t.Fatalf("%s: want a time such as 5s", name)
	}
	return d
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
