package temporal

import (
	"context"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/primitives/timestamp"
	"go.temporal.io/server/schema/sqlite"

	"github.com/eaio/eaio"
)

// retention is how long an ended workflow can be looked at.
const retention = 72 * time.Hour

// storage says where a server keeps its state.
type storage struct {
	main, visibility *config.SQL
	close            func() // gives back what the store holds besides connections
}

// openStore prepares the store of cfg, made or brought up to date if need be,
// and its namespace.
func openStore(ctx context.Context, cfg Config) (storage, error) {
	open := openSQLite
	if cfg.PostgresURL != "" {
		open = openPostgres
	}
	s, err := open(ctx, cfg)
	if err != nil {
		return storage{}, err
	}
	if err := createNamespace(s.main, cfg.Namespace); err != nil {
		s.close()
		return storage{}, err
	}
	return s, nil
}

// createNamespace writes the namespace into the store itself: one that is
// registered through the API can be used only ten seconds later. Despite its
// package, the function it calls serves every SQL store.
func createNamespace(db *config.SQL, name string) error {
	ns, err := sqlite.NewNamespaceConfig(clusterName, name, false, nil)
	if err == nil {
		ns.Detail.Config.Retention = timestamp.DurationPtr(retention)
		err = sqlite.CreateNamespaces(db, ns)
	}
	if err != nil {
		return eaio.Errorf(eaio.KindUnavailable, op, "create namespace %q: %w", name, err)
	}
	return nil
}
