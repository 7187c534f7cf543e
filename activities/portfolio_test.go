package activities_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/agents"
	"github.com/eaio/eaio/internal/apptest"
	"github.com/eaio/eaio/worker"
	"github.com/eaio/eaio/workflows"
)

const whichFirst = "Which five buildings should I fix first?"

// answerAll plans, analyses within a limit and records a question about all buildings.
func answerAll(t *testing.T, f *apptest.Fixture, acts worker.Activities, r eaio.Request, limit time.Duration) eaio.Task {
	t.Helper()
	task := f.Accept(t, r)
	if _, err := plan(t, acts, task); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if _, err := acts.Analyst.Analyse(ctx, task.Ref()); err != nil {
		t.Fatal(err)
	}
	if _, err := acts.Recorder.Record(t.Context(), workflows.Record{Task: task.Ref(), Reason: eaio.ReasonNoModel}); err != nil {
		t.Fatal(err)
	}
	return f.Task(t, task.ID)
}

func wantIn(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in\n%s", p, text)
		}
	}
}

// addBuilding adds a building without a meter.
func addBuilding(t *testing.T, f *apptest.Fixture, b eaio.Building) {
	t.Helper()
	b.Timezone, b.Privacy = "UTC", eaio.PrivacyPublic
	if err := f.Store.AddBuilding(t.Context(), apptest.Tenant, b); err != nil {
		t.Fatal(err)
	}
}

