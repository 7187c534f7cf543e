package eaio

import (
	"encoding/json"
	"time"
)

// EventType names what happened to a task.
type EventType string

// The events of a task, in the order in which they can occur.
const (
	EventAccepted   EventType = "task.accepted"
	EventPlanned    EventType = "task.planned"
	EventGathered   EventType = "evidence.gathered"
	EventRoute      EventType = "route.chosen"
	EventOverBudget EventType = "budget.exceeded" // a budget had no room for a call
	EventCalled     EventType = "model.called"
	EventReplied    EventType = "model.replied"
	EventSoftLimit  EventType = "budget.soft_limit" // the reply brought a budget to its soft limit
	EventRejected   EventType = "answer.rejected"
	EventRecorded   EventType = "answer.recorded"
	EventCompleted  EventType = "task.completed"
	EventFailed     EventType = "task.failed"
	EventCancelled  EventType = "task.cancelled"
)

// Last reports whether no event follows one of this type.
func (t EventType) Last() bool {
	return t == EventCompleted || t == EventFailed || t == EventCancelled
}

// Event is one entry of a task's journal. ID is deterministic, so that writing
// it twice leaves one; Seq is its place in the task's stream, from 1.
type Event struct {
	Seq  int64           `json:"seq"`
	ID   string          `json:"id"`
	Type EventType       `json:"type"`
	At   time.Time       `json:"at"`
	Data json.RawMessage `json:"data,omitempty"`
}

// NewEvent makes an event; id tells apart several of one type within a task
// (empty: there is only one). It panics if data cannot be encoded, which only a
// programming mistake can cause.
func NewEvent(t EventType, id string, data any) Event {
	e := Event{ID: string(t), Type: t}
	if id != "" {
		e.ID += "/" + id
	}
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			panic(err)
		}
		e.Data = b
	}
	return e
}
