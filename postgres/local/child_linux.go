package local

import "syscall"

// watched says that a child's end needs a watcher of its own: not here, where
// the kernel signals it.
const watched = false

func attributes(onDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: onDeath}
}

func identify(pid int, dataDir string) identity { return identifyByProc(pid, dataDir) }
