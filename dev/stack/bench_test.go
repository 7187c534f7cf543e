package stack

import (
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/bench"
	"github.com/eaio/eaio/sample"
)

// TestTheYardsticksGiveTheSameAnswer keeps the benchmark honest: what it sets
// beside the product does all the same work.
func TestTheYardsticksGiveTheSameAnswer(t *testing.T) {
	for name, configure := range map[string]func(*testing.T) func(*Config){
		"narrator": func(*testing.T) func(*Config) { return nil },
		"model": func(t *testing.T) func(*Config) {
			_, _, configure := withModel(t, "The night was above its usual level [F1].")
			return configure
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := up(t, configure(t))
			demo := sample.Question()
			r := eaio.Request{Question: demo.Question, Building: demo.Building, AsOf: demo.AsOf, Audience: eaio.AudienceManager, Deadline: 5 * time.Second}
			product, _, err := s.App.Starter.Ask(t.Context(), eaio.DefaultTenant, r, "product")
			if err != nil {
				t.Fatal(err)
			}
			bare, err := bench.StartBare(s.App.Temporal, s.App.Store, s.App.Acts, r)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(bare.Stop)
			ways := map[string]bench.Way{"bare workflow": bare, "no engine": &bench.Direct{Store: s.App.Store, Steps: s.App.Acts, Request: r}}
			want := await(t, s, product.ID, 30*time.Second)
			for way, w := range ways {
				got, err := w.Ask(t.Context())
				if err != nil {
					t.Fatalf("%s: %v", way, err)
				}
				if got.Answer == nil || got.Answer.Text != want.Answer.Text || got.Answer.AnsweredBy != want.Answer.AnsweredBy || len(got.Answer.Facts) != len(want.Answer.Facts) || len(got.Answer.Citations) != len(want.Answer.Citations) {
					t.Errorf("%s: %+v\nwant %+v", way, got.Answer, want.Answer)
				}
			}
			shares, err := (&bench.Direct{Store: s.App.Store, Steps: s.App.Acts, Request: r}).Split(t.Context(), 2, func() float64 { return 0 })
			if err != nil || len(shares) != 5 {
				t.Errorf("split: %v, %v", shares, err)
			}
		})
	}
}
