package activities

import (
	"context"

	"github.com/eaio/eaio"
)

// Outcome tells how a task has ended. One that has not ended yet is
// eaio.KindUnavailable: to be asked again.
func (r *Recorder) Outcome(ctx context.Context, ref eaio.TaskRef) (eaio.Outcome, error) {
	t, err := r.Ends.Task(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return eaio.Outcome{}, failure(err)
	}
	if !t.Status.Ended() {
		return eaio.Outcome{}, failure(eaio.Errorf(eaio.KindUnavailable, "outcome", "the task %s is %s", ref.ID, t.Status))
	}
	return outcome(t.Status, t.Answer), nil
}
