package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/eaio/eaio/activities"
	"github.com/eaio/eaio/api"
)

// Handler returns the HTTP gateway. ctx bounds what listens for news.
func (a *App) Handler(ctx context.Context, version string) http.Handler {
	return api.New(api.Config{
		Starter: a.Starter, Tasks: a.Store, Feedback: a.Store, Budgets: a.Store, Buildings: a.Store, Meters: a.Store, Passages: a.Passages,
		Talker: a.Starter, Conversations: a.Store,
		News: a.Store.Listen(ctx, a.Log), Guard: activities.NewGuard(a.Acts.Planner, a.Acts.Analyst, a.Acts.Router, a.Acts.Recorder), Backlog: a.Store,
		Checks: a.Checks(), Version: version, UIURL: a.Config.TemporalUI, Namespace: a.Config.TemporalNamespace,
		Deadline: a.Config.Deadline, Log: a.Log,
	})
}

// ServeAPI serves on the listener and sweeps unstarted tasks until ctx ends, then
// lets requests under way finish.
func (a *App) ServeAPI(ctx context.Context, l net.Listener, version string) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go a.Starter.Sweep(serving, sweepEvery, sweepAge)
	return a.serve(serving, l, a.Handler(serving, version))
}

// A task that no process started waits for these two: starting one takes
// milliseconds, or two seconds where Temporal is slow.
const (
	sweepEvery = time.Second
	sweepAge   = 3 * time.Second
)

// ServeProbe serves health and metrics of a process without an API until ctx ends.
func (a *App) ServeProbe(ctx context.Context, l net.Listener, version string) error {
	return a.serve(ctx, l, api.NewProbe(api.Config{Checks: a.Checks(), Version: version, Log: a.Log}))
}

func (a *App) serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
