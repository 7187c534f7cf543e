package stack

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/cli"
	"github.com/eaio/eaio/sample"
	"github.com/spf13/cobra"
)

// command runs a command line against the stack and returns what it printed.
func command(t *testing.T, s *Stack, args ...string) (out, told string, err error) {
	t.Helper()
	t.Setenv("EAIO_API", s.URL())
	t.Setenv("DATABASE_URL", s.Postgres.URL())
	t.Setenv("TEMPORAL_ADDRESS", s.Temporal.Address())
	for _, name := range []string{"OLLAMA_HOST", "OPENAI_API_KEY", "MILVUS_ADDRESS"} {
		t.Setenv(name, "")
	}
	var stdout, stderr bytes.Buffer
	c := cli.New(cli.Version{Number: "test"}, &stdout, &stderr)
	c.SetArgs(args)
	err = c.ExecuteContext(t.Context())
	return stdout.String(), stderr.String(), err
}

// prints runs a command that must succeed and print all the words.
func prints(t *testing.T, s *Stack, words []string, args ...string) string {
	t.Helper()
	out, told, err := command(t, s, args...)
	if err != nil {
		t.Fatalf("eaio %s: %v\n%s%s", strings.Join(args, " "), err, out, told)
	}
	for _, w := range words {
		if !strings.Contains(out, w) {
			t.Errorf("eaio %s does not print %q:\n%s", strings.Join(args, " "), w, out)
		}
	}
	return out
}

// refuses runs a command that must fail with all the words in its error.
func refuses(t *testing.T, s *Stack, words []string, args ...string) {
	t.Helper()
	out, _, err := command(t, s, args...)
	if err == nil {
		t.Fatalf("eaio %s succeeded:\n%s", strings.Join(args, " "), out)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("eaio %s: no %q in %q", strings.Join(args, " "), w, err)
		}
	}
}

func TestCommandLine(t *testing.T) {
	s := up(t, nil)
	demo := sample.Question()
	asOf := demo.AsOf.Format(time.RFC3339)

	t.Run("ask and tasks", func(t *testing.T) {
		_, told, err := command(t, s, "ask", demo.Question, "-b", demo.Building, "--as-of", asOf)
		if err != nil || !strings.Contains(told, "gathered") {
			t.Errorf("no progress was told (%v):\n%s", err, told)
		}
		prints(t, s, []string{"[F1]", "night_excess", "kWh", "Sources", "narrator", "Steps", "plan", "Web UI"}, "ask", demo.Question, "-b", demo.Building, "--as-of", asOf)
		var asked eaio.Task
		if err := json.Unmarshal([]byte(prints(t, s, nil, "ask", demo.Question, "-b", demo.Building, "--as-of", asOf, "--json")), &asked); err != nil || asked.Answer == nil || len(asked.Answer.Facts) == 0 {
			t.Errorf("--json: %+v, %v", asked, err)
		}
		prints(t, s, []string{asked.ID, "completed", demo.Building}, "task", "list")
		prints(t, s, []string{"[F1]", "completed"}, "task", "show", asked.ID)
		prints(t, s, []string{"task.accepted", "task.completed"}, "task", "watch", asked.ID)
		prints(t, s, []string{"had ended already"}, "task", "cancel", asked.ID)
		refuses(t, s, []string{"unknown_building", "nowhere"}, "ask", demo.Question, "-b", "nowhere")
		refuses(t, s, []string{"question"}, "ask", "", "-b", demo.Building)
		refuses(t, s, []string{"not_found"}, "task", "show", "nothing")
	})

	t.Run("buildings and imports", func(t *testing.T) {
		prints(t, s, []string{demo.Building, "robin_education_lizbeth", "public"}, "building", "list")
		prints(t, s, []string{"Europe/London", "electricity", "3600 s"}, "building", "show", demo.Building)
		prints(t, s, []string{"Asia/Ho_Chi_Minh", "private"}, "building", "set", "hq", "--create", "--name", "HQ", "--timezone", "Asia/Ho_Chi_Minh")
		prints(t, s, []string{"2500 VND/kWh"}, "building", "set", "hq", "--price-per-kwh", "2500", "--currency", "VND", "--price-source", "contract")
		refuses(t, s, []string{"nothing to set"}, "building", "set", "hq")
		refuses(t, s, []string{"Europe/London"}, "building", "set", "hq", "--timezone", "Mars/Base")
		for _, f := range brokenFiles() {
			refuses(t, s, f.words, "import", "readings", f.write(t), "--building", "hq")
		}
		if out := prints(t, s, nil, "building", "show", "hq"); strings.Contains(out, "hq/electricity") {
			t.Errorf("a refused file left a meter behind:\n%s", out)
		}
		few := "2026-01-01T00:00:00+07:00,99\n2026-01-01T01:00:00+07:00,11\n2026-01-01T02:00:00+07:00,many\n"
		refuses(t, s, []string{"3 of 51 rows", "nothing was taken", "line 2"}, "import", "readings", file{"many.csv", days(2) + few, nil}.write(t), "--building", "hq")
		prints(t, s, []string{"1683 rows read, 1679 new", "1 repeated", "3 refused", "line 1682"}, "import", "readings", file{"few.csv", days(70) + few, nil}.write(t), "--building", "hq")
		good := file{"good.csv", days(70), nil}.write(t)
		prints(t, s, []string{"1680 rows read, 1 new, 0 changed, 1679 as before", "0 refused"}, "import", "readings", good, "--building", "hq")
		prints(t, s, []string{"0 new, 0 changed, 1680 as before"}, "import", "readings", good, "--building", "hq")
		prints(t, s, []string{"kWh", "[F1]"}, "ask", "What was the consumption last week?", "-b", "hq")
	})

	t.Run("schedules", func(t *testing.T) {
		id := "default/nightly/" + demo.Building
		prints(t, s, []string{id, "03:30", "Europe/London"}, "schedule", "create", "nightly", "-b", demo.Building, "--at", "03:30")
		refuses(t, s, []string{"exists already"}, "schedule", "create", "nightly", "-b", demo.Building)
		refuses(t, s, []string{"25:00", "03:30"}, "schedule", "create", "nightly", "-b", demo.Building, "--at", "25:00")
		prints(t, s, []string{id, "active"}, "schedule", "list")
		prints(t, s, []string{"paused"}, "schedule", "pause", id)
		prints(t, s, []string{id, "paused"}, "schedule", "show", id)
		prints(t, s, []string{"resumed"}, "schedule", "resume", id)
		prints(t, s, []string{"2017-04-24"}, "schedule", "backfill", id, "--from", "2017-04-24", "--to", "2017-04-25")
		prints(t, s, []string{"triggered"}, "schedule", "trigger", id)
		prints(t, s, []string{"deleted"}, "schedule", "delete", id)
		refuses(t, s, []string{id}, "schedule", "show", id)
	})

	t.Run("operations", func(t *testing.T) {
		prints(t, s, []string{"database: schema version"}, "migrate")
		prints(t, s, []string{"ok     postgresql", "ok     temporal", "ok     api", "the narrator words every answer"}, "doctor")
		prints(t, s, []string{"eaio test"}, "version")
		prints(t, s, []string{"bare workflow", "no engine", "times its tasks per second", "CPU"}, "bench", "task", "--tasks", "2", "--in-flight", "1", "--yardsticks", "--pid", fmt.Sprint(os.Getpid()))
		refuses(t, s, []string{"--in-flight 5", "--tasks"}, "bench", "task", "--tasks", "2", "--in-flight", "5")
	})
}

