package cli

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/eaio/eaio"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A word that is no command is refused at every level, with where the help is.
func TestUnknownCommands(t *testing.T) {
	for _, words := range [][]string{{"nope"}, {"aks"}, {"analyse", "nope"}, {"bench", "nope"}, {"budget", "show"}, {"building", "nope"}, {"schedule", "nope"}, {"task", "nope"}} {
		root := New(Version{}, io.Discard, io.Discard)
		root.SetArgs(words)
		err := root.ExecuteContext(t.Context())
		if eaio.KindOf(err) != eaio.KindInvalid || !strings.Contains(err.Error(), "there is no command `eaio "+strings.Join(words, " ")+"`") {
			t.Errorf("%s: %v", words, err)
		}
		if words[0] == "aks" && !strings.Contains(err.Error(), ", ask?)") {
			t.Errorf("%v suggests nothing", err)
		}
	}
}

// Quoted words in a flag's usage would stand for its type in the help.
func TestFlagsNameTheirType(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if name, _ := pflag.UnquoteUsage(f); strings.Contains(name, " ") {
				t.Errorf("%s --%s takes a %q", c.CommandPath(), f.Name, name)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(New(Version{}, io.Discard, io.Discard))
}

// A time without its zone is another one to a reader elsewhere.
func TestNextTimesNameTheirZone(t *testing.T) {
	next := time.Date(2026, 12, 3, 11, 30, 0, 0, time.UTC)
	if got, want := first([]time.Time{next}), next.Local().Format("15:04 MST"); !strings.HasSuffix(got, want) {
		t.Errorf("%q does not end in %q", got, want)
	}
}

// What a shell without models is told is of that shell: a running stack may have some.
func TestNoModelsInThisShell(t *testing.T) {
	var b strings.Builder
	if err := renderPools(&b, nil); err != nil || !strings.Contains(b.String(), "in this shell") {
		t.Errorf("%s %v", b.String(), err)
	}
}
