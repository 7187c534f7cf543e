package temporal

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

func TestPortTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cfg := onSQLite(t)
	for _, tt := range []struct {
		name, flag string
		set        func(*Config)
	}{
		{"frontend", "--temporal-port", func(c *Config) { c.FrontendAddr = taken.Addr().String() }},
		{"web UI", "--ui-port", func(c *Config) { c.UIAddr = taken.Addr().String() }},
		{"own flag", "--mine", func(c *Config) { c.UIAddr, c.UIFlag = taken.Addr().String(), "--mine" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := cfg
			tt.set(&cfg)
			s, err := Start(t.Context(), cfg)
			if err == nil {
				s.Stop()
			}
			port := fmt.Sprintf("port %d ", addrOf(taken).Port())
			if eaio.KindOf(err) != eaio.KindConflict || !strings.Contains(err.Error(), port) || !strings.Contains(err.Error(), tt.flag) {
				t.Errorf("got %v, want a conflict that names %q and %s", err, port, tt.flag)
			}
		})
	}
	start(t, cfg) // what failed holds nothing
}

// TestListensOnLoopbackOnly looks at the process from outside, while a server
// runs and after it has stopped.
func TestListensOnLoopbackOnly(t *testing.T) {
	before := listeners(t)
	cfg := onSQLite(t)
	cfg.UIAddr = "127.0.0.1:0"
	s := start(t, cfg)
	running := listeners(t)
	for _, want := range []string{s.Address(), strings.TrimPrefix(s.UIURL(), "http://")} {
		if !slices.Contains(running, netip.MustParseAddrPort(want)) {
			t.Errorf("%s is not among the listeners %v", want, running)
		}
	}
	if got, want := len(running)-len(before), len(roles)+1; got != want {
		t.Errorf("%d listeners, want %d: %v", got, want, running)
	}
	for _, l := range running {
		if !l.Addr().IsLoopback() {
			t.Errorf("%s can be reached from other machines", l)
		}
	}
	s.Stop()
	if after := listeners(t); !slices.Equal(after, before) {
		t.Errorf("listeners before %v, after %v", before, after)
	}
}

// TestStopLeaksNothing repeats a server's life and expects the process not to
// grow by it.
func TestStopLeaksNothing(t *testing.T) {
	cfg := onSQLite(t)
	cfg.UIAddr = "127.0.0.1:0"
	live := func() {
		s := start(t, cfg)
		c := dial(t, s)
		if err := begin(t.Context(), c, t.Name()); err != nil && !strings.Contains(err.Error(), "already") {
			t.Fatal(err)
		}
		c.Close()
		s.Stop()
	}
	live() // what stays for the life of the process comes up once
	settle()
	before := runtime.NumGoroutine()
	const lives = 3
	for range lives {
		live()
	}
	grown := settle() - before
	t.Logf("%d goroutines after the first life, %d more after %d others", before, grown, lives)
	if grown > leakPerLife*lives {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines more than before:\n%s", grown, buf[:runtime.Stack(buf, true)])
	}
}

// leakPerLife is what the server is known to leave: it never closes the
// connections between its own parts, each with three idle goroutines.
const leakPerLife = 30

// settle waits for goroutines that are about to end, and returns how many are left.
func settle() int {
	n := runtime.NumGoroutine()
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond) // nothing tells when another's goroutine ends
		n = min(n, runtime.NumGoroutine())
	}
	return n
}

// listeners returns the addresses on which this process listens, sorted.
func listeners(t *testing.T) (addrs []netip.AddrPort) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc, which only Linux has")
	}
	mine := map[string]bool{}
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil {
			mine[to] = true
		}
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue // no IPv6 here
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			field := strings.Fields(lines.Text())
			const listening = "0A"
			if len(field) > 9 && field[3] == listening && mine["socket:["+field[9]+"]"] {
				addrs = append(addrs, parseProcAddr(t, field[1]))
			}
		}
	}
	slices.SortFunc(addrs, netip.AddrPort.Compare)
	return addrs
}

// parseProcAddr reads an address as the kernel prints it: words in host order.
func parseProcAddr(t *testing.T, s string) netip.AddrPort {
	t.Helper()
	host, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(host)
	if err != nil {
		t.Fatal(err)
	}
	for w := 0; w < len(raw); w += 4 {
		binary.BigEndian.PutUint32(raw[w:], binary.NativeEndian.Uint32(raw[w:]))
	}
	addr, ok := netip.AddrFromSlice(raw)
	p, err := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil {
		t.Fatalf("cannot read the address %q", s)
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(p))
}
