// Package stubmodel is an endpoint of OpenAI's chat protocol with a fixed latency
// and replies made by a function: what benchmarks measure against, and the cash
// desk that counts which calls were paid twice.
package stubmodel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/eaio/eaio"
)

// Request is what a call asks for.
type Request struct {
	Model     string          `json:"model"`
	Messages  []eaio.Message  `json:"messages"`
	MaxTokens int             `json:"max_tokens"`
	Schema    json.RawMessage `json:"-"` // nil: plain text
	Key       string          `json:"-"` // Idempotency-Key; empty: none
}

// Config says how the stub replies. The zero Config replies "ok" at once.
type Config struct {
	Latency time.Duration          // from the request to the reply, which comes whole then
	Text    func(r Request) string // nil: "ok"; called from many goroutines
	Models  []string               // what /v1/models lists; empty: stub
}

// Server is a running stub. It is safe for concurrent use.
type Server struct {
	cfg      Config
	listener net.Listener
	server   *http.Server

	mu       sync.Mutex
	calls    map[string]int
	answered map[string]int
	ids      int
}

// Start starts a stub on a free port of loopback.
func Start(cfg Config) (*Server, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return Serve(l, cfg), nil
}

// Serve starts a stub behind the listener, which it closes.
func Serve(l net.Listener, cfg Config) *Server {
	if cfg.Text == nil {
		cfg.Text = func(Request) string { return "ok" }
	}
	if len(cfg.Models) == 0 {
		cfg.Models = []string{"stub"}
	}
	s := &Server{cfg: cfg, listener: l, calls: map[string]int{}, answered: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.chat)
	mux.HandleFunc("GET /v1/models", s.models)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.server.Serve(l) }()
	return s
}

// BaseURL is the address up to and including the version.
func (s *Server) BaseURL() string { return s.Root() + "/v1" }

// Root is the address without the version.
func (s *Server) Root() string { return "http://" + s.listener.Addr().String() }

// Close ends the stub and its connections.
func (s *Server) Close() { _ = s.server.Close() }

// Calls returns how many calls arrived under each Idempotency-Key ("": none). A
// provider asks to be paid for each, answered or not.
func (s *Server) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Answered returns how many calls got their whole reply, by key.
func (s *Server) Answered() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.answered)
}

// PaidTwice returns how many calls came again under a key that had come before.
func (s *Server) PaidTwice() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for key, calls := range s.calls {
		if key != "" {
			n += calls - 1
		}
	}
	return n
}

func (s *Server) models(w http.ResponseWriter, _ *http.Request) {
	type model struct {
		ID     string `json:"id"`
		Object string `json:"object"`
	}
	list := struct {
		Object string  `json:"object"`
		Data   []model `json:"data"`
	}{Object: "list"}
	for _, name := range s.cfg.Models {
		list.Data = append(list.Data, model{name, "model"})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list)
}

// wire is a call as it arrives.
type wire struct {
	Request
	MaxCompletionTokens int  `json:"max_completion_tokens"`
	Stream              bool `json:"stream"`
	StreamOptions       struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	ResponseFormat struct {
		JSONSchema struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	q, err := decode(http.MaxBytesReader(w, r.Body, 16<<20))
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"message": err.Error(), "type": "invalid_request_error"}})
		return
	}
	q.Key = r.Header.Get("Idempotency-Key")
	id := s.count(q.Key)
	timer := time.NewTimer(s.cfg.Latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		return
	}
	if s.reply(w, id, q) == nil {
		s.mu.Lock()
		s.answered[q.Key]++
		s.mu.Unlock()
	}
}

func (s *Server) count(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[key]++
	s.ids++
	return fmt.Sprintf("chatcmpl-%d", s.ids)
}

func decode(body io.Reader) (wire, error) {
	var q wire
	if err := json.NewDecoder(body).Decode(&q); err != nil {
		return q, fmt.Errorf("the body is not a chat request: %w", err)
	}
	if q.Model == "" || len(q.Messages) == 0 {
		return q, errors.New("the request needs a model and messages")
	}
	q.MaxTokens = max(q.MaxTokens, q.MaxCompletionTokens)
	q.Schema = q.ResponseFormat.JSONSchema.Schema
	return q, nil
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

// used counts words: a stub's token is a word.
func used(q wire, text string) usage {
	u := usage{Completion: len(strings.Fields(text))}
	for _, m := range q.Messages {
		u.Prompt += len(strings.Fields(m.Content))
	}
	u.Total = u.Prompt + u.Completion
	return u
}

type choice struct {
	Index   int           `json:"index"`
	Delta   *eaio.Message `json:"delta,omitempty"`
	Message *eaio.Message `json:"message,omitempty"`
	Finish  *string       `json:"finish_reason"`
}

type reply struct {
	ID      string   `json:"id"`
	Object  string   `json:"object"`
	Created int64    `json:"created"`
	Model   string   `json:"model"`
	Choices []choice `json:"choices"`
	Usage   *usage   `json:"usage,omitempty"`
}

// reply writes a whole reply in one go, cut to the tokens allowed.
func (s *Server) reply(w http.ResponseWriter, id string, q wire) error {
	text, finish := s.cfg.Text(q.Request), "stop"
	if pieces := strings.SplitAfter(text, " "); q.MaxTokens > 0 && len(pieces) > q.MaxTokens {
		text, finish = strings.Join(pieces[:q.MaxTokens], ""), "length"
	}
	u := used(q, text)
	r := reply{ID: id, Object: "chat.completion", Created: time.Now().Unix(), Model: q.Model}
	if !q.Stream {
		r.Choices, r.Usage = []choice{{Message: &eaio.Message{Role: eaio.RoleAssistant, Content: text}, Finish: &finish}}, &u
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(r)
	}
	r.Object = "chat.completion.chunk"
	var b strings.Builder
	chunk := func(c ...choice) {
		r.Choices = c
		line, _ := json.Marshal(r) // of strings and numbers alone: it cannot fail
		fmt.Fprintf(&b, "data: %s\n\n", line)
	}
	for _, piece := range strings.SplitAfter(text, " ") {
		chunk(choice{Delta: &eaio.Message{Role: eaio.RoleAssistant, Content: piece}})
	}
	chunk(choice{Delta: &eaio.Message{}, Finish: &finish})
	if q.StreamOptions.IncludeUsage {
		r.Usage = &u
		chunk([]choice{}...)
	}
	b.WriteString("data: [DONE]\n\n")
	w.Header().Set("Content-Type", "text/event-stream")
	_, err := io.WriteString(w, b.String())
	return err
}
