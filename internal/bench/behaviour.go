package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/internal/stubmodel"
)

// Behaviour is a way in which a model serves its caller, or lets it down.
type Behaviour struct {
	Name  string
	Fault faultproxy.Fault
	Says  string // what the model replies; empty: words that verify
	Down  bool   // nothing listens
}

const (
	trueWords = "The night was above its usual level [F1]."
	lie       = "Last night the building used 987,654 kWh [F1]."
)

// Healthy is the model as it should be.
var Healthy = Behaviour{Name: "healthy"}

// Behaviours lists the healthy model and then every way to fail, each of OpenAI's
// protocol.
func Behaviours() []Behaviour {
	failing := func(status int, header http.Header, body string) faultproxy.Fault {
		return faultproxy.Fault{Mode: faultproxy.Reply, Status: status, Header: header, Body: body}
	}
	stream := http.Header{"Content-Type": {"text/event-stream"}}
	said := func(delta, finish string) string {
		return fmt.Sprintf("data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n", delta, finish)
	}
	return []Behaviour{
		Healthy,
		{Name: "slow (2 s)", Fault: faultproxy.Fault{Delay: 2 * time.Second}},
		{Name: "too slow (20 s)", Fault: faultproxy.Fault{Delay: 20 * time.Second}},
		{Name: "hung before the first token", Fault: faultproxy.Fault{Mode: faultproxy.Hang}},
		{Name: "hung in the middle", Fault: faultproxy.Fault{Mode: faultproxy.Stall, After: 300}},
		{Name: "cut in the middle", Fault: faultproxy.Fault{Mode: faultproxy.Cut, After: 300}},
		{Name: "connection refused", Down: true},
		{Name: "black hole", Fault: faultproxy.Fault{Mode: faultproxy.BlackHole}},
		{Name: "429 with Retry-After", Fault: failing(429, http.Header{"Retry-After": {"30"}}, `{"error":{"message":"slow down","code":"rate_limit_exceeded"}}`)},
		{Name: "429 without a hint", Fault: failing(429, nil, `{"error":{"message":"slow down","code":"rate_limit_exceeded"}}`)},
		{Name: "500", Fault: failing(500, nil, `{"error":{"message":"broken"}}`)},
		{Name: "malformed JSON", Fault: failing(200, stream, "data: {\"choices\": [{\"del\n\n")},
		{Name: "wrong numbers", Says: lie},
		{Name: "endless output", Fault: faultproxy.Fault{Mode: faultproxy.Endless, Header: stream, Body: said(`{"content":"again and "}`, "null")}},
		{Name: "context too long", Fault: failing(400, nil, `{"error":{"message":"maximum context length is 4096 tokens","code":"context_length_exceeded"}}`)},
		{Name: "refused", Fault: failing(200, stream, said(`{"refusal":"I would rather not."}`, `"stop"`)+"data: [DONE]\n\n")},
		{Name: "empty", Fault: failing(200, stream, said(`{"content":""}`, `"stop"`)+"data: [DONE]\n\n")},
	}
}

// FaultyModel is a stub model that behaves as it is told to.
type FaultyModel struct {
	stub    *stubmodel.Server
	address string

	mu    sync.Mutex
	now   Behaviour
	proxy *faultproxy.Proxy // nil while nothing listens
	asked int               // of the proxies before this one
}

// ServeFaultyModel starts a healthy one behind the listener, which it closes.
func ServeFaultyModel(l net.Listener, latency time.Duration) (*FaultyModel, error) {
	m := &FaultyModel{address: l.Addr().String()}
	stub, err := stubmodel.Start(stubmodel.Config{Latency: latency, Text: m.says})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	m.stub = stub
	if m.proxy, err = faultproxy.Serve(l, stub.Root()); err != nil {
		stub.Close()
		return nil, err
	}
	return m, nil
}

func (m *FaultyModel) says(stubmodel.Request) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now.Says != "" {
		return m.now.Says
	}
	return trueWords
}

// BaseURL is the address up to and including the version.
func (m *FaultyModel) BaseURL() string { return "http://" + m.address + "/v1" }

// Behave changes what the model does from now on.
func (m *FaultyModel) Behave(ctx context.Context, b Behaviour) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = b
	if b.Down {
		m.close()
		return nil
	}
	if m.proxy == nil {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", m.address)
		if err != nil {
			return err
		}
		if m.proxy, err = faultproxy.Serve(l, m.stub.Root()); err != nil {
			return err
		}
	}
	return m.proxy.Set(b.Fault)
}

// Asked counts the calls that arrived so far.
func (m *FaultyModel) Asked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.proxy == nil {
		return m.asked
	}
	return m.asked + m.proxy.Requests()
}

// Close ends the model.
func (m *FaultyModel) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.close()
	m.stub.Close()
}

func (m *FaultyModel) close() {
	if m.proxy != nil {
		m.asked += m.proxy.Requests()
		m.proxy.Close()
		m.proxy = nil
	}
}
