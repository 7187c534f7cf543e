package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eaio/eaio"
)

// reserve asks for a slot and says when it got one.
func reserve(ctx context.Context, d *door) <-chan error {
	got := make(chan error, 1)
	go func() {
		_, err := d.ReserveSlot(ctx, nil)
		got <- err
	}()
	return got
}

func has(c <-chan error) bool {
	synctest.Wait()
	select {
	case err := <-c:
		return err == nil
	default:
		return false
	}
}

func TestDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(2)
		first := reserve(t.Context(), d)
		if has(first) || d.TryReserveSlot(nil) != nil {
			t.Fatal("a slot of a door that never opened")
		}
		d.set(true)
		if !has(first) || d.TryReserveSlot(nil) == nil || d.TryReserveSlot(nil) != nil || d.MaxSlots() != 2 {
			t.Fatal("an open door has not its two slots")
		}
		third := reserve(t.Context(), d)
		if has(third) {
			t.Fatal("a third of two slots")
		}
		d.doubt() // as a failed call does before its slot is free
		d.ReleaseSlot(nil)
		if has(third) || d.TryReserveSlot(nil) != nil {
			t.Fatal("a slot while the door is shut")
		}
		d.set(true)
		if !has(third) {
			t.Fatal("no slot behind the door that opened again")
		}
		ctx, cancel := context.WithCancel(t.Context())
		fourth := reserve(ctx, d)
		cancel()
		if err := <-fourth; !errors.Is(err, context.Canceled) {
			t.Errorf("a worker that stops gets %v", err)
		}
	})
}

// A node is probed before it gets its first call, every two seconds, and at once
// after a call has failed; what is found is told.
func TestNodeIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		var probes, told atomic.Int32
		down.Store(true)
		last := make(chan bool, 100)
		n := Node{
			Log: slog.New(slog.DiscardHandler),
			Probe: func(context.Context) error {
				probes.Add(1)
				if down.Load() {
					return eaio.Errorf(eaio.KindUnavailable, "", "refused")
				}
				return eaio.Errorf(eaio.KindNotFound, "", "no list of models") // it is there
			},
			Told: func(_ context.Context, answers bool) error {
				told.Add(1)
				last <- answers
				return errors.New("not noted")
			},
		}
		d := newDoor(1)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go n.watch(ctx, "local", d)
		slot := reserve(ctx, d)
		time.Sleep(2*probeEvery + time.Millisecond)
		if has(slot) || probes.Load() != 3 || told.Load() != 3 || <-last {
			t.Fatalf("a node that is down: %d probes, told %d times", probes.Load(), told.Load())
		}
		down.Store(false)
		time.Sleep(5 * probeEvery)
		if !has(slot) || told.Load() != 4 {
			t.Fatalf("a node that is back: told %d times", told.Load())
		}
		for range 3 {
			if <-last && len(last) > 0 {
				t.Fatal("told that it answers before it did")
			}
		}
		before := probes.Load()
		down.Store(true)
		d.doubt()
		synctest.Wait()
		d.ReleaseSlot(nil)
		if probes.Load() != before+1 || d.TryReserveSlot(nil) != nil {
			t.Fatal("a failed call was not followed by a probe, and that by a shut door")
		}
		down.Store(false)
		time.Sleep(probeEvery)
		synctest.Wait()
		if d.TryReserveSlot(nil) == nil {
			t.Fatal("the door stays shut")
		}
		// A doubt without a reason shuts the door for one probe only.
		d.ReleaseSlot(nil)
		d.doubt()
		synctest.Wait()
		if d.TryReserveSlot(nil) == nil {
			t.Fatal("a healthy node lost its slots")
		}
	})
}

// A node that answers but fails its calls keeps its slots back for as long as its
// breaker says.
func TestNodePauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var pause atomic.Int64
		told := 0
		n := Node{
			Log:   slog.New(slog.DiscardHandler),
			Probe: func(context.Context) error { return nil },
			Told:  func(context.Context, bool) error { told++; return nil },
			Pause: func(context.Context) time.Duration { return time.Duration(pause.Swap(0)) },
		}
		d := newDoor(1)
		go n.watch(ctx, "local", d)
		synctest.Wait()
		if d.TryReserveSlot(nil) == nil {
			t.Fatal("no slot of a healthy node")
		}
		pause.Store(int64(time.Second))
		d.doubt() // its call failed, and the breaker opened
		synctest.Wait()
		d.ReleaseSlot(nil)
		if d.TryReserveSlot(nil) != nil {
			t.Fatal("a slot while calls keep failing")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if d.TryReserveSlot(nil) == nil || told != 1 {
			t.Fatalf("no slot for a probe after the pause; told %d times", told)
		}
	})
}
