package activities

import (
	"context"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/workflows"
)

// Guard answers a task without a workflow: the same steps, called in this
// process, with the narrator's words. First writer wins, so a workflow that is
// late or alive all the same changes nothing.
type Guard struct {
	planner  *Planner
	analyst  *Analyst
	router   *Router
	recorder *Recorder
}

// NewGuard uses the parts that the workflow's activities use.
func NewGuard(p *Planner, a *Analyst, ro *Router, re *Recorder) *Guard { return &Guard{p, a, ro, re} }

// AnswerNow writes the narrator's answer from what is there, doing first what
// has not been done.
func (g *Guard) AnswerNow(ctx context.Context, ref eaio.TaskRef) error {
	e, err := g.recorder.Store.Evidence(ctx, ref.Tenant, ref.ID)
	if err != nil {
		return err
	}
	if e.Task.Status.Ended() {
		return nil
	}
	analyses := 0
	if e.Task.Plan != nil {
		analyses = len(e.Task.Plan.Calls)
	} else {
		planned, err := g.planner.Settle(ctx, workflows.SettlePlan{Task: ref})
		if err != nil {
			return err
		}
		analyses = planned.Analyses
	}
	if len(e.Results) < analyses {
		if _, err := g.analyst.Analyse(ctx, ref); err != nil {
			g.recorder.Log.WarnContext(ctx, "the guard answers without analyses", "task", ref.ID, "error", err)
		}
	}
	route, err := g.router.Route(ctx, ref) // the answer names the models that were not allowed
	if err != nil {
		return err
	}
	_, err = g.recorder.Record(ctx, workflows.Record{Task: ref, Reason: eaio.ReasonDeadline, Route: route, More: ref.Refine && len(route.Candidates) > 0})
	return err
}
