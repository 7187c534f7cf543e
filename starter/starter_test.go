package starter_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/starter"
	"github.com/eaio/eaio/workflows"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
)

// server stands for Temporal: it takes workflows once each, or is away.
type server struct {
	client.Client // the rest is not called
	away          error
	invalid       string // the workflow that it refuses
	asked         int    // how often it was to start one
	started       map[string]client.StartWorkflowOptions
	names         []any
	refs          []any
	cancelled     []string
	schedule      client.ScheduleOptions
	scheduleErr   error
	sent          []client.UpdateWorkflowOptions
	refusals      int // of the next updates
	refusal       error
}

func (s *server) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, name any, args ...any) (client.WorkflowRun, error) {
	s.asked++
	if s.away != nil {
		return nil, s.away
	}
	if o.ID == s.invalid {
		return nil, serviceerror.NewInvalidArgument("injected")
	}
	if _, there := s.started[o.ID]; there {
		return nil, serviceerror.NewWorkflowExecutionAlreadyStarted("there", "", "")
	}
	s.started[o.ID] = o
	s.names, s.refs = append(s.names, name), append(s.refs, args...)
	return nil, nil
}

func (s *server) CancelWorkflow(_ context.Context, id, _ string) error {
	if s.away != nil {
		return s.away
	}
	if _, there := s.started[id]; !there {
		return serviceerror.NewNotFound("no such run")
	}
	s.cancelled = append(s.cancelled, id)
	return nil
}

func (s *server) ScheduleClient() client.ScheduleClient { return schedules{server: s} }

type schedules struct {
	client.ScheduleClient
	server *server
}

func (s schedules) Create(_ context.Context, o client.ScheduleOptions) (client.ScheduleHandle, error) {
	s.server.schedule = o
	return nil, s.server.scheduleErr
}

func newStarter(f *apptest.Fixture) (*starter.Starter, *server) {
	temporal := &server{started: map[string]client.StartWorkflowOptions{}}
	return &starter.Starter{Temporal: temporal, Tasks: f.Store, Ends: f.Store, Log: slog.New(slog.DiscardHandler)}, temporal
}

func TestAskStoresThenStarts(t *testing.T) {
	f := apptest.New(t)
	s, temporal := newStarter(f)
	request := apptest.Question()
	request.IdempotencyKey = "once"
	task, created, err := s.Ask(t.Context(), apptest.Tenant, request, "hash")
	if err != nil || !created || task.Status != eaio.TaskAccepted || !task.DeadlineAt.Equal(task.CreatedAt.Add(request.Deadline)) {
		t.Fatalf("%+v, %t, %v", task, created, err)
	}
	o, there := temporal.started["default/"+task.ID]
	if !there || len(temporal.started) != 1 {
		t.Fatalf("started %v", temporal.started)
	}
	if o.TaskQueue != workflows.AgentQueue || o.WorkflowTaskTimeout != 2*time.Second || o.EnableEagerStart ||
		o.WorkflowIDConflictPolicy != enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING || o.WorkflowIDReusePolicy != enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE {
		t.Errorf("options %+v", o)
	}
	if b, _ := o.TypedSearchAttributes.GetKeyword(workflows.BuildingAttribute); b != request.Building {
		t.Errorf("building %q", b)
	}
	if temporal.names[0] != workflows.AgentTaskName || temporal.refs[0] != task.Ref() {
		t.Errorf("%v of %v: want ids and the clock, no content", temporal.names[0], temporal.refs[0])
	}
	again, created, err := s.Ask(t.Context(), apptest.Tenant, request, "hash")
	if err != nil || created || again.ID != task.ID || len(temporal.started) != 1 {
		t.Errorf("again: %s, %t, %v", again.ID, created, err)
	}
	if _, _, err := s.Ask(t.Context(), apptest.Tenant, request, "another"); eaio.CodeOf(err) != "idempotency_mismatch" {
		t.Errorf("another body under the same key: %v", err)
	}
	if err := s.Start(t.Context(), task); err != nil {
		t.Errorf("starting what is started: %v", err)
	}
}

