package retrievaltest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

// estate is what the tenancy checks share: one card for all, a note each for two tenants.
func (s suite) estate(t *testing.T) Store {
	t.Helper()
	return s.open(t,
		[]retrieval.Passage{passage("card", "Chiller", "A chiller that runs at night wastes energy.")},
		map[eaio.TenantID][]retrieval.Passage{
			"north": {passage("north-note", "Chiller note", "The north chiller was left on.")},
			"south": {passage("south-note", "Chiller note", "The south chiller was repaired.")},
		})
}

func (s suite) tenants(t *testing.T) {
	store := s.estate(t)
	tests := []struct {
		tenant eaio.TenantID
		want   []string
	}{
		{"north", []string{"card", "north-note"}},
		{"south", []string{"card", "south-note"}},
		{"east", []string{"card"}},
		{"North", []string{"card"}},
		{`north" or tenant != "`, []string{"card"}},
	}
	for _, tt := range tests {
		got := ids(search(t, store, tt.tenant, ask("chiller north south repaired")))
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("tenant %s sees %v, want %v", tt.tenant, got, tt.want)
		}
	}
}

func (s suite) scores(t *testing.T) {
	shared := []retrieval.Passage{
		passage("a", "Chiller", "A chiller and a pump."),
		passage("b", "Boiler", "A boiler and a pump, and a longer text."),
	}
	crowd := make([]retrieval.Passage, 20)
	for i := range crowd {
		crowd[i] = passage(fmt.Sprintf("crowd-%02d", i), "Pump", strings.Repeat("pump chiller ", i+1))
	}
	q := ask("chiller pump")
	alone := search(t, s.open(t, shared, nil), "north", q)
	beside := search(t, s.open(t, shared, map[eaio.TenantID][]retrieval.Passage{"south": crowd}), "north", q)
	if !slices.Equal(ids(alone), ids(beside)) {
		t.Fatalf("order %v alone, %v beside another tenant", ids(alone), ids(beside))
	}
	for i := range alone {
		if math.Abs(alone[i].Words.Score-beside[i].Words.Score) > 1e-6 {
			t.Errorf("%s scores %v alone, %v beside another tenant", alone[i].ID, alone[i].Words.Score, beside[i].Words.Score)
		}
	}
}

func (s suite) noTenant(t *testing.T) {
	found, err := s.estate(t).Search(t.Context(), "", ask("chiller"))
	if eaio.KindOf(err) != eaio.KindInvalid || len(found) != 0 {
		t.Errorf("got %v and error %v, want an invalid error and nothing else", ids(found), err)
	}
}

func (s suite) order(t *testing.T) {
	want := passage("both", "Night load", "The pump and the chiller run at night.")
	want.Keywords, want.No, want.Date, want.Building, want.Privacy = "overnight", 3, "2026-03-02", "gund", eaio.PrivacyDeidentified
	store := s.open(t, []retrieval.Passage{
		passage("twin-b", "Twin", "A pump stands here."),
		passage("none", "Roof", "Insulation and windows."),
		want,
		passage("twin-a", "Twin", "A pump stands here."),
	}, nil)
	got := search(t, store, "t", ask("pump chiller"))
	if !slices.Equal(ids(got), []string{"both", "twin-a", "twin-b"}) {
		t.Fatalf("order %v, want both, then the twins by id, and nothing without a term of the query", ids(got))
	}
	if !slices.IsSortedFunc(got, func(a, b retrieval.Hit) int { return -compare(a.Score, b.Score) }) || got[2].Score <= 0 {
		t.Errorf("scores %v %v %v, want them falling and above 0", got[0].Score, got[1].Score, got[2].Score)
	}
	if got[0].Passage != want {
		t.Errorf("got %+v, want every field as given: %+v", got[0].Passage, want)
	}
}

func compare(a, b float64) int {
	switch {
	case math.Abs(a-b) < 1e-6:
		return 0
	case a < b:
		return -1
	}
	return 1
}

func (s suite) fields(t *testing.T) {
	p := passage("p", "Boiler", "The text.")
	p.Keywords = "overnight"
	store := s.open(t, []retrieval.Passage{p}, nil)
	for text, found := range map[string]int{"boiler": 1, "overnight": 1, "text": 1, "source": 0, "doc": 0, "p": 0} {
		if got := search(t, store, "t", ask(text)); len(got) != found {
			t.Errorf("%q finds %d passages, want %d", text, len(got), found)
		}
	}
}

