package postgres_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
	"github.com/eaio/eaio/postgres/local/pgtest"
)

// schema describes all tables, columns, indexes and constraints.
func schema(t *testing.T, d *db) string {
	t.Helper()
	return strings.Join(column[string](t, d, `
		select format('%s.%s %s %s %s %s', table_name, column_name, data_type, is_nullable, column_default, identity_generation)
			from information_schema.columns where table_schema = 'public'
		union all select indexdef from pg_indexes where schemaname = 'public'
		union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
		order by 1`), "\n")
}

func TestMigrateUpDownUp(t *testing.T) {
	d := openAt(t, pgtest.Shared(t))
	have, want, err := d.SchemaVersion(t.Context())
	if err != nil || have != 0 || want < 2 {
		t.Fatalf("an empty database is at version %d of %d, %v", have, want, err)
	}
	d.wantCount(t, 0, "pg_tables where schemaname = 'public'") // to look is not to write
	up := func() {
		t.Helper()
		from, to, err := d.Migrate(t.Context())
		if err != nil || from != 0 || to != want {
			t.Fatalf("%d → %d, %v", from, to, err)
		}
	}
	up()
	first := schema(t, d)
	if from, to, err := d.Migrate(t.Context()); err != nil || from != want || to != want {
		t.Errorf("a second time: %d → %d, %v", from, to, err)
	}
	d.building(t, "b") // rows and partitions must not hold up the way down
	d.accept(t, "a")
	if _, err := d.ImportReadings(t.Context(), tenant, electricity("b/e"), hours(time.Now(), 3), eaio.ImportSource{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := postgres.MigrateTo(d.Store, t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if left := column[string](t, d, "select tablename::text from pg_tables where schemaname = 'public'"); fmt.Sprint(left) != "[schema_version]" {
		t.Errorf("left behind: %v", left)
	}
	up()
	if again := schema(t, d); again != first {
		t.Errorf("the schema differs after down and up:\n%s\nwas\n%s", again, first)
	}
	if have, _, err := d.SchemaVersion(t.Context()); err != nil || have != want {
		t.Errorf("version %d of %d, %v", have, want, err)
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	d := open(t)
	before := schema(t, d)
	d.exec(t, "update schema_version set version = version + 1")
	have, known, err := d.SchemaVersion(t.Context())
	if err != nil || have != known+1 {
		t.Errorf("version %d, this binary knows %d, %v", have, known, err)
	}
	_, _, err = d.Migrate(t.Context())
	wantKind(t, err, eaio.KindConflict)
	if words := fmt.Sprintf("schema version %d, this binary knows %d: use a newer binary", have, known); err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("the words: %v", err)
	}
	if now := one[int32](t, d, "select version from schema_version"); now != have || schema(t, d) != before {
		t.Errorf("the newer schema was touched: version %d", now)
	}
}

// To say which version there is must not wait for a migration that takes long.
func TestSchemaVersionWaitsForNobody(t *testing.T) {
	d := open(t)
	d.hold(t, "lock schema_version in share row exclusive mode")
	d.hold(t, "select pg_advisory_xact_lock(9628173550095224)") // the migrator's
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if have, want, err := d.SchemaVersion(ctx); err != nil || have != want {
		t.Errorf("%d of %d, %v", have, want, err)
	}
}

// migrating makes TestMigrateElsewhere migrate the database of this URL.
const migrating = "EAIO_POSTGRES_TEST_MIGRATE"

func TestMigrateElsewhere(t *testing.T) {
	url := os.Getenv(migrating)
	if url == "" {
		t.Skip("part of TestProcessesMigrateAtOnce")
	}
	d := openAt(t, url)
	if _, to, err := d.Migrate(t.Context()); err != nil || to < 2 {
		t.Fatalf("to %d, %v", to, err)
	}
	d.accept(t, fmt.Sprint("by ", os.Getpid()))
}

func TestProcessesMigrateAtOnce(t *testing.T) {
	d := openAt(t, pgtest.Shared(t))
	const n = 3
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestMigrateElsewhere$", "-test.count=1")
			cmd.Env = append(os.Environ(), migrating+"="+d.url)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	have, want, err := d.SchemaVersion(t.Context())
	if err != nil || have != want {
		t.Errorf("version %d of %d, %v", have, want, err)
	}
	d.wantCount(t, n, "tasks")
	d.wantCount(t, 1, "schema_version")
}
