package cli

import (
	"bytes"
	"os"
	"testing"
)

// Progress is counted where somebody can look at it, and nowhere else.
func TestCounter(t *testing.T) {
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if (&state{err: device}).counter("x") == nil {
		t.Error("a device hears nothing")
	}
	if (&state{err: file}).counter("x") != nil || (&state{err: &bytes.Buffer{}}).counter("x") != nil {
		t.Error("a file is written over")
	}
}
