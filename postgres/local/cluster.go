package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/eaio/eaio"
)

const (
	superuser   = "eaio"
	socketLimit = 103 // bytes of a socket's path: sun_path has 104 on macOS, zero included
)

// majorOf returns the PostgreSQL version that made dataDir, 0 when there are
// no data yet.
func majorOf(dataDir string) (int, error) {
	b, err := os.ReadFile(filepath.Join(dataDir, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if entries, err := os.ReadDir(dataDir); err == nil && len(entries) > 0 {
			return 0, eaio.Errorf(eaio.KindConflict, op, "%s is not empty and holds no PostgreSQL data", dataDir)
		}
		return 0, nil
	}
	if err != nil {
		return 0, eaio.Errorf(eaio.KindForbidden, op, "%w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, eaio.Errorf(eaio.KindMalformed, op, "%s/PG_VERSION says %q", dataDir, b)
	}
	return major, nil
}

// initialise makes the data folder. It appears under its name only when it
// is complete, so a kill on the way leaves nothing half-made behind.
func initialise(ctx context.Context, cfg Config, in install, as account, dataDir string) error {
	left, _ := filepath.Glob(dataDir + ".new-*")
	for _, path := range left {
		os.RemoveAll(path)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dataDir), filepath.Base(dataDir)+".new-")
	if err != nil {
		return homeError(cfg.Dir, err)
	}
	defer os.RemoveAll(fresh)
	if err := as.own(fresh); err != nil {
		return eaio.Errorf(eaio.KindForbidden, op, "hand %s to user %s: %w", fresh, as.name, err)
	}
	args := []string{"-D", fresh, "-U", superuser, "--auth=trust", "--locale=C", "--encoding=UTF8"}
	if !cfg.Durable {
		args = append(args, "--no-sync", "--wal-segsize=1")
	}
	if _, err := output(ctx, as, fresh, in.program("initdb"), args...); err != nil {
		return startError("create the database folder", err)
	}
	if err := os.Rename(fresh, dataDir); err != nil {
		return homeError(cfg.Dir, err)
	}
	return nil
}

// writeAccess writes pg_hba.conf and, if TCP is on, the password file, and
// returns the password. Both stay out of the server's own folder, whose owner
// could turn them into links to elsewhere.
func writeAccess(home string, tcp bool) (password string, err error) {
	// The socket's folder is the guard: whoever reaches the socket is trusted.
	hba := "local all all trust\n"
	if tcp {
		hba += "host all all 127.0.0.1/32 scram-sha-256\n"
		if password, err = ensurePassword(filepath.Join(home, "password")); err != nil {
			return "", err
		}
	}
	path := hbaFile(home)
	if err := os.WriteFile(path, []byte(hba), 0o644); err != nil {
		return "", err
	}
	return password, os.Chmod(path, 0o644) // the server's user reads it, whatever the umask
}

func hbaFile(home string) string { return filepath.Join(home, "pg_hba.conf") }

func ensurePassword(path string) (string, error) {
	b, err := os.ReadFile(path)
	if password := strings.TrimSpace(string(b)); err == nil && password != "" {
		return password, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	password := rand.Text()
	return password, os.WriteFile(path, []byte(password+"\n"), 0o600)
}

// prepareSocketDir returns a folder for the socket that only the account can
// enter: home/run, or one in /tmp where that path is too long, or has a comma,
// which clients take for the end of a host.
func prepareSocketDir(home string, port int, as account) (string, error) {
	dir := filepath.Join(home, "run")
	shared := len(filepath.Join(dir, socketName(port))) > socketLimit || strings.Contains(dir, ",")
	if shared {
		sum := fnv.New64a()
		sum.Write([]byte(home))
		dir = fmt.Sprintf("/tmp/eaio-%d-%x", os.Geteuid(), sum.Sum64())
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", homeError(home, err)
	}
	if shared { // anybody may have been there first
		info, err := os.Lstat(dir)
		if err != nil {
			return "", homeError(home, err)
		}
		if uid, _ := owner(info); !info.IsDir() || uid != as.uid && int(uid) != os.Geteuid() {
			return "", eaio.Errorf(eaio.KindConflict, op, "%s is not a folder of user %s: remove it", dir, as.name)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return "", homeError(home, err)
	}
	// The caller holds the lock and no server of ours runs: these are stale.
	for _, name := range []string{socketName(port), socketName(port) + ".lock"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", homeError(home, err)
		}
	}
	return dir, as.own(dir)
}

func socketName(port int) string { return ".s.PGSQL." + strconv.Itoa(port) }

// quoteList quotes one entry of a setting that is a comma-separated list.
func quoteList(entry string) string { return `"` + strings.ReplaceAll(entry, `"`, `""`) + `"` }
