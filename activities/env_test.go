package activities_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	sdkworker "go.temporal.io/sdk/worker"
)

func newEnv(t *testing.T, options sdkworker.Options) *testsuite.TestActivityEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(options)
	return env
}

// plan runs the plan step, which needs to know its run.
func plan(t *testing.T, acts worker.Activities, task eaio.Task) (workflows.Planned, error) {
	t.Helper()
	env := newEnv(t, sdkworker.Options{})
	env.RegisterActivityWithOptions(acts.Planner.Plan, activity.RegisterOptions{Name: workflows.PlanActivity})
	var out workflows.Planned
	value, err := env.ExecuteActivity(workflows.PlanActivity, task.Ref())
	if err != nil {
		return out, err
	}
	return out, value.Get(&out)
}

// ready accepts a task and does everything up to the words.
func ready(t *testing.T, f *apptest.Fixture, acts worker.Activities, r eaio.Request) eaio.Task {
	t.Helper()
	task := f.Accept(t, r)
	if _, err := plan(t, acts, task); err != nil {
		t.Fatal(err)
	}
	_, err1 := acts.Analyst.Analyse(t.Context(), task.Ref())
	_, err2 := acts.Librarian.Retrieve(t.Context(), task.Ref())
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return task
}

// ask is a call of the local pool's model.
func ask(task eaio.Task, round int) workflows.Generate {
	candidate := eaio.Candidate{Pool: "local", Model: "tiny", Local: true}
	return workflows.Generate{
		Task: task.Ref(), Candidate: candidate, Round: round, Until: time.Now().Add(20 * time.Second),
		Route: eaio.Route{Candidates: []eaio.Candidate{candidate}},
	}
}

// generate runs the model call in an environment of its own.
func generate(t *testing.T, env *testsuite.TestActivityEnvironment, g *activities.Generator, in workflows.Generate) (workflows.Generated, error) {
	t.Helper()
	env.RegisterActivityWithOptions(g.Generate, activity.RegisterOptions{Name: workflows.GenerateActivity})
	var out workflows.Generated
	value, err := env.ExecuteActivity(workflows.GenerateActivity, in)
	if err != nil {
		return out, err
	}
	return out, value.Get(&out)
}

// wantFailure checks how Temporal will understand an error, and returns the delay
// that it asks for.
func wantFailure(t *testing.T, err error, kind eaio.Kind, again bool) (delay time.Duration) {
	t.Helper()
	var app *temporal.ApplicationError
	if !errors.As(err, &app) {
		t.Fatalf("%v is not an application error", err)
	}
	if app.Type() != string(kind) || app.NonRetryable() == again {
		t.Errorf("type %s, tried again %t; want %s, %t (%s)", app.Type(), !app.NonRetryable(), kind, again, app.Message())
	}
	return app.NextRetryDelay()
}

func wantSameRows(t *testing.T, before, after map[string]string) {
	t.Helper()
	for table := range before {
		if before[table] != after[table] {
			t.Errorf("%s changed from\n%s to\n%s", table, before[table], after[table])
		}
	}
}
