package postgres_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
)

// plan is what the planner does for every value of the parameters, as a statement
// that is kept prepared gets it in the end: its node types with their indexes, and
// the buffers that these values touch.
func plan(t *testing.T, d *db, query string, args ...any) (nodes []string, buffers int) {
	t.Helper()
	conn, err := d.sql.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	run := func(sql string, into ...any) {
		t.Helper()
		if len(into) == 0 {
			if _, err := conn.Exec(t.Context(), sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			return
		}
		if err := conn.QueryRow(t.Context(), sql).Scan(into...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	values := make([]string, len(args))
	for i, a := range args {
		if values[i] = fmt.Sprint(a); fmt.Sprintf("%T", a) != "int" {
			values[i] = fmt.Sprintf("'%v'", a)
		}
	}
	run("set plan_cache_mode = force_generic_plan")
	run("prepare probe as " + query)
	defer run("deallocate probe")
	var out []byte
	run("explain (analyze, buffers, format json) execute probe ("+strings.Join(values, ", ")+")", &out)
	type node struct {
		Type     string `json:"Node Type"`
		Relation string `json:"Relation Name"`
		Index    string `json:"Index Name"`
		Hit      int    `json:"Shared Hit Blocks"`
		Read     int    `json:"Shared Read Blocks"`
		Plans    []json.RawMessage
	}
	var walk func(raw []byte) node
	walk = func(raw []byte) node {
		var n node
		if err := json.Unmarshal(raw, &n); err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, strings.TrimSpace(n.Type+" "+n.Relation+" "+n.Index))
		for _, child := range n.Plans {
			walk(child)
		}
		return n
	}
	var top []struct{ Plan json.RawMessage }
	if err := json.Unmarshal(out, &top); err != nil {
		t.Fatal(err)
	}
	n := walk(top[0].Plan)
	return nodes, n.Hit + n.Read
}

func wantPlan(t *testing.T, nodes []string, buffers, most int, index string) {
	t.Helper()
	all := strings.Join(nodes, "; ")
	if !strings.Contains(all+";", index+";") || strings.Contains(all, "Seq Scan") || buffers > most {
		t.Errorf("%d buffers (at most %d are right) by %s; want %s", buffers, most, all, index)
	}
}

// Lists follow an index in their own order, whatever the filter, and stop at their limit.
func TestListsFollowAnIndex(t *testing.T) {
	d := open(t)
	d.exec(t, "insert into tenants values ('big', 'Big'), ('small', 'Small')")
	d.exec(t, `insert into tasks (tenant, id, idempotency_key, body_hash, building, request, status, created_at)
		select case when i % 50 = 0 then 'small' else 'big' end, 't' || i, 'k' || i, '', 'b' || i % 200, '{}',
			case when i % 1000 = 7 then 'accepted' when i % 500 = 3 then 'failed' else 'completed' end, now() - make_interval(secs => i / 3)
		from generate_series(1, 30000) i`)
	d.exec(t, "insert into answers (tenant, task, revision, text, status, answered_by, reason) select tenant, id, 1, '', '', '', '' from tasks")
	d.exec(t, "vacuum analyze tasks, answers")
	for _, c := range []struct {
		filter eaio.TaskFilter
		index  string
	}{
		{eaio.TaskFilter{}, "tasks_by_time"},
		{eaio.TaskFilter{Before: "t29001"}, "tasks_by_time"},
		{eaio.TaskFilter{Building: "b7"}, "tasks_by_building"},
		{eaio.TaskFilter{Building: "b7", Before: "t20007"}, "tasks_by_building"},
		{eaio.TaskFilter{Status: eaio.TaskFailed}, "tasks_by_status"},
		{eaio.TaskFilter{Status: eaio.TaskFailed, Before: "t20003"}, "tasks_by_status"},
		{eaio.TaskFilter{Building: "b7", Status: eaio.TaskCompleted}, "tasks_by_building"},
	} {
		t.Run(fmt.Sprintf("%+v", c.filter), func(t *testing.T) {
			c.filter.Limit = 20
			query, args := postgres.TasksQuery("big", c.filter)
			nodes, buffers := plan(t, d, query, args...)
			wantPlan(t, nodes, buffers, 200, "Index Scan tasks "+c.index)
			if strings.Contains(strings.Join(nodes, "; "), "Sort tasks") {
				t.Errorf("sorted: %v", nodes)
			}
		})
	}
	nodes, buffers := plan(t, d, postgres.UnstartedQuery, 5, 20)
	wantPlan(t, nodes, buffers, 60, "Index Scan tasks tasks_accepted")
	d.exec(t, "update tasks set deadline_at = created_at + interval '5 s', completed_at = case when status = 'completed' then created_at end")
	d.exec(t, "vacuum analyze tasks")
	nodes, buffers = plan(t, d, postgres.BacklogQuery, 5)
	wantPlan(t, nodes, buffers, 60, "tasks_answered")
}

// The rarer ways to find a row have their indexes as well, once there are statistics.
func TestSecondaryKeysAreUsed(t *testing.T) {
	d := open(t)
	d.exec(t, "insert into tasks (tenant, id, idempotency_key, body_hash, request, status) select 'default', 't' || i, 'k' || i, '', '{}', 'accepted' from generate_series(1, 5000) i")
	d.exec(t, "insert into model_calls (tenant, key, task, pool, model, attempt, state, lease_until) select tenant, id || '/1', id, '', '', 1, 'claimed', now() from tasks")
	d.exec(t, "insert into buildings (tenant, id, name, timezone) select 'default', 'b' || i, '', 'UTC' from generate_series(0, 499) i")
	d.exec(t, "insert into meters (tenant, id, building, commodity, unit, interval_s) select 'default', 'm' || i, 'b' || i % 500, '', '', 60 from generate_series(1, 5000) i")
	d.exec(t, "analyze tasks, model_calls, meters")
	for query, index := range map[string]string{
		"select id, body_hash from tasks where tenant = $1 and idempotency_key = $2": "Index Scan tasks tasks_tenant_idempotency_key_key",
		"select input_tokens from model_calls where tenant = $1 and task = $2":       "Index Scan model_calls model_calls_by_task",
		"select id from meters where tenant = $1 and building = $2":                  "meters_by_building",
	} {
		nodes, buffers := plan(t, d, query, "default", "x")
		wantPlan(t, nodes, buffers, 20, index)
	}
}

// One row is found by its key also before there are statistics: a plan that is made
// for an empty table is kept while the first thousands of rows come in.
func TestKeysAreUsedFromTheFirstRow(t *testing.T) {
	d := open(t)
	for query, index := range map[string]string{
		"select 1 from tasks where tenant = $1 and id = $2 for no key update":                        "Index Scan tasks tasks_pkey",
		"select 1 from model_calls where tenant = $1 and key = $2 for no key update":                 "Index Scan model_calls model_calls_pkey",
		"select readings from meters where tenant = $1 and id = $2":                                  "Index Scan meters meters_pkey",
		"select name from buildings where tenant = $1 and id = $2":                                   "Index Scan buildings buildings_pkey",
		"select text from answers where tenant = $1 and task = $2 order by revision desc limit 1":    "Index Scan answers answers_pkey",
		"select data from task_events where tenant = $1 and task = $2 and seq > 3 order by seq":      "Index Scan task_events task_events_pkey",
		"select name from facts where tenant = $1 and task = $2 order by no":                         "Index Scan facts facts_pkey",
		"select analysis from results where tenant = $1 and task = $2 order by no":                   "Index Scan results results_pkey",
		"select passage from citations where tenant = $1 and task = $2 order by no":                  "Index Scan citations citations_pkey",
		"select task from scheduled_days where tenant = $1 and building = $2 and day = '2017-05-01'": "scheduled_days_pkey",
	} {
		nodes, buffers := plan(t, d, query, "default", "x")
		wantPlan(t, nodes, buffers, 20, index)
	}
}

// Windows read the partitions of their own months only.
func TestReadingsReadTheirMonthsOnly(t *testing.T) {
	d := open(t)
	d.building(t, "b")
	d.load(t, electricity("b/e"), hours(newYear, twoYears))
	no := one[int](t, d, "select no from meters")
	nodes, buffers := plan(t, d, "select at, value from readings where tenant = $1 and meter = $2 and at >= $3::timestamptz and at < $4::timestamptz",
		string(tenant), no, newYear.AddDate(0, 3, 0).Format("2006-01-02"), newYear.AddDate(0, 4, 0).Format("2006-01-02"))
	wantPlan(t, nodes, buffers, 40, "readings_2017_04_pkey")
	if len(nodes) > 3 {
		t.Errorf("%v", nodes)
	}
}
