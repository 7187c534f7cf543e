package apptest

import (
	"context"
	"sync"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
)

// Stage tells a hook where in a call it stands.
type Stage string

// Before: nothing has reached the database. After: it has done what was asked,
// and its word is on the way back.
const (
	Before Stage = "before"
	After  Stage = "after"
)

// Hook sees every call that activities make of the store, by the method's name.
// An error it returns is the caller's: before, the call is not made; after, what
// was done stays done. It may block, and may be called concurrently.
type Hook func(ctx context.Context, method string, stage Stage) error

// Store is the real store with hooks around the methods that activities use.
type Store struct {
	*postgres.Store
	mu    sync.Mutex
	hooks []Hook
}

// Hook adds a hook; the first that returns an error decides.
func (s *Store) Hook(h Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, h)
}

// FailFirst returns a hook that fails the first n calls of a method at a stage
// as a database that is away.
func FailFirst(n int, method string, stage Stage) Hook {
	return FailWith(n, method, stage, eaio.Errorf(eaio.KindUnavailable, method, "injected: the connection was lost %s the call", stage))
}

// FailWith returns a hook that fails the first n calls of a method at a stage
// with err.
func FailWith(n int, method string, stage Stage, err error) Hook {
	var mu sync.Mutex
	return func(_ context.Context, called string, at Stage) error {
		mu.Lock()
		defer mu.Unlock()
		if called != method || at != stage || n <= 0 {
			return nil
		}
		n--
		return err
	}
}

// Methods returns the names that hooks see in a task about one building.
func Methods() []string {
	return []string{
		"Subject", "Planned", "Readings", "SaveResults", "SaveCitations", "Append", "Evidence", "Reply",
		"Record", "End", "Claim", "Renew", "StoreReply", "FailCall", "Building", "ClaimDay",
	}
}

func (s *Store) at(ctx context.Context, method string, stage Stage) error {
	s.mu.Lock()
	hooks := s.hooks
	s.mu.Unlock()
	for _, h := range hooks {
		if err := h(ctx, method, stage); err != nil {
			return err
		}
	}
	return nil
}

// around makes a call between its hooks.
func around[T any](ctx context.Context, s *Store, method string, call func() (T, error)) (T, error) {
	if err := s.at(ctx, method, Before); err != nil {
		var none T
		return none, err
	}
	out, err := call()
	if err == nil {
		err = s.at(ctx, method, After)
	}
	return out, err
}

func (s *Store) do(ctx context.Context, method string, call func() error) error {
	_, err := around(ctx, s, method, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// Subject is the store's, between hooks.
func (s *Store) Subject(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Subject, error) {
	return around(ctx, s, "Subject", func() (eaio.Subject, error) { return s.Store.Subject(ctx, tenant, id) })
}

// Planned is the store's, between hooks.
func (s *Store) Planned(ctx context.Context, tenant eaio.TenantID, id, runID string, plan eaio.Plan, asOf time.Time, event eaio.Event) error {
	return s.do(ctx, "Planned", func() error { return s.Store.Planned(ctx, tenant, id, runID, plan, asOf, event) })
}

// Readings is the store's, between hooks.
func (s *Store) Readings(ctx context.Context, tenant eaio.TenantID, meter string, w eaio.Window) (eaio.Readings, error) {
	return around(ctx, s, "Readings", func() (eaio.Readings, error) { return s.Store.Readings(ctx, tenant, meter, w) })
}

// Sites is the store's, between hooks.
func (s *Store) Sites(ctx context.Context, tenant eaio.TenantID, limit int) (sites []eaio.Site, total int, err error) {
	err = s.do(ctx, "Sites", func() (err error) {
		sites, total, err = s.Store.Sites(ctx, tenant, limit)
		return err
	})
	return sites, total, err
}

// SaveResults is the store's, between hooks.
func (s *Store) SaveResults(ctx context.Context, tenant eaio.TenantID, task string, results []eaio.Result, hashes []string) error {
	return s.do(ctx, "SaveResults", func() error { return s.Store.SaveResults(ctx, tenant, task, results, hashes) })
}

// SaveCitations is the store's, between hooks.
func (s *Store) SaveCitations(ctx context.Context, tenant eaio.TenantID, task string, citations []eaio.Citation) error {
	return s.do(ctx, "SaveCitations", func() error { return s.Store.SaveCitations(ctx, tenant, task, citations) })
}

// Append is the store's, between hooks.
func (s *Store) Append(ctx context.Context, tenant eaio.TenantID, task string, events ...eaio.Event) error {
	return s.do(ctx, "Append", func() error { return s.Store.Append(ctx, tenant, task, events...) })
}

// Evidence is the store's, between hooks.
func (s *Store) Evidence(ctx context.Context, tenant eaio.TenantID, task string) (eaio.Evidence, error) {
	return around(ctx, s, "Evidence", func() (eaio.Evidence, error) { return s.Store.Evidence(ctx, tenant, task) })
}

// Reply is the store's, between hooks.
func (s *Store) Reply(ctx context.Context, tenant eaio.TenantID, key string) (eaio.ModelCall, error) {
	return around(ctx, s, "Reply", func() (eaio.ModelCall, error) { return s.Store.Reply(ctx, tenant, key) })
}

// Record is the store's, between hooks.
func (s *Store) Record(ctx context.Context, tenant eaio.TenantID, task string, a eaio.Answer, callKey string, timings eaio.Timings, events []eaio.Event) (eaio.Answer, error) {
	return around(ctx, s, "Record", func() (eaio.Answer, error) {
		return s.Store.Record(ctx, tenant, task, a, callKey, timings, events)
	})
}

// End is the store's, between hooks.
func (s *Store) End(ctx context.Context, tenant eaio.TenantID, id string, status eaio.TaskStatus, problem *eaio.Problem, event eaio.Event) error {
	return s.do(ctx, "End", func() error { return s.Store.End(ctx, tenant, id, status, problem, event) })
}

// Claim is the store's, between hooks.
func (s *Store) Claim(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) (eaio.ModelCall, error) {
	return around(ctx, s, "Claim", func() (eaio.ModelCall, error) { return s.Store.Claim(ctx, tenant, c, lease) })
}

// Renew is the store's, between hooks.
func (s *Store) Renew(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, lease time.Duration) error {
	return s.do(ctx, "Renew", func() error { return s.Store.Renew(ctx, tenant, c, lease) })
}

// StoreReply is the store's, between hooks.
func (s *Store) StoreReply(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, r eaio.ModelReply, costUSD string, events []eaio.Event) error {
	return s.do(ctx, "StoreReply", func() error { return s.Store.StoreReply(ctx, tenant, c, r, costUSD, events) })
}

// FailCall is the store's, between hooks.
func (s *Store) FailCall(ctx context.Context, tenant eaio.TenantID, c eaio.ModelCall, kind eaio.Kind) error {
	return s.do(ctx, "FailCall", func() error { return s.Store.FailCall(ctx, tenant, c, kind) })
}

// Building is the store's, between hooks.
func (s *Store) Building(ctx context.Context, tenant eaio.TenantID, id string) (eaio.Building, error) {
	return around(ctx, s, "Building", func() (eaio.Building, error) { return s.Store.Building(ctx, tenant, id) })
}

// ClaimDay is the store's, between hooks.
func (s *Store) ClaimDay(ctx context.Context, t eaio.Task, set, day string) (id string, created bool, err error) {
	err = s.do(ctx, "ClaimDay", func() (err error) {
		id, created, err = s.Store.ClaimDay(ctx, t, set, day)
		return err
	})
	return id, created, err
}
