package workflows

import (
	"github.com/eaio/eaio"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// scheduledStart is set by Temporal on runs that a schedule starts: the nominal
// time, also when they are backfilled or late.
var scheduledStart = temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime")

// ScheduledAnalysis runs a building's set of analyses for one local day as an
// AgentTask. However often the day is fired, triggered or backfilled, it has one
// task and one result: a later run returns the first one's id.
func ScheduledAnalysis(ctx workflow.Context, s Schedule) (Claimed, error) {
	at, ok := workflow.GetTypedSearchAttributes(ctx).GetTime(scheduledStart)
	if !ok {
		at = workflow.GetInfo(ctx).WorkflowStartTime
	}
	var day Claimed
	if err := startStep(ctx, ClaimDayActivity, storeLimit, ClaimDay{Schedule: s, At: at}).get(&day); err != nil {
		return day, err
	}
	child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            WorkflowID(day.Task.Tenant, day.Task.ID),
		TaskQueue:             AgentQueue,
		WorkflowTaskTimeout:   WorkflowTaskTimeout,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		StaticSummary:         s.Set + " of " + s.Building + ", " + day.Day,
		TypedSearchAttributes: StartAttributes(s.Tenant, s.Building),
	})
	var out eaio.Outcome
	err := workflow.ExecuteChildWorkflow(child, AgentTaskName, day.Task).Get(ctx, &out)
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return day, nil // another firing of the same day runs it, or has run it
	}
	return day, err
}

// WorkflowID is the id of a task's run.
func WorkflowID(tenant eaio.TenantID, task string) string { return string(tenant) + "/" + task }

// StartAttributes are the search attributes a run starts with.
func StartAttributes(tenant eaio.TenantID, building string) temporal.SearchAttributes {
	updates := []temporal.SearchAttributeUpdate{TenantAttribute.ValueSet(string(tenant)), StatusAttribute.ValueSet(string(eaio.TaskRunning))}
	if building != "" {
		updates = append(updates, BuildingAttribute.ValueSet(building))
	}
	return temporal.NewSearchAttributes(updates...)
}
