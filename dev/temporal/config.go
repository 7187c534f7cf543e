package temporal

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"

	"github.com/eaio/eaio"
)

// Addresses used where none are configured. The Web UI has no default in
// Config, since an empty UIAddr means that there is none.
const (
	DefaultFrontendAddr = "127.0.0.1:7233"
	DefaultUIAddr       = "127.0.0.1:8233"
)

const op = "temporal server"

// Config says what a server stores where and on which addresses it listens.
type Config struct {
	Dir          string       // folder for the SQLite file and its lock, made if it is not there; unused with PostgresURL
	PostgresURL  string       // keep the state on this server instead, in databases named after the URL's: its user must be able to create them
	FrontendAddr string       // loopback IP and port of the gRPC API; port 0 picks a free one. Default: DefaultFrontendAddr
	UIAddr       string       // the same for the Web UI; empty: no Web UI
	Namespace    string       // made if it is not there. Default: "default"
	Logger       *slog.Logger // the server's own, talkative log. Default: discarded

	FrontendFlag string // how a user changes FrontendAddr, named when the port is taken. Default: "--temporal-port"
	UIFlag       string // the same for UIAddr. Default: "--ui-port"
}

// WithDefaults returns c with defaults where fields are empty.
func (c Config) WithDefaults() Config {
	c.FrontendAddr = cmp.Or(c.FrontendAddr, DefaultFrontendAddr)
	c.Namespace = cmp.Or(c.Namespace, "default")
	c.FrontendFlag = cmp.Or(c.FrontendFlag, "--temporal-port")
	c.UIFlag = cmp.Or(c.UIFlag, "--ui-port")
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Validate reports every fault of c at once, as an invalid eaio.Error.
func (c Config) Validate() error {
	var faults []error
	if c.Dir == "" && c.PostgresURL == "" {
		faults = append(faults, errors.New("either Dir or PostgresURL must say where the state is kept"))
	}
	if c.PostgresURL != "" {
		if _, err := parsePostgresURL(c.PostgresURL); err != nil {
			faults = append(faults, err)
		}
	}
	frontend, err := loopback("FrontendAddr", c.FrontendAddr)
	faults = append(faults, err)
	if c.UIAddr != "" {
		ui, err := loopback("UIAddr", c.UIAddr)
		faults = append(faults, err)
		if err == nil && ui == frontend && ui.Port() != 0 {
			faults = append(faults, fmt.Errorf("FrontendAddr and UIAddr are both %s: they need a port each", ui))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return eaio.Errorf(eaio.KindInvalid, op, "%w", err)
	}
	return nil
}

// loopback parses addr and refuses whatever other machines could reach: the
// server knows no authentication.
func loopback(field, addr string) (netip.AddrPort, error) {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || !ap.Addr().IsLoopback() {
		return ap, fmt.Errorf("%s is %q: want a loopback IP and a port, such as %s", field, addr, DefaultFrontendAddr)
	}
	return ap, nil
}

func parsePostgresURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("PostgresURL cannot be parsed: want postgres://user@host/database") // err would show the password
	}
	if (u.Scheme != "postgres" && u.Scheme != "postgresql") || len(u.Path) < 2 || u.User.Username() == "" {
		return nil, fmt.Errorf("PostgresURL is %s: want postgres://user@host/database", u.Redacted())
	}
	return u, nil
}
