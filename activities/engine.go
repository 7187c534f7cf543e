package activities

import (
	"context"
	"log/slog"

	"go.temporal.io/sdk/activity"
)

// What Temporal gives a step that it runs. The same steps may be called without
// it, as the guard and the benchmark's yardstick do: such a call has no run,
// beats for nobody and is stopped by its context alone.

// runID names the run that a step belongs to; empty outside of one.
func runID(ctx context.Context) string {
	if !activity.IsActivity(ctx) {
		return ""
	}
	return activity.GetInfo(ctx).WorkflowExecution.RunID
}

// taskToken is how Temporal knows this attempt of a step; nil outside of one.
func taskToken(ctx context.Context) []byte {
	if !activity.IsActivity(ctx) {
		return nil
	}
	return activity.GetInfo(ctx).TaskToken
}

func heartbeat(ctx context.Context) {
	if activity.IsActivity(ctx) {
		activity.RecordHeartbeat(ctx)
	}
}

// stopping is closed when the worker that runs a step stops; nil outside of one.
func stopping(ctx context.Context) <-chan struct{} {
	if !activity.IsActivity(ctx) {
		return nil
	}
	return activity.GetWorkerStopChannel(ctx)
}

// warn writes to the step's own log.
func warn(ctx context.Context, message string, about ...any) {
	var log interface {
		Warn(message string, about ...any)
	} = slog.Default()
	if activity.IsActivity(ctx) {
		log = activity.GetLogger(ctx)
	}
	log.Warn(message, about...)
}
