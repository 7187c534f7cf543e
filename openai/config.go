package openai

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/eaio/eaio/internal/modelhttp"
)

// officialHost is the one host whose habits are known; all others are only
// compatible with it.
const officialHost = "api.openai.com"

// Config says which endpoint to ask, and with which key.
type Config struct {
	BaseURL string // up to and including the version; empty: https://api.openai.com/v1
	APIKey  string // may be empty where the endpoint needs none
	// Local says that the endpoint and its models run in our own network: private
	// requests may go there, and it is connected to nowhere else. Never set it for
	// an Ollama server that may use its cloud: this protocol does not tell.
	Local    bool
	Networks []netip.Prefix // count as our own, where Local, besides loopback and private ranges
}

// WithDefaults returns c with its empty fields filled in and the white space
// around the key removed, which files and shells leave there.
func (c Config) WithDefaults() Config {
	if c.BaseURL == "" {
		c.BaseURL = "https://" + officialHost + "/v1"
	}
	c.APIKey = strings.TrimSpace(c.APIKey)
	return c
}

// Validate reports every fault at once; it never repeats the key.
func (c Config) Validate() error {
	u, err := c.base()
	if err != nil {
		return errors.Join(err, c.validateKey(nil))
	}
	return c.validateKey(u)
}

func (c Config) validateKey(u *url.URL) error {
	var faults []error
	if strings.ContainsFunc(c.APIKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		faults = append(faults, errors.New("the API key holds white space or characters that no key has"))
	}
	if u != nil && u.Hostname() == officialHost && c.APIKey == "" {
		faults = append(faults, errors.New("the API key is missing: "+officialHost+" needs one"))
	}
	if u != nil && u.Scheme == "http" && c.APIKey != "" && !c.Local && !loopback(u.Hostname()) {
		faults = append(faults, fmt.Errorf("the key would travel to %s unencrypted: use https, or say that the endpoint is local", u.Hostname()))
	}
	return errors.Join(faults...)
}

func (c Config) base() (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(c.BaseURL))
	if err != nil {
		// The cause would repeat the address, a password in it included.
		return nil, errors.New("the base URL is not a URL")
	}
	if err := modelhttp.CheckBase(u); err != nil {
		return nil, fmt.Errorf("the base URL: %w", err)
	}
	return u, nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// String leaves the key out.
func (c Config) String() string {
	return fmt.Sprintf("{BaseURL:%s Local:%t Networks:%v}", c.BaseURL, c.Local, c.Networks)
}

// GoString leaves the key out.
func (c Config) GoString() string { return "openai.Config" + c.String() }
