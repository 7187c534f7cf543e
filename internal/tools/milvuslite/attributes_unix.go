//go:build unix && !linux

package milvuslite

import "syscall"

// attributes puts a child into a group of its own; a parent that is killed
// leaves it behind.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
