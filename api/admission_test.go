package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// line is a backlog as a test wants it to be.
type line struct {
	open, ended, asked int
	err                error
}

func (l *line) Backlog(context.Context, time.Duration) (open, ended int, err error) {
	l.asked++
	return l.open, l.ended, l.err
}

func TestAdmission(t *testing.T) {
	for _, c := range []struct {
		name     string
		backlog  line
		deadline time.Duration
		admitted bool
	}{
		{"idle", line{}, 5 * time.Second, true},
		{"idle, hardly any time", line{}, 500 * time.Millisecond, true},
		{"as many as the first guess can answer", line{open: 63}, 5 * time.Second, true},
		{"one more", line{open: 64}, 5 * time.Second, false},
		{"the same with more time", line{open: 64}, 10 * time.Second, true},
		{"the same in a hurry", line{open: 20}, time.Second, false},
		{"many that are answered fast", line{open: 200, ended: 400}, 5 * time.Second, true},
		{"a background task", line{open: 5000}, 0, true},
		{"nobody can count", line{open: 5000, err: errors.New("away")}, 5 * time.Second, true},
	} {
		err := newAdmission(&c.backlog).admit(t.Context(), c.deadline)
		if (err == nil) != c.admitted {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && (eaio.CodeOf(err) != codeOverloaded || eaio.RetryAfterOf(err) < time.Second || eaio.RetryAfterOf(err) > longestRetry) {
			t.Errorf("%s: %s, come back after %s", c.name, eaio.CodeOf(err), eaio.RetryAfterOf(err))
		}
	}
}

// A service that turns out slow takes fewer, and the more again once it is fast.
func TestAdmissionFollowsTheRate(t *testing.T) {
	l := &line{open: 1000, ended: 10}
	a := newAdmission(l)
	now := time.Now()
	a.now = func() time.Time { return now }
	look := func() { now = now.Add(countAgain); _ = a.admit(t.Context(), 5*time.Second) }
	for range 30 {
		look()
	}
	slow := a.most(5 * time.Second)
	if slow != admitAlways {
		t.Errorf("at 2 a second %d are admitted", slow)
	}
	l.open, l.ended = 30, 500
	look()
	if fast := a.most(5 * time.Second); fast != 320 {
		t.Errorf("at 100 a second %d are admitted, want 320", fast)
	}
	l.open, l.ended = 0, 0
	look()
	if idle := a.most(5 * time.Second); idle != 320 {
		t.Errorf("idle, %d are admitted, want as many as before", idle)
	}
}

// Between two counts each admitted task counts, and the store is left alone.
func TestAdmissionCountsItsOwn(t *testing.T) {
	l := &line{}
	a := newAdmission(l)
	now := time.Now()
	a.now = func() time.Time { return now }
	admitted := 0
	for range 200 {
		if a.admit(t.Context(), 5*time.Second) == nil {
			admitted++
		}
	}
	if admitted != 64 || l.asked != 1 {
		t.Errorf("%d of 200 admitted at once with %d counts, want 64 with 1", admitted, l.asked)
	}
}
