package activities

import (
	"context"
	"fmt"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/workflows"
)

// Plan asks for the analyses that answer a question which the rules cannot read, or
// for the repair of such a plan, and returns how many faults the reply has. The plan
// itself stays in the store: Settle reads it there.
func (g *Generator) Plan(ctx context.Context, in workflows.Generate) (workflows.Generated, error) {
	return g.pay(ctx, errand{in, purposePlan, planKey(in.Task.ID, in.Candidate.Pool, in.Round), func(ctx context.Context, stored eaio.Evidence, mask *agents.Mask) (prompt, error) {
		request := stored.Task.Request
		messages, err := g.planMessages(ctx, in, request, mask)
		return prompt{
			messages: messages, schema: agents.PlanSchema(request), tokens: min(g.Pool.MaxOutputTokens, agents.MaxPlanTokens),
			judge: func(reply string) []agents.Fault {
				_, faults := agents.ReadPlan(reply, request, in.Candidate.Model)
				return faults
			},
		}, err
	}})
}

func planKey(task, pool string, round int) string {
	return fmt.Sprintf("%s/%s/plan/%d", task, pool, round)
}

// planMessages asks, or asks again with what was wrong. A reply that was no JSON at
// all has not been stored: then the faults are all that is said of it.
func (g *Generator) planMessages(ctx context.Context, in workflows.Generate, request eaio.Request, mask *agents.Mask) ([]eaio.Message, error) {
	shown := request
	shown.Question = mask.Question(request.Question)
	if in.Round == 1 {
		return mask.Messages(agents.PlanPrompt(shown)), nil
	}
	previous, err := g.reply(ctx, in.Task.Tenant, planKey(in.Task.ID, in.Candidate.Pool, in.Round-1))
	if err != nil {
		return nil, err
	}
	_, faults := agents.ReadPlan(previous.Reply, request, in.Candidate.Model)
	return mask.Messages(agents.RepairPlanPrompt(shown, previous.Reply, faults)), nil
}