func (s suite) limit(t *testing.T) {
	many := make([]retrieval.Passage, retrieval.MaxLimit+5)
	for i := range many {
		many[i] = passage(fmt.Sprintf("p-%02d", i), "Pump", "A pump.")
	}
	store := s.open(t, many, nil)
	for _, limit := range []int{1, 7, retrieval.MaxLimit} {
		q := ask("pump")
		q.Limit = limit
		if got := search(t, store, "t", q); len(got) != limit {
			t.Errorf("limit %d gave %d passages", limit, len(got))
		}
	}
	for _, limit := range []int{-1, 0, retrieval.MaxLimit + 1} {
		q := ask("pump")
		q.Limit = limit
		if _, err := store.Search(t.Context(), "t", q); eaio.KindOf(err) != eaio.KindInvalid {
			t.Errorf("limit %d: error %v, want an invalid one", limit, err)
		}
	}
}

func (s suite) languages(t *testing.T) {
	store := s.open(t, []retrieval.Passage{
		passage("en", "Baseline", "kWh of the chiller"),
		in(eaio.Vietnamese, passage("vi", "Đường cơ sở", "kWh của chiller")),
		in("", passage("unknown", "Note", "kWh chiller")),
	}, nil)
	for language, want := range map[eaio.Language][]string{
		eaio.English:    {"en", "unknown"},
		eaio.Vietnamese: {"unknown", "vi"},
		"":              {"en", "unknown", "vi"},
	} {
		q := ask("chiller kWh")
		q.Filter.Language = language
		got := ids(search(t, store, "t", q))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("language %q finds %v, want %v", language, got, want)
		}
	}
	q := ask("chiller")
	q.Filter.Language = "xx"
	if _, err := store.Search(t.Context(), "t", q); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("an unknown language gave error %v, want an invalid one", err)
	}
}

func (s suite) accents(t *testing.T) {
	store := s.open(t, []retrieval.Passage{
		in(eaio.Vietnamese, passage("forecast", "Dự báo", "Dự báo chi phí điện cuối tháng")),
		in(eaio.Vietnamese, passage("other", "Khác", "Tòa nhà và chiếu sáng")),
	}, nil)
	for _, text := range []string{"dự báo chi phí", "du bao chi phi", "Du\u031B\u0323 ba\u0301o", "DỰ BÁO"} {
		q := ask(text)
		q.Filter.Language = eaio.Vietnamese
		if got := ids(search(t, store, "t", q)); !slices.Equal(got, []string{"forecast"}) {
			t.Errorf("%q finds %v, want the forecast alone", text, got)
		}
	}
}

func (s suite) emptyQuery(t *testing.T) {
	store := s.estate(t)
	for _, text := range []string{"", " \n\t", "?!…", "the of and", "zzzz"} {
		if got := search(t, store, "north", ask(text)); len(got) != 0 {
			t.Errorf("%q finds %v, want nothing and no error", text, ids(got))
		}
	}
	_, err := store.Search(t.Context(), "north", ask(strings.Repeat("x", retrieval.MaxText+1)))
	if eaio.KindOf(err) != eaio.KindTooLarge {
		t.Errorf("an endless text gave error %v, want a too_large one", err)
	}
}

func (s suite) emptyStore(t *testing.T) {
	if got := search(t, s.open(t, nil, nil), "t", ask("chiller")); len(got) != 0 {
		t.Errorf("an empty store finds %v", ids(got))
	}
}

func (s suite) hidden(t *testing.T) {
	store := s.open(t, []retrieval.Passage{passage("p", "Pu\u200Bmp", "A pu\u2060mp\U000E0041\U000E0042 note.")}, nil)
	got := search(t, store, "t", ask("pump"))
	if len(got) != 1 || got[0].Title != "Pump" || got[0].Text != "A pump note." {
		t.Errorf("got %+v, want the passage without its hidden characters", got)
	}
}

func (s suite) ownership(t *testing.T) {
	store := s.estate(t)
	first := search(t, store, "north", ask("chiller"))
	before := slices.Clone(first)
	for i := range first {
		first[i] = retrieval.Hit{Passage: retrieval.Passage{ID: "overwritten"}}
	}
	if again := search(t, store, "north", ask("chiller")); !slices.Equal(again, before) {
		t.Errorf("after a caller wrote into its result, the next one is %v, want %v", ids(again), ids(before))
	}
}

func (s suite) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.estate(t).Search(ctx, "north", ask("chiller")); eaio.KindOf(err) != eaio.KindCancelled {
		t.Errorf("error %v, want a cancelled one", err)
	}
}

func (s suite) concurrent(t *testing.T) {
	store := s.estate(t)
	want := map[eaio.TenantID][]retrieval.Hit{}
	for _, tenant := range []eaio.TenantID{"north", "south", "east"} {
		want[tenant] = search(t, store, tenant, ask("chiller night"))
	}
	var wg sync.WaitGroup
	for tenant, passages := range want {
		for range 4 {
			wg.Go(func() {
				for range 20 {
					got, err := store.Search(t.Context(), tenant, ask("chiller night"))
					if err != nil || !slices.Equal(got, passages) {
						t.Errorf("tenant %s got %v and %v, want %v", tenant, ids(got), err, ids(passages))
						return
					}
				}
			})
		}
	}
	wg.Wait()
}