func TestCancel(t *testing.T) {
	f := apptest.New(t)
	s, temporal := newStarter(f)
	running, _, err := s.Ask(t.Context(), apptest.Tenant, apptest.Question(), "")
	if err != nil {
		t.Fatal(err)
	}
	waiting := f.Accept(t, apptest.Question()) // stored, and never started
	for range 2 {
		if err := errors.Join(s.Cancel(t.Context(), apptest.Tenant, running.ID), s.Cancel(t.Context(), apptest.Tenant, waiting.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if len(temporal.cancelled) != 2 || temporal.cancelled[0] != "default/"+running.ID {
		t.Errorf("asked to cancel %v", temporal.cancelled)
	}
	if got := f.Task(t, running.ID); got.Status != eaio.TaskAccepted {
		t.Errorf("the workflow ends the task, not the caller: %s", got.Status)
	}
	if got := f.Task(t, waiting.ID); got.Status != eaio.TaskCancelled {
		t.Errorf("a task without a workflow is %s", got.Status)
	}
	if types := f.Types(t, waiting.ID); len(types) != 2 || types[1] != eaio.EventCancelled {
		t.Errorf("events %v", types)
	}
	if err := s.Cancel(t.Context(), apptest.Tenant, "nothing"); eaio.KindOf(err) != eaio.KindNotFound {
		t.Errorf("no such task: %v", err)
	}
	if err := s.Cancel(t.Context(), "another", running.ID); eaio.KindOf(err) != eaio.KindNotFound {
		t.Errorf("another tenant's task: %v", err)
	}
	temporal.away = serviceerror.NewUnavailable("injected")
	if err := s.Cancel(t.Context(), apptest.Tenant, running.ID); eaio.KindOf(err) != eaio.KindUnavailable {
		t.Errorf("Temporal is away: %v", err)
	}
}

func TestCreateSchedule(t *testing.T) {
	s, temporal := &starter.Starter{}, &server{}
	s.Temporal = temporal
	plan := starter.Plan{
		Schedule: workflows.Schedule{Tenant: "default", Building: "hq", Set: "nightly"},
		At:       "03:30", Timezone: "Europe/London",
	}
	id, err := s.CreateSchedule(t.Context(), plan)
	if err != nil || id != "default/nightly/hq" {
		t.Fatalf("%q, %v", id, err)
	}
	o := temporal.schedule
	action, ok := o.Action.(*client.ScheduleWorkflowAction)
	if !ok || action.Workflow != workflows.ScheduledAnalysisName || action.TaskQueue != workflows.AgentQueue || len(action.Args) != 1 || action.Args[0] != plan.Schedule {
		t.Errorf("action %+v", o.Action)
	}
	if o.ID != id || o.CatchupWindow != 24*time.Hour || o.Overlap != enums.SCHEDULE_OVERLAP_POLICY_SKIP || o.Spec.TimeZoneName != "Europe/London" || o.Spec.Jitter == 0 {
		t.Errorf("options %+v", o)
	}
	temporal.scheduleErr = serviceerror.NewAlreadyExists("there")
	if _, err := s.CreateSchedule(t.Context(), plan); eaio.KindOf(err) != eaio.KindConflict {
		t.Errorf("a second one: %v", err)
	}
	temporal.scheduleErr = serviceerror.NewUnavailable("injected")
	if _, err := s.CreateSchedule(t.Context(), plan); eaio.KindOf(err) != eaio.KindUnavailable {
		t.Errorf("Temporal is away: %v", err)
	}
	temporal.schedule = client.ScheduleOptions{}
	plan.At = "01:30"
	if _, err := s.CreateSchedule(t.Context(), plan); eaio.KindOf(err) != eaio.KindInvalid || temporal.schedule.ID != "" {
		t.Errorf("in the hour that changes: %v, created %q", err, temporal.schedule.ID)
	}
}
