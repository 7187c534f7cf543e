package archtest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// longFile is the number of lines past which a Go file is asked for its second idea.
const longFile = 500

// elsewhere finds paths that exist beside one checkout only. They are split here
// so that they do not find themselves.
var elsewhere = regexp.MustCompile(`(^|[^\w.}*-]|-[IL])/` + `work/|` + `\.\./` + `shared\b`)

// dataSet is a set of measurements by others, known by its name in a path.
type dataSet struct {
	name    string
	licence string // words that the licence file beside the data must hold; "": may not be shipped
}

var dataSets = []dataSet{
	{"bdg2", "Attribution-ShareAlike 4.0"},
	{"eemeter", "Apache License"},
	{"mave", ""}, // GPL-3.0
}

func TestEveryPackageSaysWhyItExists(t *testing.T) {
	for _, dir := range []string{root, filepath.Join(root, "dev")} {
		for _, p := range list(t, dir, "./...") {
			if len(p.GoFiles) > 0 && p.Doc == "" {
				t.Errorf("%s has no package comment", p.ImportPath)
			}
		}
	}
}

func TestNoFileNamesOneCheckout(t *testing.T) {
	for _, file := range tracked(t) {
		text := read(t, file)
		if bytes.IndexByte(text, 0) >= 0 {
			continue // binary
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if found := elsewhere.Find(line); found != nil {
				t.Errorf("%s:%d: %q exists beside one checkout only", file, i+1, found)
			}
		}
	}
}

// largest is more than any file of ours needs, and less than any program.
const largest = 4 << 20

func TestNoProgramIsCommitted(t *testing.T) {
	for _, file := range tracked(t) {
		if size := len(read(t, file)); size > largest {
			t.Errorf("%s has %d bytes: leave out what a build makes", file, size)
		}
	}
}

func TestLongFiles(t *testing.T) {
	for _, file := range tracked(t) {
		if path.Ext(file) != ".go" {
			continue
		}
		if lines := bytes.Count(read(t, file), []byte("\n")); lines > longFile {
			t.Logf("%s has %d lines: is there a second idea in it?", file, lines)
		}
	}
}

// TestDataCarriesItsLicence holds data sets of others to their terms: each lies
// in a folder of its own with its licence, or not here at all.
func TestDataCarriesItsLicence(t *testing.T) {
	for _, file := range tracked(t) {
		for _, set := range dataSets {
			if !isData(file) || !strings.Contains(strings.ToLower(file), set.name) {
				continue
			}
			if set.licence == "" {
				t.Errorf("%s: the licence of %s does not let it be shipped here", file, set.name)
			} else if err := licensed(path.Dir(file), set); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

func TestLicensed(t *testing.T) {
	folder := t.TempDir()
	set := dataSet{"bdg2", "Attribution-ShareAlike 4.0"}
	if licensed(folder, set) == nil {
		t.Error("a folder without a licence passed")
	}
	notice := filepath.Join(folder, "LICENSE")
	if err := os.WriteFile(notice, []byte("Apache License"), 0o600); err != nil {
		t.Fatal(err)
	}
	if licensed(folder, set) == nil {
		t.Error("a folder with another licence passed")
	}
	if err := os.WriteFile(notice, []byte("Creative Commons Attribution-ShareAlike 4.0 International"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := licensed(folder, set); err != nil {
		t.Error(err)
	}
}

func TestElsewhere(t *testing.T) {
	for text, want := range map[string]bool{
		`"/` + `work/main"`:           true,
		`see ../` + `shared/STYLE.md`: true,
		`data: /var/lib/eaio`:         false,
		`cc -I/` + `work/include`:     true,
		`GET /v1/work/x`:              false,
	} {
		if got := elsewhere.MatchString(text); got != want {
			t.Errorf("%q: found %v, want %v", text, got, want)
		}
	}
}

// isData reports whether a file holds measurements, not code or words.
func isData(file string) bool {
	return slices.Contains([]string{".csv", ".gz", ".json", ".jsonl", ".parquet", ".zip", ".zst"}, path.Ext(file))
}

// licensed returns nil if the folder, or one above it that is still the data
// set's own, has a licence file with the set's words.
func licensed(folder string, set dataSet) error {
	text, err := os.ReadFile(under(path.Join(folder, "LICENSE")))
	if errors.Is(err, fs.ErrNotExist) && strings.Contains(strings.ToLower(path.Dir(folder)), set.name) {
		return licensed(path.Dir(folder), set)
	}
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(set.licence)) {
		return errors.New("the LICENSE beside it lacks the words: " + set.licence)
	}
	return nil
}

// tracked lists the files that git keeps, by their path in the repository.
func tracked(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		const missing = "no git checkout here, which knows the files that are committed"
		if os.Getenv("CI") != "" {
			t.Fatal(missing, ": ", err)
		}
		t.Skip(missing, ": ", err)
	}
	files := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	return slices.DeleteFunc(files, func(file string) bool {
		info, err := os.Lstat(under(file))
		return err != nil || !info.Mode().IsRegular() // removed but not yet committed, or a link
	})
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(under(file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// under returns where a file of the repository lies, seen from this folder.
func under(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(root, filepath.FromSlash(file))
}
