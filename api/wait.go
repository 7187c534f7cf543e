package api

import (
	"context"
	"time"

	"github.com/eaio/eaio"
)

// guardMargin is how long before the deadline a waiting request writes the
// narrator's answer itself.
const guardMargin = 250 * time.Millisecond

// lookAgain bounds how long a waiting request trusts that news arrives.
const lookAgain = time.Second

// wait returns the task once it has ended, or as it stands when the time is up.
// Shortly before the task's deadline it stands guard: whether or not a worker
// lives, the narrator's answer is there in time.
func (s *server) wait(ctx context.Context, t eaio.Task, limit time.Duration) (eaio.Task, error) {
	news, stop := s.News.Subscribe(t.Tenant, t.ID)
	defer stop()
	over := time.NewTimer(limit)
	defer over.Stop()
	var guard <-chan time.Time
	if s.Guard != nil && !t.DeadlineAt.IsZero() {
		timer := time.NewTimer(time.Until(t.DeadlineAt) - guardMargin)
		defer timer.Stop()
		guard = timer.C
	}
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		now, err := s.Tasks.Task(ctx, t.Tenant, t.ID)
		if err != nil || now.Status.Ended() {
			return now, err
		}
		select {
		case <-ctx.Done():
			return now, ctx.Err()
		case <-over.C:
			return now, nil
		case <-news:
		case <-again.C:
		case <-guard:
			if err := s.Guard.AnswerNow(ctx, now.Ref()); err != nil {
				s.Log.WarnContext(ctx, "the guard could not answer", "task", t.ID, "error", err)
			}
		}
	}
}
