package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/workflows"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"
)

// Migrate brings the database and Temporal's search attributes to what this
// binary needs; doing it twice is the same. It returns what it did in words.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) ([]string, error) {
	store, err := postgres.Open(ctx, cfg.DatabaseURL, 2)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	from, to, err := store.Migrate(ctx)
	if err != nil {
		return nil, err
	}
	done := []string{fmt.Sprintf("database: schema version %d → %d", from, to)}
	c, err := dialTemporal(ctx, cfg, log)
	if err != nil {
		return done, err
	}
	defer c.Close()
	added, err := addSearchAttributes(ctx, c, cfg.TemporalNamespace)
	if err != nil {
		return done, err
	}
	return append(done, fmt.Sprintf("temporal: %d search attributes added, %d in all", added, len(workflows.SearchAttributes()))), nil
}

func addSearchAttributes(ctx context.Context, c client.Client, namespace string) (added int, err error) {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return 0, eaio.Errorf(eaio.KindUnavailable, "list search attributes", "%w", err)
	}
	missing := map[string]enums.IndexedValueType{}
	for _, name := range workflows.SearchAttributes() {
		if _, ok := have.CustomAttributes[name]; !ok {
			missing[name] = enums.INDEXED_VALUE_TYPE_KEYWORD
		}
	}
	if len(missing) == 0 {
		return 0, nil
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing})
	if err != nil {
		return 0, eaio.Errorf(eaio.KindUnavailable, "add search attributes", "%w", err)
	}
	return len(missing), nil
}
