package retrieval_test

import (
	"context"
	"errors"
	"testing"
	"time"

	eaio "github.com/eaio/eaio"
	"github.com/eaio/eaio/inmem"
	"github.com/eaio/eaio/retrieval"
)

// embedder injects the failures of one.
type embedder struct {
	err  error
	hang bool
}

func (embedder) Model() retrieval.Model {
	return retrieval.Model{Name: "Test/Model-1", Version: "v2", Dimension: 2}
}

func (e embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if e.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return [][]float32{{1, 0}}, e.err
}

// A question is answered by words where no vector comes, and says so.
func TestFind(t *testing.T) {
	store := inmem.New(2)
	passage := func(id, text string) retrieval.Passage {
		return retrieval.Passage{ID: id, Document: id, Language: eaio.English, Text: text}
	}
	if err := store.Upsert(t.Context(), "t", []retrieval.Entry{
		{Passage: passage("meant", "cooling plant"), Vector: []float32{1, 0}},
		{Passage: passage("said", "chiller"), Vector: []float32{0, 1}},
	}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		embedder retrieval.Embedder
		hits     int
		without  bool
	}{
		"words and vectors": {embedder{}, 2, false},
		"no embedder":       {nil, 1, false},
		"it fails":          {embedder{err: errors.New("no such model")}, 1, true},
		"it hangs":          {embedder{hang: true}, 1, true},
	} {
		f := retrieval.Finder{Store: store, Embedder: tt.embedder, Patience: 10 * time.Millisecond}
		found, err := f.Find(t.Context(), "t", retrieval.Query{Text: "chiller", Filter: retrieval.Filter{Language: eaio.English}, Limit: 5})
		if err != nil || len(found.Hits) != tt.hits || (found.Without != "") != tt.without {
			t.Errorf("%s: %d hits, without %q, error %v; want %d hits, without %v", name, len(found.Hits), found.Without, err, tt.hits, tt.without)
		}
	}
	if id := (embedder{}).Model().ID(); id != "test_model_1_v2_2" {
		t.Errorf("model id %q", id)
	}
}
