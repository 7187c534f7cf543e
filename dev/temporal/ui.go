package temporal

import (
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	uiapi "github.com/temporalio/ui-server/v2/server/api"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/csrf"
	"github.com/temporalio/ui-server/v2/server/headers"
	"github.com/temporalio/ui-server/v2/server/route"
	"github.com/temporalio/ui-server/v2/ui"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"

	"github.com/eaio/eaio"
)

// webUI serves Temporal's Web UI. Its parts come from ui-server; the server
// around them is ours, since that one exits the process when it cannot listen,
// and never closes its connection.
type webUI struct {
	addr   netip.AddrPort
	server *http.Server
	conn   *grpc.ClientConn
	done   chan struct{}
}

func startUI(l net.Listener, frontend string, cfg Config) (*webUI, error) {
	provider, err := uiconfig.NewConfigProviderWithRefresh(&uiconfig.Config{
		TemporalGRPCAddress: frontend,
		EnableUI:            true,
		DefaultNamespace:    cfg.Namespace,
		DisableNewsFetch:    true, // nothing leaves this machine
		HideLogs:            true,
		CORS:                uiconfig.CORS{CookieInsecure: true}, // plain HTTP on loopback
	})
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInternal, op, "web UI: %w", err)
	}
	conn, err := uiapi.CreateGRPCConnection(provider)
	if err != nil {
		return nil, eaio.Errorf(eaio.KindInternal, op, "web UI: %w", err)
	}
	handler, err := uiHandler(provider, conn)
	if err != nil {
		conn.Close()
		return nil, eaio.Errorf(eaio.KindInternal, op, "web UI: %w", err)
	}
	w := &webUI{
		addr: addrOf(l),
		conn: conn,
		done: make(chan struct{}),
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelWarn),
		},
	}
	go func() {
		defer close(w.done)
		if err := w.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			cfg.Logger.Error("the Temporal Web UI has stopped", "error", err)
		}
	}()
	return w, nil
}

func uiHandler(provider *uiconfig.ConfigProviderWithRefresh, conn *grpc.ClientConn) (http.Handler, error) {
	all, err := ui.Assets()
	if err != nil {
		return nil, err
	}
	assets, err := fs.Sub(all, "local")
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.Use(middleware.Recover(), middleware.Gzip(), middleware.Secure(),
		csrf.EnsureTokenCookie(false), middleware.CSRFWithConfig(csrf.MiddlewareConfig(provider, false)))
	route.SetHealthRoute(e)
	api := e.Group("/api/v1")
	api.GET("/settings", uiapi.GetSettings(provider))
	api.GET(uiapi.WorkflowRawHistoryUrl, uiapi.WorkflowRawHistoryHandler(workflowservice.NewWorkflowServiceClient(conn)))
	forward := []uiapi.Middleware{headers.WithForwardHeaders([]string{"Caller-Type"})}
	api.Any("/*", uiapi.TemporalAPIHandler(provider, forward, conn))
	route.SetRenderRoute(e, "")
	return e, route.SetUIRoutes(e, "", assets)
}

// stop cuts open requests off: a browser that waits for a workflow would hold
// it up.
func (w *webUI) stop() {
	w.server.Close()
	<-w.done
	w.conn.Close()
}