// Every command that does something says in --help what it does.
func TestHelpIsWorthReading(t *testing.T) {
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: %q is not a short line", c.CommandPath(), c.Short)
		}
		for _, line := range strings.Split(strings.ReplaceAll(c.Example, "\\\n", " "), "\n") {
			if line != "" && !strings.HasPrefix(line, "  eaio ") {
				t.Errorf("%s: the example %q is no command line", c.CommandPath(), line)
			}
		}
		for _, child := range c.Commands() {
			visit(child)
		}
	}
	visit(cli.New(cli.Version{}, nil, nil))
}

// file is one to import, with the words that its refusal must hold.
type file struct {
	name, content string
	words         []string
}

func (f file) write(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), f.name)
	if err := os.WriteFile(path, []byte(f.content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// days is a good file of hourly readings.
func days(n int) string {
	var b strings.Builder
	b.WriteString("timestamp,value\n")
	for h := range 24 * n {
		fmt.Fprintf(&b, "%s,%d\n", time.Date(2026, 1, 1, h, 0, 0, 0, time.FixedZone("", 7*3600)).Format(time.RFC3339), 10+h%24)
	}
	return b.String()
}

func brokenFiles() []file {
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	_, _ = z.Write([]byte(days(30)))
	_ = z.Close()
	return []file{
		{"columns.csv", "when,a,b\n2026-01-01T00:00:00Z,1,2\n", []string{"column"}},
		{"zones.csv", "timestamp,value\n2026-01-01T00:00:00Z,1\n2026-01-01 01:00:00,1\n2026-01-01 02:00:00,1\n", []string{"line 3", "mixes"}},
		{"text.csv", "timestamp,value\n2026-01-01T00:00:00Z,many\n2026-01-01T01:00:00Z,some\n", []string{"many"}},
		{"cut.csv.gz", whole.String()[:whole.Len()/2], []string{"cut short"}},
		{"empty.csv", "", []string{"empty"}},
	}
}

// A worker beside the API tells whoever watches it how it is.
func TestAWorkerServesItsProbe(t *testing.T) {
	s := up(t, func(c *Config) { c.NoWorker = true })
	l, err := cli.Listen(t.Context(), "127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	t.Setenv("DATABASE_URL", s.Postgres.URL())
	t.Setenv("TEMPORAL_ADDRESS", s.Temporal.Address())
	c := cli.New(cli.Version{Number: "test"}, io.Discard, io.Discard)
	c.SetArgs([]string{"worker", "--probe", address})
	go func() { ended <- c.ExecuteContext(ctx) }()
	for deadline := time.Now().Add(20 * time.Second); ; {
		if _, _, err := command(t, s, "doctor", "--ready", "--api", "http://"+address); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if got := await(t, s, ask(t, s, 5*time.Second), 20*time.Second); got.Answer == nil {
		t.Error("the worker did not answer")
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v", err)
	}
}
