package eaio

import (
	"cmp"
	"time"
)

// Conversation is many turns with one reader. Each turn is a task; what a turn
// leaves open, such as its building, is taken from here and from the turns before.
type Conversation struct {
	ID             string    `json:"id"`
	Tenant         TenantID  `json:"-"`
	Building       string    `json:"building,omitempty"`
	Audience       Audience  `json:"audience"`
	Language       Language  `json:"language,omitempty"` // empty: each question's own
	Privacy        Privacy   `json:"privacy,omitempty"`  // may only tighten the buildings'
	TurnCount      int       `json:"turn_count"`         // accepted so far
	CreatedAt      time.Time `json:"created_at"`
	LastAt         time.Time `json:"last_at"` // when the latest turn was accepted
	IdempotencyKey string    `json:"-"`
}

// Ref is the workflow's view of the conversation.
func (c Conversation) Ref() ConversationRef { return ConversationRef{Tenant: c.Tenant, ID: c.ID} }

// ConversationRef is all that a workflow is given of a conversation.
type ConversationRef struct {
	Tenant TenantID `json:"tenant"`
	ID     string   `json:"id"`
}

// MaxOpenTurns is how many turns of one conversation may be under way or wait.
const MaxOpenTurns = 10

// Within completes a turn's request: what it leaves open is the conversation's,
// then the last turn's (nil: there is none). An instant to speak of is handed on
// only while the building stays the same.
func (r Request) Within(c Conversation, last *Request) Request {
	r.Building = cmp.Or(r.Building, c.Building)
	r.Audience = cmp.Or(r.Audience, c.Audience)
	r.Language = cmp.Or(r.Language, c.Language)
	if c.Privacy != "" {
		r.Privacy = c.Privacy.Tighten(r.Privacy)
	}
	if last == nil {
		return r
	}
	r.Building = cmp.Or(r.Building, last.Building)
	if r.AsOf.IsZero() && r.Building == last.Building {
		r.AsOf = last.AsOf
	}
	return r
}

// Turn is what a later turn of the same conversation may look back on.
type Turn struct {
	Number       int          `json:"number"`
	Task         string       `json:"task"`
	Question     string       `json:"question"` // cut short in a turn long ago
	Building     string       `json:"building,omitempty"`
	Privacy      Privacy      `json:"privacy,omitempty"` // of its request
	Plan         *Plan        `json:"plan,omitempty"`    // nil: not planned
	Status       TaskStatus   `json:"status"`
	AnswerStatus ResultStatus `json:"answer_status,omitempty"`
	Answer       string       `json:"answer,omitempty"` // empty in a turn long ago
	Facts        []string     `json:"facts,omitempty"`  // its first ones, such as "F1 energy"
}
