package apptest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/eaio/eaio"
)

// Task reads a task with its answer.
func (f *Fixture) Task(tb testing.TB, id string) eaio.Task {
	tb.Helper()
	t, err := f.Store.Store.Task(context.WithoutCancel(tb.Context()), Tenant, id)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// Events reads a task's journal.
func (f *Fixture) Events(tb testing.TB, id string) []eaio.Event {
	tb.Helper()
	list, err := f.Store.Store.Events(context.WithoutCancel(tb.Context()), Tenant, id, 0, 1000)
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// Types returns the types of a task's events in their order.
func (f *Fixture) Types(tb testing.TB, id string) (types []eaio.EventType) {
	tb.Helper()
	for _, e := range f.Events(tb, id) {
		types = append(types, e.Type)
	}
	return types
}

// Event decodes the data of a task's only event of that type into data.
func (f *Fixture) Event(tb testing.TB, id string, of eaio.EventType, data any) {
	tb.Helper()
	var found []eaio.Event
	for _, e := range f.Events(tb, id) {
		if e.Type == of {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		tb.Fatalf("%d events %s, want 1", len(found), of)
	}
	if err := json.Unmarshal(found[0].Data, data); err != nil {
		tb.Fatalf("data of %s: %v", of, err)
	}
}

// Number returns the one number that a query counts.
func (f *Fixture) Number(tb testing.TB, sql string, args ...any) (n int) {
	tb.Helper()
	if err := f.DB.QueryRow(context.WithoutCancel(tb.Context()), sql, args...).Scan(&n); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Exec changes rows behind the program's back.
func (f *Fixture) Exec(tb testing.TB, sql string, args ...any) {
	tb.Helper()
	if _, err := f.DB.Exec(context.WithoutCancel(tb.Context()), sql, args...); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
}

// Rows returns everything that is stored of a task, table by table, to the last
// time stamp: equal maps mean that nothing was written in between.
func (f *Fixture) Rows(tb testing.TB, id string) map[string]string {
	tb.Helper()
	rows := map[string]string{}
	for table, key := range map[string]string{
		"tasks": "id", "task_events": "task", "results": "task", "facts": "task",
		"citations": "task", "answers": "task", "model_calls": "task", "scheduled_days": "task",
	} {
		var text string
		sql := `select coalesce(jsonb_agg(to_jsonb(r) order by to_jsonb(r)::text)::text, '[]') from ` + table + ` r where r.tenant = $1 and r.` + key + ` = $2`
		if err := f.DB.QueryRow(context.WithoutCancel(tb.Context()), sql, string(Tenant), id).Scan(&text); err != nil {
			tb.Fatalf("%s: %v", sql, err)
		}
		rows[table] = text
	}
	return rows
}
