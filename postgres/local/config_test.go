package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eaio/eaio"
)

func TestConfigReportsEveryFault(t *testing.T) {
	cfg := Config{
		Dir: "/d", BinDir: "/bin", Download: true, Port: 70000, LockWait: -1, StartTimeout: -1,
		Settings: map[string]string{"port": "1", "x=y -c fsync": "off", "work_mem": "8\x00MB"},
	}
	wantError(t, cfg.WithDefaults().Validate(), eaio.KindInvalid,
		"70000", "LockWait", "StartTimeout", "exclude each other", "port is set by this package", `"x=y -c fsync" is not`, "zero byte")
	if err := (Config{Dir: "/d", Port: 5432, Settings: map[string]string{"timescaledb.telemetry_level": "off"}}).WithDefaults().Validate(); err != nil {
		t.Error(err)
	}
}

func TestConfigFromEnvironment(t *testing.T) {
	t.Setenv("EAIO_POSTGRES_BIN", "/opt/pg/bin")
	t.Setenv("EAIO_POSTGRES_DOWNLOAD", "1")
	c := Config{Dir: "/d"}.WithDefaults()
	if c.BinDir != "/opt/pg/bin" || !c.Download {
		t.Errorf("got %+v", c)
	}
	if c := (Config{Dir: "/d", BinDir: "/mine"}).WithDefaults(); c.BinDir != "/mine" {
		t.Errorf("the environment overrides BinDir: %s", c.BinDir)
	}
}

func TestDefaultDir(t *testing.T) {
	if os.Geteuid() == 0 {
		if got := DefaultDir(); got != "/var/lib/eaio" {
			t.Errorf("for root: %s", got)
		}
		return
	}
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("HOME", "/home/a")
	if got := DefaultDir(); !strings.HasPrefix(got, "/home/a/") || filepath.Base(got) != "eaio" {
		t.Errorf("got %s", got)
	}
	t.Setenv("XDG_DATA_HOME", "/data")
	if got := DefaultDir(); got != "/data/eaio" {
		t.Errorf("with XDG_DATA_HOME: %s", got)
	}
}

func TestSettingsOverride(t *testing.T) {
	s := Config{Settings: map[string]string{"shared_buffers": "1GB"}}.settings()
	if s["shared_buffers"] != "1GB" || s["fsync"] != "off" || s["jit"] != "off" {
		t.Errorf("got %v", s)
	}
	if _, set := (Config{Durable: true}).settings()["fsync"]; set {
		t.Error("Durable sets fsync")
	}
}
