//go:build unix

package ollama

import (
	"context"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

// TestLeavingDoesNotJamTheServer meets the deadline in the middle of many calls,
// each followed by one that must find the model's only slot free. Asked for
// streams, a twentieth of these calls left it taken for good.
func TestLeavingDoesNotJamTheServer(t *testing.T) {
	server := scriptedtest.Start(t, "OLLAMA_NUM_PARALLEL=1")
	c := client(t, Config{Host: server.Address()})
	if _, err := chat(t, c, ask(scriptedollama.Plain)); err != nil {
		t.Fatal(err)
	}
	q := ask(scriptedollama.Loop)
	q.MaxOutputTokens = 8000
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(20+i%40)*time.Millisecond)
		_, err := c.Chat(ctx, q)
		cancel()
		wantKind(t, err, eaio.KindDeadline)
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		_, err = c.Chat(ctx, ask(scriptedollama.Plain))
		cancel()
		if err != nil {
			t.Fatalf("after %d calls that were left: %v", i+1, err)
		}
	}
}
