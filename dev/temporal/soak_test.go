package temporal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/eaio/eaio/postgres/local"
)

var (
	soakFor   = flag.Duration("soak", 0, "how long TestSoak runs: half with one workflow in flight, half with ten")
	soakStore = flag.String("store", "sqlite", "where TestSoak keeps Temporal's state: sqlite or postgres")
	soakDir   = flag.String("soakdir", "", "folder on the disk to measure; default: a temporary one")
)

// TestSoak measures a store the way the embedded mode uses it, and tells how
// often it stalls. It is behind docs/adr/0002-temporal-store.md:
//
//	go test ./temporal -run TestSoak -soak 10m -store postgres -timeout 0
func TestSoak(t *testing.T) {
	if *soakFor == 0 {
		t.Skip("a measurement: give it a time with -soak 10m")
	}
	dir := cmp.Or(*soakDir, os.TempDir())
	dir, err := os.MkdirTemp(dir, "eaio-soak-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil { // the PostgreSQL child has a user of its own
		t.Fatal(err)
	}
	// The embedded mode runs the child anyway, so it counts in both cases.
	pg, err := local.Start(t.Context(), local.Config{Dir: dir, Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	logFile, err := os.Create(filepath.Join(dir, "temporal.log"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Dir: dir, FrontendAddr: "127.0.0.1:0",
		Logger: slog.New(slog.NewTextHandler(logFile, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if *soakStore == "postgres" {
		cfg.PostgresURL = pg.URL()
	}
	server := start(t, cfg)
	c := soakWorker(t, server)
	m := meter{postmaster: pg.PID(), dir: dir}
	t.Logf("store %s; per minute: in flight, workflows/s, ms p50 p95 p99 max, stalls (over 1 s without an end) and the longest time without one, CPU s per 1,000, RSS MB, load", *soakStore)
	for _, inFlight := range []int{1, 10} {
		soak(t, c, m, inFlight, *soakFor/2)
	}
	log, err := os.ReadFile(logFile.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d warnings and errors in the server's log", strings.Count(string(log), "\n"))
	for _, line := range slices.Compact(slices.Sorted(strings.Lines(firstWords(string(log))))) {
		t.Log("log: ", line)
	}
}

// firstWords leaves level and message of each line.
func firstWords(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		_, after, _ := strings.Cut(line, " ")
		msg, _, _ := strings.Cut(after, " component=")
		fmt.Fprintln(&b, msg[:min(len(msg), 160)])
	}
	return b.String()
}

// soakWorker polls with the settings of the embedded mode: no sticky cache,
// eager start, local activities only.
func soakWorker(t *testing.T, s *Server) client.Client {
	t.Helper()
	worker.SetStickyWorkflowCacheSize(0)
	c := dial(t, s)
	w := worker.New(c, "soak", worker.Options{})
	w.RegisterWorkflowWithOptions(soakFlow, workflow.RegisterOptions{Name: "soak"})
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return c
}

// soakFlow has the shape of a task that the narrator answers.
func soakFlow(ctx workflow.Context, id string) (string, error) {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: 5 * time.Second})
	for _, step := range []string{"plan", "retrieve", "analyse", "word", "record"} {
		if err := workflow.ExecuteLocalActivity(ctx, soakStep, id, step).Get(ctx, &id); err != nil {
			return "", err
		}
	}
	return id, nil
}

// soakStep costs about half a millisecond and returns an id.
func soakStep(_ context.Context, id, step string) (string, error) {
	sum := sha256.Sum256([]byte(id + step))
	for range 2000 {
		sum = sha256.Sum256(sum[:])
	}
	return fmt.Sprintf("%x", sum[:8]), nil
}

// soak keeps inFlight workflows running and reports every minute.
func soak(t *testing.T, c client.Client, m meter, inFlight int, d time.Duration) {
	t.Helper()
	var (
		mu  sync.Mutex
		now ends
		all ends
		wg  sync.WaitGroup
	)
	now.last = time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	for range inFlight {
		wg.Go(func() {
			for ctx.Err() == nil {
				begun := time.Now()
				if err := soakOnce(t.Context(), c); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				now.add(begun, time.Now())
				mu.Unlock()
			}
		})
	}
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	first, begun := m.read(t), time.Now()
	last := first
	take := func() ends {
		mu.Lock()
		defer mu.Unlock()
		window := now
		now = ends{last: window.last}
		all.merge(window)
		return window
	}
	for {
		select {
		case <-tick.C:
			window, used := take(), m.read(t)
			t.Log(window.row(inFlight, time.Minute, used, last))
			last = used
		case <-done:
			take()
			t.Logf("whole: %s; %d workflows, data %d MB", all.row(inFlight, time.Since(begun), m.read(t), first), len(all.took), m.size(t)>>20)
			return
		}
	}
}

// ends are workflows that have ended: how long they took, and how long there
// was none.
type ends struct {
	took    []time.Duration
	last    time.Time
	stalls  int
	longest time.Duration
}

func (e *ends) add(begun, ended time.Time) {
	e.took = append(e.took, ended.Sub(begun))
	gap := ended.Sub(e.last)
	if gap > time.Second {
		e.stalls++
	}
	e.longest, e.last = max(e.longest, gap), ended
}

func (e *ends) merge(o ends) {
	e.took = append(e.took, o.took...)
	e.stalls += o.stalls
	e.longest = max(e.longest, o.longest)
}

func soakOnce(ctx context.Context, c client.Client) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		TaskQueue: "soak", EnableEagerStart: true, WorkflowTaskTimeout: 2 * time.Second,
	}, "soak", "task")
	if err != nil {
		return err
	}
	return run.Get(ctx, nil)
}

func (e ends) row(inFlight int, d time.Duration, now, last reading) string {
	n := len(e.took)
	if n == 0 {
		return fmt.Sprintf("%2d in flight: nothing ended in %v", inFlight, d)
	}
	slices.Sort(e.took)
	at := func(q float64) int64 { return e.took[int(q*float64(n-1))].Milliseconds() }
	return fmt.Sprintf("%2d  %5.1f/s  %4d %4d %4d %5d ms  %d stalls, %4d ms  %5.1f CPU-s  %d MB  load %s",
		inFlight, float64(n)/d.Seconds(), at(0.5), at(0.95), at(0.99), at(1), e.stalls, e.longest.Milliseconds(),
		(now.cpu-last.cpu).Seconds()*1000/float64(n), now.rss>>20, now.load)
}

// meter reads what this process and the PostgreSQL child have used.
type meter struct {
	postmaster int
	dir        string
}

type reading struct {
	cpu  time.Duration
	rss  int
	load string
}

func (m meter) read(t *testing.T) reading {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	r := reading{cpu: time.Duration(usage.Utime.Nano() + usage.Stime.Nano())}
	_, r.rss, _ = procStat("self")
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		pid := filepath.Base(filepath.Dir(path))
		cpu, rss, parent := procStat(pid)
		if pid == strconv.Itoa(m.postmaster) || parent == m.postmaster {
			r.cpu += cpu
			r.rss += rss
		}
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Skip("reads /proc, which only Linux has")
	}
	r.load, _, _ = strings.Cut(string(load), " ")
	return r
}

// procStat reads CPU time (with that of children that have ended), memory that
// is not shared, and parent. Zeros: the process has ended.
func procStat(pid string) (cpu time.Duration, rss, parent int) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, 0, 0
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the name may hold spaces
	f := strings.Fields(after)
	num := func(i int) int { n, _ := strconv.Atoi(f[i]); return n }
	const tick = time.Second / 100
	cpu = time.Duration(num(11)+num(12)+num(13)+num(14)) * tick
	var size, resident, shared int
	statm, err := os.ReadFile("/proc/" + pid + "/statm")
	if err != nil {
		return cpu, 0, num(1)
	}
	if _, err := fmt.Sscan(string(statm), &size, &resident, &shared); err != nil {
		return cpu, 0, num(1)
	}
	return cpu, (resident - shared) * os.Getpagesize(), num(1)
}

// size is what the stores take on disk.
func (m meter) size(t *testing.T) (bytes int64) {
	t.Helper()
	err := filepath.WalkDir(m.dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // PostgreSQL removes files as it goes
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
