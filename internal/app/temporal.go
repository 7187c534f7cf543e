package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

func temporalOptions(cfg Config, logger *slog.Logger) client.Options {
	// A lost server is looked for every second; the SDK's own pause grows to ten.
	reconnect := grpc.WithConnectParams(grpc.ConnectParams{
		Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
		MinConnectTimeout: 5 * time.Second,
	})
	return client.Options{
		HostPort: cfg.TemporalAddress, Namespace: cfg.TemporalNamespace,
		Logger:            log.NewStructuredLogger(logger.With("part", "temporal")),
		ConnectionOptions: client.ConnectionOptions{DialOptions: []grpc.DialOption{reconnect}},
	}
}

// dialTemporal waits, with a word and at most cfg.ConnectTimeout, for a server
// that is not there yet.
func dialTemporal(ctx context.Context, cfg Config, logger *slog.Logger) (client.Client, error) {
	limit, cancel := context.WithTimeout(ctx, cfg.ConnectTimeout)
	defer cancel()
	for told := false; ; told = true {
		c, err := client.DialContext(limit, temporalOptions(cfg, logger))
		if err == nil {
			return c, nil
		}
		if !told {
			logger.InfoContext(ctx, "waiting for Temporal", "address", cfg.TemporalAddress, "at_most", cfg.ConnectTimeout)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-limit.Done():
			return nil, eaio.Errorf(eaio.KindUnavailable, "", "no Temporal server answers at %s (namespace %s): start one, or name it with --temporal-address: %w", cfg.TemporalAddress, cfg.TemporalNamespace, err)
		case <-time.After(askTemporalEvery):
		}
	}
}

const (
	askTemporalEvery  = 500 * time.Millisecond
	tellTemporalEvery = 30 * time.Second
)

// awaitTemporal reports whether the server answers before ctx ends. It says what
// it waits for, at first and every half minute.
func (a *App) awaitTemporal(ctx context.Context) bool {
	var told time.Time
	for {
		_, err := a.checkTemporal(ctx)
		if err == nil {
			return true
		}
		if ctx.Err() == nil && time.Since(told) > tellTemporalEvery {
			told = time.Now()
			a.Log.WarnContext(ctx, "waiting for Temporal", "error", err)
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(askTemporalEvery):
		}
	}
}
