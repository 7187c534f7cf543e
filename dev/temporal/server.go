package temporal

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	temporalserver "go.temporal.io/server/temporal"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/eaio/eaio"
)

// readyTimeout bounds the wait for the first answer, should ctx have no deadline.
const readyTimeout = 30 * time.Second

// Server is a running Temporal server. Its methods may be called from any
// goroutine.
type Server struct {
	address string
	inner   temporalserver.Server
	ui      *webUI // nil: none
	store   storage

	stop sync.Once
}

// Start starts a server, with its Web UI if cfg asks for one, and returns once
// it answers. ctx governs the start only. Errors: conflict where a port is
// taken or another process uses Dir, invalid for a bad cfg, unavailable where
// the store cannot be reached.
func Start(ctx context.Context, cfg Config) (_ *Server, err error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	frontend, err := listen(ctx, cfg.FrontendAddr, cfg.FrontendFlag)
	if err != nil {
		return nil, err
	}
	defer frontend.Close()
	var uiListener net.Listener
	if cfg.UIAddr != "" {
		if uiListener, err = listen(ctx, cfg.UIAddr, cfg.UIFlag); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				uiListener.Close()
			}
		}()
	}
	store, err := openStore(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s := &Server{address: addrOf(frontend).String(), store: store}
	defer func() {
		if err != nil {
			s.Stop()
		}
	}()
	if err := s.startServer(ctx, cfg, frontend); err != nil {
		return nil, err
	}
	if uiListener != nil {
		if s.ui, err = startUI(uiListener, s.address, cfg); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// startServer takes over the port of frontend: the server insists on opening
// it by itself.
func (s *Server) startServer(ctx context.Context, cfg Config, frontend net.Listener) (err error) {
	for try := 1; ; try++ {
		s.inner, err = s.buildOn(ctx, cfg, frontend)
		if err == nil {
			break
		}
		if eaio.KindOf(err) != eaio.KindUnavailable || try == lostPorts || ctx.Err() != nil {
			return err
		}
		if frontend, err = listen(ctx, cfg.FrontendAddr, cfg.FrontendFlag); err != nil {
			return err
		}
		s.address = addrOf(frontend).String()
	}
	if err := s.inner.Start(); err != nil {
		return eaio.Errorf(eaio.KindInternal, op, "start: %w", err)
	}
	return s.awaitFrontend(ctx)
}

// lostPorts is how often ports are picked before somebody else's being faster is
// told as a fault.
const lostPorts = 5

// buildOn builds the server on the port of frontend and on others that are free now.
func (s *Server) buildOn(ctx context.Context, cfg Config, frontend net.Listener) (temporalserver.Server, error) {
	defer frontend.Close()
	inner, err := freeAddrs(ctx, len(roles)-1)
	if err != nil {
		return nil, err
	}
	addrs := append(inner[:0:0], addrOf(frontend))
	addrs = append(addrs, inner...)
	if err := ctx.Err(); err != nil {
		return nil, eaio.Errorf(eaio.KindOf(err), op, "%w", err)
	}
	frontend.Close()
	return build(serverConfig(s.store, addrs), addrs, logger{cfg.Logger})
}

// build opens the ports as well. A port that was lost in that moment comes as a
// panic, since the server ends a process then.
func build(cfg *config.Config, addrs []netip.AddrPort, log logger) (_ temporalserver.Server, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = eaio.Errorf(eaio.KindUnavailable, op, "%v", fault)
		}
	}()
	srv, err := temporalserver.NewServer(
		temporalserver.WithConfig(cfg),
		temporalserver.WithDynamicConfigClient(dynamicSettings()),
		temporalserver.WithStaticHosts(staticHosts(addrs)),
		temporalserver.ForServices(temporalserver.DefaultServices),
		temporalserver.WithLogger(log),
		temporalserver.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporalserver.WithClaimMapper(func(*config.Config) authorization.ClaimMapper {
			return authorization.NewNoopClaimMapper()
		}),
	)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInternal, op, "%w", err)
	}
	return srv, nil
}

func (s *Server) awaitFrontend(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return eaio.Errorf(eaio.KindInternal, op, "%w", err)
	}
	defer conn.Close()
	_, err = workflowservice.NewWorkflowServiceClient(conn).
		GetSystemInfo(ctx, &workflowservice.GetSystemInfoRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return eaio.Errorf(eaio.KindUnavailable, op, "the server started but does not answer: %w", err)
	}
	return nil
}

// Address is where clients and workers dial, as host:port.
func (s *Server) Address() string { return s.address }

// UIURL is the address of the Web UI without a slash at its end, or "" where
// there is none.
func (s *Server) UIURL() string {
	if s.ui == nil {
		return ""
	}
	return fmt.Sprintf("http://%s", s.ui.addr)
}

// Stop stops the Web UI and the server and returns when both have let go of
// their ports and the store. Later calls do nothing. Running workflows go on at
// the next start. The server keeps one connection to an SQLite file open for
// the life of the process.
func (s *Server) Stop() {
	s.stop.Do(func() {
		if s.ui != nil {
			s.ui.stop()
		}
		if s.inner != nil {
			_ = s.inner.Stop() // its parts log what fails them; there is nothing left to undo
		}
		s.store.close()
	})
}
