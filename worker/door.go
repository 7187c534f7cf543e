package worker

import (
	"context"
	"sync"

	"go.temporal.io/sdk/worker"
)

// door hands out a fixed number of slots while it is open. It starts shut.
type door struct {
	slots  chan struct{}
	doubts chan struct{} // somebody wants the node to be probed now

	mu     sync.Mutex
	open   bool
	opened chan struct{} // closed while the door is open
}

var _ worker.SlotSupplier = (*door)(nil)

func newDoor(slots int) *door {
	return &door{slots: make(chan struct{}, slots), doubts: make(chan struct{}, 1), opened: make(chan struct{})}
}

func (d *door) set(open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case open && !d.open:
		close(d.opened)
	case !open && d.open:
		d.opened = make(chan struct{})
	}
	d.open = open
}

// doubt shuts the door until the next probe, and asks for that.
func (d *door) doubt() {
	d.set(false)
	select {
	case d.doubts <- struct{}{}:
	default:
	}
}

func (d *door) state() (open bool, opened <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open, d.opened
}

// ReserveSlot waits until the door is open and a slot is free.
func (d *door) ReserveSlot(ctx context.Context, _ worker.SlotReservationInfo) (*worker.SlotPermit, error) {
	for {
		_, opened := d.state()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-opened:
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case d.slots <- struct{}{}:
		}
		if open, _ := d.state(); open {
			return &worker.SlotPermit{}, nil
		}
		<-d.slots // it was shut while all slots were taken
	}
}

// TryReserveSlot takes a free slot of an open door, or returns nil.
func (d *door) TryReserveSlot(worker.SlotReservationInfo) *worker.SlotPermit {
	if open, _ := d.state(); !open {
		return nil
	}
	select {
	case d.slots <- struct{}{}:
		return &worker.SlotPermit{}
	default:
		return nil
	}
}

// MarkSlotUsed does nothing: a reserved slot counts as used.
func (d *door) MarkSlotUsed(worker.SlotMarkUsedInfo) {}

// ReleaseSlot frees a slot.
func (d *door) ReleaseSlot(worker.SlotReleaseInfo) { <-d.slots }

// MaxSlots returns how many slots there are.
func (d *door) MaxSlots() int { return cap(d.slots) }

// tuner serves activities through the door; a pool's worker does nothing else.
func (d *door) tuner() (worker.WorkerTuner, error) {
	other, err := worker.NewFixedSizeSlotSupplier(2)
	if err != nil {
		return nil, err
	}
	return worker.NewCompositeTuner(worker.CompositeTunerOptions{
		WorkflowSlotSupplier: other, ActivitySlotSupplier: d, LocalActivitySlotSupplier: other, NexusSlotSupplier: other, SessionActivitySlotSupplier: other,
	})
}
