package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
)

// Names in histories are an API: a change breaks runs that are under way.
const (
	AgentTaskName         = "AgentTask"
	ScheduledAnalysisName = "ScheduledAnalysis"
	ConversationName      = "Conversation"

	AskUpdate = "ask" // a turn of a conversation

	PlanActivity     = "plan"
	AnalyseActivity  = "analyse"
	RetrieveActivity = "retrieve"
	RouteActivity    = "route"
	GenerateActivity = "generate"
	RecordActivity   = "record"
	EndActivity      = "end"
	ClaimDayActivity = "claim_day"
	OutcomeActivity  = "outcome"

	RaiseBudgetActivity = "raise_budget"
	PlanByModelActivity = "plan_by_model" // on a pool's queue
	SettleActivity      = "settle_plan"
)

// Task queues: workflows with their local activities on one, each pool of models
// on its own, long unhurried work on another.
const (
	AgentQueue = "agent"
	BatchQueue = "batch"
)

// PoolQueue is the task queue of a pool of models.
func PoolQueue(pool string) string { return "pool-" + pool }

// WorkflowTaskTimeout is how long the server waits for a worker that took a step
// and died. One second collapses on a starved machine; two does not.
const WorkflowTaskTimeout = 2 * time.Second

// Search attributes, by which operators find runs in Temporal Web UI.
var (
	TenantAttribute     = temporal.NewSearchAttributeKeyKeyword("EaioTenant")
	BuildingAttribute   = temporal.NewSearchAttributeKeyKeyword("EaioBuilding")
	AgentAttribute      = temporal.NewSearchAttributeKeyKeyword("EaioAgent")
	PoolAttribute       = temporal.NewSearchAttributeKeyKeyword("EaioPool")
	StatusAttribute     = temporal.NewSearchAttributeKeyKeyword("EaioStatus")
	AnsweredByAttribute = temporal.NewSearchAttributeKeyKeyword("EaioAnsweredBy")
)

// SearchAttributes returns the keyword attributes that a namespace needs.
func SearchAttributes() []string {
	return []string{
		TenantAttribute.GetName(), BuildingAttribute.GetName(), AgentAttribute.GetName(),
		PoolAttribute.GetName(), StatusAttribute.GetName(), AnsweredByAttribute.GetName(),
	}
}
