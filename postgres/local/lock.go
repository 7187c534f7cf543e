package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// heldError says that a lock stayed taken, and by which process.
type heldError struct{ pid string }

func (e *heldError) Error() string { return "held by process " + e.pid }

// acquire takes the lock file at path, creating it, and writes this process's
// id into it. A lock that stays taken for longer than patience ends in a
// heldError. The kernel gives the lock back when the returned file is closed
// or this process ends; processes started from here do not inherit it.
func acquire(ctx context.Context, path string, patience time.Duration) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(ctx, f, patience); err != nil {
		f.Close()
		return nil, err
	}
	err = errors.Join(f.Truncate(0), writePID(f))
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func writePID(w io.Writer) error {
	_, err := fmt.Fprintln(w, os.Getpid())
	return err
}

func flock(ctx context.Context, f *os.File, patience time.Duration) error {
	for deadline := time.Now().Add(patience); ; {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		if time.Now().After(deadline) {
			holder, _ := io.ReadAll(io.LimitReader(f, 20))
			return &heldError{pid: strings.TrimSpace(string(holder))}
		}
		if !pause(ctx, 25*time.Millisecond) {
			return context.Cause(ctx)
		}
	}
}

// pause waits for d and reports whether ctx was still alive at its end.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
