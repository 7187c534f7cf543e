package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/app"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func (s *state) apiCommand() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use: "api", Short: "Serve the HTTP API", Args: cobra.NoArgs,
		Long: `Serve the HTTP API: tasks, events, buildings, imports, health, metrics; /docs shows
it. There is no authentication yet: it listens on loopback unless told otherwise.`,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := Listen(c.Context(), listen, "--listen")
			if err != nil {
				return err
			}
			defer l.Close()
			a, err := s.connect(c.Context())
			if err != nil {
				return err
			}
			defer a.Close()
			a.Log.InfoContext(c.Context(), "API is up", "address", "http://"+l.Addr().String(), "docs", "http://"+l.Addr().String()+"/docs")
			return a.ServeAPI(c.Context(), l, s.version.Number)
		},
	}
	c.Flags().StringVar(&listen, "listen", envOr("EAIO_LISTEN", "127.0.0.1:8080"), "address to listen on (EAIO_LISTEN)")
	c.Flags().DurationVar(&s.cfg.Deadline, "deadline", s.cfg.Deadline, "default deadline of an interactive task")
	s.serviceFlags(c)
	s.modelFlags(c)
	return c
}

// Listen opens a listener; a taken port is told by number and flag.
func Listen(ctx context.Context, address, flag string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		_, port, _ := net.SplitHostPort(address)
		return nil, eaio.Errorf(eaio.KindConflict, "", "port %s is taken by another program: choose another with %s", port, flag)
	}
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "", "cannot listen on %q (%s): %w", address, flag, err)
	}
	return l, nil
}

func (s *state) workerCommand() *cobra.Command {
	var queues []string
	var probe string
	c := &cobra.Command{
		Use: "worker", Short: "Poll task queues and do the work", Args: cobra.NoArgs,
		Long: `Poll task queues and do the work. Queues are "agent" (workflows with their short
steps), "batch", and one per pool of models: those of the file that --pools names,
else "local" beside Ollama and "cloud" for an OpenAI-compatible endpoint. The default
is all that this process can serve: a pool needs its node's address or its keys.

Beside a local pool's node it takes calls only while the node answers, as many at a
time as the pool has slots.

With --probe it also serves /healthz, /readyz and /metrics, for whoever watches it.`,
		Example: `  eaio worker                        # everything
  eaio worker --queues=local         # on an AI node, beside Ollama`,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := s.connect(c.Context())
			if err != nil {
				return err
			}
			defer a.Close()
			if len(queues) == 0 {
				queues = a.Queues()
			}
			group, ctx := errgroup.WithContext(c.Context())
			if probe != "" {
				l, err := Listen(ctx, probe, "--probe")
				if err != nil {
					return err
				}
				group.Go(func() error { return a.ServeProbe(ctx, l, s.version.Number) })
			}
			group.Go(func() error { return a.RunWorker(ctx, queues) })
			return group.Wait()
		},
	}
	c.Flags().StringSliceVar(&queues, "queues", nil, "queues to poll, comma-separated")
	c.Flags().StringVar(&probe, "probe", os.Getenv("EAIO_PROBE"), "address for /healthz, /readyz and /metrics; empty: none (EAIO_PROBE)")
	s.serviceFlags(c)
	s.modelFlags(c)
	return c
}

func (s *state) migrateCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "migrate", Short: "Bring database and Temporal to this version", Args: cobra.NoArgs,
		Long: "Bring the database's schema and Temporal's search attributes to what this binary needs. Doing it twice is the same.",
		RunE: func(c *cobra.Command, _ []string) error {
			done, err := app.Migrate(c.Context(), s.cfg, s.logger())
			for _, line := range done {
				fmt.Fprintln(s.out, line)
			}
			return err
		},
	}
	s.serviceFlags(c)
	s.connectFlag(c)
	return c
}
