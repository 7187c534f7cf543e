package activities_test

import (
	"errors"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"go.temporal.io/sdk/temporal"
)

func TestOutcome(t *testing.T) {
	f := apptest.New(t)
	r := f.Activities(t).Recorder
	open, cancelled := f.Accept(t, apptest.Question()), f.Accept(t, apptest.Question())
	if err := f.Store.End(t.Context(), apptest.Tenant, cancelled.ID, eaio.TaskCancelled, nil, eaio.NewEvent(eaio.EventCancelled, "", nil)); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Outcome(t.Context(), cancelled.Ref()); err != nil || got != (eaio.Outcome{Status: eaio.TaskCancelled}) {
		t.Errorf("cancelled: %+v, %v", got, err)
	}
	for task, again := range map[string]bool{open.ID: true, "none": false} {
		_, err := r.Outcome(t.Context(), eaio.TaskRef{Tenant: apptest.Tenant, ID: task})
		var app *temporal.ApplicationError
		if !errors.As(err, &app) || app.NonRetryable() == again {
			t.Errorf("task %s: %v, to be asked again %t", task, err, again)
		}
	}
}
