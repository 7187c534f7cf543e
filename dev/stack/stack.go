// Package stack runs everything in one process: PostgreSQL as a child, Temporal
// with its Web UI, API and worker. It wires the same parts as production does.
package stack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/dev/temporal"
	"github.com/eaio/eaio/ingest"
	"github.com/eaio/eaio/internal/app"
	"github.com/eaio/eaio/internal/cli"
	"github.com/eaio/eaio/postgres/local"
	"github.com/eaio/eaio/sample"
	"golang.org/x/sync/errgroup"
)

// Config says where data lie and which ports are taken; a port of 0 is picked
// free.
type Config struct {
	Dir          string // default: EAIO_DATA, else local.DefaultDir
	APIPort      int
	TemporalPort int
	UIPort       int
	PostgresPort int // 0: no TCP, a socket only
	Version      string
	App          app.Config   // models and deadline; addresses are filled in
	Progress     func(string) // told in words what is being done
	NoWorker     bool         // for tests that bring workers of their own
	Log          *slog.Logger // default: eaio.log in Dir
}

// Stack is a running stack.
type Stack struct {
	App      *app.App
	Postgres *local.Server
	Temporal *temporal.Server
	Dir      string
	LogFile  string
	listener net.Listener
	group    *errgroup.Group
	cancel   context.CancelFunc
	logFile  *os.File
}

// Start brings everything up, in order: database, Temporal, schema, sample
// buildings, worker, API. What it started is stopped again when a part fails.
func Start(ctx context.Context, cfg Config) (_ *Stack, err error) {
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	if cfg.Dir == "" {
		cfg.Dir = DefaultDir()
	}
	if cfg.Dir == "" {
		return nil, eaio.Errorf(eaio.KindInvalid, "", "no home to keep data in: name a folder with --data or EAIO_DATA")
	}
	s := &Stack{Dir: cfg.Dir, LogFile: filepath.Join(cfg.Dir, "eaio.log")}
	defer func() {
		if err != nil {
			_ = s.Stop()
		}
	}()
	if s.listener, err = cli.Listen(ctx, fmt.Sprintf("127.0.0.1:%d", cfg.APIPort), "--api-port"); err != nil {
		return nil, err
	}
	if err := s.services(ctx, cfg); err != nil {
		return nil, err
	}
	if err := s.openLog(&cfg); err != nil {
		return nil, err
	}
	cfg.App.DatabaseURL, cfg.App.TemporalAddress, cfg.App.TemporalUI = s.Postgres.URL(), s.Temporal.Address(), s.Temporal.UIURL()
	cfg.Progress("bringing the database to this version")
	if _, err := app.Migrate(ctx, cfg.App, cfg.Log); err != nil {
		return nil, err
	}
	if s.App, err = app.New(ctx, cfg.App, cfg.Log); err != nil {
		return nil, err
	}
	s.App.Starter.Eager = !cfg.NoWorker
	if err := loadSample(ctx, s.App, cfg.Progress); err != nil {
		return nil, err
	}
	if err := s.writeEnv(); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "data folder", "%w", err)
	}
	s.run(ctx, cfg)
	return s, nil
}

// DefaultDir is EAIO_DATA, else the system's or the user's data folder.
func DefaultDir() string {
	if dir := os.Getenv("EAIO_DATA"); dir != "" {
		return dir
	}
	return local.DefaultDir()
}

// services starts PostgreSQL and Temporal, each of which takes its time.
func (s *Stack) services(ctx context.Context, cfg Config) error {
	cfg.Progress("starting PostgreSQL")
	var err error
	s.Postgres, err = local.Start(ctx, local.Config{Dir: cfg.Dir, Port: cfg.PostgresPort, Durable: true, Progress: cfg.Progress})
	if err != nil {
		return err
	}
	cfg.Progress("starting Temporal")
	dir := filepath.Join(cfg.Dir, "temporal")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return eaio.Errorf(eaio.KindInvalid, "temporal data", "%w", err)
	}
	s.Temporal, err = temporal.Start(ctx, temporal.Config{
		Dir: dir, Namespace: cfg.App.TemporalNamespace,
		FrontendAddr: fmt.Sprintf("127.0.0.1:%d", cfg.TemporalPort), UIAddr: fmt.Sprintf("127.0.0.1:%d", cfg.UIPort),
	})
	return err
}

func (s *Stack) openLog(cfg *Config) error {
	if cfg.Log != nil {
		return nil
	}
	f, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return eaio.Errorf(eaio.KindInvalid, "log file", "%w", err)
	}
	s.logFile = f
	cfg.Log = slog.New(slog.NewTextHandler(f, nil))
	return nil
}

func (s *Stack) run(ctx context.Context, cfg Config) {
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.group, ctx = errgroup.WithContext(ctx)
	s.group.Go(func() error { return s.App.ServeAPI(ctx, s.listener, cfg.Version) })
	if !cfg.NoWorker {
		s.group.Go(func() error { return s.App.RunWorker(ctx, s.App.Queues()) })
	}
	s.group.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case <-s.Postgres.Done():
			return eaio.Errorf(eaio.KindUnavailable, "", "PostgreSQL ended by itself; see %s", s.Postgres.LogFile())
		}
	})
}

// URL is the address of the API.
func (s *Stack) URL() string { return "http://" + s.listener.Addr().String() }

// Wait returns when ctx ends (nil) or a part of the stack fails.
func (s *Stack) Wait(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.group.Wait() }()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// Stop ends everything in reverse: stop taking work, drain, close.
func (s *Stack) Stop() error {
	var errs []error
	if s.cancel != nil {
		_ = os.Remove(s.EnvFile())
		s.cancel()
		errs = append(errs, s.group.Wait())
	} else if s.listener != nil {
		errs = append(errs, s.listener.Close())
	}
	if s.App != nil {
		s.App.Close()
	}
	if s.Temporal != nil {
		s.Temporal.Stop()
	}
	if s.Postgres != nil {
		errs = append(errs, s.Postgres.Stop())
	}
	if s.logFile != nil {
		errs = append(errs, s.logFile.Close())
	}
	return errors.Join(errs...)
}

// loadSample adds the sample buildings that are not there yet, with their
// readings and weather, through the import that users' files take. Buildings
// that are there keep what was changed in them.
func loadSample(ctx context.Context, a *app.App, progress func(string)) error {
	fresh := false
	for _, b := range sample.Buildings() {
		_, err := a.Store.Building(ctx, eaio.DefaultTenant, b.ID)
		if eaio.KindOf(err) == eaio.KindNotFound {
			fresh = true
			err = a.Store.PutBuilding(ctx, eaio.DefaultTenant, b)
		}
		if err != nil {
			return err
		}
	}
	for _, f := range sample.Files() {
		if err := loadFile(ctx, a, f, fresh, progress); err != nil {
			return fmt.Errorf("load sample %s: %w", f.Name, err)
		}
	}
	return nil
}

func loadFile(ctx context.Context, a *app.App, f sample.File, fresh bool, progress func(string)) error {
	if !fresh {
		meters, err := a.Store.Meters(ctx, eaio.DefaultTenant, f.Meter.Building)
		if f.Station != "" || err != nil || len(meters) > 0 {
			return err // a second start finds its data again
		}
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	progress("loading " + f.Name)
	if f.Station != "" {
		_, err = ingest.LoadWeather(ctx, a.Store, eaio.DefaultTenant, f.Station, f.Name, r, f.Options)
		return err
	}
	_, err = ingest.LoadReadings(ctx, a.Store, eaio.DefaultTenant, f.Meter, f.Name, r, f.Options)
	return err
}
