// Package faultproxy stands between a client and an HTTP server and breaks their
// talk in the ways networks, gateways and models do, so that tests and drills can
// show what becomes of a task then.
package faultproxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// Proxy forwards to one target and applies the current fault. It is safe for
// concurrent use.
type Proxy struct {
	listener *holdingListener
	server   *http.Server
	forward  *httputil.ReverseProxy

	mu       sync.Mutex
	fault    Fault
	left     int // requests that the fault still applies to, where it counts them
	requests int
	keys     map[string]int
}

// Start starts a proxy of the target, a URL, on a free port of loopback.
func Start(target string) (*Proxy, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return Serve(l, target)
}

// Serve starts a proxy of the target behind the listener, which it closes.
func Serve(l net.Listener, target string) (*Proxy, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.Join(fmt.Errorf("target %q: want an address such as http://127.0.0.1:11434", target), l.Close())
	}
	p := &Proxy{keys: map[string]int{}}
	p.listener = &holdingListener{Listener: l, hold: func() bool { return p.current().Mode == BlackHole }}
	quiet := log.New(io.Discard, "", 0) // broken connections are the point
	p.forward = &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(u) },
		Transport:      &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
		FlushInterval:  -1,
		ErrorLog:       quiet,
		ModifyResponse: spoil,
	}
	p.server = &http.Server{Handler: p, ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.Serve(p.listener) }()
	return p, nil
}

// URL is the proxy's address, to be used in place of the target's.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() }

// Set replaces the fault for the requests from now on; those under way go on
// under the fault they met.
func (p *Proxy) Set(f Fault) error {
	if err := f.validate(); err != nil {
		return err
	}
	p.mu.Lock()
	p.fault, p.left = f, f.Times
	p.mu.Unlock()
	p.listener.release()
	return nil
}

// Requests returns how many requests have arrived, those answered here included.
// One that a black hole swallowed is not among them.
func (p *Proxy) Requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// Keys returns how many requests arrived under each Idempotency-Key ("": none).
func (p *Proxy) Keys() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.keys)
}

// Close ends the proxy and all its connections.
func (p *Proxy) Close() {
	_ = p.server.Close()
	p.listener.release()
	if t, ok := p.forward.Transport.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

func (p *Proxy) current() Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault
}

// take counts a request and returns the fault it meets.
func (p *Proxy) take(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	p.keys[r.Header.Get("Idempotency-Key")]++
	f := p.fault
	if f.Times > 0 {
		if p.left--; p.left <= 0 {
			p.fault = Fault{}
		}
	}
	return f
}

type faultKey struct{}

// ServeHTTP applies the fault to one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := p.take(r)
	if !pause(r.Context(), f.Delay) {
		return
	}
	switch f.Mode {
	case Hang, BlackHole: // the latter on a connection from before it opened
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case Reply, Endless:
		answer(w, r, f)
	default:
		p.forward.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), faultKey{}, f)))
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func answer(w http.ResponseWriter, r *http.Request, f Fault) {
	_, _ = io.Copy(io.Discard, r.Body)
	maps.Copy(w.Header(), f.Header)
	if f.Status == 0 {
		f.Status = http.StatusOK
	}
	w.WriteHeader(f.Status)
	for {
		if _, err := io.WriteString(w, f.Body); err != nil || f.Mode != Endless || r.Context().Err() != nil {
			return
		}
	}
}

// spoil applies cut, end and stall to a reply on its way.
func spoil(resp *http.Response) error {
	f, _ := resp.Request.Context().Value(faultKey{}).(Fault)
	if f.Mode == Cut || f.Mode == End || f.Mode == Stall {
		resp.Body = &spoiled{ReadCloser: resp.Body, ctx: resp.Request.Context(), mode: f.Mode, left: f.After}
		if f.Mode == End {
			resp.Header.Del("Content-Length")
			resp.ContentLength = -1
		}
	}
	return nil
}

type spoiled struct {
	io.ReadCloser
	ctx  context.Context // of the request, which the body outlives by nothing
	mode Mode
	left int64
}

var errCut = errors.New("cut")

func (s *spoiled) Read(b []byte) (int, error) {
	if s.left > 0 {
		n, err := s.ReadCloser.Read(b[:min(int64(len(b)), s.left)])
		s.left -= int64(n)
		return n, err
	}
	switch s.mode {
	case End:
		return 0, io.EOF
	case Stall:
		<-s.ctx.Done()
		return 0, s.ctx.Err()
	default:
		return 0, errCut
	}
}
