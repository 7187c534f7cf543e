package workflows

import (
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/workflow"
)

// planShare is the part of the time left that planning by a model may take: most of
// it stays for the analyses and the words.
const planShare = 0.4

// plan reads the question and stores the list of analyses: by rules, or by a model
// where they cannot read it. Without a plan nothing can be said, so it waits for the
// store however long that takes.
func (t *task) plan() (Planned, error) {
	var p Planned
	err := t.short(PlanActivity, storeLimit, t.ref).get(&p)
	if err == nil && p.Unclear {
		settle := SettlePlan{Task: t.ref, CallKey: t.askForPlan()}
		p = Planned{}
		err = t.short(SettleActivity, storeLimit, settle).get(&p)
	}
	t.agent = p.Agent
	t.timings.Plan = t.lap()
	return p, err
}

// askForPlan asks the candidates in their order until one gives a plan without
// faults, and returns the key of that call. A reply with faults is repaired once;
// then, as when time is short or no model may be asked, the key is empty.
func (t *task) askForPlan() (callKey string) {
	limit := time.Duration(planShare * float64(t.left()-recordReserve))
	if limit < shortestCall {
		return ""
	}
	until := workflow.Now(t.ctx).Add(limit)
	var route eaio.Route
	if t.short(RouteActivity, limit, t.ref).get(&route) != nil {
		return ""
	}
	for _, c := range route.Candidates {
		malformed := false
		for round := 1; round <= 2; round++ {
			left := until.Sub(workflow.Now(t.ctx))
			if left < shortestCall || t.ctx.Err() != nil {
				return ""
			}
			out, err := t.call(PlanByModelActivity, left, Generate{Task: t.ref, Candidate: c, Round: round, Until: until})
			if err == nil && out.Faults == 0 {
				return out.CallKey
			}
			if malformed = err == nil || failure(err).kind == eaio.KindMalformed; !malformed {
				break
			}
		}
		if malformed {
			return ""
		}
	}
	return ""
}
