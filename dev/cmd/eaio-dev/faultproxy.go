package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/eaio/eaio/internal/cli"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/spf13/cobra"
)

// faultProxyCommand stands between a stack and its model server and breaks what it
// is told to, for drills.
func faultProxyCommand() *cobra.Command {
	var target, listen, control string
	c := &cobra.Command{
		Use: "fault-proxy", Short: "Stand before a model server and break its replies, for drills", Args: cobra.NoArgs,
		Long: `Forward requests to a model server and break them as told. Point OLLAMA_HOST or
OPENAI_BASE_URL of a stack at the address it prints; tell it what to break with PUT on
its control address, in JSON; GET there tells the fault and counts the requests.

  mode      "" forward · "reply" status, header and body instead · "endless" that body
            for ever · "hang" never answer · "black_hole" accept and read nothing
            · "cut" break off after so many bytes · "end" end in good order there
            · "stall" fall silent there
  delay     before anything else, such as "2s"
  times     so many requests, then none; 0: all
  after     bytes of the reply's body; status, header, body: of "reply" and "endless"`,
		Example: `  eaio-dev fault-proxy --target http://127.0.0.1:11434 --listen 127.0.0.1:11999 --control 127.0.0.1:11998
  curl -X PUT 127.0.0.1:11998 -d '{"mode":"stall","after":200}'
  curl -X PUT 127.0.0.1:11998 -d '{"mode":"reply","status":429,"header":{"Retry-After":["30"]}}'`,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			door, err := cli.Listen(ctx, control, "--control")
			if err != nil {
				return err
			}
			defer door.Close()
			l, err := cli.Listen(ctx, listen, "--listen")
			if err != nil {
				return err
			}
			p, err := faultproxy.Serve(l, target)
			if err != nil {
				return err
			}
			defer p.Close()
			server := &http.Server{Handler: p.Control(), ReadHeaderTimeout: 5 * time.Second}
			failed := make(chan error, 1)
			go func() { failed <- server.Serve(door) }()
			defer server.Close()
			fmt.Fprintf(c.OutOrStdout(), "proxy    %s -> %s\ncontrol  http://%s\n", p.URL(), target, door.Addr())
			select {
			case err := <-failed:
				return err
			case <-ctx.Done():
				return nil
			}
		},
	}
	f := c.Flags()
	f.StringVar(&target, "target", "http://127.0.0.1:11434", "model server to forward to")
	f.StringVar(&listen, "listen", "127.0.0.1:0", "address to listen on; port 0: a free one")
	f.StringVar(&control, "control", "127.0.0.1:0", "address that takes the faults; port 0: a free one")
	return c
}
