//go:build unix

// Package scriptedtest gives a test a server of package scriptedollama. It is
// apart from it so that programs can use the server without linking testing.
package scriptedtest

import (
	"errors"
	"os"
	"testing"

	"github.com/eaio/eaio/internal/tools/scriptedollama"
)

// Start starts a server with all scripted models; it ends with the test. Where
// the program has not been built the test is skipped, or fails where CI is set.
// env adds to the server's variables, "NAME=value".
func Start(t testing.TB, env ...string) *scriptedollama.Server {
	t.Helper()
	s, err := scriptedollama.Launch(t.Context(), t.TempDir(), 0, env...)
	if errors.Is(err, scriptedollama.ErrNotBuilt) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}
