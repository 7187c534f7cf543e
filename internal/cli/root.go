// Package cli is the command tree of both binaries.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/spf13/cobra"
)

// Version is what the binary calls itself; the build sets it.
type Version struct{ Number, Commit string }

func (v Version) String() string {
	if v.Commit == "" {
		return v.Number
	}
	return v.Number + " (" + v.Commit + ")"
}

// state is shared by the commands of one run.
type state struct {
	version Version
	cfg     app.Config
	apiURL  string
	client  *http.Client // nil: the default one
	json    bool
	verbose bool
	level   slog.Level // of the log, unless verbose
	out     io.Writer
	err     io.Writer
}

// Main runs the command line and returns the exit code. more are commands that
// only one of the binaries has.
func Main(version Version, more ...*cobra.Command) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := New(version, os.Stdout, os.Stderr, more...)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var quiet *exitError
	if errors.As(err, &quiet) {
		return quiet.code
	}
	fmt.Fprintln(os.Stderr, "eaio: "+err.Error())
	if eaio.KindOf(err) == eaio.KindInvalid {
		return 2
	}
	return 1
}

// exitError ends the process with a code; what there was to say has been said.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// New returns the command tree, writing to out and err.
func New(version Version, out, err io.Writer, more ...*cobra.Command) *cobra.Command {
	s := &state{version: version, cfg: app.FromEnvironment(), out: out, err: err}
	root := &cobra.Command{
		Use:   "eaio",
		Short: "Ask how buildings use energy; every number is computed and cited",
		Long: `EAIO answers questions about how buildings use energy. Agents run as durable
Temporal workflows; every number in an answer is computed from meter data and has
an id. Flags go over environment variables, those over defaults.`,
		SilenceUsage: true, SilenceErrors: true, Version: version.String(),
	}
	root.SetOut(out)
	root.SetErr(err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return eaio.Errorf(eaio.KindInvalid, "", "%w; see `%s --help`", err, c.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVar(&s.apiURL, "api", envOr("EAIO_API", "http://127.0.0.1:8080"), "address of the API (EAIO_API)")
	flags.BoolVar(&s.json, "json", false, "print JSON")
	flags.BoolVarP(&s.verbose, "verbose", "v", false, "log more")
	root.AddGroup(&cobra.Group{ID: "use", Title: "Use it:"}, &cobra.Group{ID: "data", Title: "Data:"}, &cobra.Group{ID: "run", Title: "Run it:"})
	for group, commands := range map[string][]*cobra.Command{
		"use":  {s.askCommand(), s.chatCommand(), s.searchCommand(), s.taskCommand(), s.scheduleCommand()},
		"data": {s.buildingCommand(), s.importCommand(), s.analyseCommand(), s.backtestCommand()},
		"run":  {s.apiCommand(), s.workerCommand(), s.migrateCommand(), s.modelsCommand(), s.budgetCommand(), s.doctorCommand(), s.benchCommand(), s.versionCommand()},
	} {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	for _, c := range more {
		c.GroupID = "run"
		root.AddCommand(c)
	}
	refuseUnknown(root)
	return root
}

// refuseUnknown lets commands that only group others refuse a word that is none of
// them: the library prints the help and ends with success.
func refuseUnknown(c *cobra.Command) {
	for _, sub := range c.Commands() {
		refuseUnknown(sub)
	}
	if !c.HasSubCommands() || c.Name() == "completion" {
		return
	}
	show := c.RunE
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case len(args) > 0:
			hint := ""
			c.SuggestionsMinimumDistance = 2
			if near := c.SuggestionsFor(args[0]); len(near) > 0 {
				hint = " (do you mean " + strings.Join(near, ", ") + "?)"
			}
			return eaio.Errorf(eaio.KindInvalid, "", "there is no command `%s %s`%s; see `%s --help`", c.CommandPath(), args[0], hint, c.CommandPath())
		case show != nil:
			return show(c, args)
		}
		return c.Help()
	}
}

func envOr(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// logger writes to standard error: people read text, machines ask for JSON.
func (s *state) logger() *slog.Logger {
	level := s.level
	if s.verbose {
		level = slog.LevelDebug
	}
	options := &slog.HandlerOptions{Level: level}
	if s.json {
		return slog.New(slog.NewJSONHandler(s.err, options))
	}
	return slog.New(slog.NewTextHandler(s.err, options))
}

// serviceFlags are those of commands that connect to the services themselves.
func (s *state) serviceFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.cfg.DatabaseURL, "database-url", s.cfg.DatabaseURL, "PostgreSQL (DATABASE_URL)")
	f.StringVar(&s.cfg.TemporalUI, "temporal-ui", s.cfg.TemporalUI, "Temporal Web UI, for links (EAIO_TEMPORAL_UI)")
	s.temporalFlags(c)
}

func (s *state) temporalFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.cfg.TemporalAddress, "temporal-address", s.cfg.TemporalAddress, "Temporal frontend (TEMPORAL_ADDRESS)")
	f.StringVar(&s.cfg.TemporalNamespace, "temporal-namespace", s.cfg.TemporalNamespace, "Temporal namespace (TEMPORAL_NAMESPACE)")
}

// connectFlag is of commands that end: api and worker wait as long as it takes.
func (s *state) connectFlag(c *cobra.Command) {
	c.Flags().DurationVar(&s.cfg.ConnectTimeout, "connect-timeout", s.cfg.ConnectTimeout, "how long to wait for Temporal")
}

func (s *state) modelFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.cfg.PoolsFile, "pools", s.cfg.PoolsFile, "file that declares the pools of models, see docs/examples/pools.yaml; empty: the flags below do (EAIO_POOLS)")
	f.StringVar(&s.cfg.OllamaHost, "ollama-host", s.cfg.OllamaHost, "Ollama server; empty: no local model (OLLAMA_HOST)")
	f.StringVar(&s.cfg.OllamaModel, "ollama-model", s.cfg.OllamaModel, "model on it; empty: the first there is (EAIO_OLLAMA_MODEL)")
	f.StringVar(&s.cfg.OpenAIBaseURL, "openai-base-url", s.cfg.OpenAIBaseURL, "OpenAI-compatible endpoint, used when OPENAI_API_KEY is set (OPENAI_BASE_URL)")
	f.StringVar(&s.cfg.OpenAIModel, "openai-model", s.cfg.OpenAIModel, "model on it (EAIO_OPENAI_MODEL)")
	f.StringVar(&s.cfg.MilvusAddress, "milvus-address", s.cfg.MilvusAddress, "Milvus; empty: retrieval in memory (MILVUS_ADDRESS)")
	f.IntVar(&s.cfg.ModelSlots, "model-slots", s.cfg.ModelSlots, "model calls at a time per pool")
}

// connect checks the configuration and builds the process's parts.
func (s *state) connect(ctx context.Context) (*app.App, error) {
	if err := s.cfg.Validate(); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "configuration", "%w", err)
	}
	return app.New(ctx, s.cfg, s.logger())
}

func (s *state) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		if s.json {
			return s.printJSON(map[string]string{"version": s.version.Number, "commit": s.version.Commit})
		}
		_, err := fmt.Fprintln(s.out, "eaio", s.version)
		return err
	}}
}
