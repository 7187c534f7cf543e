package retrievaltest

import (
	"math"
	"slices"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

func unit(v []float32) []float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

func (s suite) filters(t *testing.T) {
	labelled := func(id, class, building, date string) retrieval.Entry {
		p := passage(id, "Chiller", "chiller")
		p.SourceClass, p.Building, p.Date = class, building, date
		return along(p, 0, 0)
	}
	store := s.empty(t)
	upsert(t, store, "t",
		labelled("card", retrieval.ClassCard, "", ""),
		labelled("note", retrieval.ClassNote, "gund", "2026-03-02"),
		labelled("old", retrieval.ClassNote, "gund", "2025-03-02"),
		labelled("finding", retrieval.ClassFinding, "robin", "2026-03-03"))
	for name, tt := range map[string]struct {
		filter retrieval.Filter
		want   []string
	}{
		"none":       {retrieval.Filter{}, []string{"card", "finding", "note", "old"}},
		"a class":    {retrieval.Filter{Classes: []string{retrieval.ClassNote}}, []string{"note", "old"}},
		"classes":    {retrieval.Filter{Classes: []string{retrieval.ClassNote, retrieval.ClassCard}}, []string{"card", "note", "old"}},
		"building":   {retrieval.Filter{Building: "gund"}, []string{"card", "note", "old"}},
		"nobody's":   {retrieval.Filter{Building: "lizbeth"}, []string{"card"}},
		"from":       {retrieval.Filter{From: "2026-03-02"}, []string{"finding", "note"}},
		"to":         {retrieval.Filter{To: "2026-03-02"}, []string{"note", "old"}},
		"a span":     {retrieval.Filter{From: "2026-01-01", To: "2026-03-02"}, []string{"note"}},
		"together":   {retrieval.Filter{Building: "gund", Classes: []string{retrieval.ClassNote}, From: "2026-01-01"}, []string{"note"}},
		"a language": {retrieval.Filter{Language: eaio.Vietnamese}, nil},
	} {
		for _, arm := range []retrieval.Weights{{Words: 1}, {Dense: 1}} {
			q := ask("chiller")
			q.Filter, q.Vector, q.Weights = tt.filter, axis(0), arm
			got := ids(search(t, store, "t", q))
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s, weights %+v: %v, want %v", name, arm, got, tt.want)
			}
		}
	}
}

func (s suite) onePerDocument(t *testing.T) {
	store := s.empty(t)
	for i, text := range []string{"chiller chiller", "chiller and more of it", "chiller and much, much more of it"} {
		p := passage(string(rune('a'+i)), "Title", text)
		p.Document, p.No = []string{"one", "one", "two"}[i], i
		upsert(t, store, "t", retrieval.Entry{Passage: p})
	}
	q := ask("chiller")
	q.OnePerDocument = true
	if got := ids(search(t, store, "t", q)); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("found %v, want the best passage of each document", got)
	}
}

func (s suite) count(t *testing.T, store Store, tenant eaio.TenantID, document string, want int) {
	t.Helper()
	if n, err := store.Count(t.Context(), tenant, document); err != nil || n != want {
		t.Errorf("%s counts %d of %q and error %v, want %d", tenant, n, document, err, want)
	}
}

func (s suite) replaces(t *testing.T) {
	store := s.open(t, nil, map[eaio.TenantID][]retrieval.Passage{"t": {passage("p", "Old", "boiler")}})
	for range 2 {
		upsert(t, store, "t", retrieval.Entry{Passage: passage("p", "New", "chiller")})
	}
	s.count(t, store, "t", "", 1)
	if got := search(t, store, "t", ask("boiler old")); len(got) != 0 {
		t.Errorf("the words of the replaced passage find %v", ids(got))
	}
	if got := search(t, store, "t", ask("chiller")); len(got) != 1 || got[0].Title != "New" {
		t.Errorf("found %v, want the new passage once", got)
	}
	moved := in(eaio.Vietnamese, passage("p", "New", "chiller"))
	upsert(t, store, "t", retrieval.Entry{Passage: moved})
	s.count(t, store, "t", "", 1)
	if got := search(t, store, "t", ask("chiller")); len(got) != 0 {
		t.Errorf("found %v in the language that it left", ids(got))
	}
}

