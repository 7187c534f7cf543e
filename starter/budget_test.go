package starter_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/workflows"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// updates is a server whose workflows answer an update with an error, or take it.
type updates struct {
	client.Client
	refused, failed error
	asked           client.UpdateWorkflowOptions
}

func (u *updates) UpdateWorkflow(_ context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	u.asked = o
	return handle{failed: u.failed}, u.refused
}

type handle struct {
	client.WorkflowUpdateHandle
	failed error
}

func (h handle) Get(context.Context, any) error { return h.failed }

func TestRaiseBudget(t *testing.T) {
	f := apptest.New(t)
	s, _ := newStarter(f)
	task := f.Accept(t, apptest.Question())
	app := func(kind eaio.Kind) error { return temporal.NewApplicationError("words", string(kind)) }
	for _, c := range []struct {
		name string
		u    *updates
		want eaio.Kind
	}{
		{"taken", &updates{}, ""},
		{"not higher", &updates{failed: app(eaio.KindInvalid)}, eaio.KindInvalid},
		{"not waiting", &updates{failed: app(eaio.KindConflict)}, eaio.KindConflict},
		{"no such update", &updates{failed: temporal.NewApplicationError("unknown update", "")}, eaio.KindConflict},
		{"refused at once", &updates{refused: app(eaio.KindInvalid)}, eaio.KindInvalid},
		{"no run", &updates{refused: serviceerror.NewNotFound("none")}, eaio.KindConflict},
		{"Temporal is away", &updates{refused: serviceerror.NewUnavailable("away")}, eaio.KindUnavailable},
		{"it takes too long", &updates{failed: fmt.Errorf("in %w", context.DeadlineExceeded)}, eaio.KindDeadline},
	} {
		s.Temporal = c.u
		if err := s.RaiseBudget(t.Context(), apptest.Tenant, task.ID, "2.5"); eaio.KindOf(err) != c.want {
			t.Errorf("%s: %v is %q, want %q", c.name, err, eaio.KindOf(err), c.want)
		}
		if o := c.u.asked; o.WorkflowID != "default/"+task.ID || o.UpdateName != workflows.RaiseBudgetUpdate || o.Args[0] != (workflows.Raise{CapUSD: "2.5"}) || o.WaitForStage != client.WorkflowUpdateStageCompleted {
			t.Errorf("%s: asked %+v", c.name, o)
		}
	}
	if err := s.RaiseBudget(t.Context(), "another", task.ID, "2.5"); eaio.KindOf(err) != eaio.KindNotFound {
		t.Errorf("another tenant's task: %v", err)
	}
}
