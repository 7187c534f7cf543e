package workflows

import (
	"fmt"
	"math/big"
	"regexp"
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// RaiseBudgetUpdate gives a waiting task's budget a higher cap; its input is Raise.
const RaiseBudgetUpdate = "raise_budget"

// Raise is what a person grants a task that waits.
type Raise struct {
	CapUSD string `json:"cap_usd"` // the new cap, decimal
}

// RaiseBudget asks for a budget's cap on money to be raised.
type RaiseBudget struct {
	Task   eaio.TaskRef   `json:"task"`
	Budget eaio.BudgetKey `json:"budget"`
	CapUSD string         `json:"cap_usd"`
}

// A paused task looks again by itself, since a new day, or a raise for another task,
// may have made room.
const (
	pauseLimit = 20 * time.Hour // a nightly task ends before the next night
	firstLook  = time.Minute
	lastLook   = time.Hour
)

// pause is the state of a background task that waits for a budget.
type pause struct {
	short   *eaio.Shortfall // the budget without room; nil: the task does not wait
	raising bool
	since   time.Time
	look    time.Duration // until it looks again
}

// acceptRaises lets a background task be told of a higher budget. An interactive
// one never waits for a person.
func (t *task) acceptRaises() {
	if !t.ref.Deadline.IsZero() {
		return
	}
	err := workflow.SetUpdateHandlerWithOptions(t.ctx, RaiseBudgetUpdate, t.raise, workflow.UpdateHandlerOptions{
		Validator:   t.mayRaise,
		Description: "Give the budget that this task waits for a higher cap",
	})
	if err != nil {
		workflow.GetLogger(t.ctx).Warn("the task cannot be told of a higher budget", "error", err)
	}
}

var money = regexp.MustCompile(`^[0-9]{1,9}([.][0-9]{1,6})?$`)

// mayRaise refuses what would not help.
func (t *task) mayRaise(_ workflow.Context, in Raise) error {
	refuse := func(kind eaio.Kind, format string, args ...any) error {
		return temporal.NewNonRetryableApplicationError(fmt.Sprintf(format, args...), string(kind), nil)
	}
	short := t.pause.short
	switch {
	case short == nil || t.pause.raising:
		return refuse(eaio.KindConflict, "the task does not wait for a higher budget")
	case short.Of != "usd":
		return refuse(eaio.KindConflict, "the budget is short of tokens, not of money: set it with a higher cap_tokens")
	case !money.MatchString(in.CapUSD):
		return refuse(eaio.KindInvalid, "%q is not an amount such as 0.10", in.CapUSD)
	case !more(in.CapUSD, short.CapUSD):
		return refuse(eaio.KindInvalid, "a raised budget is more than the %s USD that it is now", short.CapUSD)
	}
	return nil
}

// more compares two decimals; what is none is not more.
func more(a, than string) bool {
	x, ok1 := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(than)
	return ok1 && ok2 && x.Cmp(y) > 0
}

// raise stores the higher cap and lets the task go on.
func (t *task) raise(ctx workflow.Context, in Raise) error {
	t.pause.raising = true
	defer func() { t.pause.raising = false }()
	in2 := RaiseBudget{Task: t.ref, Budget: t.pause.short.BudgetKey, CapUSD: in.CapUSD}
	if err := startStep(ctx, RaiseBudgetActivity, stepLimit, in2).get(nil); err != nil {
		return err
	}
	t.pause.short = nil
	return nil
}

// mayPause reports whether a failed call is worth waiting for.
func (t *task) mayPause(f failed) bool {
	if f.short == nil || f.code != eaio.CodePaused || !t.ref.Deadline.IsZero() {
		return false
	}
	return t.pause.since.IsZero() || workflow.Now(t.ctx).Before(t.pause.since.Add(pauseLimit))
}

// awaitBudget waits until the budget is raised, or for a while, and reports
// whether to try again.
func (t *task) awaitBudget(short *eaio.Shortfall) bool {
	if t.pause.since.IsZero() {
		t.pause.since, t.pause.look = workflow.Now(t.ctx), firstLook
	}
	t.pause.short = short
	workflow.SetCurrentDetails(t.ctx, fmt.Sprintf("**Waiting for a higher budget** until %s: %s. Raise it with `eaio budget raise %s USD`",
		t.pause.since.Add(pauseLimit).UTC().Format(time.RFC3339), short.Error(), t.ref.ID))
	defer workflow.SetCurrentDetails(t.ctx, "")
	_, err := workflow.AwaitWithTimeout(t.ctx, t.pause.look, func() bool { return t.pause.short == nil })
	if err == nil && t.pause.raising {
		err = workflow.Await(t.ctx, func() bool { return !t.pause.raising })
	}
	t.pause.short, t.pause.look = nil, min(2*t.pause.look, lastLook)
	return err == nil
}
