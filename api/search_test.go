package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

type searched struct {
	Items []struct {
		Rank                    int
		Score                   float64
		Document, Title, Text   string
		Class, Language, Source string
		Words, Dense            *struct {
			Rank  int
			Score float64
		}
		Matched []string
	}
	Terms   []string
	Weights struct{ Words, Dense float64 }
}

func TestSearch(t *testing.T) {
	w := start(t)
	find := func(query string) searched {
		t.Helper()
		return ok[searched](t, w.get("/v1/search?"+query), http.StatusOK)
	}
	got := find("q=" + url.QueryEscape("What was left on at night?") + "&one_per_document=true&limit=3")
	if len(got.Items) != 3 || got.Weights.Words != 1 || !slices.Contains(got.Terms, "night") {
		t.Fatalf("found %+v", got)
	}
	documents := map[string]bool{}
	for i, h := range got.Items {
		documents[h.Document] = true
		if h.Rank != i+1 || h.Words == nil || h.Words.Score <= 0 || h.Dense != nil || h.Language != "en" || h.Class != "card" || h.Source == "" || h.Text == "" || len(h.Matched) == 0 {
			t.Errorf("hit %+v, want its place by words, its matched terms and its source", h)
		}
	}
	if len(documents) != 3 {
		t.Errorf("three hits of %v, want one of each document", documents)
	}
	if got := find("q=" + url.QueryEscape("dự báo ngày mai") + "&limit=1"); len(got.Items) != 1 || got.Items[0].Language != "vi" {
		t.Errorf("found %+v, want a Vietnamese passage", got.Items)
	}
	if got := find("q=anomalies&class=note"); got.Items == nil || len(got.Items) != 0 {
		t.Errorf("found %+v among notes, where there are none", got.Items)
	}
	for query, want := range map[string]string{
		"":                               "q",
		"q=":                             "missing",
		"q=x&limit=51":                   "50",
		"q=x&class=gossip":               "class",
		"q=x&from=yesterday":             "date",
		"q=x&language=fr":                "language",
		"q=" + strings.Repeat("x", 4001): "4000",
	} {
		if p := problem(t, w.get("/v1/search?"+query), http.StatusBadRequest, "invalid"); !strings.Contains(p.Detail, want) {
			t.Errorf("%.40s: %q does not speak of %q", query, p.Detail, want)
		}
	}
	problem(t, w.get("/v1/search?q=x&building=nowhere"), http.StatusNotFound, "unknown_building")
}
