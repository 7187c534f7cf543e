// Package lastwill runs a shell script after the process that left it has
// died, however it died: kill -9 leaves no other chance to clean up.
package lastwill

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// The reader of a pipe learns of the death of the only writer. A word, where
// there is one, means that the will was revoked.
const prologue = `if read -r word; then exit 0; fi
`

// Leave starts a shell that waits for the end of this process and then runs
// script with args as $1, $2, …. Revoke calls it off and returns when the
// shell has ended; calling it again does nothing.
func Leave(script string, args ...string) (revoke func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("last will: %w", err)
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", prologue + script, "lastwill"}, args...)...)
	cmd.Stdin = r
	cmd.Env = []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is not for it
	if err := cmd.Start(); err != nil {
		w.Close()
		return nil, fmt.Errorf("last will: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		runtime.KeepAlive(w) // collected, it would be closed and the script run
		close(ended)
	}()
	return func() {
		_, _ = w.WriteString("revoked\n")
		w.Close()
		<-ended
	}, nil
}
