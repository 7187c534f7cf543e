package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/eaio/eaio"
)

func (s *server) registerBudgets(a huma.API) {
	tags := []string{"budgets"}
	huma.Register(a, huma.Operation{
		OperationID: "budgets", Method: http.MethodGet, Path: "/v1/budgets", Summary: "What models may cost, and have cost", Tags: tags,
		Description: "The tenant's budgets and those of the pools, in their present periods (UTC). A pool's budget is the whole installation's.",
	}, s.budgets)
	huma.Register(a, huma.Operation{
		OperationID: "set-budget", Method: http.MethodPut, Path: "/v1/budgets", Summary: "Set or end a budget", Tags: tags, MaxBodyBytes: maxBody,
		Description: "Without a cap the budget ends. What the present period's calls have cost already counts. The reply lists the budgets there are then.",
	}, s.setBudget)
}

type budgetsInput struct {
	Task string `query:"task" maxLength:"100" doc:"also list this task's own budget"`
}

// budgetBody is the body of PUT /v1/budgets.
type budgetBody struct {
	Scope      eaio.BudgetScope  `json:"scope" enum:"tenant,pool,task"`
	Name       string            `json:"name,omitempty" maxLength:"100" doc:"of the pool or the task" example:"cloud"`
	Period     eaio.BudgetPeriod `json:"period" enum:"day,month,task" doc:"in UTC; task for a task's own budget"`
	CapUSD     string            `json:"cap_usd,omitempty" pattern:"^([0-9]{1,9}([.][0-9]{1,6})?)?$" patternDescription:"dollars as a decimal, such as 5 or 0.05, or empty" doc:"decimal; empty: no cap on money" example:"100"`
	CapTokens  *int64            `json:"cap_tokens,omitempty" minimum:"0" maximum:"1000000000000000" doc:"in and out together; absent: no cap on tokens"`
	SoftShare  float64           `json:"soft_share,omitempty" exclusiveMinimum:"0" maximum:"1" doc:"of a cap; spending that share writes an event. Default 0.8"`
	OnExceeded eaio.OnExceeded   `json:"on_exceeded,omitempty" enum:"refuse,pause" doc:"refuse (default): the next model or the narrator; pause: background tasks wait for a higher budget"`
}

type budgetsOutput struct {
	Body struct {
		Items []eaio.BudgetState `json:"items"`
	}
}

func (s *server) budgets(ctx context.Context, in *budgetsInput) (*budgetsOutput, error) {
	if in.Task != "" {
		if _, err := s.Tasks.Task(ctx, s.tenant(ctx), in.Task); err != nil {
			return nil, s.fail(ctx, err)
		}
	}
	list, err := s.Budgets.Budgets(ctx, s.tenant(ctx), in.Task)
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	out := &budgetsOutput{}
	out.Body.Items = append([]eaio.BudgetState{}, list...)
	return out, nil
}

func (s *server) setBudget(ctx context.Context, in *struct{ Body budgetBody }) (*budgetsOutput, error) {
	b := in.Body
	err := s.Budgets.SetBudget(ctx, s.tenant(ctx), eaio.Budget{
		BudgetKey: eaio.BudgetKey{Scope: b.Scope, Name: b.Name, Period: b.Period},
		CapUSD:    b.CapUSD, CapTokens: b.CapTokens, SoftShare: b.SoftShare, OnExceeded: b.OnExceeded,
	})
	if err != nil {
		return nil, s.fail(ctx, err)
	}
	also := &budgetsInput{}
	if b.Scope == eaio.BudgetTask {
		also.Task = b.Name
	}
	return s.budgets(ctx, also)
}

type raiseInput struct {
	TaskOrBuilding
	Body struct {
		CapUSD string `json:"cap_usd" pattern:"^[0-9]{1,9}([.][0-9]{1,6})?$" patternDescription:"dollars as a decimal, such as 0.05" doc:"the new cap on money of the budget that had no room, decimal; more than now" example:"0.10"`
	}
}

func (s *server) raiseBudget(ctx context.Context, in *raiseInput) (*taskBody, error) {
	if err := s.Starter.RaiseBudget(ctx, s.tenant(ctx), in.ID, in.Body.CapUSD); err != nil {
		return nil, s.fail(ctx, err)
	}
	return s.task(ctx, &in.TaskOrBuilding)
}
