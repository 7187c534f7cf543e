package local

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/eaio/eaio"
)

// child is a process that ends with this one.
type child struct {
	process *os.Process
	done    chan struct{} // closed when it has ended
	err     error         // how; set before done is closed
}

// spawn starts cmd as the account, in a session of its own so that Ctrl-C in
// a terminal reaches only us, and has the kernel send it onDeath when this
// process dies, where the kernel can (see watched).
func spawn(cmd *exec.Cmd, as account, onDeath syscall.Signal) (*child, error) {
	cmd.SysProcAttr = attributes(onDeath)
	cmd.SysProcAttr.Setsid = true
	if as.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: as.uid, Gid: as.gid}
	}
	c := &child{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel ties the signal to the thread that forked, not to the
		// process: this thread must live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		c.process = cmd.Process
		started <- nil
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// stop ends the child the gentle way first and returns once it has ended.
func (c *child) stop() error {
	return end(c.process, func(patience time.Duration) bool {
		t := time.NewTimer(patience)
		defer t.Stop()
		select {
		case <-c.done:
			return true
		case <-t.C:
			return false
		}
	})
}

// end asks a postmaster for a fast shutdown, then an immediate one, then
// kills it. ended waits for at most the given time and reports whether the
// process has ended.
func end(p *os.Process, ended func(time.Duration) bool) error {
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{
		{syscall.SIGINT, 20 * time.Second},
		{syscall.SIGQUIT, 6 * time.Second}, // it kills its own children after 5 s
		{syscall.SIGKILL, 5 * time.Second},
	} {
		err := p.Signal(step.signal)
		if errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH) {
			err = nil
		}
		if err != nil {
			return eaio.Errorf(eaio.KindInternal, op, "stop process %d: %w", p.Pid, err)
		}
		if ended(step.patience) {
			return nil
		}
	}
	return eaio.Errorf(eaio.KindUnavailable, op, "process %d does not end, not even by SIGKILL", p.Pid)
}

// environment returns what a server program sees of ours: nothing that holds
// secrets and nothing (PGDATA, PGPORT, LANG, …) that changes how it behaves.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH":
			env = append(env, v)
		}
	}
	return env
}
