package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The database goes away for ten seconds while tasks are at different steps, some
// of them waiting for a model whose reply comes in the outage. Every task has one
// answer and pays once; who asks in the outage is told so, and asks again.
func TestTheDatabaseGoesAwayForTenSeconds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ away, back func(*testing.T, *parts) }{
		"shut down": {
			func(t *testing.T, p *parts) {
				if err := p.postgres.Stop(); err != nil {
					t.Fatal(err)
				}
			},
			func(t *testing.T, p *parts) { p.startPostgres(t) },
		},
		"killed": {
			func(t *testing.T, p *parts) {
				signal(t, syscall.SIGKILL, p.postgres.PID())
				<-p.postgres.Done()
				_ = p.postgres.Stop() // it says that the server had ended by itself
			},
			func(t *testing.T, p *parts) { p.startPostgres(t) },
		},
		"frozen": {
			func(t *testing.T, p *parts) { signal(t, syscall.SIGSTOP, family(t, p.postgres.PID())...) },
			func(t *testing.T, p *parts) { signal(t, syscall.SIGCONT, family(t, p.postgres.PID())...) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := apart(t, time.Second)
			api := p.startAPI(t)
			p.startWorker(t).said.await(t, "worker is up", 20*time.Second)
			await(t, api, ask(t, api, time.Minute), time.Minute) // all is warm
			ids := spread(t, api)
			c.away(t, p)
			away := time.Now()
			outage(t, api)
			time.Sleep(10*time.Second - time.Since(away))
			c.back(t, p)
			back := time.Now()
			ids = append(ids, askAgain(t, api))
			for _, id := range ids {
				oneAnswer(t, api, await(t, api, id, time.Minute))
			}
			t.Logf("the database is back to the last answer: %s", time.Since(back).Round(time.Millisecond))
			// oneAnswer has seen that none was made after its reply was stored. On a
			// starved machine a heartbeat may come too late.
			if n := p.model.PaidTwice(); n > 2 {
				t.Errorf("%d calls were made again, load average %s", n, load())
			}
			eventually(t, 5*time.Second, func() error { _, err := ready(t, api); return err })
		})
	}
}

// family is a process with its children, itself first.
func family(t *testing.T, parent int) []int {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		t.Fatal(err)
	}
	pids := []int{parent}
	for line := range strings.Lines(string(out)) {
		var pid, of int
		if _, err := fmt.Sscan(line, &pid, &of); err == nil && of == parent {
			pids = append(pids, pid)
		}
	}
	return pids
}

func signal(t *testing.T, s syscall.Signal, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
	}
}

// spread asks until one task waits for the model and others are at every step
// before and after.
func spread(t *testing.T, api server) (ids []string) {
	t.Helper()
	for range 12 {
		ids = append(ids, ask(t, api, 5*time.Minute))
		time.Sleep(100 * time.Millisecond)
	}
	for range 4 {
		ids = append(ids, ask(t, api, 5*time.Minute))
	}
	return ids
}

// outage checks what an API without its database says.
func outage(t *testing.T, api server) {
	t.Helper()
	eventually(t, 5*time.Second, func() error { // a connection may outlive a killed server a moment
		if checks, err := ready(t, api); err == nil || checks["postgresql"] == "ok" || checks["temporal"] != "ok" {
			return fmt.Errorf("readyz: %v", checks)
		}
		return nil
	})
	for range 2 {
		asked := time.Now()
		status, header, reply, err := send(t, api, "POST", "/v1/tasks", "asked in the outage", fmt.Sprintf(night, `,"deadline_ms":300000`))
		if err != nil {
			t.Fatal(err)
		}
		var problem struct{ Type, Detail string }
		if err := json.Unmarshal(reply, &problem); err != nil {
			t.Fatal(err)
		}
		after, _ := strconv.Atoi(header.Get("Retry-After"))
		if status != 503 || problem.Type != "unavailable" || after < 1 || !strings.Contains(problem.Detail, "/readyz") || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%d, Retry-After %d, %s", status, after, reply)
		}
		if took := time.Since(asked); took > 4*time.Second {
			t.Errorf("it took %s to say so", took)
		}
	}
}

// askAgain asks what was asked in the outage with the same key, as Retry-After
// says, and once more.
func askAgain(t *testing.T, api server) string {
	t.Helper()
	var first, second task
	eventually(t, 10*time.Second, func() error {
		if status := call(t, api, "POST", "/v1/tasks", "asked in the outage", fmt.Sprintf(night, `,"deadline_ms":300000`), &first); status != 202 {
			return fmt.Errorf("asked again: %d", status)
		}
		return nil
	})
	if call(t, api, "POST", "/v1/tasks", "asked in the outage", fmt.Sprintf(night, `,"deadline_ms":300000`), &second); second.ID != first.ID || first.ID == "" {
		t.Errorf("the same key gave the tasks %s and %s", first.ID, second.ID)
	}
	return first.ID
}
