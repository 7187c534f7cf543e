package api_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eaio/eaio/api"
)

func TestProbeOfAProcessWithoutAPI(t *testing.T) {
	var fault error
	probe := api.NewProbe(api.Config{
		Version: "1.2.3", Log: slog.New(slog.DiscardHandler),
		Checks: []api.Check{{Name: "temporal", Check: func(context.Context) (string, error) { return "answers", fault }}},
	})
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		probe.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code, w.Body.String()
	}
	for path, want := range map[string]string{"/healthz": "1.2.3", "/readyz": "answers", "/metrics": "go_goroutines"} {
		if status, body := ask(path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	fault = errors.New("connection refused")
	if status, body := ask("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "refused") {
		t.Errorf("with a fault: %d %s", status, body)
	}
	if status, _ := ask("/v1/tasks"); status != http.StatusNotFound {
		t.Errorf("a route of the API: %d", status)
	}
}
