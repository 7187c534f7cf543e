// Command serve runs a fault proxy for drills:
//
//	go run ./internal/faultproxy/serve -target http://127.0.0.1:11434 -listen 127.0.0.1:11500 -control 127.0.0.1:11501
//	curl -X PUT 127.0.0.1:11501 -d '{"mode":"reply","status":429,"header":{"Retry-After":["3"]}}'
//	curl 127.0.0.1:11501
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/eaio/eaio/internal/faultproxy"
)

func main() {
	target := flag.String("target", "", "address of the server behind, a URL")
	listen := flag.String("listen", "127.0.0.1:0", "where clients connect")
	control := flag.String("control", "127.0.0.1:11501", "where the fault is switched")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *target, *listen, *control); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, target, listen, control string) error {
	if target == "" {
		return errors.New("-target is missing: give the URL of the server behind")
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	p, err := faultproxy.Serve(l, target)
	if err != nil {
		return err
	}
	defer p.Close()
	fmt.Println("proxy", p.URL(), "control", control)
	s := &http.Server{Addr: control, Handler: p.Control(), ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
