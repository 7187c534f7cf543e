package postgres_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eaio/eaio"
)

// results are two analyses with three facts and one that failed, all marked.
func results(mark string) []eaio.Result {
	w := eaio.Window{From: time.Date(2017, 5, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2017, 6, 1, 0, 0, 0, 0, time.UTC)}
	fact := func(name string, v eaio.Value) eaio.Fact {
		return eaio.Fact{Name: name, Value: v, Unit: "kWh", Method: "sum of " + mark, Window: w, N: 744, Quality: eaio.QualityGood}
	}
	return []eaio.Result{
		{Analysis: "consumption", Status: eaio.ResultOK, Reasons: []string{}, Facts: []eaio.Fact{fact("energy", eaio.Number(1234.5)), fact("cost", eaio.Text("12.30"))}},
		{Analysis: "overnight", Status: eaio.ResultFailed, Reasons: []string{}},
		{Analysis: "base_load", Status: eaio.ResultWarn, Reasons: []string{"gaps", mark}, Facts: []eaio.Fact{fact("base", eaio.Number(-0.25))}},
	}
}

func hashes(mark string) []string {
	return []string{fmt.Sprint(mark, 0), fmt.Sprint(mark, 1), fmt.Sprint(mark, 2)}
}

// recorded is what results become once a task has them.
func recorded(task, mark string) []eaio.Result {
	out, no := results(mark), 0
	for i := range out {
		for k := range out[i].Facts {
			no++
			f := &out[i].Facts[k]
			f.Ref, f.InputsHash = fmt.Sprint("F", no), fmt.Sprint(mark, i)
			f.ID = task + "/" + f.Ref
		}
	}
	return out
}

func citations(mark string) []eaio.Citation {
	return []eaio.Citation{
		{Ref: "not kept", Document: "doc " + mark, Title: "Title", Source: "https://example.org/a", Passage: "“Words” of\n" + mark},
		{Document: "other", Title: "", Source: "", Passage: mark},
	}
}

func (d *db) save(tb testing.TB, id, mark string) {
	tb.Helper()
	if err := d.SaveResults(tb.Context(), tenant, id, results(mark), hashes(mark)); err != nil {
		tb.Fatal(err)
	}
	if err := d.SaveCitations(tb.Context(), tenant, id, citations(mark)); err != nil {
		tb.Fatal(err)
	}
}

