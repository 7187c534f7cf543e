package archtest

import (
	"slices"
	"strings"
)

const module = "github.com/eaio/eaio"

// rule says what the packages of one folder may see. It covers the folders
// below it that have no rule of their own, and not their tests: a test may see
// whatever it needs.
type rule struct {
	folder string // below the module's root; "": the root package
	sees   string // folders of this module that it may import besides its own; "*": all
	pure   bool   // no clock, network, randomness, files, log or context, and no library but libs
	libs   string // import path prefixes that a pure package may use
	why    string
}

// rules is the whole of "who may import whom". A new package needs a row.
var rules = []rule{
	{"", "", true, "context", "every package speaks these words, so they rest on the standard library alone"},

	{"energy", "eaio", true, "gonum.org/v1/gonum github.com/shopspring/decimal", "an analysis is a function of its inputs and nothing else"},
	{"agents", "eaio energy", true, "golang.org/x/text github.com/shopspring/decimal", "plan, narration and verifier are functions of their inputs"},
	{"routing", "eaio", false, "", "the policy decides from what it is told; adapters tell it"},
	{"routing/poolfile", "eaio routing internal/modelhttp", false, "", "declares pools to the policy, from bytes"},
	{"routing/boardtest", "eaio routing", false, "", "the suite of boards; it imports testing, so no binary links it"},
	{"retrieval", "eaio", false, "", "the contract that every store of passages meets"},
	{"knowledge", "eaio retrieval", false, "", "texts for retrieval, without a store"},
	{"sample", "eaio ingest", false, "", "real buildings in the binary, with their licence"},
	{"ingest", "eaio", false, "", "reads what meters and people hand in"},

	{"workflows", "eaio energy agents routing retrieval", true, "go.temporal.io/sdk/workflow go.temporal.io/sdk/temporal go.temporal.io/api/enums", "a replay must decide as the first run did"},
	{"activities", "eaio energy agents routing retrieval workflows", false, "", "side effects behind interfaces declared there"},
	{"worker", "eaio workflows activities routing", false, "", "registers, polls and stops"},
	{"starter", "eaio workflows", false, "", "a typed client of the workflows"},
	{"api", "eaio agents ingest retrieval", false, "", "the gateway sees starter and stores through its own interfaces"},

	{"postgres", "eaio retrieval routing", false, "", "an adapter sees the contract it meets, never another adapter"},
	{"milvus", "eaio retrieval", false, "", "as postgres"},
	{"ollama", "eaio retrieval routing internal/modelhttp", false, "", "as postgres"},
	{"openai", "eaio retrieval routing internal/modelhttp", false, "", "as postgres"},
	{"internal/modelhttp", "eaio", false, "", "what the two model adapters need of HTTP, and no model"},
	{"redis", "eaio retrieval routing", false, "", "as postgres"},
	{"inmem", "eaio retrieval routing", false, "", "as postgres"},

	{"cmd", "*", false, "", "wires the parts together"},
	{"internal/app", "*", false, "", "the wiring that both binaries share"},
	{"internal/cli", "*", false, "", "the commands that both binaries share"},
	{"internal/apptest", "*", false, "", "the wiring for tests; it imports testing, so no binary links it"},
	{"internal/bench", "eaio activities routing worker workflows internal/faultproxy internal/stubmodel", false, "", "the yardsticks of the benchmark: it runs the steps of the product, and models that fail"},
	{"internal/analyse", "eaio energy ingest", false, "", "the analyses on files: it reads bytes and draws, and reaches no service"},
	{"internal/tools/anomalies", "eaio energy", false, "", "puts faults into real meters and scores what the detector finds"},
	{"internal/archtest", "", true, "", "tests only"},
	{"internal", "eaio", false, "", "parts that stand in for the outside in tests and drills"},
}

// library says which folders may import a library that stands for something
// outside; everyone else goes through them.
type library struct {
	prefix  string
	folders string
}

// libraries is the other half of "only adapters see the outside".
var libraries = []library{
	{"github.com/jackc", "postgres internal/app internal/apptest internal/cli cmd"},
	{"github.com/milvus-io", "milvus"},
	{"github.com/ollama/ollama", "ollama internal/tools"},
	{"github.com/sashabaranov/go-openai", "openai"},
	{"github.com/redis", "redis"},
	{"go.temporal.io/sdk", "workflows activities worker starter internal/app internal/apptest internal/bench internal/cli cmd"},
	{"go.temporal.io/server", ""}, // the dev module only
	{"gonum.org/v1/plot", "internal/analyse"},
	{"github.com/spf13/cobra", "internal/cli cmd"},
}

// world is what a pure package may not import, with what lies below it.
var world = strings.Fields("context crypto/rand database/sql log math/rand net os plugin syscall")

// clock is what a pure package may not call of package time.
var clock = strings.Fields("After AfterFunc NewTicker NewTimer Now Since Sleep Tick Until")

// ruleFor returns the rule with the longest folder that covers the folder.
func ruleFor(folder string) (rule, bool) {
	best, found := rule{}, false
	for _, r := range rules {
		covers := r.folder == folder || r.folder != "" && within(folder, r.folder)
		if covers && (!found || len(r.folder) > len(best.folder)) {
			best, found = r, true
		}
	}
	return best, found
}

// within reports whether path is prefix or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// oneOf reports whether path lies within one of the space-separated prefixes.
func oneOf(path, prefixes string) bool {
	return slices.ContainsFunc(strings.Fields(prefixes), func(p string) bool { return within(path, p) })
}

// breaks returns what is wrong with a package of the folder importing path, or "".
func (r rule) breaks(folder, path string) string {
	if own, ok := projectFolder(path); ok {
		if r.sees == "*" || within(own, r.folder) && r.folder != "" || oneOf(own, r.sees) || own == "" && oneOf("eaio", r.sees) {
			return ""
		}
		return "may import of this module only: " + r.sees
	}
	for _, l := range libraries {
		if within(path, l.prefix) && !oneOf(folder, l.folders) {
			return "only these may see that library: " + l.folders
		}
	}
	if !r.pure || oneOf(path, r.libs) {
		return ""
	}
	if !standard(path) {
		return "may use no library but: " + r.libs
	}
	if slices.ContainsFunc(world, func(w string) bool { return within(path, w) }) {
		return "must not see: " + strings.Join(world, " ")
	}
	return ""
}

// projectFolder returns the folder of a package of this module.
func projectFolder(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

// standard reports whether path belongs to the standard library: only there
// does the first part have no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
