package local

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/eaio/eaio"
)

// identity says what the process named by a postmaster.pid turned out to be.
type identity int

const (
	gone    identity = iota // no such process, or a dead one that nobody waits for
	ours                    // the server of our data folder
	foreign                 // something else that got the same number later
	unclear                 // a PostgreSQL server whose data folder cannot be told
)

// postmaster is what matters of a postmaster.pid.
type postmaster struct {
	pid   int
	ready bool // accepts connections
}

// readPostmaster reads the postmaster.pid in dataDir; its absence or a file
// that does not name a process gives the zero value.
func readPostmaster(dataDir string) postmaster {
	b, err := os.ReadFile(filepath.Join(dataDir, "postmaster.pid"))
	if err != nil {
		return postmaster{}
	}
	lines := strings.Split(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil {
		return postmaster{}
	}
	pid = max(pid, -pid) // negative: a server in single-user mode
	// Line 8 is the server's state, written since PostgreSQL 10.
	return postmaster{pid: pid, ready: len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"}
}

// stopOrphan ends a server that an earlier process of ours left behind on
// dataDir, and returns the process id that postmaster.pid names (0: none). The
// caller holds the lock, so no living EAIO can own that server.
func stopOrphan(dataDir string, say func(string)) (int, error) {
	pid := readPostmaster(dataDir).pid
	if pid == 0 || pid == os.Getpid() {
		return pid, nil
	}
	// The handle comes first: it keeps naming the process that is looked at.
	p, err := os.FindProcess(pid)
	if err != nil {
		return pid, nil
	}
	defer p.Release()
	switch identify(pid, dataDir) {
	case unclear:
		return 0, eaio.Errorf(eaio.KindConflict, op,
			"process %d is a PostgreSQL server that may be using %s: stop it, or remove %s if it is another one's",
			pid, dataDir, filepath.Join(dataDir, "postmaster.pid"))
	case ours:
		say(fmt.Sprintf("stopping the PostgreSQL server %d that an earlier run left behind", pid))
		return pid, end(p, func(patience time.Duration) bool {
			for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
				if identify(pid, dataDir) != ours {
					return true
				}
			}
			return false
		})
	}
	return pid, nil
}

// identifyByProc asks Linux's /proc. A server is known by the folder it was
// started on or works in.
func identifyByProc(pid int, dataDir string) identity {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	cmdline, err := os.ReadFile(filepath.Join(proc, "cmdline"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) || (err == nil && len(cmdline) == 0) {
		return gone
	}
	args := strings.Split(strings.TrimRight(string(cmdline), "\x00"), "\x00")
	if name := filepath.Base(args[0]); err != nil || name != "postgres" && name != "postmaster" {
		return foreign
	}
	for _, arg := range args[1:] {
		if arg == dataDir {
			return ours
		}
	}
	data, err := os.Stat(dataDir)
	if err != nil {
		return unclear
	}
	if cwd, err := os.Stat(filepath.Join(proc, "cwd")); err == nil {
		if os.SameFile(cwd, data) {
			return ours
		}
		return foreign
	}
	// A server only opens data of its own user.
	if info, err := os.Stat(proc); err == nil {
		dataUID, _ := owner(data)
		if uid, _ := owner(info); uid != dataUID {
			return foreign
		}
	}
	return unclear
}

// identifyByPS asks ps, which shows no more than a line of text.
func identifyByPS(pid int, dataDir string) identity {
	out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	command := strings.TrimSpace(string(out))
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return gone
	} else if err != nil {
		return unclear
	}
	program, rest, _ := strings.Cut(command, " -")
	name := filepath.Base(program)
	switch {
	case strings.HasPrefix(command, "(") || strings.Contains(command, "<defunct>"):
		return gone
	case name != "postgres" && name != "postmaster":
		return foreign
	case strings.Contains(" -"+rest+" ", " -D "+dataDir+" "):
		return ours
	case strings.HasPrefix(rest, "D /"):
		return foreign
	}
	return unclear
}
