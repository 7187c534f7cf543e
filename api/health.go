package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// checkTime bounds each dependency's check.
const checkTime = 2 * time.Second

type readyOutput struct {
	Status int
	Body   struct {
		Ready  bool         `json:"ready"`
		Checks []checkState `json:"checks"`
	}
}

type checkState struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	State string `json:"state"`
}

type aliveOutput struct {
	Body struct {
		Status  string `json:"status"`
		Version string `json:"version"`
	}
}

func (s *server) registerHealth(a huma.API) {
	tags := []string{"operations"}
	huma.Register(a, huma.Operation{OperationID: "healthz", Method: http.MethodGet, Path: "/healthz", Summary: "Alive", Tags: tags}, func(context.Context, *struct{}) (*aliveOutput, error) {
		out := &aliveOutput{}
		out.Body.Status, out.Body.Version = "ok", s.Version
		return out, nil
	})
	huma.Register(a, huma.Operation{OperationID: "readyz", Method: http.MethodGet, Path: "/readyz", Summary: "Each dependency with its state", Description: "503 when one does not answer.", Tags: tags}, s.ready)
}

func (s *server) ready(ctx context.Context, _ *struct{}) (*readyOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	out := &readyOutput{Status: http.StatusOK}
	out.Body.Ready = true
	out.Body.Checks = make([]checkState, len(s.Checks))
	var wg sync.WaitGroup
	for i, c := range s.Checks {
		wg.Go(func() {
			state, err := c.Check(ctx)
			if err != nil {
				state = err.Error()
			}
			out.Body.Checks[i] = checkState{c.Name, err == nil, state}
		})
	}
	wg.Wait()
	for _, c := range out.Body.Checks {
		if !c.OK {
			out.Status, out.Body.Ready = http.StatusServiceUnavailable, false
		}
	}
	return out, nil
}
