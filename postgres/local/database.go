package local

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	noSuchDatabase    = "3D000"
	duplicateDatabase = "42P04"
)

// openDatabase makes sure of the database "eaio" and, for TCP, the password.
func (s *Server) openDatabase(ctx context.Context) error {
	if _, err := s.Database(ctx, "eaio"); err != nil {
		return err
	}
	if s.tcpPort == 0 {
		return nil
	}
	// A utility statement takes no parameters.
	quoted := "'" + strings.ReplaceAll(s.password, "'", "''") + "'"
	return s.exec(ctx, "eaio", "ALTER ROLE "+superuser+" PASSWORD "+quoted)
}

// Database creates the named database unless it exists, and returns its
// address through the socket.
func (s *Server) Database(ctx context.Context, name string) (string, error) {
	err := s.exec(ctx, name, "SELECT 1")
	if code(err) == noSuchDatabase {
		err = s.exec(ctx, "postgres", "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE template0")
	}
	if err != nil && code(err) != duplicateDatabase {
		return "", err
	}
	return s.urlOf(name), nil
}

func (s *Server) exec(ctx context.Context, database, sql string) error {
	conn, err := pgx.Connect(ctx, s.urlOf(database))
	if err != nil {
		return startError("connect to database "+database, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return startError("prepare database "+database, err)
	}
	return nil
}

func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}
