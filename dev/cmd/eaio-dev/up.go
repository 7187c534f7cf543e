package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/dev/stack"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/cli"
	"github.com/eaio/eaio/sample"
	"github.com/eaio/eaio/starter"
	"github.com/eaio/eaio/workflows"
	"github.com/spf13/cobra"
)

func upCommand(v cli.Version) *cobra.Command {
	cfg := stack.Config{App: app.FromEnvironment(), Version: v.Number}
	var once bool
	c := &cobra.Command{
		Use: "up", Short: "Start everything in this process and answer a first question", Args: cobra.NoArgs,
		Long: `Start PostgreSQL, Temporal with its Web UI, API and worker in one process, load the
sample buildings, ask a first question, and stay up until Ctrl-C. Nothing listens
beyond 127.0.0.1. With OLLAMA_HOST or OPENAI_API_KEY set, models word the answers.`,
		RunE: func(c *cobra.Command, _ []string) error { return up(c.Context(), c.OutOrStdout(), cfg, once) },
	}
	f := c.Flags()
	f.BoolVar(&once, "once", false, "end after the first answer; exit code 1 if there was none")
	f.StringVar(&cfg.Dir, "data", stack.DefaultDir(), "folder for all data (EAIO_DATA)")
	f.IntVar(&cfg.APIPort, "api-port", 8080, "port of the API; 0: a free one")
	f.IntVar(&cfg.TemporalPort, "temporal-port", 7233, "port of Temporal; 0: a free one")
	f.IntVar(&cfg.UIPort, "ui-port", 8233, "port of Temporal Web UI; 0: a free one")
	f.IntVar(&cfg.PostgresPort, "postgres-port", 0, "also serve PostgreSQL on this port; 0: on a socket only")
	f.StringVar(&cfg.App.PoolsFile, "pools", cfg.App.PoolsFile, "file that declares the pools of models (EAIO_POOLS)")
	f.StringVar(&cfg.App.OllamaHost, "ollama-host", cfg.App.OllamaHost, "Ollama server (OLLAMA_HOST)")
	f.StringVar(&cfg.App.OllamaModel, "ollama-model", cfg.App.OllamaModel, "model on it; empty: the first there is (EAIO_OLLAMA_MODEL)")
	f.IntVar(&cfg.App.ModelSlots, "model-slots", cfg.App.ModelSlots, "model calls at a time per pool")
	f.StringVar(&cfg.App.MilvusAddress, "milvus-address", cfg.App.MilvusAddress, "Milvus, for its health (MILVUS_ADDRESS)")
	return c
}

func up(ctx context.Context, out io.Writer, cfg stack.Config, once bool) error {
	started := time.Now()
	cfg.Progress = func(what string) { fmt.Fprintf(os.Stderr, "%6.1f s  %s\n", time.Since(started).Seconds(), what) }
	s, err := stack.Start(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() {
		if err := s.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "while stopping:", err)
		}
	}()
	demo := sample.Question()
	cfg.Progress("asking a first question")
	t, err := cli.Ask(ctx, s.URL(), cli.Question{Question: demo.Question, Building: demo.Building, AsOf: demo.AsOf.Format(time.RFC3339)})
	if err != nil {
		return err
	}
	took := time.Since(started)
	fmt.Fprintln(out)
	cli.RenderTask(out, t)
	fmt.Fprintf(out, "\nFrom start to first answer: %.1f s\n", took.Seconds())
	if t.Answer == nil {
		return errors.New("the first question got no answer; the log is at " + s.LogFile)
	}
	if once {
		return nil
	}
	if err := nightly(ctx, s, demo.Building); err != nil {
		return err
	}
	addresses(out, s, t, demo)
	return s.Wait(ctx)
}

// nightly leaves a schedule to look at in Temporal Web UI.
func nightly(ctx context.Context, s *stack.Stack, building string) error {
	b, err := s.App.Store.Building(ctx, eaio.DefaultTenant, building)
	if err != nil {
		return err
	}
	_, err = s.App.Starter.CreateSchedule(ctx, starter.Plan{
		Schedule: workflows.Schedule{Tenant: eaio.DefaultTenant, Building: building, Set: "nightly", Audience: eaio.AudienceManager, Language: eaio.English},
		At:       "03:30", Timezone: b.Timezone,
	})
	if eaio.KindOf(err) == eaio.KindConflict {
		return nil
	}
	return err
}

func addresses(w io.Writer, s *stack.Stack, t cli.Task, d sample.Demo) {
	fmt.Fprintf(w, `
Open      %[1]s/docs            API, to try in the browser
          %[2]s
                                           this very run in Temporal Web UI
          %[3]s/namespaces/%[4]s/schedules   the nightly schedule
Data      %[5]s
Log       %[6]s

Try       bin/eaio ask "What was left on last night?" --building robin_education_lizbeth%[7]s
          bin/eaio ask "So sánh tiêu thụ điện tuần này với cùng kỳ năm ngoái" --building fox_office_vicki%[7]s
          bin/eaio building list%[7]s
          bin/eaio schedule backfill default/nightly/%[8]s --from 2017-04-24 --to 2017-04-28 --temporal-address %[9]s

Up. Ctrl-C ends it.
`, s.URL(), t.Links["temporal_ui"], s.Temporal.UIURL(), s.App.Config.TemporalNamespace, s.Dir, s.LogFile, apiFlag(s), d.Building, s.Temporal.Address())
}

// apiFlag is needed when the API is not at its usual address.
func apiFlag(s *stack.Stack) string {
	if s.URL() == "http://127.0.0.1:8080" {
		return ""
	}
	return " --api " + s.URL()
}
