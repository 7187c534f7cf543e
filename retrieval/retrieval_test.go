package retrieval_test

import (
	"math"
	"strings"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

func TestQueryValidate(t *testing.T) {
	good := retrieval.Query{Text: "peak", Filter: retrieval.Filter{Language: eaio.English}, Limit: 5}
	tests := []struct {
		name string
		edit func(*retrieval.Query)
		want eaio.Kind
	}{
		{"good", func(*retrieval.Query) {}, ""},
		{"any language", func(q *retrieval.Query) { q.Filter.Language = "" }, ""},
		{"empty text", func(q *retrieval.Query) { q.Text = "" }, ""},
		{"longest text", func(q *retrieval.Query) { q.Text = strings.Repeat("ệ", retrieval.MaxText) }, ""},
		{"unknown class", func(q *retrieval.Query) { q.Filter.Classes = []string{"gossip"} }, eaio.KindInvalid},
		{"no date", func(q *retrieval.Query) { q.Filter.To = "2026-02-30" }, eaio.KindInvalid},
		{"negative weight", func(q *retrieval.Query) { q.Weights.Dense = -1 }, eaio.KindInvalid},
		{"no limit", func(q *retrieval.Query) { q.Limit = 0 }, eaio.KindInvalid},
		{"limit too high", func(q *retrieval.Query) { q.Limit = retrieval.MaxLimit + 1 }, eaio.KindInvalid},
		{"unknown language", func(q *retrieval.Query) { q.Filter.Language = "de" }, eaio.KindInvalid},
		{"not UTF-8", func(q *retrieval.Query) { q.Text = "\xff" }, eaio.KindInvalid},
		{"text too long", func(q *retrieval.Query) { q.Text = strings.Repeat("ệ", retrieval.MaxText+1) }, eaio.KindTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := good
			tt.edit(&q)
			if got := eaio.KindOf(q.Validate()); got != tt.want {
				t.Errorf("kind %q, want %q", got, tt.want)
			}
		})
	}
}

// The wanted values were worked out by hand from the formula.
func TestBM25Weights(t *testing.T) {
	near := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %.15f, want %.15f", name, got, want)
		}
	}
	near("IDF of a term in 1 of 3", retrieval.IDF(3, 1), math.Log(1+2.5/1.5))
	near("IDF of a term in all", retrieval.IDF(3, 3), math.Log(1+0.5/3.5))
	near("TF once in an average passage", retrieval.TF(1, 10, 10), 1/2.2)
	near("TF twice in a passage of double length", retrieval.TF(2, 20, 10), 2/(2+1.2*(0.25+1.5)))
	if retrieval.IDF(1000, 1000) <= 0 {
		t.Error("a term that is everywhere has no weight at all")
	}
}
