package faultproxy

import (
	"net"
	"sync"
)

// holdingListener keeps the connections that arrive while hold says so: accepted
// by the kernel, read by nobody.
type holdingListener struct {
	net.Listener
	hold func() bool

	mu   sync.Mutex
	held []net.Conn
}

func (l *holdingListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil || !l.hold() {
			return c, err
		}
		l.mu.Lock()
		l.held = append(l.held, c)
		l.mu.Unlock()
	}
}

// release closes what is held.
func (l *holdingListener) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.held {
		_ = c.Close()
	}
	l.held = nil
}
