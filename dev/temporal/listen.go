package temporal

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"

	"github.com/eaio/eaio"
)

// listen binds addr. A port that is taken is a conflict which names the flag
// that moves it.
func listen(ctx context.Context, addr, flag string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, eaio.Errorf(eaio.KindConflict, op,
			"port %d is in use by another program: stop it, or choose another port with %s",
			netip.MustParseAddrPort(addr).Port(), flag)
	}
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, op, "%w", err)
	}
	return l, nil
}

// freeAddrs returns n different loopback addresses whose ports were free a
// moment ago.
func freeAddrs(ctx context.Context, n int) ([]netip.AddrPort, error) {
	addrs := make([]netip.AddrPort, n)
	for i := range addrs {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, eaio.Errorf(eaio.KindUnavailable, op, "find a free port: %w", err)
		}
		defer l.Close() // held until all are found, or the same could come twice
		addrs[i] = addrOf(l)
	}
	return addrs, nil
}

func addrOf(l net.Listener) netip.AddrPort { return l.Addr().(*net.TCPAddr).AddrPort() }
