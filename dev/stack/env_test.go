package stack

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCommandsFindTheRunningStack(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("EAIO_DATA", dir)
	for _, name := range []string{"EAIO_API", "DATABASE_URL"} {
		t.Setenv(name, "") // restored at the end
		_ = os.Unsetenv(name)
	}
	t.Setenv("TEMPORAL_ADDRESS", "mine:1")
	UseRunning()
	if _, set := os.LookupEnv("EAIO_API"); set {
		t.Fatal("set without a running stack")
	}
	text := "EAIO_API='http://127.0.0.1:1'\nDATABASE_URL='postgres://eaio@/eaio?host=%2Fa=b'\nTEMPORAL_ADDRESS='theirs:2'\nnonsense\n"
	if err := os.WriteFile(filepath.Join(dir, envFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	UseRunning()
	for name, want := range map[string]string{"EAIO_API": "http://127.0.0.1:1", "DATABASE_URL": "postgres://eaio@/eaio?host=%2Fa=b", "TEMPORAL_ADDRESS": "mine:1"} {
		if got := os.Getenv(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
