package local

import "syscall"

// watched says that a child's end needs a watcher of its own, since this
// kernel has no signal for the death of a parent.
const watched = true

func attributes(syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{}
}

func identify(pid int, dataDir string) identity { return identifyByPS(pid, dataDir) }
