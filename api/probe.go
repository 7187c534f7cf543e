package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewProbe returns the handler of a process that serves no API: /healthz, /readyz
// and /metrics. It uses of the configuration Checks, Version and Log.
func NewProbe(cfg Config) http.Handler {
	useProblems()
	mux := http.NewServeMux()
	c := huma.DefaultConfig("EAIO", cfg.Version)
	c.DocsPath, c.SchemasPath, c.OpenAPIPath, c.CreateHooks = "", "", "", nil
	s := &server{Config: cfg}
	s.registerHealth(humago.New(mux, c))
	mux.Handle("GET /metrics", promhttp.Handler())
	mux.HandleFunc("/", notFound(mux))
	return withRequestID(s.logged(mux))
}
