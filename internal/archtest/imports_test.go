package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the repository, seen from this folder, where go test runs the tests.
const root = "../.."

// pkg is what go list says about a package.
type pkg struct {
	ImportPath string
	Dir        string
	Doc        string
	GoFiles    []string
	Imports    []string
}

func TestImports(t *testing.T) {
	for _, p := range list(t, root, "./...") {
		folder, _ := projectFolder(p.ImportPath)
		r, ok := ruleFor(folder)
		if !ok {
			t.Errorf("%s has no rule: say in rules_test.go what it may import", folder)
			continue
		}
		for _, path := range p.Imports {
			if fault := r.breaks(folder, path); fault != "" {
				t.Errorf("%s imports %s: %s %s (%s)", name(folder), path, name(r.folder), fault, r.why)
			}
		}
	}
}

func TestPurePackagesReadNoClock(t *testing.T) {
	for _, p := range list(t, root, "./...") {
		folder, _ := projectFolder(p.ImportPath)
		r, ok := ruleFor(folder)
		if !ok || !r.pure {
			continue
		}
		for _, file := range p.GoFiles {
			for _, call := range clockCalls(t, filepath.Join(p.Dir, file)) {
				t.Errorf("%s: %s is pure (%s): take the instant as an argument", call, name(folder), r.why)
			}
		}
	}
}

func TestBinaryLinksNoServer(t *testing.T) {
	deps := list(t, root, "-deps", "./cmd/eaio")
	if !slices.ContainsFunc(deps, func(p pkg) bool { return p.ImportPath == module+"/cmd/eaio" }) {
		t.Fatal("go list does not know ./cmd/eaio, the binary that this test is about")
	}
	for _, p := range deps {
		if within(p.ImportPath, "go.temporal.io/server") {
			t.Errorf("cmd/eaio links %s: a server belongs to the dev module", p.ImportPath)
		}
		if within(p.ImportPath, module) && slices.Contains(p.Imports, "testing") {
			t.Errorf("cmd/eaio links %s, which imports testing: only tests may import it", p.ImportPath)
		}
	}
}

// TestRules tries the rules themselves on imports that must fail, and on the
// nearest ones that must not.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		folder, path string
		allowed      bool
	}{
		{"", "strings", true},
		{"", "context", true},
		{"", "net/http", false},
		{"", "github.com/google/uuid", false},
		{"", module + "/energy", false},
		{"energy", module, true},
		{"energy", "time", true},
		{"energy", "context", false},
		{"energy", "math", true},
		{"energy", "math/rand/v2", false},
		{"energy", "log/slog", false},
		{"energy", "gonum.org/v1/gonum/mat", true},
		{"energy", "gonum.org/v1/gonumish", false},
		{"agents", module + "/energy", true},
		{"agents", module + "/postgres", false},
		{"agents/prompts", module + "/agents", true},
		{"workflows", "go.temporal.io/sdk/workflow", true},
		{"workflows", "go.temporal.io/sdk/activity", false},
		{"workflows", module + "/activities", false},
		{"activities", module + "/workflows", true},
		{"activities", module + "/postgres", false},
		{"api", module + "/starter", false},
		{"api", "github.com/jackc/pgx/v5", false},
		{"milvus", module + "/retrieval", true},
		{"milvus", module + "/inmem", false},
		{"postgres/local", module + "/postgres", true},
		{"postgres", "github.com/jackc/pgx/v5/pgxpool", true},
		{"cmd/eaio", module + "/postgres", true},
		{"cmd/eaio", "go.temporal.io/server/temporal", false},
	} {
		r, ok := ruleFor(c.folder)
		if !ok {
			t.Errorf("no rule for %q", c.folder)
			continue
		}
		if fault := r.breaks(c.folder, c.path); (fault == "") != c.allowed {
			t.Errorf("%s importing %s: allowed must be %v, said %q", name(c.folder), c.path, c.allowed, fault)
		}
	}
	if _, ok := ruleFor("somethingnew"); ok {
		t.Error("a folder without a row found a rule")
	}
}

// list asks the go command in the folder. A package that does not compile is
// still listed: whether it builds is for the other checks to say.
func list(t *testing.T, dir string, args ...string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-e", "-json=ImportPath,Dir,Doc,GoFiles,Imports"}, args...)...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatalf("go list %s: %v", strings.Join(args, " "), err)
		}
		pkgs = append(pkgs, p)
	}
}

// clockCalls returns the places in a file that use what clock names.
func clockCalls(t *testing.T, file string) []string {
	t.Helper()
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	local := ""
	for _, spec := range tree.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); path == "time" {
			local = "time"
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	var calls []string
	ast.Inspect(tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || local == "" || !slices.Contains(clock, sel.Sel.Name) {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local {
			calls = append(calls, fset.Position(sel.Pos()).String()+": time."+sel.Sel.Name)
		}
		return true
	})
	return calls
}

// name is a folder's name in a message.
func name(folder string) string {
	if folder == "" {
		return "eaio"
	}
	return folder
}
