package apptest

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/google/uuid"
)

// Converse opens a conversation about the public building.
func (f *Fixture) Converse(tb testing.TB) eaio.Conversation {
	tb.Helper()
	id := uuid.NewString()
	c, _, err := f.Store.AddConversation(tb.Context(), eaio.Conversation{
		ID: id, Tenant: Tenant, Building: PublicBuilding, Audience: eaio.AudienceManager, IdempotencyKey: id, CreatedAt: time.Now().UTC(),
	}, "")
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// AcceptTurn stores the next turn of a conversation as the API does before it is
// handed over.
func (f *Fixture) AcceptTurn(tb testing.TB, c eaio.Conversation, r eaio.Request) eaio.Task {
	tb.Helper()
	id := uuid.NewString()
	if r.IdempotencyKey == "" {
		r.IdempotencyKey = id
	}
	t := eaio.Task{ID: id, Tenant: Tenant, Request: r, CreatedAt: time.Now().UTC(), Conversation: c.ID}
	if r.Deadline != 0 {
		t.DeadlineAt = t.CreatedAt.Add(r.Deadline)
	}
	t, _, err := f.Store.AcceptTurn(tb.Context(), t, "")
	if err != nil {
		tb.Fatal(err)
	}
	return t
}
