// Command histories records one history of each way a workflow can go, on a real
// server, for the replay tests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/dev/stack"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/stubmodel"
	"github.com/eaio/eaio/sample"
	"github.com/eaio/eaio/starter"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/encoding/protojson"
)

func main() {
	out := flag.String("out", "histories", "folder to write to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, "histories:", err)
		os.Exit(1)
	}
}

// recorder asks questions of a stack and writes the runs down.
type recorder struct {
	s   *stack.Stack
	out string
}

func run(ctx context.Context, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	words := "The night was above its usual level [F1]."
	plan := `{"calls":[{"analysis":"overnight","period":"latest_day","compare":"","since":""}]}`
	says := func(r stubmodel.Request) string {
		if r.Schema != nil {
			return plan
		}
		return words
	}
	model, err := stubmodel.Start(stubmodel.Config{Latency: 5 * time.Millisecond, Text: says}) //nolint:contextcheck // it serves until closed
	if err != nil {
		return err
	}
	defer model.Close()
	r, done, err := open(ctx, out, func(c *stack.Config) {
		c.App.OpenAIKey, c.App.OpenAIBaseURL, c.App.OpenAIModel = "test", model.BaseURL(), "stub"
		c.App.OpenAIInputPrice, c.App.OpenAIOutputPrice = "1", "2"
	})
	if err != nil {
		return err
	}
	defer done()
	demo := sample.Question()
	ask := eaio.Request{Question: demo.Question, Building: demo.Building, AsOf: demo.AsOf, Audience: eaio.AudienceManager, Deadline: 5 * time.Second}
	if err := r.record(ctx, "model", ask); err != nil {
		return err
	}
	if err := r.recordPaused(ctx, ask); err != nil {
		return err
	}
	vague := ask
	vague.Question = "Is anything about this place worth worrying about, and does it behave itself?"
	if err := r.record(ctx, "planned", vague); err != nil {
		return err
	}
	plan = `{"calls":[{"analysis":"none of these"}]}`
	if err := r.record(ctx, "unplanned", vague); err != nil {
		return err
	}
	private := ask
	private.Privacy = eaio.PrivacyPrivate
	if err := r.record(ctx, "narrator", private); err != nil {
		return err
	}
	words = "The building used 999999 kWh last night [F1]."
	if err := r.record(ctx, "unverified", ask); err != nil {
		return err
	}
	declined := ask
	declined.Question = "Which five buildings should I fix first?"
	declined.Building = ""
	if err := r.record(ctx, "declined", declined); err != nil {
		return err
	}
	model.Close()
	if err := r.record(ctx, "unavailable", ask); err != nil {
		return err
	}
	if err := r.recordConversation(ctx, demo); err != nil {
		return err
	}
	return r.recordScheduled(ctx, demo)
}

