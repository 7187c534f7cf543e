package milvus

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// DefaultTimeout bounds every call that its caller leaves unbounded.
const DefaultTimeout = 5 * time.Second

// Config says where Milvus is.
type Config struct {
	Address  string // host:port; with https:// in front over TLS, the port then being 443 unless given
	Username string // empty: the server asks for none
	Password string
	Timeout  time.Duration // the longest that dialling, or one call, may take; 0: DefaultTimeout
}

// WithDefaults returns c with what was left out.
func (c Config) WithDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	return c
}

// Validate reports every fault at once.
func (c Config) Validate() error {
	var faults []error
	if err := checkAddress(c.Address); err != nil {
		faults = append(faults, err)
	}
	if c.Timeout < 0 {
		faults = append(faults, fmt.Errorf("timeout is %s, want more than 0", c.Timeout))
	}
	if (c.Username == "") != (c.Password == "") {
		faults = append(faults, errors.New("user name and password come together or not at all"))
	}
	return errors.Join(faults...)
}

func checkAddress(address string) error {
	host, tls := strings.CutPrefix(address, "https://")
	if !tls {
		host = strings.TrimPrefix(host, "http://")
	} else if !strings.Contains(host, ":") {
		host += ":443"
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil || name == "" || port == "" || strings.Contains(port, "/") {
		return fmt.Errorf("address is %q, want host:port or https://host", address)
	}
	return nil
}
