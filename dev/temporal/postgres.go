package temporal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/schema"
	v12 "go.temporal.io/server/schema/postgresql/v12"
	schematool "go.temporal.io/server/tools/common/schema"
	sqltool "go.temporal.io/server/tools/sql"

	"github.com/eaio/eaio"
)

// openPostgres keeps the state beside the database of the URL, in
// <database>_temporal and <database>_temporal_visibility: each part numbers its
// schema by itself.
func openPostgres(ctx context.Context, cfg Config) (storage, error) {
	u, err := parsePostgresURL(cfg.PostgresURL)
	if err != nil {
		return storage{}, err
	}
	base := strings.TrimPrefix(u.Path, "/")
	// Each of the four parts of the server opens both: at most 28 connections.
	main := postgresConfig(u, base+"_temporal", 5)
	visibility := postgresConfig(u, base+"_temporal_visibility", 2)
	log := logger{cfg.Logger}
	for _, part := range []schemaPart{
		{main, "postgresql/v12/temporal", v12.Version},
		{visibility, "postgresql/v12/visibility", v12.VisibilityVersion},
	} {
		if err := part.migrate(ctx, base, log); err != nil {
			return storage{}, err
		}
	}
	return storage{main: main, visibility: visibility, close: func() {}}, nil
}

func postgresConfig(u *url.URL, database string, conns int) *config.SQL {
	password, _ := u.User.Password()
	attributes := map[string]string{}
	for key, values := range u.Query() {
		attributes[key] = values[0]
	}
	return &config.SQL{
		PluginName:        postgresql.PluginNamePGX,
		DatabaseName:      database,
		ConnectAddr:       u.Host,
		ConnectProtocol:   "tcp",
		User:              url.QueryEscape(u.User.Username()),
		Password:          password,
		ConnectAttributes: attributes,
		MaxConns:          conns,
		MaxIdleConns:      conns,
	}
}

// schemaPart is one database with the server's schema for it.
type schemaPart struct {
	db      *config.SQL
	files   string // folder among the server's schema files
	version string // of the schema in that folder
}

// overtakenFor is how long another's making of a schema is waited for.
const overtakenFor = 20 * time.Second

// migrate tries until nobody else is at it: what a killed process had asked for,
// PostgreSQL goes on to make.
func (p schemaPart) migrate(ctx context.Context, adminDatabase string, log logger) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(overtakenFor); ; {
		if err := ctx.Err(); err != nil {
			return eaio.Errorf(eaio.KindOf(err), op, "%w", err)
		}
		err := p.attempt(adminDatabase, log)
		if err == nil {
			return nil
		}
		if !overtaken(err) || time.Now().After(deadline) {
			return eaio.Errorf(eaio.KindUnavailable, op, "prepare database %s: %w", p.db.DatabaseName, err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// overtaken reports whether err says that what was to be made has just been made.
func overtaken(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case "42P04", "42P06", "42P07", "42710", "42723", "23505": // duplicate database, schema, table, object, function, key
		return true
	case "XX000", "55006": // tuple concurrently updated, database in use as a template
		return true
	}
	return false
}

// attempt creates the database and brings it to this server's schema. Cut short
// while it makes a new schema, it can be done again.
func (p schemaPart) attempt(adminDatabase string, log logger) error {
	db := *p.db
	db.MaxConns, db.MaxIdleConns = 1, 1
	admin := db // DoCreateDatabase changes what it is given
	if err := sqltool.DoCreateDatabase(&admin, adminDatabase, log); err != nil {
		return err
	}
	conn, err := sqltool.NewConnection(&db, log)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.CreateSchemaVersionTables(); err != nil {
		return err
	}
	_, err = conn.ReadSchemaVersion()
	if errors.Is(err, sql.ErrNoRows) {
		return p.create(conn)
	}
	if err != nil {
		return err
	}
	update := &schematool.UpdateConfig{SchemaName: p.files}
	return schematool.NewUpdateSchemaTask(conn, update, log).Run()
}

// create makes the schema with its version in one go: statements that are sent
// together are one transaction. The server's own tool sends them one by one, and
// cannot go on where a kill interrupted it.
func (p schemaPart) create(conn *sqltool.Connection) error {
	ddl, err := fs.ReadFile(schema.Assets(), p.files+"/schema.sql")
	if err != nil {
		return err
	}
	return conn.Exec(fmt.Sprintf(`%s;
INSERT INTO schema_version (version_partition, db_name, creation_time, curr_version, min_compatible_version)
VALUES (0, '%s', now(), '%s', '%[3]s')`, ddl, strings.ReplaceAll(p.db.DatabaseName, "'", "''"), p.version))
}
