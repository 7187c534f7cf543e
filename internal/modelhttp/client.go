package modelhttp

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/eaio/eaio"
)

// NewClient returns a client for one endpoint. It has no time limit of its own:
// the context of each request is the only one. It follows no redirect, since
// that would carry a prompt to a host nobody configured. With own set it connects
// only to addresses of this machine's own network (loopback, private ranges,
// link-local, shared, or within networks), whatever names resolve to, and through
// no proxy.
func NewClient(own bool, networks ...netip.Prefix) *http.Client {
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true, // a compressed stream arrives in lumps
	}
	if own {
		t.Proxy, dialer.Control = nil, guard(networks)
	}
	t.DialContext = dialer.DialContext
	return &http.Client{Transport: transport{t}, CheckRedirect: noRedirect}
}

// CloseIdleConnections lets http.Client reach the connections below.
func (t transport) CloseIdleConnections() {
	if base, ok := t.base.(*http.Transport); ok {
		base.CloseIdleConnections()
	}
}

func noRedirect(r *http.Request, _ []*http.Request) error {
	return eaio.Errorf(eaio.KindInvalid, "", "the endpoint redirects to host %s: configure the address it means", Clip(r.URL.Host))
}

func guard(networks []netip.Prefix) func(network, address string, c syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !owned(at.Addr(), networks) {
			return eaio.Errorf(eaio.KindForbidden, "", "%s is outside the machine's own network", address)
		}
		return nil
	}
}

// shared is the range that carriers and overlay networks use (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

func owned(a netip.Addr, networks []netip.Prefix) bool {
	a = a.Unmap().WithZone("")
	if a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || shared.Contains(a) {
		return true
	}
	for _, n := range networks {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// CheckBase returns why u cannot be the base of an endpoint, or nil: it needs
// http or https and a host, and must hold no user, password, query or fragment,
// which would end up in error messages.
func CheckBase(u *url.URL) error {
	var faults []string
	if u.Scheme != "http" && u.Scheme != "https" {
		faults = append(faults, "it must begin with http:// or https://")
	}
	if u.Hostname() == "" {
		faults = append(faults, "it needs a host")
	}
	if u.User != nil {
		faults = append(faults, "it must not hold a user or password")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		faults = append(faults, "it must not hold a query or fragment")
	}
	if faults == nil {
		return nil
	}
	return eaio.Errorf(eaio.KindInvalid, "", "the address is not usable: %s", strings.Join(faults, "; "))
}

// Health bounds a look at an endpoint's models: five seconds, and a body of
// some megabytes for each request made under the context.
func Health(ctx context.Context) (context.Context, *Exchange, context.CancelFunc) {
	x := NewExchange("", 16<<10)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	return x.Context(ctx), x, cancel
}
