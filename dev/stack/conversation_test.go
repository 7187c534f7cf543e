package stack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/enums/v1"
	"google.golang.org/protobuf/proto"
)

// converse opens a conversation about the sample's building and returns its id.
func converse(t *testing.T, s server) string {
	t.Helper()
	var c struct{ ID string }
	if status := call(t, s, "POST", "/v1/conversations", "", `{"building":"robin_office_serena"}`, &c); status != http.StatusCreated || c.ID == "" {
		t.Fatalf("opened with %d: %+v", status, c)
	}
	return c.ID
}

func turnBody(t *testing.T, question string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"question": question, "as_of": "2017-04-25T23:00:00Z", "deadline_ms": 60_000})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// say asks the next question and waits for its answer.
func say(t *testing.T, s server, conversation, question string) (got task) {
	t.Helper()
	if status := call(t, s, "POST", "/v1/conversations/"+conversation+"/turns?wait=60s", "", turnBody(t, question), &got); status != http.StatusOK || got.Answer == nil {
		t.Fatalf("%.100q: %d, the task is %s", question, status, got.Status)
	}
	return got
}

// grown is the size of a history: events, and bytes as stored.
type grown struct{ events, bytes int }

// run is one run of a conversation, as its history has it.
type run struct {
	grown
	id       string
	first    string // the conversation's first run
	asked    int    // turns taken
	answered []string
	next     string // the run that goes on after this one
}

// readRun reads a run; an empty id is the current one.
func readRun(t *testing.T, s *Stack, conversation, id string) (r run) {
	t.Helper()
	for it := s.App.Temporal.GetWorkflowHistory(t.Context(), "default/c/"+conversation, id, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		e, err := it.Next()
		if err != nil {
			t.Fatal(err)
		}
		r.events++
		r.bytes += proto.Size(e)
		switch e.EventType {
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
			started := e.GetWorkflowExecutionStartedEventAttributes()
			r.id, r.first = started.GetOriginalExecutionRunId(), started.GetFirstExecutionRunId()
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			r.asked++
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
			r.answered = append(r.answered, e.GetWorkflowExecutionUpdateCompletedEventAttributes().GetMeta().GetUpdateId())
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
			r.next = e.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
		}
	}
	return r
}

// current waits until the current run has finished all of its turns, and holds
// any at all.
func current(t *testing.T, s *Stack, conversation string) (r run) {
	t.Helper()
	eventually(t, 20*time.Second, func() error {
		if r = readRun(t, s, conversation, ""); r.asked == len(r.answered) && r.next == "" {
			return nil
		}
		return fmt.Errorf("%d of %d turns are answered", len(r.answered), r.asked)
	})
	return r
}

// runsOf reads all runs of a conversation, in their order.
func runsOf(t *testing.T, s *Stack, conversation string) (runs []run) {
	t.Helper()
	for id := readRun(t, s, conversation, "").first; id != ""; {
		r := readRun(t, s, conversation, id)
		runs = append(runs, r)
		id = r.next
	}
	return runs
}

// TestAConversationGrowsByTheSameEveryTurn talks a hundred turns whose transcript
// passes 200,000 tokens (four bytes each, which is few for Vietnamese): each turn
// adds the same events to the history, and the same bytes but for the digits of
// numbers and clocks.
func TestAConversationGrowsByTheSameEveryTurn(t *testing.T) {
	const turns, slack = 100, 64
	_, _, configure := withModel(t, strings.TrimSpace(strings.Repeat("Đêm qua cao hơn mức bình thường [F1]. ", 100)))
	s := up(t, configure)
	c := converse(t, s)
	question := "What was left on last night? " + strings.Repeat("Tòa nhà này đêm qua còn thiết bị nào vẫn bật không? ", 76)
	var before run
	var transcript int
	var took []time.Duration
	var perTurn []grown
	for n := 1; n <= turns; n++ {
		started := time.Now()
		got := say(t, s, c, question)
		took = append(took, time.Since(started))
		if got.Answer.Reason != eaio.ReasonModel {
			t.Fatalf("turn %d was answered by %s: %s", n, got.Answer.AnsweredBy, got.Answer.Reason)
		}
		transcript += len(question) + len(got.Answer.Text)
		r := current(t, s, c)
		if r.id == before.id && r.asked > 1 { // the first turn of a run comes with the run's own beginning
			perTurn = append(perTurn, grown{r.events - before.events, r.bytes - before.bytes})
		}
		before = r
		if n == 1 || n == 10 || n == turns {
			var all grown
			runs := runsOf(t, s, c)
			for _, r := range runs {
				all.events, all.bytes = all.events+r.events, all.bytes+r.bytes
			}
			t.Logf("%3d turns: %d runs, %d events, %d bytes; transcript about %d tokens", n, len(runs), all.events, all.bytes, transcript/4)
		}
	}
	if transcript/4 < 200_000 {
		t.Errorf("the transcript has %d tokens only", transcript/4)
	}
	byBytes := func(a, b grown) int { return a.bytes - b.bytes }
	least, most := slices.MinFunc(perTurn, byBytes), slices.MaxFunc(perTurn, byBytes)
	t.Logf("a turn adds %d events, %d to %d bytes", least.events, least.bytes, most.bytes)
	slices.Sort(took[:10])
	slices.Sort(took[turns-10:])
	t.Logf("a turn took %s (median of the first ten), %s (of the last ten)", took[5], took[turns-5])
	if slices.ContainsFunc(perTurn, func(g grown) bool { return g.events != least.events }) || most.bytes-least.bytes > slack {
		t.Errorf("turns add %v", perTurn)
	}
}

