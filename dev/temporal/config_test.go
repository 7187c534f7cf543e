package temporal

import (
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

func TestValidate(t *testing.T) {
	good := Config{Dir: "/data"}
	for _, tt := range []struct {
		name string
		set  func(*Config)
		want []string // in the error; none: valid
	}{
		{"defaults", func(*Config) {}, nil},
		{"web UI", func(c *Config) { c.UIAddr = DefaultUIAddr }, nil},
		{"IPv6", func(c *Config) { c.FrontendAddr = "[::1]:7233" }, nil},
		{"free ports", func(c *Config) { c.FrontendAddr, c.UIAddr = "127.0.0.1:0", "127.0.0.1:0" }, nil},
		{"socket", func(c *Config) { c.PostgresURL = "postgres://eaio@/eaio?host=/run/postgresql" }, nil},
		{"nowhere", func(c *Config) { c.Dir = "" }, []string{"Dir", "PostgresURL"}},
		{"every address", func(c *Config) { c.FrontendAddr = "0.0.0.0:7233" }, []string{"FrontendAddr", "loopback"}},
		{"name", func(c *Config) { c.UIAddr = "localhost:8233" }, []string{"UIAddr", "127.0.0.1:"}},
		{"no port", func(c *Config) { c.FrontendAddr = "127.0.0.1" }, []string{"FrontendAddr"}},
		{"one port for two", func(c *Config) { c.UIAddr = DefaultFrontendAddr }, []string{"a port each"}},
		{"not a URL", func(c *Config) { c.PostgresURL = "host=x user=y" }, []string{"postgres://user@host/database"}},
		{"all at once", func(c *Config) { *c = Config{FrontendAddr: "x", UIAddr: "y"} }, []string{"Dir", "FrontendAddr", "UIAddr"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.set(&c)
			err := c.WithDefaults().Validate()
			if len(tt.want) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if eaio.KindOf(err) != eaio.KindInvalid {
				t.Fatalf("got %v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in: %v", want, err)
				}
			}
		})
	}
}

// FuzzPostgresURL: what is refused is refused without showing the password.
func FuzzPostgresURL(f *testing.F) {
	for _, seed := range []string{"postgres://u:%s@host/db", "postgres://u:%s@host:x/db", "mysql://u:%s@h/d", "postgres://:%s@/", "%s\x00"} {
		f.Add(seed)
	}
	const secret = "Tr0ub4dor"
	f.Fuzz(func(t *testing.T, form string) {
		if strings.Contains(form, secret) {
			return
		}
		raw := strings.ReplaceAll(form, ":%s@", ":"+secret+"@")
		u, err := parsePostgresURL(raw)
		if err != nil && strings.Contains(err.Error(), secret) && strings.Contains(raw, secret) {
			t.Errorf("%q shows the password: %v", raw, err)
		}
		if err == nil && (u.User.Username() == "" || len(u.Path) < 2) {
			t.Errorf("%q was taken: %v", raw, u)
		}
	})
}
