package api

import (
	"context"
	"time"

	"github.com/eaio/eaio"
)

// guardMargin is how long before the deadline a waiting request writes the
// narrator's answer itself; where that has lately taken long, up to guardEarliest.
const (
	guardMargin   = 250 * time.Millisecond
	guardEarliest = time.Second
)

// lookAgain bounds how long a waiting request trusts that news arrives.
const lookAgain = time.Second

// guardTime bounds one try at an answer. It may outlast the request: a reader
// who comes back finds the answer.
const guardTime = 5 * time.Second

// wait returns the task once it has ended, or as it stands when the time is up or a
// first answer is there that another may follow.
// A store that does not answer for a while is waited for too: the task is there.
// Shortly before the task's deadline it stands guard: whether or not a worker
// lives, the narrator's answer is there in time.
func (s *server) wait(ctx context.Context, t eaio.Task, limit time.Duration) (eaio.Task, error) {
	news, stop := s.News.Subscribe(t.Tenant, t.ID)
	defer stop()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	watching, stopGuard := context.WithCancel(ctx)
	defer stopGuard()
	guarded := s.standGuard(watching, t)
	for over := false; ; {
		now, err := s.Tasks.Task(ctx, t.Tenant, t.ID)
		switch {
		case err == nil:
			t = now
		case ctx.Err() == nil:
			s.Log.WarnContext(ctx, "a waiting request could not look", "task", t.ID, "error", err)
		}
		if over || t.Status.Ended() || t.Request.Refine && t.Answer != nil {
			return t, nil
		}
		select {
		case <-ctx.Done():
			return t, ctx.Err()
		case <-timer.C:
			over = true
		case <-news:
		case <-again.C:
		case <-guarded:
			guarded = nil
		}
	}
}

// standGuard closes the channel once the guard has answered, which it tries from
// guardMargin before the deadline until it succeeds or ctx ends.
func (s *server) standGuard(ctx context.Context, t eaio.Task) <-chan struct{} {
	if s.Guard == nil || t.DeadlineAt.IsZero() {
		return nil
	}
	answered := make(chan struct{})
	go func() {
		timer := time.NewTimer(time.Until(t.DeadlineAt) - s.guardMargin())
		defer timer.Stop()
		for pause := guardMargin / 5; ; pause = min(2*pause, lookAgain) {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			err := s.answerNow(ctx, t)
			if err == nil {
				close(answered)
				return
			}
			s.Log.WarnContext(ctx, "the guard could not answer", "task", t.ID, "error", err)
			timer.Reset(pause)
		}
	}()
	return answered
}

func (s *server) answerNow(ctx context.Context, t eaio.Task) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), guardTime)
	defer cancel()
	started := time.Now()
	err := s.Guard.AnswerNow(ctx, t.Ref())
	s.guardTook.Store(int64(s.took()+time.Since(started)) / 2)
	return err
}

// took is what the guard's work lately took, the last time counting half.
func (s *server) took() time.Duration { return time.Duration(s.guardTook.Load()) }

// guardMargin leaves the guard twice the time that its work lately took.
func (s *server) guardMargin() time.Duration {
	return min(max(guardMargin, 2*s.took()), guardEarliest)
}