func open(ctx context.Context, out string, change func(*stack.Config)) (recorder, func(), error) {
	dir, err := os.MkdirTemp("", "eaio-histories-")
	if err != nil {
		return recorder{}, nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		return recorder{}, nil, err
	}
	cfg := stack.Config{Dir: dir, App: app.FromEnvironment()}
	cfg.App.OllamaHost, cfg.App.OpenAIKey, cfg.App.MilvusAddress = "", "", ""
	change(&cfg)
	s, err := stack.Start(ctx, cfg)
	if err != nil {
		return recorder{}, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return recorder{s, out}, func() { _ = errors.Join(s.Stop(), os.RemoveAll(dir)) }, nil
}

// record asks, waits for the end of the run and writes its history.
func (r recorder) record(ctx context.Context, name string, ask eaio.Request) error {
	t, _, err := r.s.App.Starter.Ask(ctx, eaio.DefaultTenant, ask, name)
	if err != nil {
		return err
	}
	id := workflows.WorkflowID(t.Tenant, t.ID)
	var out eaio.Outcome
	if err := r.s.App.Temporal.GetWorkflow(ctx, id, "").Get(ctx, &out); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Printf("agenttask-%s: %s by %s (%s)\n", name, out.Status, out.AnsweredBy, out.Reason)
	return r.write(ctx, "agenttask-"+name, id)
}

// recordPaused asks without a deadline under a budget without room, and raises it.
func (r recorder) recordPaused(ctx context.Context, ask eaio.Request) error {
	budget := eaio.Budget{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetPool, Name: app.CloudPool, Period: eaio.BudgetMonth}, CapUSD: "0.000001", OnExceeded: eaio.Pause}
	if err := r.s.App.Store.SetBudget(ctx, eaio.DefaultTenant, budget); err != nil {
		return err
	}
	ask.Deadline, ask.IdempotencyKey = 0, "paused"
	t, _, err := r.s.App.Starter.Ask(ctx, eaio.DefaultTenant, ask, "")
	if err != nil {
		return err
	}
	for wait := 0; wait < 100; wait++ { // until it waits
		if err = r.s.App.Starter.RaiseBudget(ctx, t.Tenant, t.ID, "1"); eaio.KindOf(err) != eaio.KindConflict {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	id := workflows.WorkflowID(t.Tenant, t.ID)
	var out eaio.Outcome
	if err := r.s.App.Temporal.GetWorkflow(ctx, id, "").Get(ctx, &out); err != nil {
		return err
	}
	fmt.Printf("agenttask-paused: %s by %s (%s)\n", out.Status, out.AnsweredBy, out.Reason)
	return r.write(ctx, "agenttask-paused", id)
}

func (r recorder) recordScheduled(ctx context.Context, demo sample.Demo) error {
	schedule := workflows.Schedule{Tenant: eaio.DefaultTenant, Building: demo.Building, Set: "nightly", Audience: eaio.AudienceManager, Language: eaio.English}
	id, err := r.s.App.Starter.CreateSchedule(ctx, starter.Plan{Schedule: schedule, At: "03:30", Timezone: "Europe/London"})
	if err != nil {
		return err
	}
	if err := r.s.App.Starter.BackfillSchedule(ctx, id, demo.AsOf.Add(-12*time.Hour), demo.AsOf.Add(12*time.Hour)); err != nil {
		return err
	}
	run := id + "-2017-04-26T02:30:00Z"
	for wait := 0; wait < 100; wait++ {
		var claimed workflows.Claimed
		if err = r.s.App.Temporal.GetWorkflow(ctx, run, "").Get(ctx, &claimed); err == nil {
			fmt.Printf("scheduledanalysis: %s\n", claimed.Day)
			return r.write(ctx, "scheduledanalysis", run)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the backfilled run %s: %w", run, err)
}

// recordConversation asks three turns, two of them at once, and ends the
// conversation. A long one would say no more: each of its turns replays the run.
func (r recorder) recordConversation(ctx context.Context, demo sample.Demo) error {
	c, _, err := r.s.App.Starter.Converse(ctx, eaio.DefaultTenant, eaio.Conversation{Building: demo.Building, Audience: eaio.AudienceManager}, "")
	if err != nil {
		return err
	}
	id := workflows.ConversationID(c.Tenant, c.ID)
	var waiting []eaio.Task
	for i, question := range []string{demo.Question, "And last week?", "Why?"} {
		t, _, err := r.s.App.Starter.Say(ctx, c.Tenant, c.ID, eaio.Request{Question: question, AsOf: demo.AsOf, Privacy: eaio.PrivacyPrivate, Deadline: time.Minute}, "")
		if err != nil {
			return err
		}
		if waiting = append(waiting, t); i == 1 {
			continue // the third one waits for the second
		}
		for _, t := range waiting {
			var out eaio.Outcome
			if err := r.s.App.Temporal.GetWorkflowUpdateHandle(client.GetWorkflowUpdateHandleOptions{WorkflowID: id, UpdateID: t.ID}).Get(ctx, &out); err != nil {
				return fmt.Errorf("turn %d: %w", t.Turn, err)
			}
			fmt.Printf("conversation, turn %d: %s by %s (%s)\n", t.Turn, out.Status, out.AnsweredBy, out.Reason)
		}
		waiting = nil
	}
	if err := r.s.App.Temporal.CancelWorkflow(ctx, id, ""); err != nil {
		return err
	}
	if err := r.s.App.Temporal.GetWorkflow(ctx, id, "").Get(ctx, nil); !temporal.IsCanceledError(err) {
		return fmt.Errorf("the conversation ended with %w", err)
	}
	return r.write(ctx, "conversation", id)
}

func (r recorder) write(ctx context.Context, name, id string) error {
	var h history.History
	for it := r.s.App.Temporal.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		e, err := it.Next()
		if err != nil {
			return err
		}
		h.Events = append(h.Events, e)
	}
	b, err := protojson.MarshalOptions{Indent: " "}.Marshal(&h)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, name+".json"), append(b, '\n'), 0o644)
}
