package api

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/eaio/eaio"
)

// Backlog counts the interactive tasks that are open and those that ended lately.
type Backlog interface {
	Backlog(ctx context.Context, past time.Duration) (open, ended int, err error)
}

const (
	admitAlways   = 8               // open tasks that never wait for one another
	firstRate     = 20              // tasks a second, until more have been seen
	rateWindow    = 5 * time.Second // over which the rate is taken
	rateShare     = 0.8             // of the rate that is promised away
	rateFollow    = 0.3             // step from the old rate to one measured under load
	countAgain    = 200 * time.Millisecond
	answerReserve = time.Second // of a deadline, for the task's own work
	longestRetry  = time.Minute
)

// admission refuses a task whose deadline could not be kept behind those that are
// open already: before the queue makes a lie of the promise.
type admission struct {
	backlog Backlog
	now     func() time.Time

	mu      sync.Mutex
	counted time.Time
	open    int
	rate    float64 // tasks a second that come to an end when there are enough of them
}

func newAdmission(b Backlog) *admission {
	return &admission{backlog: b, now: time.Now, rate: firstRate}
}

// admit returns the error of an overloaded service, or nil. A store that does not
// count now is no reason to refuse.
func (a *admission) admit(ctx context.Context, deadline time.Duration) error {
	if a == nil || deadline <= 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now().Sub(a.counted) >= countAgain {
		if open, ended, err := a.backlog.Backlog(ctx, rateWindow); err == nil {
			a.counted = a.now()
			a.count(open, ended)
		}
	}
	most := a.most(deadline)
	if a.open < most {
		a.open++ // until the next count
		return nil
	}
	wait := time.Duration(float64(a.open-most+1) / a.rate * float64(time.Second))
	err := eaio.Errorf(eaio.KindUnavailable, "",
		"%d tasks are open and about %.0f a second are answered, so that one more could not be answered within %s: come back after the time in Retry-After, or allow a longer deadline_ms",
		a.open, a.rate, deadline.Round(time.Millisecond)).WithCode(codeOverloaded)
	err.RetryAfter = min(max(wait, time.Second), longestRetry)
	return err
}

// count takes a look at the backlog in. How fast tasks can be answered shows only
// while there are enough of them; an idle service is as fast as it was.
func (a *admission) count(open, ended int) {
	a.open = open
	rate := float64(ended) / rateWindow.Seconds()
	switch {
	case rate > a.rate:
		a.rate = rate
	case open > a.most(rateWindow):
		a.rate = max(1, a.rate+rateFollow*(rate-a.rate))
	}
}

// most is how many tasks may be open for one more to be answered in time.
func (a *admission) most(deadline time.Duration) int {
	able := rateShare * a.rate * (deadline - answerReserve).Seconds()
	return max(admitAlways, int(math.Floor(able)))
}