// TestBuildingsAreRanked asks for all buildings, with one named and without: the
// answer is the same, in words that verify, and goes to no model off the machine
// although the building that is named is public.
func TestBuildingsAreRanked(t *testing.T) {
	f := apptest.New(t)
	never := apptest.NewModel(apptest.Panic)
	acts := f.Activities(t, apptest.CloudPool(never))
	addBuilding(t, f, eaio.Building{ID: "empty", Name: "Tower 5", PricePerKWh: "0.2", Currency: "GBP"})
	var texts []string
	for _, building := range []string{"", apptest.PublicBuilding} {
		r := apptest.Question()
		r.Question, r.Building, r.AsOf = whichFirst, building, time.Time{}
		task := answerAll(t, f, acts, r, 10*time.Second)
		route, err := acts.Router.Route(t.Context(), task.Ref())
		if err != nil || len(route.Candidates) > 0 {
			t.Errorf("%q goes to %+v, %v", building, route.Candidates, err)
		}
		if task.Plan == nil || !task.Plan.AllBuildings || task.Plan.Agent != "reporter" || task.Plan.Calls[0].Top != 5 {
			t.Errorf("the plan is %+v", task.Plan)
		}
		wantIn(t, task.Answer.Text, "Serena", "Vicki", "Tower 5", "GBP", "USD", "no readings in that year", "each currency")
		texts = append(texts, task.Answer.Text)
		stored, err := f.Store.Store.Evidence(t.Context(), apptest.Tenant, task.ID)
		if err != nil {
			t.Fatal(err)
		}
		e := agents.Evidence{Request: stored.Task.Request, Plan: *stored.Task.Plan, AsOf: stored.Task.AsOf, Results: stored.Results}
		if faults := agents.Verify(task.Answer.Text, e); len(faults) > 0 {
			t.Errorf("%+v", faults)
		}
		for _, fact := range task.Answer.Facts {
			if fact.InputsHash == "" || fact.Window.To.After(task.AsOf.Add(24*time.Hour)) {
				t.Errorf("%+v", fact)
			}
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("with a building named the answer is\n%s\nwithout\n%s", texts[1], texts[0])
	}
	t.Log(texts[0])
}

// TestRankingCountsWhatItDoesNotLookAt: of more buildings than one ranking looks at, the
// rest is counted.
func TestRankingCountsWhatItDoesNotLookAt(t *testing.T) {
	f := apptest.New(t)
	f.Exec(t, `insert into buildings (tenant, id, name, timezone) select $1, 'zz_' || i, 'Bare', 'UTC' from generate_series(1, 203) i`, string(apptest.Tenant))
	r := apptest.Question()
	r.Question, r.Building = whichFirst, ""
	text := answerAll(t, f, f.Activities(t), r, 10*time.Second).Answer.Text
	wantIn(t, text, "Buildings not looked at, since one ranking does not reach further: 5 [", "could not be judged: 198 [F3]. Among them: Bare [", "(1 [", "Serena", "Vicki")
}

// TestRankingNamesWhatItDidNotReach: a building whose readings do not come is named
// and counted, and the others are ranked.
func TestRankingNamesWhatItDidNotReach(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	var read atomic.Int32
	f.Store.Hook(func(ctx context.Context, method string, stage apptest.Stage) error {
		if method != "Readings" || stage != apptest.Before || read.Add(1) == 1 {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	})
	r := apptest.Question()
	r.Question, r.Building = whichFirst, ""
	task := answerAll(t, f, acts, r, 1500*time.Millisecond)
	wantIn(t, task.Answer.Text, "Serena", "Vicki", "could not be judged: 1", "the time was over")
	for _, fact := range task.Answer.Facts {
		if fact.Name == "rank_1" || fact.Name == "failed_1" {
			read.Add(-1)
		}
	}
	if left := read.Load(); left != 0 {
		t.Errorf("of two buildings %d are neither ranked nor named", left)
	}
}

// clone makes n buildings of the private one's readings, each using a tenth more than
// the one before, the first half of it.
func clone(t testing.TB, f *apptest.Fixture, n int) {
	t.Helper()
	f.Exec(t, `insert into buildings (tenant, id, name, use, area_m2, timezone, price_per_kwh, currency, privacy, weather_station)
		select tenant, 'peer_' || to_char(i, 'FM000'), 'Peer ' || i, upper(use), area_m2, timezone, price_per_kwh, currency, privacy, weather_station
		from buildings, generate_series(1, $2) i where id = $1`, apptest.PrivateBuilding, n)
	f.Exec(t, `insert into meters (tenant, id, building, commodity, unit, interval_s, version, first_at, end_at, readings)
		select m.tenant, b.id || '/electricity', b.id, commodity, unit, interval_s, version, first_at, end_at, readings
		from meters m join buildings b on b.id like 'peer%' where m.building = $1`, apptest.PrivateBuilding)
	f.Exec(t, `insert into readings (tenant, meter, at, value)
		select r.tenant, p.no, r.at, r.value * (0.4 + 0.1 * (substr(p.building, 6)::int % 40))
		from meters m join readings r on r.meter = m.no join meters p on p.building like 'peer%' where m.building = $1 and r.at >= '2016-12-01'`, apptest.PrivateBuilding)
}

// facts runs the analyses of a question and returns their facts by name.
func facts(t *testing.T, f *apptest.Fixture, acts worker.Activities, question string) (map[string]eaio.Fact, string) {
	t.Helper()
	r := apptest.Question()
	r.Question, r.Building, r.AsOf = question, apptest.PrivateBuilding, time.Date(2017, 12, 15, 0, 0, 0, 0, time.UTC)
	task := answerAll(t, f, acts, r, 10*time.Second)
	out := map[string]eaio.Fact{}
	for _, fact := range task.Answer.Facts {
		out[fact.Name] = fact
	}
	return out, task.Answer.Text
}

const (
	amongSimilar = "How does this building compare with similar buildings?"
	whatToDo     = "What can we do to cut electricity use?"
)

// TestPeersAreTheTenantsOwn: with too few buildings of the same use the benchmark and
// the measures say how many there are and how many it takes; with ten clones and the
// other office, which uses less, the building lies where its use says: five clones use
// half to nine tenths of it, one the same, four more. The other office has no
// temperatures, so that it is no peer of the measures.
func TestPeersAreTheTenantsOwn(t *testing.T) {
	f := apptest.New(t)
	acts := f.Activities(t)
	f.Exec(t, `insert into weather (tenant, station, at, temp_c)
		select tenant, weather_station, at, 15 + 12 * sin(extract(doy from at) / 58.0) + 5 * sin(extract(hour from at) / 4.0)
		from buildings, generate_series(timestamptz '2016-11-01 00:00Z', '2017-12-31 23:00Z', '1 hour') at where id = $1`, apptest.PrivateBuilding)
	clone(t, f, 8)
	for question, known := range map[string]string{amongSimilar: "9", whatToDo: "8"} {
		_, text := facts(t, f, acts, question)
		wantIn(t, text, "similar buildings known: "+known+" [", "similar buildings required: 10 [")
	}
	f.Exec(t, `delete from readings where meter in (select no from meters where building like 'peer%')`)
	f.Exec(t, `delete from meters where building like 'peer%'`)
	f.Exec(t, `delete from buildings where id like 'peer%'`)
	clone(t, f, 10)
	got, text := facts(t, f, acts, amongSimilar)
	if peers, _ := got["site_peers"].Value.Float(); peers != 11 {
		t.Errorf("%v peers\n%s", peers, text)
	}
	if share, _ := got["site_percentile"].Value.Float(); share < 59.0 || share > 59.1 { // 6 and a half of 11
		t.Errorf("uses more than %v %% of the peers", share)
	}
	got, text = facts(t, f, acts, whatToDo)
	if saving, _ := got["joint_saving"].Value.Float(); saving <= 0 {
		t.Errorf("against a median of 0.95 of its own use nothing is saved\n%s", text)
	}
}

// BenchmarkAllBuildings answers from a hundred and two buildings with a year of hours
// each: ranked, or as peers of one.
func BenchmarkAllBuildings(b *testing.B) {
	f := apptest.New(b)
	acts := f.Activities(b)
	clone(b, f, 100)
	for _, c := range []struct{ name, question, building string }{
		{"rank", whichFirst, ""},
		{"benchmark", amongSimilar, apptest.PrivateBuilding},
		{"measures", whatToDo, apptest.PrivateBuilding},
	} {
		r := apptest.Question()
		r.Question, r.Building, r.AsOf = c.question, c.building, time.Date(2017, 12, 15, 0, 0, 0, 0, time.UTC)
		p, err := agents.MakePlan(r)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				task := f.Accept(b, r)
				if err := f.Store.Store.Planned(b.Context(), apptest.Tenant, task.ID, "run", p, r.AsOf, eaio.NewEvent(eaio.EventPlanned, "", nil)); err != nil {
					b.Fatal(err)
				}
				found, err := acts.Analyst.Analyse(b.Context(), task.Ref())
				if err != nil || found.Count < 8 {
					b.Fatal(found, err)
				}
			}
		})
	}
}
