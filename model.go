package eaio

import (
	"encoding/json"
	"time"
)

// Role of a message in a model call.
type Role string

// The roles.
const (
	RoleSystem    Role = "system"
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
)

// Message is one entry of a model call.
type Message struct {
	Role    Role   `json:"role"`
	Content string `json:"content"`
}

// ModelRequest is one call of a language model.
type ModelRequest struct {
	Model           string
	Messages        []Message
	MaxOutputTokens int             // > 0
	Schema          json.RawMessage // JSON schema of the reply; nil: plain text
	CallKey         string          // the same for every attempt; sent as the provider's idempotency key where one exists
	Private         bool            // a reply that did not come from this machine's own network is a breach
}

// ModelReply is a complete reply.
type ModelReply struct {
	Text         string
	Model        string // as the provider names it
	InputTokens  int
	OutputTokens int
	FirstToken   time.Duration // from the request to the first content
	Total        time.Duration
	Cold         bool // the model had to be loaded first
}

// Refusal names a candidate that was not asked, and why.
type Refusal struct {
	Pool   string `json:"pool"`
	Model  string `json:"model,omitempty"`
	Reason Reason `json:"reason"`
}

// Candidate is a pool and model that may be asked.
type Candidate struct {
	Pool  string `json:"pool"`
	Model string `json:"model"`
	Local bool   `json:"local"`
}

// Route is the recorded decision: whom to ask, in order, and who was left out.
type Route struct {
	Candidates []Candidate `json:"candidates,omitempty"`
	Refused    []Refusal   `json:"refused,omitempty"`
}
