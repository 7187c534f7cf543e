package cli

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the documented commands print into docs/analyse.md")

// The examples of docs/analyse.md print what stands there.
func TestDocumentedExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every analysis")
	}
	t.Chdir("../..")
	page := filepath.Join("docs", "analyse.md")
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(b), "```console\n")
	seen := map[string]bool{}
	for i, part := range parts[1:] {
		block, after, _ := strings.Cut(part, "```")
		command, want := splitCommand(block)
		args := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(command, "$ eaio "), "\\\n", " "))
		seen[args[min(1, len(args)-1)]] = true
		got, errs, code := shell(t, args...)
		if code == 1 || code == 2 {
			t.Errorf("%s\nexit %d: %s", command, code, errs)
		}
		if *update {
			parts[i+1] = command + got + "```" + after
		} else if got != want {
			t.Errorf("%s\nprints\n%s\nand not\n%s\n(go test -update writes it anew)", command, got, want)
		}
	}
	for _, name := range names() {
		if !seen[name] {
			t.Errorf("%s has no example", name)
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(strings.Join(parts, "```console\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// splitCommand parts the lines of a command from what it prints.
func splitCommand(block string) (command, output string) {
	for line := range strings.Lines(block) {
		command += line
		if !strings.HasSuffix(line, "\\\n") {
			break
		}
	}
	return command, block[len(command):]
}
