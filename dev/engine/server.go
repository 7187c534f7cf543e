// Package engine runs a Temporal server and its Web UI inside this process, so
// that one command is enough on a laptop.
package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/eaio/eaio"
	ui "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/server_options"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	server "go.temporal.io/server/temporal"
)

// Config says where the server keeps its file and which ports it takes; every
// other port is picked free, and all are on 127.0.0.1.
type Config struct {
	Dir          string // temporal.db and temporal.log lie here
	Port         int    // frontend; 0: a free one
	PortFlag     string // named in the error when Port is taken
	UIPort       int    // Web UI; 0: a free one
	UIPortFlag   string
	Namespace    string        // default "default"
	StartTimeout time.Duration // default 60 s
}

// Server is a running server with its Web UI.
type Server struct {
	cfg      Config
	internal server.Server
	ui       *ui.Server
}

// Start brings the server up and returns once it answers. A taken port is
// KindConflict and names the port and its flag.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Namespace == "" {
		cfg.Namespace = "default"
	}
	if cfg.StartTimeout == 0 {
		cfg.StartTimeout = 60 * time.Second
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, eaio.Errorf(eaio.KindInvalid, "temporal data", "%w", err)
	}
	var err error
	if cfg.Port, err = port(ctx, cfg.Port, cfg.PortFlag); err != nil {
		return nil, err
	}
	if cfg.UIPort, err = port(ctx, cfg.UIPort, cfg.UIPortFlag); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg}
	if err := s.start(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Address is the frontend's host and port.
func (s *Server) Address() string { return fmt.Sprintf("127.0.0.1:%d", s.cfg.Port) }

// UIURL is the address of the Web UI.
func (s *Server) UIURL() string { return fmt.Sprintf("http://127.0.0.1:%d", s.cfg.UIPort) }

// LogFile is where the server writes what it has to say.
func (s *Server) LogFile() string { return filepath.Join(s.cfg.Dir, "temporal.log") }

// Stop ends Web UI and server; the file keeps everything.
func (s *Server) Stop() {
	if s.ui != nil {
		s.ui.Stop()
	}
	if s.internal != nil {
		_ = s.internal.Stop()
	}
}

func (s *Server) start(ctx context.Context) error {
	cfg, sql, err := s.config(ctx)
	if err != nil {
		return err
	}
	if err := s.prepare(sql, cfg.ClusterMetadata.CurrentClusterName); err != nil {
		return err
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: "warn", OutputFile: s.LogFile()}))
	s.internal, err = server.NewServer(
		server.WithConfig(cfg), server.ForServices(server.DefaultServices), server.WithLogger(logger),
		server.WithAuthorizer(authorization.NewNoopAuthorizer()), server.WithDynamicConfigClient(settings()))
	if err != nil {
		return fmt.Errorf("temporal server: %w", err)
	}
	if err := s.internal.Start(); err != nil {
		return fmt.Errorf("start temporal server: %w", err)
	}
	s.startUI()
	return s.await(ctx)
}

// prepare makes the schema in a new file and the namespace in any.
func (s *Server) prepare(sql *config.SQL, cluster string) error {
	if _, err := os.Stat(sql.DatabaseName); errors.Is(err, os.ErrNotExist) {
		if err := sqlite.SetupSchema(sql); err != nil {
			_ = os.Remove(sql.DatabaseName)
			return fmt.Errorf("temporal schema: %w", err)
		}
	}
	namespace, err := sqlite.NewNamespaceConfig(cluster, s.cfg.Namespace, false, nil)
	if err != nil {
		return fmt.Errorf("temporal namespace: %w", err)
	}
	if err := sqlite.CreateNamespaces(sql, namespace); err != nil {
		return fmt.Errorf("temporal namespace: %w", err)
	}
	return nil
}

func (s *Server) startUI() {
	s.ui = ui.NewServer(server_options.WithConfigProvider(&uiconfig.Config{
		TemporalGRPCAddress: s.Address(), Host: "127.0.0.1", Port: s.cfg.UIPort, EnableUI: true,
		DefaultNamespace: s.cfg.Namespace, DisableNewsFetch: true, HideLogs: true,
		CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	go func() { _ = s.ui.Start() }()
}

// await returns once the frontend and the Web UI answer.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StartTimeout)
	defer cancel()
	for {
		if err := s.ready(ctx); err == nil {
			return nil
		} else if ctx.Err() != nil {
			return eaio.Errorf(eaio.KindUnavailable, "temporal server", "not up after %s, see %s: %w", s.cfg.StartTimeout, s.LogFile(), err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *Server) ready(ctx context.Context) error {
	c, err := client.DialContext(ctx, client.Options{HostPort: s.Address(), Namespace: s.cfg.Namespace, Logger: quiet{}})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.WorkflowService().DescribeNamespace(ctx, describe(s.cfg.Namespace)); err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", s.cfg.UIPort))
	if err != nil {
		return err
	}
	return conn.Close()
}

// port checks that a port is free, or picks one.
func port(ctx context.Context, wanted int, flag string) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", wanted))
	if errors.Is(err, syscall.EADDRINUSE) {
		return 0, eaio.Errorf(eaio.KindConflict, "", "port %d is taken by another program: choose another with %s", wanted, flag)
	}
	if err != nil {
		return 0, eaio.Errorf(eaio.KindInvalid, "", "cannot listen on port %d (%s): %w", wanted, flag, err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// sqlConfig is the file that holds all of Temporal's state. With a write-ahead log
// and synchronous=normal it survives the death of any process; a power cut may
// take the last transactions with it.
func (s *Server) sqlConfig() *config.SQL {
	return &config.SQL{
		PluginName:        sqliteplugin.PluginName,
		DatabaseName:      filepath.Join(s.cfg.Dir, "temporal.db"),
		ConnectAttributes: map[string]string{"mode": "rwc", "_journal_mode": "wal", "_synchronous": "1"},
	}
}
