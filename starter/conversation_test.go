package starter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/starter"
	"github.com/eaio/eaio/workflows"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// NewWithStartWorkflowOperation notes what would be started.
func (s *server) NewWithStartWorkflowOperation(o client.StartWorkflowOptions, name any, args ...any) client.WithStartWorkflowOperation {
	s.started[o.ID] = o
	s.names, s.refs = append(s.names, name), append(s.refs, args...)
	return nil
}

// UpdateWithStartWorkflow takes a turn once it has refused so many.
func (s *server) UpdateWithStartWorkflow(_ context.Context, o client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	s.asked++
	if s.away != nil {
		return nil, s.away
	}
	s.sent = append(s.sent, o.UpdateOptions)
	if s.refusals > 0 {
		s.refusals--
		return handed{s.refusal}, nil
	}
	return handed{}, nil
}

// handed is an update that was refused, or whose end is not known yet.
type handed struct{ refusal error }

func (handed) WorkflowID() string { return "" }
func (handed) RunID() string      { return "" }
func (handed) UpdateID() string   { return "" }
func (h handed) Get(ctx context.Context, _ any) error {
	if h.refusal != nil {
		return h.refusal
	}
	return ctx.Err()
}

// saying is a starter in a conversation, over a Temporal that is played.
type saying struct {
	*starter.Starter
	temporal *server
	talk     eaio.Conversation
}

func newTalk(t *testing.T, f *apptest.Fixture) (s saying) {
	t.Helper()
	s.Starter, s.temporal = newStarter(f)
	s.Talks = f.Store
	c, created, err := s.Converse(t.Context(), apptest.Tenant, eaio.Conversation{Building: apptest.PublicBuilding, Audience: eaio.AudienceManager}, "hash")
	if err != nil || !created || c.ID == "" || c.IdempotencyKey != c.ID {
		t.Fatalf("%+v, %t, %v", c, created, err)
	}
	s.talk = c
	return s
}

func TestSayStoresThenHandsOver(t *testing.T) {
	f := apptest.New(t)
	s := newTalk(t, f)
	r := eaio.Request{Question: "What was left on last night?", Deadline: time.Second, IdempotencyKey: "k"}
	task, created, err := s.Say(t.Context(), apptest.Tenant, s.talk.ID, r, "hash")
	if err != nil || !created || task.Turn != 1 || task.Request.Building != apptest.PublicBuilding || !task.DeadlineAt.Equal(task.CreatedAt.Add(time.Second)) {
		t.Fatalf("%+v, %t, %v", task, created, err)
	}
	id := workflows.ConversationID(apptest.Tenant, s.talk.ID)
	o := s.temporal.started[id]
	if o.WorkflowIDConflictPolicy != enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING || o.WorkflowIDReusePolicy != enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE ||
		o.TaskQueue != workflows.AgentQueue || o.StaticSummary != "Conversation about "+apptest.PublicBuilding || s.temporal.names[0] != workflows.ConversationName {
		t.Errorf("started %+v", o)
	}
	if got, want := s.temporal.refs[0], (workflows.Talk{Conversation: s.talk.Ref()}); got != want {
		t.Errorf("started with %+v, want %+v", got, want)
	}
	sent := s.temporal.sent[0]
	if sent.UpdateID != task.ID || sent.WorkflowID != id || sent.UpdateName != workflows.AskUpdate || sent.WaitForStage != client.WorkflowUpdateStageAccepted {
		t.Errorf("sent %+v", sent)
	}
	if got, want := sent.Args[0], (workflows.Ask{Task: task.Ref(), Turn: 1, Building: apptest.PublicBuilding}); got != want {
		t.Errorf("sent %+v, want %+v", got, want)
	}
	again, created, err := s.Say(t.Context(), apptest.Tenant, s.talk.ID, r, "hash")
	if err != nil || created || again.ID != task.ID || len(s.temporal.sent) != 1 {
		t.Errorf("again: %s, %t, %v, %d sent", again.ID, created, err, len(s.temporal.sent))
	}
}

// TestARefusedTurnIsSentAgain while the conversation turns to its next run, and
// not when it would be refused again.
func TestARefusedTurnIsSentAgain(t *testing.T) {
	for _, c := range []struct {
		kind  eaio.Kind
		times int
		sent  int
	}{{eaio.KindUnavailable, 3, 4}, {eaio.KindUnavailable, 0, 1}, {eaio.KindRateLimited, 3, 1}, {eaio.KindInvalid, 3, 1}} {
		f := apptest.New(t)
		s := newTalk(t, f)
		s.temporal.refusals, s.temporal.refusal = c.times, temporal.NewNonRetryableApplicationError("no", string(c.kind), nil)
		task, created, err := s.Say(t.Context(), apptest.Tenant, s.talk.ID, eaio.Request{Question: "Why?"}, "hash")
		if err != nil || !created || len(s.temporal.sent) != c.sent {
			t.Errorf("%s: sent %d times, want %d (%t, %v)", c.kind, len(s.temporal.sent), c.sent, created, err)
		}
		for _, sent := range s.temporal.sent {
			if sent.UpdateID != task.ID {
				t.Errorf("%s: sent under %s, the turn is %s", c.kind, sent.UpdateID, task.ID)
			}
		}
	}
}

// TestATurnThatWasNotHandedOverIsSwept keeps a turn while Temporal is away and
// hands it to its conversation later, not to a workflow of its own.
func TestATurnThatWasNotHandedOverIsSwept(t *testing.T) {
	f := apptest.New(t)
	s := newTalk(t, f)
	s.temporal.away = errors.New("injected")
	task, created, err := s.Say(t.Context(), apptest.Tenant, s.talk.ID, eaio.Request{Question: "Why?"}, "hash")
	if err != nil || !created || len(s.temporal.sent) != 0 {
		t.Fatalf("%t, %v, %d sent", created, err, len(s.temporal.sent))
	}
	s.temporal.away = nil
	unstarted, err := f.Store.Unstarted(t.Context(), 0, 10)
	if err != nil || len(unstarted) != 1 {
		t.Fatalf("%d unstarted, %v", len(unstarted), err)
	}
	if err := s.Start(t.Context(), unstarted[0]); err != nil {
		t.Fatal(err)
	}
	if len(s.temporal.sent) != 1 || s.temporal.sent[0].UpdateID != task.ID || s.temporal.sent[0].Args[0] != (workflows.Ask{Task: task.Ref(), Turn: 1, Building: apptest.PublicBuilding}) {
		t.Errorf("sent %+v", s.temporal.sent)
	}
	if _, alone := s.temporal.started[workflows.WorkflowID(apptest.Tenant, task.ID)]; alone {
		t.Error("the turn was started outside its conversation")
	}
}
