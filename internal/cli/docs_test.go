package cli

import (
	"bytes"
	"encoding/json"
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

const jsonHead = "\n\nWith `--json`, in part:\n\n```json\n"

// The first example of each analysis is followed by a piece of its document.
func TestDocumentedJSON(t *testing.T) {
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
		command, _ := splitCommand(block)
		args := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(command, "$ eaio "), "\\\n", " "))
		name := args[min(1, len(args)-1)]
		if args[0] != "analyse" || seen[name] {
			continue
		}
		seen[name] = true
		out, errs, code := shell(t, append(args, "--json")...)
		if code != 0 {
			t.Fatalf("%s: exit %d %s", name, code, errs)
		}
		want := piece(t, out)
		old, rest := "", after
		if x, ok := strings.CutPrefix(after, jsonHead); ok {
			old, rest, _ = strings.Cut(x, "```")
		}
		if *update {
			parts[i+1] = block + "```" + jsonHead + want + "```" + rest
		} else if old != want {
			t.Errorf("%s: the page has\n%s\nand not\n%s\n(go test -update writes it anew)", name, old, want)
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(strings.Join(parts, "```console\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// piece cuts a document to what shows its shape: one or two of everything.
func piece(t *testing.T, document string) string {
	t.Helper()
	var d struct {
		Analysis     json.RawMessage   `json:"analysis"`
		Status       json.RawMessage   `json:"status"`
		Reasons      json.RawMessage   `json:"reasons"`
		Facts        []json.RawMessage `json:"facts"`
		Coefficients json.RawMessage   `json:"coefficients,omitempty"`
		Events       []json.RawMessage `json:"events,omitempty"`
		Series       []struct {
			Name   string            `json:"name"`
			Unit   string            `json:"unit"`
			Start  string            `json:"start,omitempty"`
			Step   int               `json:"step_seconds"`
			Values []json.RawMessage `json:"values"`
		} `json:"series,omitempty"`
		Months []json.RawMessage `json:"months,omitempty"`
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		t.Fatal(err)
	}
	d.Facts = d.Facts[:min(2, len(d.Facts))]
	d.Events = d.Events[:min(1, len(d.Events))]
	d.Months = d.Months[:min(2, len(d.Months))]
	d.Series = d.Series[:min(2, len(d.Series))]
	for i, s := range d.Series {
		d.Series[i].Values = s.Values[:min(2, len(s.Values))]
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		t.Fatal(err)
	}
	return b.String()
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
