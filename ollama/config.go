package ollama

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/eaio/eaio/internal/modelhttp"
)

// Options are the settings of a model that force the server to load it anew when
// they change, so a model keeps one set for good. Zero fields take the default.
type Options struct {
	NumCtx    int // tokens that prompt and reply share
	NumBatch  int // 0: the server's choice
	NumThread int // 0: the server's choice
}

// Config says where the server is and how its models are run.
type Config struct {
	Host      string             // as OLLAMA_HOST: host, host:port or a URL; empty: 127.0.0.1:11434
	Options   Options            // of every model; NumCtx 0: 8192
	Models    map[string]Options // by the name asked for: fields that differ from Options
	KeepAlive time.Duration      // how long a model stays in memory after a call; 0: the server's choice
	Think     bool               // let models that can think do so; it costs output tokens and time
	// Cloud says that the host is not ours. Private requests are refused then;
	// without it, addresses outside our own network are.
	Cloud    bool
	Networks []netip.Prefix // count as our own besides loopback and private ranges
}

const (
	defaultNumCtx = 8192
	defaultPort   = "11434"
)

// WithDefaults returns c with its empty fields filled in.
func (c Config) WithDefaults() Config {
	if c.Host == "" {
		c.Host = "127.0.0.1:" + defaultPort
	}
	if c.Options.NumCtx == 0 {
		c.Options.NumCtx = defaultNumCtx
	}
	return c
}

// Validate reports every fault at once.
func (c Config) Validate() error {
	_, faulty := c.base()
	faults := []error{faulty, c.Options.validate("options")}
	for name, o := range c.Models {
		faults = append(faults, o.validate("options of "+name))
	}
	if c.KeepAlive < 0 {
		faults = append(faults, fmt.Errorf("keep-alive is %v: it must be 0 or more", c.KeepAlive))
	}
	return errors.Join(faults...)
}

func (o Options) validate(of string) error {
	if o.NumCtx < 0 || o.NumBatch < 0 || o.NumThread < 0 {
		return fmt.Errorf("%s: num_ctx, num_batch and num_thread must be 0 or more", of)
	}
	return nil
}

// base returns the server's address. A server told to listen on every interface
// is asked on loopback.
func (c Config) base() (*url.URL, error) {
	s, port := strings.TrimSpace(c.Host), defaultPort
	if !strings.Contains(s, "://") {
		s = "http://" + s
	} else if strings.HasPrefix(s, "https:") {
		port = "443"
	} else {
		port = "80"
	}
	u, err := url.Parse(s)
	if err != nil {
		// The cause would repeat the address, a password in it included.
		return nil, errors.New("the Ollama host is not an address: give host:port or a URL")
	}
	if err := modelhttp.CheckBase(u); err != nil {
		return nil, fmt.Errorf("the Ollama host: %w", err)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	host := u.Hostname()
	if a, err := netip.ParseAddr(host); err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
		if a.Is6() {
			host = "::1"
		}
	}
	u.Host = net.JoinHostPort(host, port)
	return u, nil
}

// of returns the options of a model.
func (c Config) of(model string) Options {
	o, own := c.Options, c.Models[model]
	if own.NumCtx > 0 {
		o.NumCtx = own.NumCtx
	}
	if own.NumBatch > 0 {
		o.NumBatch = own.NumBatch
	}
	if own.NumThread > 0 {
		o.NumThread = own.NumThread
	}
	return o
}
