//go:build unix

package openai

import (
	"testing"

	"github.com/eaio/eaio/internal/stubmodel"
)

// BenchmarkChat measures what a call costs beside the model: the stub answers at
// once.
func BenchmarkChat(b *testing.B) {
	stub, err := stubmodel.Start(stubmodel.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer stub.Close()
	c := client(b, Config{BaseURL: stub.BaseURL()})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := chat(b, c, ask("m")); err != nil {
			b.Fatal(err)
		}
	}
}
