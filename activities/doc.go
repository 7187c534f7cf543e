// Package activities does the side effects of the workflows: one file per kind.
// Every activity may be repeated; what it wrote the first time stays.
package activities

import (
	"context"
	"errors"

	"github.com/eaio/eaio"
	"go.temporal.io/sdk/temporal"
)

// Abandoned is what ends an attempt whose worker has died: the next one finds the
// claim free, or the reply stored.
func Abandoned() error {
	return failure(eaio.Errorf(eaio.KindUnavailable, "generate", "the worker that made the call has died"))
}

// failure turns an error into what Temporal and the workflow understand: the
// kind as type, whether to try again, and when. The stable word of a problem, if
// it is another than the kind, is the first detail; the
// budget that had no room is the second.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return temporal.NewCanceledError()
	}
	kind := eaio.KindOf(err)
	options := temporal.ApplicationErrorOptions{NonRetryable: !kind.Retryable()}
	if code := eaio.CodeOf(err); code != string(kind) {
		options.Details = []any{code}
	}
	var short *eaio.Shortfall
	if errors.As(err, &short) {
		options.Details = []any{eaio.CodeOf(err), short}
	}
	if after := eaio.RetryAfterOf(err); after > 0 {
		options.NextRetryDelay = after
	}
	if kind == eaio.KindRateLimited {
		options.Category = temporal.ApplicationErrorCategoryBenign
	}
	return temporal.NewApplicationErrorWithOptions(err.Error(), string(kind), options)
}
