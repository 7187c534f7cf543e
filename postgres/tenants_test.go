package postgres_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/postgres"
)

// The two tenants have everything under the same ids. What belongs to theirs
// carries the mark, so that it shows wherever it comes out.
const (
	mine   = eaio.TenantID("mine")
	theirs = eaio.TenantID("company") // sorts first, so that a row found by its id alone is theirs
	mark   = "SECRET"
	number = 987654.25 // the only value of their readings
)

// nobodys are the methods that belong to no tenant, and why.
var nobodys = map[string]string{
	"Close": "connections", "Ping": "connections", "ServerVersion": "the server", "Migrate": "the schema", "SchemaVersion": "the schema",
	"Backlog":   "admission's: two counts over all tenants",
	"Unstarted": "the sweeper's: returns each task with its tenant",
	"Watch":     "the workers': hands out Temporal's tokens of calls, whoever's, and no content",
	"BeginCall": "endpoints of models are everybody's, and their board holds nobody's data", "EndCall": "as BeginCall", "MarkTarget": "as BeginCall", "Targets": "as BeginCall",
	"Spent":  "the operators': what pools have cost in all",
	"Listen": "one connection for all; who subscribes names the tenant (TestNewsKeepTenantsApart)",
}

// ids of what they have: an answered task, one under way, one that only waits; and
// one that they do not have.
var ids = []string{"a", "working", "waiting", "none"}

type method struct {
	name string
	call func() (any, error)
}