// TestNoTurnIsLostBetweenRuns keeps eight questions in the air while the
// conversation goes on as one new run after another, and hands every turn over
// again and again: each is answered once.
func TestNoTurnIsLostBetweenRuns(t *testing.T) {
	const askers, each = 8, 20
	s := up(t, nil)
	c := converse(t, s)
	var wg sync.WaitGroup
	for range askers {
		wg.Go(func() {
			for range each {
				var got task
				if status := call(t, s, "POST", "/v1/conversations/"+c+"/turns", "", turnBody(t, "Who are you?"), &got); status != http.StatusAccepted {
					t.Errorf("asked: %d", status)
					return
				}
				for range 2 { // as the sweeper and a second process would
					if err := s.App.Starter.Start(t.Context(), eaio.Task{ID: got.ID, Tenant: eaio.DefaultTenant, Conversation: c, Turn: got.Turn, DeadlineAt: got.CreatedAt.Add(time.Minute)}); err != nil {
						t.Errorf("turn %d again: %v", got.Turn, err)
					}
				}
				if done := await(t, s, got.ID, time.Minute); done.Answer == nil {
					t.Errorf("turn %d is %s", got.Turn, done.Status)
				}
			}
		})
	}
	wg.Wait()
	current(t, s, c)
	runs := runsOf(t, s, c)
	answers := map[string]int{}
	for _, r := range runs {
		t.Logf("%d turns, %d events, %d bytes", len(r.answered), r.events, r.bytes)
		for _, id := range r.answered {
			answers[id]++
		}
	}
	if len(runs) < 2 {
		t.Errorf("there was no switch")
	}
	now, err := s.App.Temporal.DescribeWorkflow(t.Context(), workflows.ConversationID(eaio.DefaultTenant, c), "")
	if err != nil {
		t.Fatal(err)
	}
	building, _ := now.TypedSearchAttributes.GetKeyword(workflows.BuildingAttribute)
	if building != "robin_office_serena" {
		t.Errorf("the latest run is of %q", building)
	}
	turns, err := s.App.Store.Turns(t.Context(), eaio.DefaultTenant, c, 0, 1000)
	if err != nil || len(turns) != askers*each {
		t.Fatalf("%d turns, %v", len(turns), err)
	}
	for i, turn := range turns {
		if turn.Turn != i+1 || turn.Status != eaio.TaskCompleted || answers[turn.ID] == 0 {
			t.Errorf("turn %d of place %d is %s, answered %d times", turn.Turn, i+1, turn.Status, answers[turn.ID])
		}
		events, err := s.App.Store.Events(t.Context(), eaio.DefaultTenant, turn.ID, 0, 100)
		if err != nil || len(events) != 6 {
			t.Errorf("turn %d: %d events, %v", turn.Turn, len(events), err)
		}
	}
}

// TestATurnIsCancelled: one that waits and one that is being answered, each by its
// task; the conversation goes on.
func TestATurnIsCancelled(t *testing.T) {
	proxy, _, configure := withModel(t, "The night was above its usual level [F1].")
	s := up(t, configure)
	c := converse(t, s)
	if err := proxy.Set(faultproxy.Fault{Mode: faultproxy.Hang}); err != nil {
		t.Fatal(err)
	}
	var asked [3]task
	for i := range asked {
		if status := call(t, s, "POST", "/v1/conversations/"+c+"/turns", "", turnBody(t, "What was left on last night?"), &asked[i]); status != http.StatusAccepted {
			t.Fatal(status)
		}
	}
	eventually(t, 20*time.Second, func() error {
		if got, err := s.App.Store.Task(t.Context(), eaio.DefaultTenant, asked[0].ID); err != nil || got.Status != eaio.TaskRunning {
			return fmt.Errorf("the first turn is %s, %w", got.Status, err)
		}
		return nil
	})
	for _, i := range []int{1, 0} {
		if status := call(t, s, "POST", "/v1/tasks/"+asked[i].ID+"/cancel", "", "", nil); status != http.StatusAccepted {
			t.Fatal(status)
		}
		if got := await(t, s, asked[i].ID, 20*time.Second); got.Status != eaio.TaskCancelled {
			t.Errorf("turn %d is %s", i+1, got.Status)
		}
	}
	if err := proxy.Set(faultproxy.Fault{}); err != nil {
		t.Fatal(err)
	}
	if got := await(t, s, asked[2].ID, 60*time.Second); got.Status != eaio.TaskCompleted || got.Answer == nil {
		t.Errorf("the third turn is %s", got.Status)
	}
	if got := say(t, s, c, "And last week?"); got.Turn != 4 {
		t.Errorf("%+v", got)
	}
}
