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
	Body   readiness
}

type readiness struct {
	Ready  bool         `json:"ready"`
	Checks []checkState `json:"checks"`
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
	huma.Register(a, huma.Operation{
		OperationID: "readyz", Method: http.MethodGet, Path: "/readyz", Summary: "Each dependency with its state", Tags: tags,
		Responses: map[string]*huma.Response{"503": jsonOf[readiness](a, "One does not answer."), "default": problems(a)},
	}, s.ready)
	a.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "metrics", Method: http.MethodGet, Path: "/metrics", Summary: "Counters and gauges for Prometheus", Tags: tags,
		Responses: map[string]*huma.Response{"200": {Description: "Prometheus text format", Content: map[string]*huma.MediaType{"text/plain": {}}}},
	})
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