// methods calls each method of the store as mine, with an id. In this order all
// succeed; what each returns is what its caller gets to see.
func methods(t *testing.T, s *postgres.Store, id string) []method {
	ctx := t.Context()
	task := newTask(id)
	task.Tenant, task.Request.Building, task.Request.Question = mine, id, "mine"
	c := eaio.ModelCall{Key: id + "/call", Task: id, Pool: "mine", Model: "mine", Attempt: 1}
	m := eaio.Meter{ID: id + "/e", Building: id, Commodity: "electricity", Unit: "kWh", Interval: time.Hour}
	event := eaio.NewEvent(eaio.EventRoute, "mine", nil)
	nothing := func(err error) (any, error) { return nil, err }
	return []method{
		{"AddBuilding", func() (any, error) {
			return nothing(s.AddBuilding(ctx, mine, eaio.Building{ID: id, Name: "mine", Use: "office", AreaM2: 10, Timezone: "UTC", Privacy: eaio.PrivacyPublic}))
		}},
		{"PutBuilding", func() (any, error) {
			return nothing(s.PutBuilding(ctx, mine, eaio.Building{ID: id, Name: "mine", Use: "office", AreaM2: 10, Timezone: "UTC", Privacy: eaio.PrivacyPublic}))
		}},
		{"Building", func() (any, error) { return s.Building(ctx, mine, id) }},
		{"Buildings", func() (any, error) { return s.Buildings(ctx, mine, "", 100) }},
		{"ImportReadings", func() (any, error) {
			return s.ImportReadings(ctx, mine, m, hours(newYear.Add(time.Hour), 3), eaio.ImportSource{File: "mine"})
		}},
		{"ImportWeather", func() (any, error) {
			return s.ImportWeather(ctx, mine, "station", hours(newYear.Add(time.Hour), 3), eaio.ImportSource{File: "mine"})
		}},
		{"Sites", func() (any, error) {
			sites, total, err := s.Sites(ctx, mine, 100)
			return []any{sites, total}, err
		}},
		{"UseOfPeers", func() (any, error) {
			return s.UseOfPeers(ctx, mine, id, eaio.Window{From: newYear, To: newYear.AddDate(1, 0, 0)}, 100)
		}},
		{"Meters", func() (any, error) { return s.Meters(ctx, mine, id) }},
		{"Readings", func() (any, error) {
			return s.Readings(ctx, mine, m.ID, eaio.Window{From: newYear, To: newYear.AddDate(1, 0, 0)})
		}},
		{"Temperatures", func() (any, error) {
			return s.Temperatures(ctx, mine, "station", eaio.Window{From: newYear, To: newYear.AddDate(1, 0, 0)})
		}},
		{"ClaimDay", func() (any, error) {
			got, created, err := s.ClaimDay(ctx, task, "nightly", "2017-05-01")
			return []any{got, created}, err
		}},
		{"Accept", func() (any, error) {
			got, created, err := s.Accept(ctx, task, "") // as ClaimDay has it
			return []any{got, created}, err
		}},
		{"Task", func() (any, error) { return s.Task(ctx, mine, id) }},
		{"Tasks", func() (any, error) { return s.Tasks(ctx, mine, eaio.TaskFilter{Limit: 100}) }},
		{"Tasks", func() (any, error) { return s.Tasks(ctx, mine, eaio.TaskFilter{Building: id, Limit: 100}) }},
		{"Tasks", func() (any, error) { return s.Tasks(ctx, mine, eaio.TaskFilter{Before: id, Limit: 100}) }},
		{"Subject", func() (any, error) { return s.Subject(ctx, mine, id) }},
		{"Planned", func() (any, error) {
			return nothing(s.Planned(ctx, mine, id, "mine", eaio.Plan{Agent: "mine"}, newYear, eaio.NewEvent(eaio.EventPlanned, "", "mine")))
		}},
		{"SaveResults", func() (any, error) { return nothing(s.SaveResults(ctx, mine, id, results("mine"), hashes("mine"))) }},
		{"SaveCitations", func() (any, error) { return nothing(s.SaveCitations(ctx, mine, id, citations("mine"))) }},
		{"Evidence", func() (any, error) { return s.Evidence(ctx, mine, id) }},
		{"Append", func() (any, error) { return nothing(s.Append(ctx, mine, id, event)) }},
		{"Events", func() (any, error) { return s.Events(ctx, mine, id, 0, 100) }},
		{"SetBudget", func() (any, error) {
			return nothing(s.SetBudget(ctx, mine, eaio.Budget{BudgetKey: taskBudget(id), CapUSD: "5"}))
		}},
		{"RaiseBudget", func() (any, error) { return nothing(s.RaiseBudget(ctx, mine, taskBudget(id), "6")) }},
		{"Budgets", func() (any, error) { return s.Budgets(ctx, mine, id) }},
		{"Claim", func() (any, error) { return s.Claim(ctx, mine, c, over) }},
		{"Renew", func() (any, error) { return nothing(s.Renew(ctx, mine, c, over)) }},
		{"FailCall", func() (any, error) { return nothing(s.FailCall(ctx, mine, c, eaio.KindInternal)) }},
		{"StoreReply", func() (any, error) {
			return nothing(s.StoreReply(ctx, mine, c, eaio.ModelReply{Text: "mine"}, "1", []eaio.Event{event}))
		}},
		{"Reply", func() (any, error) { return s.Reply(ctx, mine, c.Key) }},
		{"Record", func() (any, error) {
			return s.Record(ctx, mine, id, eaio.Answer{Revision: 1, Text: "mine"}, "", eaio.Timings{}, []eaio.Event{eaio.NewEvent(eaio.EventCompleted, "", nil)})
		}},
		{"End", func() (any, error) {
			return nothing(s.End(ctx, mine, id, eaio.TaskFailed, &eaio.Problem{Title: "mine"}, eaio.NewEvent(eaio.EventFailed, "", nil)))
		}},
		{"AddConversation", func() (any, error) {
			got, created, err := s.AddConversation(ctx, eaio.Conversation{ID: id, Tenant: mine, Building: id, Audience: "mine", IdempotencyKey: id}, "")
			return []any{got, created}, err
		}},
		{"Conversation", func() (any, error) { return s.Conversation(ctx, mine, id) }},
		{"Conversations", func() (any, error) { return s.Conversations(ctx, mine, "", 100) }},
		{"Conversations", func() (any, error) { return s.Conversations(ctx, mine, id, 100) }},
		{"AcceptTurn", func() (any, error) {
			turn := newTask(id + "/turn")
			turn.Tenant, turn.Conversation = mine, id
			got, created, err := s.AcceptTurn(ctx, turn, "")
			return []any{got, created}, err
		}},
		{"Turns", func() (any, error) { return s.Turns(ctx, mine, id, 0, 100) }},
		{"Subject", func() (any, error) { return s.Subject(ctx, mine, id+"/turn") }},
		{"Feedback", func() (any, error) { return nothing(s.Feedback(ctx, mine, id, true, "mine")) }},
	}
}

