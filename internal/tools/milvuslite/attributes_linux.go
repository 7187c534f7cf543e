package milvuslite

import "syscall"

// attributes puts a child into a group of its own and kills it when its parent dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
