package app

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/eaio/eaio/routing"
)

// PoolStatus is a pool as an operator sees it.
type PoolStatus struct {
	Name      string           `json:"name"`
	Privacy   string           `json:"privacy"` // local, cloud, or "cloud, masked"
	Model     string           `json:"model"`
	Missing   string           `json:"missing,omitempty"`       // why this process cannot ask it
	SpentUSD  string           `json:"spent_24h_usd,omitempty"` // by all tenants in the last 24 hours; empty: not known
	Endpoints []EndpointStatus `json:"endpoints"`
}

// EndpointStatus is an endpoint: what it said now, and what the board knows of it.
type EndpointStatus struct {
	Name         string  `json:"name"`
	Health       string  `json:"health"` // what it said to this process; empty: it was not asked
	Healthy      bool    `json:"healthy"`
	Breaker      string  `json:"breaker"` // closed, half open, or open with reason and time left; unknown without the board
	InFlight     int     `json:"in_flight"`
	FirstTokenMS float64 `json:"first_token_ms"` // moving average; 0: not measured
	TokensPerS   float64 `json:"tokens_per_s"`
}

// spender tells what pools have cost since a time, in USD by the pool's name.
type spender interface {
	Spent(ctx context.Context, since time.Time) (map[string]string, error)
}

// statusTime bounds what an endpoint or the board may take.
const statusTime = 5 * time.Second

// Pools asks every endpoint that this process can ask, and the board. Where the
// board cannot be read the error says so, and the rest is there.
func (a *App) Pools(ctx context.Context) ([]PoolStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	states, err := a.Store.Targets(ctx)
	spent := map[string]string{}
	if err == nil {
		spent, err = spender(a.Store).Spent(ctx, time.Now().Add(-24*time.Hour))
	}
	out := make([]PoolStatus, len(a.Models))
	var asking sync.WaitGroup
	for i, m := range a.Models {
		p := PoolStatus{Name: m.Pool.Name, Privacy: privacyOf(m.Pool), Model: m.Pool.Model, Missing: m.Missing}
		if err == nil {
			p.SpentUSD = cmp.Or(spent[p.Name], "0")
		}
		p.Endpoints = endpoints(m, states, err == nil)
		out[i] = p
		for j := range p.Endpoints {
			asking.Go(func() { m.ask(ctx, &p.Endpoints[j]) })
		}
	}
	asking.Wait()
	return out, err
}

func privacyOf(p routing.Pool) string {
	switch {
	case p.Local:
		return "local"
	case p.Masked:
		return "cloud, masked"
	}
	return "cloud"
}

// endpoints are those of the configuration, this node's own, and of a pool of
// nodes all that were heard of lately; known tells whether the board was read.
func endpoints(m ModelPool, states []routing.State, known bool) []EndpointStatus {
	list, unheard := []EndpointStatus{}, "closed"
	if !known {
		unheard = "unknown"
	}
	at := map[string]int{}
	add := func(t routing.Target) *EndpointStatus {
		i, found := at[t.Endpoint]
		if !found {
			i = len(list)
			at[t.Endpoint] = i
			list = append(list, EndpointStatus{Name: t.Endpoint, Breaker: unheard})
		}
		return &list[i]
	}
	targets := map[routing.Target]bool{}
	for _, e := range m.Pool.Endpoints {
		targets[m.Pool.Target(e)] = true
		add(m.Pool.Target(e))
	}
	for _, e := range m.Endpoints {
		targets[m.Pool.Target(e.Endpoint)] = true
		add(m.Pool.Target(e.Endpoint))
	}
	for _, s := range states {
		node := len(m.Pool.Endpoints) == 0 && s.Pool == m.Pool.Name && s.Model == m.Pool.Model && s.Quiet < routing.Forgotten
		if !targets[s.Target] && !node {
			continue
		}
		e := add(s.Target)
		e.Breaker, e.InFlight, e.FirstTokenMS, e.TokensPerS = breaker(s), s.InFlight, s.FirstToken.Seconds()*1000, s.Rate
	}
	return list
}

func breaker(s routing.State) string {
	switch {
	case s.Reason == "":
		return "closed"
	case s.OpenFor > 0:
		return fmt.Sprintf("open (%s) for %s", s.Reason, s.OpenFor.Round(time.Second))
	}
	return fmt.Sprintf("half open (%s)", s.Reason)
}

func (m ModelPool) ask(ctx context.Context, status *EndpointStatus) {
	for _, e := range m.Endpoints {
		if e.Endpoint.Name != status.Name {
			continue
		}
		state, err := e.Health(ctx)
		if err != nil {
			state = "does not answer: " + err.Error()
		}
		status.Health, status.Healthy = state, err == nil
	}
}