// fill gives them one of everything under the ids that they have.
func fill(t *testing.T, d *db) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	theirValues := hours(newYear, 5)
	for i := range theirValues {
		theirValues[i].Value = number
	}
	_, err := d.ImportWeather(ctx, theirs, "station", theirValues, eaio.ImportSource{File: mark})
	must(err)
	must(d.SetBudget(ctx, theirs, eaio.Budget{BudgetKey: eaio.BudgetKey{Scope: eaio.BudgetTenant, Period: eaio.BudgetDay}, CapUSD: fmt.Sprint(number)}))
	for _, id := range ids[:3] {
		must(d.PutBuilding(ctx, theirs, eaio.Building{ID: id, Name: mark, Use: "office", AreaM2: 20, Timezone: "Asia/Tokyo", Privacy: eaio.PrivacyPrivate, Source: mark}))
		_, err := d.ImportReadings(ctx, theirs, eaio.Meter{ID: id + "/e", Building: id, Commodity: mark, Unit: mark, Interval: 2 * time.Hour}, theirValues, eaio.ImportSource{File: mark})
		must(err)
		task := newTask(id)
		task.Tenant, task.Request.Building, task.Request.Question = theirs, id, mark
		if id == "a" {
			_, _, err = d.ClaimDay(ctx, task, "nightly", "2017-05-01")
		} else {
			_, _, err = d.Accept(ctx, task, mark)
		}
		must(err)
		_, _, err = d.AddConversation(ctx, eaio.Conversation{ID: id, Tenant: theirs, Building: id, Audience: mark, IdempotencyKey: id}, mark)
		must(err)
		turn := newTask(id + "/turn")
		turn.Tenant, turn.Conversation, turn.Request.Question = theirs, id, mark
		_, _, err = d.AcceptTurn(ctx, turn, mark)
		must(err)
		if id == "waiting" {
			continue
		}
		must(d.Planned(ctx, theirs, id, mark, eaio.Plan{Agent: mark}, newYear, eaio.NewEvent(eaio.EventPlanned, "", mark)))
		must(d.Append(ctx, theirs, id, eaio.NewEvent(eaio.EventRoute, "mine", mark)))
		must(d.SaveResults(ctx, theirs, id, results(mark), hashes(mark)))
		must(d.SaveCitations(ctx, theirs, id, citations(mark)))
		c, err := d.Claim(ctx, theirs, eaio.ModelCall{Key: id + "/call", Task: id, Pool: mark, Model: mark}, long)
		must(err)
		if id == "a" {
			must(d.StoreReply(ctx, theirs, c, eaio.ModelReply{Text: mark, InputTokens: 7}, "1", nil))
			_, err = d.Record(ctx, theirs, id, eaio.Answer{Revision: 1, Text: mark}, mark, eaio.Timings{}, []eaio.Event{eaio.NewEvent(eaio.EventCompleted, "", mark)})
			must(err)
		}
		must(d.Feedback(ctx, theirs, id, false, mark))
	}
}

// show writes a value out with all that hangs on it, but for times, which differ
// from run to run.
func show(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Invalid:
		return "nil"
	case reflect.Interface, reflect.Pointer:
		return show(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return string(v.Bytes())
		}
		var out []string
		for i := range v.Len() {
			out = append(out, show(v.Index(i)))
		}
		return "[" + strings.Join(out, ", ") + "]"
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[eaio.Timings]() {
			return "then"
		}
		var out []string
		for i := range v.NumField() {
			out = append(out, v.Type().Field(i).Name+": "+show(v.Field(i)))
		}
		return "{" + strings.Join(out, ", ") + "}"
	default:
		return fmt.Sprint(v)
	}
}

// rows are all rows of a tenant, of every table there is.
func rows(t *testing.T, d *db, tenant eaio.TenantID) (all []string, tables int) {
	t.Helper()
	for _, table := range column[string](t, d, `select c.table_name from information_schema.columns c join pg_class p on p.relname = c.table_name
		where c.table_schema = 'public' and c.column_name = 'tenant' and not p.relispartition order by 1`) {
		found := column[string](t, d, fmt.Sprintf("select '%s ' || t::text from %s t where tenant = $1 order by 1", table, table), string(tenant))
		if len(found) > 0 {
			tables++
		}
		all = append(all, found...)
	}
	return all, tables
}

