//go:build unix

package ollama

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

// watched forwards to the server and closes asked once a call has been passed on.
func watched(t *testing.T, server *scriptedollama.Server) (address string, asked chan struct{}) {
	t.Helper()
	u, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	asked = make(chan struct{})
	var once sync.Once
	transport := &http.Transport{}
	s := httptest.NewServer(&httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(u)
			once.Do(func() { close(asked) })
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:     log.New(io.Discard, "", 0),
	})
	t.Cleanup(func() { s.Close(); transport.CloseIdleConnections() })
	return s.URL, asked
}

// TestServerDiesInTheMiddle strikes while a model generates.
func TestServerDiesInTheMiddle(t *testing.T) {
	before, long := runtime.NumGoroutine(), Options{NumCtx: 32768}
	for name, x := range map[string]struct {
		strike func(*testing.T, *scriptedollama.Server, context.CancelFunc)
		limit  time.Duration
		kind   eaio.Kind
	}{
		"server killed": {func(t *testing.T, s *scriptedollama.Server, _ context.CancelFunc) { s.Kill() }, 20 * time.Second, eaio.KindUnavailable},
		"runner killed": {func(t *testing.T, s *scriptedollama.Server, _ context.CancelFunc) {
			if n, err := s.KillRunners(); n != 1 || err != nil {
				t.Errorf("%d runners: %v", n, err)
			}
		}, 20 * time.Second, eaio.KindUnavailable},
		"server frozen": {func(t *testing.T, s *scriptedollama.Server, _ context.CancelFunc) {
			if err := s.Pause(); err != nil {
				t.Error(err)
			}
		}, 1 * time.Second, eaio.KindDeadline},
		"caller gone": {func(_ *testing.T, _ *scriptedollama.Server, cancel context.CancelFunc) { cancel() }, 20 * time.Second, eaio.KindCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			server := scriptedtest.Start(t)
			c := client(t, Config{Host: server.Address(), Options: long})
			if _, err := chat(t, c, ask(scriptedollama.Plain)); err != nil { // loads the model
				t.Fatal(err)
			}
			address, asked := watched(t, server)
			c = client(t, Config{Host: address, Options: long})
			ctx, cancel := context.WithTimeout(t.Context(), x.limit)
			defer cancel()
			q := ask(scriptedollama.Loop)
			q.MaxOutputTokens = 30_000 // some 10 s of work
			begun := time.Now()
			failed := make(chan error, 1)
			go func() {
				_, err := c.Chat(ctx, q)
				failed <- err
			}()
			<-asked
			select {
			case <-time.After(200 * time.Millisecond): // nothing tells that the model has begun
			case err := <-failed:
				t.Fatalf("ended before it was struck: %v", err)
			}
			x.strike(t, server, cancel)
			wantKind(t, <-failed, x.kind)
			if took := time.Since(begun); x.kind != eaio.KindDeadline && took > 5*time.Second || took > x.limit+2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	noLeak(t, before)
}

// TestRecovers shows that the client needs no help after its server came back.
func TestRecovers(t *testing.T) {
	server := scriptedtest.Start(t)
	c := client(t, Config{Host: server.Address()})
	if _, err := chat(t, c, ask(scriptedollama.Plain)); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	c.Close() // a connection from before would say EOF instead of refused
	_, err := chat(t, c, ask(scriptedollama.Plain))
	if wantKind(t, err, eaio.KindUnavailable); err != nil && !strings.Contains(err.Error(), "ollama serve") {
		t.Error(err)
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := chat(t, c, ask(scriptedollama.Plain)); err != nil {
		t.Error(err)
	}
}

// noLeak waits for the goroutines of closed connections to end, which they do a
// moment after the call that used them.
func noLeak(t *testing.T, before int) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(5 * time.Second)
	for runtime.NumGoroutine() > before {
		select {
		case <-tick.C:
		case <-limit:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}
