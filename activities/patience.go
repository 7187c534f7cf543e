package activities

import (
	"context"
	"time"

	"github.com/eaio/eaio"
)

// patiently reads or writes again while the store is away and the call has time:
// its trouble is not the model's, whose tries are few. What names a time to come
// back is not waited for.
func patiently(ctx context.Context, do func(context.Context) error) error {
	for {
		limit, cancel := context.WithTimeout(ctx, storeTime)
		err := do(limit)
		cancel()
		kind := eaio.KindOf(err)
		if err == nil || ctx.Err() != nil || kind != eaio.KindUnavailable && kind != eaio.KindDeadline || eaio.RetryAfterOf(err) > 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(storeAgain):
		}
	}
}

// everyBeat does something at every beat until stop is called, which also ends the
// context that it is done in.
func everyBeat(ctx context.Context, do func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do(ctx)
			}
		}
	}()
	return func() { cancel(); <-done }
}

// keepClaim renews the claim at every beat until stop is called. It says so once
// if that fails.
func (g *Generator) keepClaim(ctx context.Context, tenant eaio.TenantID, call eaio.ModelCall) (stop func()) {
	told := false
	return everyBeat(ctx, func(ctx context.Context) {
		err := g.Calls.Renew(ctx, tenant, call, lease)
		if err != nil && ctx.Err() == nil && !told {
			warn(ctx, "the claim on a call was not renewed", "call", call.Key, "error", err)
		}
		told = err != nil
	})
}
