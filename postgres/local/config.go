package local

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eaio/eaio"
)

const op = "local postgres"

// Config says where and how a server runs. The zero value, after
// WithDefaults, is a server on a socket in DefaultDir whose data does not
// survive a crash of the machine: set Durable for data that matters.
type Config struct {
	Dir      string // data root; the server keeps to Dir/postgres. Default: DefaultDir()
	BinDir   string // folder that holds postgres and initdb. Default: EAIO_POSTGRES_BIN, else searched for
	Download bool   // leave installed servers aside and use the pinned download. Default: EAIO_POSTGRES_DOWNLOAD
	CacheDir string // where the download is kept. Default: /var/cache/eaio for root, else the user's cache folder
	Mirror   string // Maven repository of the download. Default: Maven Central

	Port     int               // TCP port on 127.0.0.1; 0: no TCP, the socket only
	Durable  bool              // false: fsync off, for tests and throw-away data
	Settings map[string]string // server settings, laid over defaults made for a small memory

	LockWait     time.Duration // how long to wait for another process to leave Dir. Default: 3 s
	StartTimeout time.Duration // how long the server may take to accept connections. Default: 2 min
	Progress     func(string)  // told in words what is being done; called from one goroutine at a time. Default: nobody
}

// DefaultDir returns the data root used where none is configured:
// /var/lib/eaio for root, else XDG_DATA_HOME/eaio, ~/.local/share/eaio or, on
// macOS, ~/Library/Application Support/eaio. It is empty where there is no home.
func DefaultDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/eaio"
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "eaio")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "eaio")
	}
	return filepath.Join(home, ".local", "share", "eaio")
}

func defaultCacheDir(dir string) string {
	if os.Geteuid() == 0 {
		return "/var/cache/eaio"
	}
	if cache, err := os.UserCacheDir(); err == nil {
		return filepath.Join(cache, "eaio")
	}
	return filepath.Join(dir, "cache")
}

// WithDefaults returns c with every unset field filled in, from the
// environment where the field says so.
func (c Config) WithDefaults() Config {
	c.Dir = cmp.Or(c.Dir, DefaultDir())
	c.BinDir = cmp.Or(c.BinDir, os.Getenv("EAIO_POSTGRES_BIN"))
	if force, err := strconv.ParseBool(os.Getenv("EAIO_POSTGRES_DOWNLOAD")); err == nil && force {
		c.Download = true
	}
	c.CacheDir = cmp.Or(c.CacheDir, defaultCacheDir(c.Dir))
	c.Mirror = strings.TrimSuffix(cmp.Or(c.Mirror, mavenCentral), "/")
	c.LockWait = cmp.Or(c.LockWait, 3*time.Second)
	c.StartTimeout = cmp.Or(c.StartTimeout, 2*time.Minute)
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	return c
}

// Validate reports every fault of c at once, as one error of kind invalid.
func (c Config) Validate() error {
	var faults []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, eaio.Errorf(eaio.KindInvalid, "", format, args...))
		}
	}
	check(c.Dir != "", "Dir is empty and there is no home folder to take instead")
	check(c.Port >= 0 && c.Port <= 65535, "Port is %d, want 0 (no TCP) to 65535", c.Port)
	check(c.LockWait >= 0, "LockWait is %v, want 0 or more", c.LockWait)
	check(c.StartTimeout >= 0, "StartTimeout is %v, want 0 or more", c.StartTimeout)
	check(!c.Download || c.BinDir == "", "BinDir %q and Download exclude each other", c.BinDir)
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		check(name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == "",
			"Settings: %q is not the name of a setting, want lower case", name)
		check(!slices.Contains(ownSettings, name), "Settings: %s is set by this package", name)
		check(!strings.ContainsRune(c.Settings[name], 0), "Settings: %s holds a zero byte", name)
	}
	if len(faults) == 0 {
		return nil
	}
	return &eaio.Error{Kind: eaio.KindInvalid, Op: op, Err: errors.Join(faults...)}
}

// ownSettings are those that would break the promises of this package.
var ownSettings = []string{
	"config_file", "data_directory", "hba_file", "external_pid_file",
	"listen_addresses", "port", "unix_socket_directories", "unix_socket_permissions",
}

// settings returns the server's settings: small in memory, plain in locale
// and clock, and without the parts that only replication needs.
func (c Config) settings() map[string]string {
	s := map[string]string{
		"shared_buffers":            "64MB",
		"work_mem":                  "8MB",
		"maintenance_work_mem":      "64MB",
		"effective_cache_size":      "512MB",
		"max_connections":           "60",
		"autovacuum_max_workers":    "2",
		"max_parallel_workers":      "2",
		"huge_pages":                "off",
		"jit":                       "off",
		"random_page_cost":          "1.1",
		"wal_level":                 "minimal",
		"max_wal_senders":           "0",
		"min_wal_size":              "80MB",
		"max_wal_size":              "512MB",
		"timezone":                  "UTC",
		"log_timezone":              "UTC",
		"log_checkpoints":           "off",
		"password_encryption":       "scram-sha-256",
		"unix_socket_permissions":   "0700",
		"track_activity_query_size": "4096",
	}
	if runtime.GOOS == "linux" { // older servers know no other system for it
		// A query whose client was killed ends within a second, not when it is done.
		s["client_connection_check_interval"] = "1s"
	}
	if !c.Durable {
		// Commits still reach the kernel, so they survive the death of any process.
		s["fsync"] = "off"
		s["full_page_writes"] = "off"
	}
	maps.Copy(s, c.Settings)
	return s
}