func (d *db) evidence(tb testing.TB, id string) eaio.Evidence {
	tb.Helper()
	e, err := d.Evidence(tb.Context(), tenant, id)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestEvidence(t *testing.T) {
	d := open(t)
	b := d.building(t, "b")
	gas := electricity("a/gas")
	gas.Commodity = "gas"
	d.load(t, gas, nil)
	d.load(t, electricity("b/electricity"), hours(newYear, 3))
	task := full("a")
	accepted, _, err := d.Accept(t.Context(), task, "h")
	if err != nil {
		t.Fatal(err)
	}
	if e := d.evidence(t, "a"); len(e.Results) != 0 || len(e.Citations) != 0 || !reflect.DeepEqual(e.Task.Request, task.Request) {
		t.Errorf("before anything was gathered: %+v", e)
	}
	d.save(t, "a", "first")
	d.save(t, "a", "second") // changes nothing

	e := d.evidence(t, "a")
	if want := recorded("a", "first"); !reflect.DeepEqual(e.Results, want) {
		t.Errorf("results %+v\nwant %+v", e.Results, want)
	}
	wantCitations := citations("first")
	wantCitations[0].Ref, wantCitations[1].Ref = "D1", "D2"
	if !reflect.DeepEqual(e.Citations, wantCitations) {
		t.Errorf("citations %+v", e.Citations)
	}
	if e.Building == nil || *e.Building != b || len(e.Meters) != 2 || e.Meters[0] != d.meter(t, "b/electricity") || e.Meters[1].ID != "a/gas" {
		t.Errorf("subject %+v, %+v", e.Building, e.Meters)
	}
	s, err := d.Subject(t.Context(), tenant, "a")
	if err != nil || !reflect.DeepEqual(s, e.Subject) || s.Task.CreatedAt != accepted.CreatedAt {
		t.Errorf("Subject %+v, %v\nof evidence %+v", s, err, e.Subject)
	}
	if got := column[string](t, d, "select concat_ws(' ', no, result, name, value, inputs_hash) from facts order by no"); strings.Join(got, ", ") != `1 0 energy 1234.5 first0, 2 0 cost "12.30" first0, 3 2 base -0.25 first2` {
		t.Errorf("facts: %v", got)
	}
	d.wantCount(t, 3, "results")
	d.wantCount(t, 2, "citations")
}

func TestSecondSetsMayDiffer(t *testing.T) {
	d := open(t)
	for id, sets := range map[string][2][]eaio.Result{
		"more":  {results("x")[:1], results("y")},
		"fewer": {results("x"), results("y")[2:]},
		"plain": {results("x")[1:2], results("y")},
	} {
		d.accept(t, id)
		for _, set := range sets {
			if err := d.SaveResults(t.Context(), tenant, id, set, hashes("h")[:len(set)]); err != nil {
				t.Fatal(err)
			}
		}
		got, facts := d.evidence(t, id).Results, 0
		if len(got) != len(sets[0]) || got[0].Analysis != sets[0][0].Analysis {
			t.Errorf("%s: %+v", id, got)
		}
		for _, r := range sets[0] {
			facts += len(r.Facts)
		}
		d.wantCount(t, facts, "facts where task = $1 and method = 'sum of x'", id)
		d.wantCount(t, facts, "facts where task = $1", id)
	}
}

func TestResultsAtOnce(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	var wg sync.WaitGroup
	for i := range 20 {
		mark := fmt.Sprint("m", i)
		wg.Go(func() { d.save(t, "a", mark) })
	}
	wg.Wait()
	d.wantCount(t, 3, "facts")
	d.wantCount(t, 3, "results")
	d.wantCount(t, 2, "citations")
	if marks := column[string](t, d, "select distinct method from facts"); len(marks) != 1 {
		t.Errorf("facts of several sets: %v", marks)
	}
	e := d.evidence(t, "a")
	if e.Citations[0].Document[len("doc "):] != e.Citations[1].Passage {
		t.Errorf("citations of several sets: %+v", e.Citations)
	}
}

// The guard reads a task's evidence while the analysis may be storing it.
func TestEvidenceIsOfOneInstant(t *testing.T) {
	d := open(t)
	for i := range 40 {
		id := fmt.Sprint("t", i)
		d.accept(t, id)
		saved := make(chan error)
		go func() { saved <- d.SaveResults(t.Context(), tenant, id, results("x"), hashes("x")) }()
		for done := false; !done; {
			select {
			case err := <-saved:
				if done = true; err != nil {
					t.Fatal(err)
				}
			default:
			}
			if e := d.evidence(t, id); len(e.Results) != 0 && !reflect.DeepEqual(e.Results, recorded(id, "x")) {
				t.Fatalf("half of the evidence: %+v", e.Results)
			}
		}
	}
}

func TestValuesSurvive(t *testing.T) {
	d := open(t)
	values := []eaio.Value{
		eaio.Number(0), eaio.Number(0.1 + 0.2), eaio.Number(math.MaxFloat64), eaio.Number(math.SmallestNonzeroFloat64), eaio.Number(-1e-7), eaio.Number(1 << 60),
		eaio.Text(""), eaio.Text("07:30"), eaio.Text("12.340"), eaio.Text("NaN"), eaio.Text(`"quoted" \u0041`),
	}
	var r eaio.Result
	for i, v := range values {
		r.Facts = append(r.Facts, eaio.Fact{Name: fmt.Sprint("f", i), Value: v})
	}
	d.accept(t, "a")
	if err := d.SaveResults(t.Context(), tenant, "a", []eaio.Result{r}, []string{"h"}); err != nil {
		t.Fatal(err)
	}
	for i, f := range d.evidence(t, "a").Results[0].Facts {
		if f.Value != values[i] {
			t.Errorf("%v came back as %v", values[i], f.Value)
		}
		if !f.Window.From.IsZero() || f.Window.From.Location() != time.UTC {
			t.Errorf("an empty window came back as %v", f.Window)
		}
	}
}

func TestResultsThatCannotBeStored(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	with := func(v eaio.Value) []eaio.Result {
		r := results("x")
		r[2].Facts[0].Value = v
		return r
	}
	year := results("x")
	year[0].Facts[0].Window.To = newYear.AddDate(9000, 0, 0)
	for name, r := range map[string][]eaio.Result{
		"not a number": with(eaio.Number(math.NaN())), "infinite": with(eaio.Number(math.Inf(1))), "minus infinite": with(eaio.Number(math.Inf(-1))),
		"a zero byte": with(eaio.Text("a\x00b")), "a hash too few": append(results("x"), eaio.Result{}), "a year that JSON cannot hold": year,
	} {
		t.Run(name, func(t *testing.T) {
			wantKind(t, d.SaveResults(t.Context(), tenant, "a", r, hashes("x")), eaio.KindInvalid)
			d.wantCount(t, 0, "results")
			d.wantCount(t, 0, "facts")
		})
	}
	bad := citations("x")
	bad[1].Passage = "a\x00b"
	wantKind(t, d.SaveCitations(t.Context(), tenant, "a", bad), eaio.KindInvalid)
	d.wantCount(t, 0, "citations")
	d.save(t, "a", "good") // the task is none the worse for it
	d.wantCount(t, 3, "facts")
}

// What comes after the end would look like a part of an answer that never saw it.
func TestNothingIsGatheredAfterTheEnd(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	if _, err := d.record(t, "a", "words without facts"); err != nil {
		t.Fatal(err)
	}
	d.save(t, "a", "late")
	for _, table := range []string{"results", "facts", "citations"} {
		d.wantCount(t, 0, table)
	}
	if task, err := d.Task(t.Context(), tenant, "a"); err != nil || len(task.Answer.Facts)+len(task.Answer.Citations) != 0 {
		t.Errorf("%+v, %v", task.Answer, err)
	}
}

func TestAnswersComeWithTheirEvidence(t *testing.T) {
	d := open(t)
	d.accept(t, "a")
	d.save(t, "a", "x")
	if _, err := d.record(t, "a", "words"); err != nil {
		t.Fatal(err)
	}
	task, err := d.Task(t.Context(), tenant, "a")
	if err != nil || task.Answer == nil {
		t.Fatalf("%+v, %v", task, err)
	}
	var want []eaio.Fact
	for _, r := range recorded("a", "x") {
		want = append(want, r.Facts...)
	}
	if !reflect.DeepEqual(task.Answer.Facts, want) || !reflect.DeepEqual(task.Answer.Citations, d.evidence(t, "a").Citations) {
		encoded, _ := json.MarshalIndent(task.Answer, "", " ")
		t.Errorf("%s", encoded)
	}
}
