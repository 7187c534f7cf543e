package retrievaltest

import (
	"slices"
	"testing"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/retrieval"
)

// along makes an entry whose vector points along an axis, a little off it by lean.
func along(p retrieval.Passage, axis int, lean float32) retrieval.Entry {
	v := make([]float32, Dimension)
	v[axis], v[(axis+1)%Dimension] = 0.8, lean
	return retrieval.Entry{Passage: p, Vector: unit(v)}
}

func (s suite) vectors(t *testing.T) {
	store := s.empty(t)
	upsert(t, store, retrieval.Shared, along(passage("near", "A", "alpha"), 0, 0.1))
	upsert(t, store, "north", along(passage("middle", "B", "beta"), 0, 0.6), along(passage("far", "C", "gamma"), 2, 0), retrieval.Entry{Passage: passage("bare", "D", "delta")})
	upsert(t, store, "south", along(passage("other", "E", "epsilon"), 0, 0))
	q := ask("zzzz")
	q.Vector = axis(0)
	got := search(t, store, "north", q)
	if !slices.Equal(ids(got), []string{"near", "middle"}) {
		t.Fatalf("the vector finds %v, want near and middle: nothing at a right angle, without a vector, or of another tenant", ids(got))
	}
	if a := got[0].Dense; a.Rank != 1 || a.Score < 0.99 || a.Score > 1.001 || got[0].Words.Rank != 0 {
		t.Errorf("near stands at %+v, want rank 1 with the cosine, and no place by words", got[0])
	}
	q.Vector = make([]float32, Dimension+1)
	if _, err := store.Search(t.Context(), "north", q); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("a vector of another dimension gave error %v, want an invalid one", err)
	}
	wrong := retrieval.Entry{Passage: passage("wrong", "W", "wrong"), Vector: []float32{1}}
	if err := store.Upsert(t.Context(), "north", []retrieval.Entry{wrong}); eaio.KindOf(err) != eaio.KindInvalid {
		t.Errorf("an entry of another dimension gave error %v, want an invalid one", err)
	}
}

func (s suite) both(t *testing.T) {
	store := s.empty(t)
	upsert(t, store, "t",
		along(passage("words", "Chiller", "chiller chiller chiller"), 2, 0),
		along(passage("dense", "Pump", "pump"), 0, 0),
		along(passage("both", "Plant", "A chiller in a plant room of a long text."), 0, 0.2))
	q := ask("chiller")
	q.Vector = axis(0)
	for _, tt := range []struct {
		weights retrieval.Weights
		want    []string
	}{
		{retrieval.Weights{}, []string{"both", "dense", "words"}},
		{retrieval.Weights{Words: 1}, []string{"words", "both"}},
		{retrieval.Weights{Dense: 1}, []string{"dense", "both"}},
		{retrieval.Weights{Words: 1, Dense: 0.01}, []string{"words", "both", "dense"}},
	} {
		q.Weights = tt.weights
		if got := ids(search(t, store, "t", q)); !slices.Equal(got, tt.want) {
			t.Errorf("weights %+v give %v, want %v", tt.weights, got, tt.want)
		}
	}
}

func axis(i int) []float32 {
	v := make([]float32, Dimension)
	v[i] = 1
	return v
}