func (s suite) faultyBatch(t *testing.T) {
	store := s.empty(t)
	good, bad := passage("good", "T", "chiller"), passage("", "T", "chiller")
	for name, batch := range map[string][]retrieval.Passage{
		"no id": {good, bad}, "an id twice": {good, good},
	} {
		if err := store.Upsert(t.Context(), "t", retrieval.Plain(batch)); eaio.KindOf(err) != eaio.KindInvalid {
			t.Errorf("%s: error %v, want an invalid one", name, err)
		}
	}
	if err := store.Upsert(t.Context(), "", retrieval.Plain([]retrieval.Passage{good})); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("no tenant: error %v, want an invalid one", err)
	}
	s.count(t, store, "t", "", 0)
	upsert(t, store, "t") // nothing, which is no fault
}

func (s suite) deletes(t *testing.T) {
	part := func(id, document string) retrieval.Passage {
		p := passage(id, "T", "chiller")
		p.Document = document
		return p
	}
	store := s.open(t, []retrieval.Passage{part("card", "one")}, map[eaio.TenantID][]retrieval.Passage{
		"t":     {part("a", "one"), part("b", "one"), part("c", "one"), part("d", "two")},
		"south": {part("a", "one")},
	})
	for _, step := range []struct {
		document string
		ids      []string
		left     []string
	}{
		{"one", []string{"a", "d", "nobody"}, []string{"b", "c", "card", "d"}},
		{"one", []string{}, []string{"b", "c", "card", "d"}},
		{"nothing", nil, []string{"b", "c", "card", "d"}},
		{`one" or tenant != "`, nil, []string{"b", "c", "card", "d"}},
		{"one", nil, []string{"card", "d"}},
		{"one", nil, []string{"card", "d"}},
	} {
		if err := store.Delete(t.Context(), "t", step.document, step.ids); err != nil {
			t.Fatalf("delete %q %v: %v", step.document, step.ids, err)
		}
		got := ids(search(t, store, "t", ask("chiller")))
		slices.Sort(got)
		if !slices.Equal(got, step.left) {
			t.Errorf("after delete %q %v: %v are left, want %v", step.document, step.ids, got, step.left)
		}
	}
	s.count(t, store, "t", "", 1)
	s.count(t, store, "t", "two", 1)
	s.count(t, store, "south", "one", 1)
	s.count(t, store, retrieval.Shared, "one", 1)
	if err := store.Delete(t.Context(), "", "one", nil); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("delete without a tenant: error %v, want an invalid one", err)
	}
	if _, err := store.Count(t.Context(), "", ""); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("count without a tenant: error %v, want an invalid one", err)
	}
}

func (s suite) sameID(t *testing.T) {
	store := s.open(t, []retrieval.Passage{passage("p", "Shared", "chiller")}, map[eaio.TenantID][]retrieval.Passage{
		"north": {passage("q", "North", "chiller")},
		"south": {passage("q", "South", "chiller")},
	})
	for tenant, title := range map[eaio.TenantID]string{"north": "North", "south": "South"} {
		got := search(t, store, tenant, ask(title))
		if len(got) != 1 || got[0].Title != title {
			t.Errorf("%s finds %v, want its own passage", tenant, got)
		}
	}
}

// hostile values find what bears them and nothing else, whatever they mean to a
// store's filter language.
func (s suite) hostile(t *testing.T) {
	values := []string{
		`" or 1 == 1 or "`, `\`, `\" or tenant != "t`, `'`, `%`, `_`, "a\nb", "a\x00b", `{"$gt": ""}`, `gund") or (tenant like "%`, "\u202egund", "ệ",
	}
	store := s.empty(t)
	for i, v := range values {
		p := passage("id "+v, "T", "chiller")
		p.Document, p.Building, p.No = "doc "+v, v, i
		upsert(t, store, eaio.TenantID("tenant "+v), retrieval.Entry{Passage: p})
		p.ID = "mine " + v
		upsert(t, store, "t", retrieval.Entry{Passage: p})
	}
	for _, v := range values {
		q := ask("chiller")
		q.Filter.Building = v
		if got := ids(search(t, store, "t", q)); !slices.Equal(got, []string{"mine " + v}) {
			t.Errorf("building %q finds %q", v, got)
		}
		if got := ids(search(t, store, eaio.TenantID("tenant "+v), ask("chiller"))); !slices.Equal(got, []string{"id " + v}) {
			t.Errorf("tenant %q finds %q", v, got)
		}
		s.count(t, store, "t", "doc "+v, 1)
	}
	for i, v := range values {
		if err := store.Delete(t.Context(), "t", "doc "+v, []string{"mine " + v}); err != nil {
			t.Errorf("delete %q: %v", v, err)
		}
		s.count(t, store, "t", "", len(values)-i-1)
	}
}

func (s suite) health(t *testing.T) {
	if err := s.empty(t).Health(t.Context()); err != nil {
		t.Errorf("a store that works says %v", err)
	}
}
