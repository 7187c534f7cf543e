package stack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// API and worker are started before Temporal. The API accepts, says what is
// missing, and keeps the promise of a deadline; the worker waits with a word; and
// once Temporal is there, the accepted task is answered.
func TestTemporalComesLast(t *testing.T) {
	t.Parallel()
	p := apart(t, 5*time.Millisecond)
	p.temporal.end()
	api, worker := p.startAPI(t), p.startWorker(t)
	worker.said.await(t, "waiting for Temporal", 20*time.Second)

	checks, err := ready(t, api)
	if err == nil || !strings.Contains(checks["temporal"], "no Temporal server answers at "+p.cfg.TemporalAddress) || checks["postgresql"] != "ok" {
		t.Fatalf("readyz: %v, %v", checks, err)
	}
	asked := time.Now()
	id := ask(t, api, 5*time.Minute)
	if took := time.Since(asked); took > 3*time.Second {
		t.Errorf("accepting a task took %s without Temporal", took)
	}
	t.Run("a deadline is kept all the same", func(t *testing.T) {
		asked := time.Now()
		var got task
		status := call(t, api, "POST", "/v1/tasks?wait=10s", "", fmt.Sprintf(night, `,"deadline_ms":3000`), &got)
		if took := time.Since(asked); status != 200 || got.Answer == nil || got.Answer.Reason != eaio.ReasonDeadline || took > 3250*time.Millisecond {
			t.Errorf("%d after %s: %+v", status, took, got.Answer)
		}
	})
	var waiting task
	call(t, api, "GET", "/v1/tasks/"+id, "", "", &waiting)
	if waiting.Status != eaio.TaskAccepted {
		t.Fatalf("the task is %s without Temporal", waiting.Status)
	}

	p.startTemporal(t)
	there := time.Now()
	once(t, api, await(t, api, id, time.Minute))
	t.Logf("Temporal is there to answer: %s", time.Since(there).Round(time.Millisecond))
	worker.said.await(t, "worker is up", time.Second)
	eventually(t, 5*time.Second, func() error { _, err := ready(t, api); return err })
}

// Temporal is killed while tasks are under way and comes back: each has one
// answer, and no reply that was stored is paid again.
func TestTemporalDiesInTheMiddle(t *testing.T) {
	t.Parallel()
	p := apart(t, 700*time.Millisecond)
	api := p.startAPI(t)
	p.startWorker(t).said.await(t, "worker is up", 20*time.Second)
	await(t, api, ask(t, api, time.Minute), time.Minute) // all is warm
	var ids []string
	for range 8 {
		ids = append(ids, ask(t, api, 5*time.Minute))
		time.Sleep(150 * time.Millisecond) // so that they are at different steps
	}
	p.temporal.end()
	asked := time.Now()
	ids = append(ids, ask(t, api, 5*time.Minute))
	took := time.Since(asked)
	t.Logf("accepted without Temporal after %s", took.Round(time.Millisecond))
	if took > 3*time.Second {
		t.Errorf("accepting a task took %s without Temporal", took)
	}
	p.startTemporal(t)
	there := time.Now()
	for _, id := range ids {
		oneAnswer(t, api, await(t, api, id, time.Minute))
	}
	t.Logf("Temporal is back to the last answer: %s; %d calls were open and made again", time.Since(there).Round(time.Millisecond), p.model.PaidTwice())
	for key, n := range p.model.Answered() {
		if n > 1 {
			t.Errorf("%d replies to call %s", n, key)
		}
	}
}
