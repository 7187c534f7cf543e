package temporal

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	v12 "go.temporal.io/server/schema/postgresql/v12"

	"github.com/eaio/eaio"
)

func TestSQLiteIsSetForCrashes(t *testing.T) {
	cfg := onSQLite(t)
	start(t, cfg)
	var mode string
	db := openSQLiteFile(t, filepath.Join(cfg.Dir, "temporal.db"))
	if err := db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %q, %v", mode, err)
	}
}

func TestFolderWithAnOddName(t *testing.T) {
	cfg := onSQLite(t)
	cfg.Dir = filepath.Join(cfg.Dir, "Tòa nhà #1?mode=memory %41")
	start(t, cfg)
	if _, err := os.Stat(filepath.Join(cfg.Dir, "temporal.db")); err != nil {
		t.Error(err)
	}
}

func TestSQLiteOfAnotherVersion(t *testing.T) {
	for name, statement := range map[string]string{
		"other version": "UPDATE eaio_schema SET version = '0.1'",
		"not ours":      "DROP TABLE eaio_schema",
	} {
		t.Run(name, func(t *testing.T) {
			cfg := onSQLite(t)
			start(t, cfg).Stop()
			db := openSQLiteFile(t, filepath.Join(cfg.Dir, "temporal.db"))
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
			s, err := Start(t.Context(), cfg)
			if err == nil {
				s.Stop()
			}
			if eaio.KindOf(err) != eaio.KindConflict || !strings.Contains(err.Error(), "temporal.db") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestPostgresHalfMade starts from what a kill leaves before there is a schema.
func TestPostgresHalfMade(t *testing.T) {
	cfg := onPostgres(t)
	psql(t, cfg.PostgresURL, "CREATE DATABASE "+database(t, cfg)+"_temporal")
	psql(t, sibling(t, cfg), `CREATE TABLE schema_version (version_partition int, db_name varchar(255), creation_time timestamp,
		curr_version varchar(64), min_compatible_version varchar(64), PRIMARY KEY (version_partition, db_name))`)
	c := dial(t, start(t, cfg))
	if err := begin(t.Context(), c, "any"); err != nil {
		t.Error(err)
	}
}

// TestPostgresMadeByMany has the schema made several times at once, as happens when
// a process is killed and PostgreSQL goes on with what it had asked for.
func TestPostgresMadeByMany(t *testing.T) {
	cfg := onPostgres(t).WithDefaults()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := openPostgres(t.Context(), cfg)
			if err != nil {
				t.Error(err)
				return
			}
			s.close()
		})
	}
	wg.Wait()
	start(t, cfg)
}

// TestPostgresOfAnEarlierVersion expects the steps from there to be taken.
func TestPostgresOfAnEarlierVersion(t *testing.T) {
	cfg := onPostgres(t)
	start(t, cfg).Stop()
	psql(t, sibling(t, cfg), // undo the server's last step
		"DROP TABLE current_chasm_executions",
		"UPDATE schema_version SET curr_version = '1.18'")
	start(t, cfg).Stop()
	psql(t, sibling(t, cfg),
		"SELECT 1/count(*) FROM schema_version WHERE curr_version = '"+v12.Version+"'",
		"SELECT 1/count(*) FROM schema_update_history WHERE old_version = '1.18'",
		"TABLE current_chasm_executions")
}

// TestPostgresThatIsNotOurs expects a strange table to survive.
func TestPostgresThatIsNotOurs(t *testing.T) {
	cfg := onPostgres(t)
	psql(t, cfg.PostgresURL, "CREATE DATABASE "+database(t, cfg)+"_temporal")
	psql(t, sibling(t, cfg), "CREATE TABLE theirs AS SELECT 1 AS n")
	start(t, cfg).Stop()
	psql(t, sibling(t, cfg), "SELECT n FROM theirs")
}

func database(t *testing.T, cfg Config) string {
	t.Helper()
	u, err := parsePostgresURL(cfg.PostgresURL)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(u.Path, "/")
}

// sibling is the URL of the database that the server keeps its workflows in.
func sibling(t *testing.T, cfg Config) string {
	name := database(t, cfg)
	return strings.Replace(cfg.PostgresURL, "/"+name, "/"+name+"_temporal", 1)
}
