package eaio

import (
	"fmt"
	"time"
)

// BudgetScope says whose calls a budget bounds.
type BudgetScope string

// A pool's budget is the whole installation's, since its provider sends one bill;
// the others belong to a tenant.
const (
	BudgetTenant BudgetScope = "tenant"
	BudgetPool   BudgetScope = "pool"
	BudgetTask   BudgetScope = "task"
)

// BudgetPeriod is the span after which a budget starts anew, in UTC. A call
// belongs to the period in which it was claimed, whenever it ends.
type BudgetPeriod string

// BudgetWhole is a task's one period.
const (
	BudgetDay   BudgetPeriod = "day"
	BudgetMonth BudgetPeriod = "month"
	BudgetWhole BudgetPeriod = "task"
)

// OnExceeded says what a call does that a budget has no room for.
type OnExceeded string

// Refuse sends the task to its next model or the narrator. Pause makes a background
// task wait until somebody raises the budget; an interactive one is refused.
const (
	Refuse OnExceeded = "refuse"
	Pause  OnExceeded = "pause"
)

// CodePaused tells a call that waits for a higher budget from one that is refused.
const CodePaused = "budget_pause"

// BudgetKey names a budget.
type BudgetKey struct {
	Scope  BudgetScope  `json:"scope"`
	Name   string       `json:"name,omitempty"` // of the pool or the task
	Period BudgetPeriod `json:"period"`
}

// Budget bounds what the calls of a scope may cost in a period. Spent and reserved
// never pass a cap; what stored replies have cost after all may, see BudgetState.
type Budget struct {
	BudgetKey
	CapUSD     string     `json:"cap_usd,omitempty"`     // decimal; empty: no cap on money
	CapTokens  *int64     `json:"cap_tokens,omitempty"`  // in and out together; nil: no cap on tokens
	SoftShare  float64    `json:"soft_share,omitempty"`  // of a cap, at which an event warns; 0: DefaultSoftShare
	OnExceeded OnExceeded `json:"on_exceeded,omitempty"` // empty: Refuse
}

// DefaultSoftShare of a cap, once spent, is worth an event.
const DefaultSoftShare = 0.8

// BudgetState is a budget with what has become of it in its current period.
type BudgetState struct {
	Budget
	From           time.Time `json:"from,omitzero"` // zero for a task
	To             time.Time `json:"to,omitzero"`   // exclusive
	SpentUSD       string    `json:"spent_usd"`
	SpentTokens    int64     `json:"spent_tokens"`
	ReservedUSD    string    `json:"reserved_usd"` // the most that calls under way may still cost
	ReservedTokens int64     `json:"reserved_tokens"`
	// RemainingUSD is empty and RemainingTokens nil where there is no such cap.
	RemainingUSD    string    `json:"remaining_usd,omitempty"`
	RemainingTokens *int64    `json:"remaining_tokens,omitempty"`
	SoftAt          time.Time `json:"soft_limit_at,omitzero"` // when this period's spending reached the soft limit
	Beyond          int64     `json:"beyond_estimate"`        // calls that cost more than they had reserved
}

// Shortfall tells which budget had no room for a call, and for what of it.
type Shortfall struct {
	BudgetKey
	Of             string     `json:"of"` // "usd" or "tokens"
	CapUSD         string     `json:"cap_usd,omitempty"`
	CapTokens      *int64     `json:"cap_tokens,omitempty"`
	SpentUSD       string     `json:"spent_usd"`
	SpentTokens    int64      `json:"spent_tokens"`
	ReservedUSD    string     `json:"reserved_usd"` // by other calls
	ReservedTokens int64      `json:"reserved_tokens"`
	NeedsUSD       string     `json:"needs_usd"` // by this call, at most
	NeedsTokens    int64      `json:"needs_tokens"`
	OnExceeded     OnExceeded `json:"on_exceeded"`
}

// Error says which budget it was and what would have to fit.
func (s *Shortfall) Error() string {
	of := "this " + string(s.Scope) + "'s"
	if s.Scope == BudgetPool {
		of = "the pool " + s.Name + "'s"
	}
	if s.Period != BudgetWhole {
		of += " " + string(s.Period)
	}
	if s.Of == "usd" {
		return of + " budget of " + s.CapUSD + " USD has no room: " + s.SpentUSD + " spent, " + s.ReservedUSD + " reserved by other calls, up to " + s.NeedsUSD + " needed"
	}
	return fmt.Sprintf("%s budget of %d tokens has no room: %d spent, %d reserved by other calls, up to %d needed", of, *s.CapTokens, s.SpentTokens, s.ReservedTokens, s.NeedsTokens)
}