func TestEveryMethodIsOfATenant(t *testing.T) {
	s := reflect.TypeFor[*postgres.Store]()
	calls := map[string]bool{}
	for _, m := range methods(t, nil, "a") {
		calls[m.name] = true
	}
	for m := range s.Methods() {
		covered := calls[m.Name]
		_, excepted := nobodys[m.Name]
		named := false
		for p := range m.Type.Ins() {
			named = named || p == reflect.TypeFor[eaio.TenantID]() || p == reflect.TypeFor[eaio.Task]() || p == reflect.TypeFor[eaio.Conversation]()
		}
		switch {
		case covered && excepted:
			t.Errorf("%s is both of a tenant and nobody's", m.Name)
		case named && !covered:
			t.Errorf("%s takes a tenant and is not part of the tests that keep tenants apart: add it to methods", m.Name)
		case !named && !excepted:
			t.Errorf("%s takes no tenant: say in nobodys why", m.Name)
		}
		delete(calls, m.Name)
	}
	for name := range calls {
		t.Errorf("%s is no method of the store", name)
	}
}

const tenants = "insert into tenants values ('mine', 'Mine'), ('company', 'Theirs')"

// What a tenant does and sees is the same whether or not another has the same ids,
// and leaves what the other has alone.
func TestTenantsApart(t *testing.T) {
	d, alone := open(t), open(t)
	d.exec(t, tenants)
	alone.exec(t, tenants)
	fill(t, d)
	want, tables := rows(t, d, theirs)
	all := one[int](t, d, "select count(distinct c.table_name) from information_schema.columns c join pg_class p on p.relname = c.table_name where c.table_schema = 'public' and c.column_name = 'tenant' and not p.relispartition")
	if tables != all {
		t.Fatalf("they have rows in %d of %d tables", tables, all)
	}
	check := func(i int, id string) error {
		t.Helper()
		m := methods(t, d.Store, id)[i]
		got, err := m.call()
		wanted, wantErr := methods(t, alone.Store, id)[i].call()
		shown, wantShown := show(reflect.ValueOf(got)), show(reflect.ValueOf(wanted))
		if shown != wantShown || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%s(%s) returns %s, %v\nalone in the database %s, %v", m.name, id, shown, err, wantShown, wantErr)
		}
		if out := fmt.Sprint(shown, err); strings.Contains(out, mark) || strings.Contains(out, "987654") || strings.Contains(out, string(theirs)) {
			t.Errorf("%s(%s) gives away what is theirs: %s", m.name, id, out)
		}
		if after, _ := rows(t, d, theirs); !slices.Equal(after, want) {
			t.Fatalf("%s(%s) changed what is theirs:\n%s\nwas\n%s", m.name, id, strings.Join(after, "\n"), strings.Join(want, "\n"))
		}
		return err
	}
	n := len(methods(t, d.Store, ""))
	// A tenant that has nothing finds nothing.
	for _, id := range ids {
		for i, m := range methods(t, d.Store, id) {
			if slices.Contains([]string{"AddBuilding", "PutBuilding", "ImportReadings", "ImportWeather", "Accept", "ClaimDay", "AddConversation"}, m.name) {
				continue
			}
			_ = check(i, id)
			if mine, _ := rows(t, d, mine); len(mine) != 0 {
				t.Fatalf("%s(%s) wrote %q", m.name, id, mine)
			}
		}
	}
	// One that does everything does it among its own,
	for _, id := range ids {
		for i, m := range methods(t, d.Store, id) {
			if err := check(i, id); err != nil && id != "waiting" {
				t.Errorf("%s(%s) fails for its owner: %v", m.name, id, err)
			}
			if id == "waiting" && m.name == "Accept" { // mine has ended before it began
				_ = check(slices.IndexFunc(methods(t, d.Store, id), func(m method) bool { return m.name == "End" }), id)
			}
		}
	}
	// and so in any order.
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 150 {
		_ = check(r.IntN(n), ids[r.IntN(len(ids))])
	}
}

func TestNewsKeepTenantsApart(t *testing.T) {
	d := open(t)
	d.exec(t, tenants)
	fill(t, d)
	news := d.Listen(t.Context(), slog.New(slog.DiscardHandler))
	my, stop := news.Subscribe(mine, "working")
	defer stop()
	their, stop := news.Subscribe(theirs, "working")
	defer stop()
	d.listener(t)
	for signalled(my, 100*time.Millisecond) || signalled(their, 100*time.Millisecond) {
		continue // until no more than silence follows the beginning
	}
	if err := d.Append(t.Context(), theirs, "working", eaio.NewEvent(eaio.EventReplied, "x", nil)); err != nil {
		t.Fatal(err)
	}
	if !signalled(their, 10*time.Second) || signalled(my, 100*time.Millisecond) {
		t.Error("the news went to the wrong tenant")
	}
}
