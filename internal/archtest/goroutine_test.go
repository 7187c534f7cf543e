package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"
	"testing"
)

// TestPureCodeStartsNoGoroutine: `make test` runs analyses and agents without the
// race detector.
func TestPureCodeStartsNoGoroutine(t *testing.T) {
	seen := 0
	for _, file := range tracked(t) {
		if !strings.HasPrefix(file, "energy/") && !strings.HasPrefix(file, "agents/") || path.Ext(file) != ".go" {
			continue
		}
		seen++
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, read(t, file), 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s starts a goroutine", fset.Position(s.Pos()))
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("no file was looked at")
	}
}
